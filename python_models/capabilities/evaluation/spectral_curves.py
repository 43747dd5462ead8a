from warehouse_recommender import frames
from warehouse_recommender.candidates import spectral


def model(dbt, session):
    k = dbt.config.meta_get("als_curve_k")
    factors = dbt.config.meta_get("spectral_factors")
    largest_share = dbt.config.meta_get("spectral_largest_share")
    seed = dbt.config.meta_get("seed")

    keys = ["cutoff_id", "customer_index", "product_index"]
    cells = frames.read(dbt.ref("als_curve_cells"), spectral.CURVE_CELL_COLUMNS, order_by=keys)

    return spectral.rank_curve(
        cells,
        k=k,
        factors=factors,
        largest_share=largest_share,
        customer_exponent=spectral.CUSTOMER_EXPONENT,
        product_exponent=spectral.PRODUCT_EXPONENT,
        seed=seed,
    )
