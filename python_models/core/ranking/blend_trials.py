from warehouse_recommender import frames
from warehouse_recommender.ranking import blend
from warehouse_recommender.ranking.lists import RANKING_K


def model(dbt, session):
    known = frames.read(dbt.ref("candidate_sources"), ["source"], order_by=["place"])
    sources = known["source"].to_pylist()
    keys = ["mode", "list_index", "product_index", "source"]
    pool = frames.read(dbt.ref("tuning_pool"), blend.POOL_COLUMNS, order_by=keys)

    return blend.search(
        pool, sources=sources, normalisations=blend.NORMALISATIONS, steps=blend.STEPS, rounds=blend.ROUNDS, k=RANKING_K
    )
