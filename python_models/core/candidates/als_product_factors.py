from warehouse_recommender import frames
from warehouse_recommender.candidates import als


def model(dbt, session):
    warm_iterations = dbt.config.meta_get("als_warm_iterations")
    factors = dbt.config.meta_get("als_factors")
    largest_share = dbt.config.meta_get("als_largest_share")
    regularization = dbt.config.meta_get("als_regularization")
    exponent = dbt.config.meta_get("als_regularization_exponent")
    seed = dbt.config.meta_get("seed")
    start = dbt.config.meta_get("als_start")

    keys = ["cutoff_id", "customer_index", "product_index"]
    cutoffs = frames.read(dbt.ref("cutoffs"), als.CUTOFF_COLUMNS, order_by=["cutoff_id"])
    cells = frames.read(dbt.ref("als_cells"), als.CELL_COLUMNS, order_by=keys)
    stopping = frames.read(dbt.ref("als_stopping"), ["iterations"], order_by=["iterations"])
    previous = frames.read_previous(dbt, session, als.PRODUCT_SCHEMA, order_by=["as_of", "cutoff_id", "product_index"])

    settings = als.Settings(factors, largest_share, regularization, exponent, seed, start)
    return als.product_factors(cutoffs, cells, stopping, previous, warm_iterations=warm_iterations, settings=settings)
