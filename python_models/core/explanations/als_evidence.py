from warehouse_recommender import frames
from warehouse_recommender.candidates import als, als_evidence, evidence


def model(dbt, session):
    count = dbt.config.meta_get("evidence_per_source")
    regularization = dbt.config.meta_get("als_regularization")

    keys = ["cutoff_id", "customer_index", "product_index"]
    pairs = frames.read(dbt.ref("explained_lists"), evidence.PAIR_COLUMNS, order_by=keys)
    cells = frames.read(dbt.ref("als_cells"), als.CELL_COLUMNS, order_by=keys)
    products = frames.read(dbt.ref("als_product_factors"), als.PRODUCT_COLUMNS, order_by=["cutoff_id", "product_index"])
    directions = frames.read(dbt.ref("customer_directions"), als.DIRECTION_COLUMNS, order_by=["cutoff_id", "direction_index"])

    return als_evidence.evidence(pairs, cells, products, directions, count=count, regularization=regularization)
