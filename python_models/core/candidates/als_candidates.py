from warehouse_recommender import frames
from warehouse_recommender.candidates import als, problem


def model(dbt, session):
    top_k = dbt.config.meta_get("candidates_per_source")

    keys = ["cutoff_id", "customer_index", "product_index"]
    of_products = ["cutoff_id", "product_index"]
    strengths = frames.read(dbt.ref("listed_strengths"), problem.STRENGTH_COLUMNS, order_by=keys)
    customers = frames.read(dbt.ref("cutoff_customers"), problem.CUSTOMER_COLUMNS, order_by=keys[:2])
    products = frames.read(dbt.ref("cutoff_products"), problem.PRODUCT_COLUMNS, order_by=of_products)
    customer_vectors = frames.read(dbt.ref("als_customer_factors"), als.CUSTOMER_COLUMNS, order_by=keys[:2])
    product_vectors = frames.read(dbt.ref("als_product_factors"), als.PRODUCT_COLUMNS, order_by=of_products)

    return als.candidates(strengths, customers, products, customer_vectors, product_vectors, top_k=top_k)
