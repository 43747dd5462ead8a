from warehouse_recommender import frames
from warehouse_recommender.candidates import als


def model(dbt, session):
    attribute = dbt.config.meta_get("fairness_attribute")
    fewest = dbt.config.meta_get("fairness_fewest_customers")
    strength = dbt.config.meta_get("fairness_debias_strength")
    factors = dbt.config.meta_get("als_factors")
    largest_share = dbt.config.meta_get("als_largest_share")
    regularization = dbt.config.meta_get("als_regularization")
    exponent = dbt.config.meta_get("als_regularization_exponent")
    seed = dbt.config.meta_get("seed")
    start = dbt.config.meta_get("als_start")

    keys = ["cutoff_id", "customer_index", "product_index"]
    cells = frames.read(dbt.ref("als_cells"), als.CELL_COLUMNS, order_by=keys)
    products = frames.read(dbt.ref("als_product_factors"), als.PRODUCT_COLUMNS, order_by=["cutoff_id", "product_index"])
    members = frames.read(dbt.ref("customer_groups"), als.MEMBER_COLUMNS, order_by=["customer_index", "attribute"])

    settings = als.Settings(factors, largest_share, regularization, exponent, seed, start)
    return als.group_directions(
        cells, products, members, attribute=attribute, fewest=fewest, strength=strength, settings=settings
    )
