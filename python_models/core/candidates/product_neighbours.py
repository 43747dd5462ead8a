from warehouse_recommender import frames
from warehouse_recommender.candidates import neighbours, problem


def model(dbt, session):
    count = dbt.config.meta_get("neighbours_count")

    strengths = frames.read_sample(dbt.ref("customer_product_strengths"), problem.STRENGTH_COLUMNS, order_by=None)
    products = frames.read(dbt.ref("cutoff_products"), problem.PRODUCT_COLUMNS, order_by=problem.PRODUCT_ORDER)

    return neighbours.nearest(
        strengths,
        products,
        neighbours=count,
        shrinkage=neighbours.SHRINKAGE,
        asymmetry=neighbours.ASYMMETRY,
        weighting=neighbours.WEIGHTING,
    )
