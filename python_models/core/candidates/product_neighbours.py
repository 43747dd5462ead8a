from warehouse_recommender import frames
from warehouse_recommender.candidates import neighbours, problem


def model(dbt, session):
    count = dbt.config.meta_get("neighbours_count")

    keys = ["cutoff_id", "customer_index", "product_index"]
    strengths = frames.read(dbt.ref("customer_product_strengths"), problem.STRENGTH_COLUMNS, order_by=keys)
    products = frames.read(dbt.ref("cutoff_products"), problem.PRODUCT_COLUMNS, order_by=["cutoff_id", "product_index"])

    return neighbours.nearest(
        strengths,
        products,
        neighbours=count,
        shrinkage=neighbours.SHRINKAGE,
        asymmetry=neighbours.ASYMMETRY,
        weighting=neighbours.WEIGHTING,
    )
