from warehouse_recommender import frames
from warehouse_recommender.candidates import als, problem


def model(dbt, session):
    top_k = dbt.config.meta_get("candidates_per_source")
    factors = dbt.config.meta_get("als_factors")
    regularization = dbt.config.meta_get("als_regularization")
    alpha = dbt.config.meta_get("als_alpha")
    iterations = dbt.config.meta_get("als_iterations")
    seed = dbt.config.meta_get("als_seed")

    keys = ["cutoff_id", "customer_index", "product_index"]
    strengths = frames.read(dbt.ref("customer_product_strengths"), problem.STRENGTH_COLUMNS, order_by=keys)
    customers = frames.read(dbt.ref("cutoff_customers"), problem.CUSTOMER_COLUMNS, order_by=keys[:2])
    products = frames.read(dbt.ref("cutoff_products"), problem.PRODUCT_COLUMNS, order_by=["cutoff_id", "product_index"])

    return als.candidates(
        strengths,
        customers,
        products,
        top_k=top_k,
        factors=factors,
        regularization=regularization,
        alpha=alpha,
        iterations=iterations,
        seed=seed,
    )
