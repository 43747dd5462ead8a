from warehouse_recommender import frames
from warehouse_recommender.candidates import evidence, neighbours, problem


def model(dbt, session):
    count = dbt.config.meta_get("evidence_per_source")

    keys = ["cutoff_id", "customer_index", "product_index"]
    pairs = frames.read(dbt.ref("explained_lists"), evidence.PAIR_COLUMNS, order_by=keys)
    strengths = frames.read(dbt.ref("listed_strengths"), problem.STRENGTH_COLUMNS, order_by=keys)
    pair_keys = ["cutoff_id", "product_index", "neighbour_index"]
    nearest = frames.read(dbt.ref("product_neighbours"), neighbours.NEIGHBOUR_SCHEMA.names, order_by=pair_keys)

    return neighbours.evidence(pairs, strengths, nearest, count=count)
