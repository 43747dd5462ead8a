from warehouse_recommender import frames
from warehouse_recommender.candidates import als, evidence


def model(dbt, session):
    count = dbt.config.meta_get("evidence_per_source")
    factors = dbt.config.meta_get("als_factors")
    largest_share = dbt.config.meta_get("als_largest_share")
    regularization = dbt.config.meta_get("als_regularization")
    exponent = dbt.config.meta_get("als_regularization_exponent")
    seed = dbt.config.meta_get("seed")
    start = dbt.config.meta_get("als_start")
    strength = dbt.config.meta_get("debias_strength")

    keys = ["cutoff_id", "customer_index", "product_index"]
    pairs = frames.read(dbt.ref("explained_lists"), evidence.PAIR_COLUMNS, order_by=keys)
    cells = frames.read(dbt.ref("als_cells"), als.CELL_COLUMNS, order_by=keys)
    products = frames.read(dbt.ref("als_product_factors"), als.PRODUCT_COLUMNS, order_by=["cutoff_id", "product_index"])
    directions = frames.read(dbt.ref("customer_directions"), als.DIRECTION_COLUMNS, order_by=["cutoff_id", "direction_index"])

    settings = als.Settings(factors, largest_share, regularization, exponent, seed, start)
    return als.evidence(pairs, cells, products, directions, count=count, strength=strength, settings=settings)
