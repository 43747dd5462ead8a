from warehouse_recommender import frames
from warehouse_recommender.candidates import als


def model(dbt, session):
    iterations = dbt.config.meta_get("als_iterations")
    k = dbt.config.meta_get("als_curve_k")
    factors = dbt.config.meta_get("als_factors")
    largest_share = dbt.config.meta_get("als_largest_share")
    regularization = dbt.config.meta_get("als_regularization")
    exponent = dbt.config.meta_get("als_regularization_exponent")
    seed = dbt.config.meta_get("seed")
    start = dbt.config.meta_get("als_start")

    keys = ["cutoff_id", "customer_index", "product_index"]
    cells = frames.read(dbt.ref("als_curve_cells"), als.CURVE_CELL_COLUMNS, order_by=keys)

    settings = als.Settings(factors, largest_share, regularization, exponent, seed, start)
    return als.learning_curve(cells, iterations=iterations, k=k, settings=settings)
