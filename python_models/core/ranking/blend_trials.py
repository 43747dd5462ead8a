from warehouse_recommender import frames
from warehouse_recommender.ranking import blend
from warehouse_recommender.ranking.lists import RANKING_K


def model(dbt, session):
    depth = dbt.config.meta_get("candidates_per_source")

    known = frames.read(dbt.ref("candidate_sources"), blend.SOURCE_COLUMNS, order_by=["place"])
    pool = frames.read(dbt.ref("tuning_pool"), blend.POOL_COLUMNS, order_by=["list_index", "product_index"])

    return blend.search(pool, known, depth=depth, steps=blend.STEPS, rounds=blend.ROUNDS, k=RANKING_K)
