from warehouse_recommender import frames
from warehouse_recommender.ranking import blend


def model(dbt, session):
    sources = dbt.config.meta_get("sources")
    normalisations = dbt.config.meta_get("normalisations")
    steps = dbt.config.meta_get("blend_steps")
    rounds = dbt.config.meta_get("blend_rounds")
    k = dbt.config.meta_get("ranking_k")

    keys = ["mode", "list_index", "product_index", "source"]
    pool = frames.read(dbt.ref("tuning_pool"), blend.POOL_COLUMNS, order_by=keys)

    return blend.search(pool, sources=sources, normalisations=normalisations, steps=steps, rounds=rounds, k=k)
