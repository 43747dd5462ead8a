from warehouse_recommender import frames
from warehouse_recommender.candidates import problem, spectral


def model(dbt, session):
    factors = dbt.config.meta_get("spectral_factors")
    largest_share = dbt.config.meta_get("spectral_largest_share")
    seed = dbt.config.meta_get("seed")

    strengths = frames.read(dbt.ref("customer_product_strengths"), problem.STRENGTH_COLUMNS, order_by=None)
    products = frames.read(dbt.ref("cutoff_products"), problem.PRODUCT_COLUMNS, order_by=problem.PRODUCT_ORDER)

    return spectral.filters(
        strengths,
        products,
        factors=factors,
        largest_share=largest_share,
        customer_exponent=spectral.CUSTOMER_EXPONENT,
        product_exponent=spectral.PRODUCT_EXPONENT,
        seed=seed,
    )
