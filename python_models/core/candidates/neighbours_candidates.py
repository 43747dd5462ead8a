from warehouse_recommender import frames
from warehouse_recommender.candidates import neighbours, problem


def model(dbt, session):
    top_k = dbt.config.meta_get("candidates_per_source")

    keys = ["cutoff_id", "customer_index", "product_index"]
    strengths = frames.read(dbt.ref("listed_strengths"), problem.STRENGTH_COLUMNS, order_by=keys)
    customers = frames.read(dbt.ref("cutoff_customers"), problem.CUSTOMER_COLUMNS, order_by=keys[:2])
    products = frames.read(dbt.ref("cutoff_products"), problem.PRODUCT_COLUMNS, order_by=["cutoff_id", "product_index"])
    pair_keys = ["cutoff_id", "product_index", "neighbour_index"]
    nearest = frames.read(dbt.ref("product_neighbours"), neighbours.NEIGHBOUR_SCHEMA.names, order_by=pair_keys)

    return neighbours.candidates(strengths, customers, products, nearest, top_k=top_k)
