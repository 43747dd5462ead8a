from warehouse_recommender import frames
from warehouse_recommender.candidates import als, problem


def model(dbt, session):
    top_k = dbt.config.meta_get("candidates_per_source")

    strengths = frames.read(dbt.ref("listed_strengths"), problem.STRENGTH_COLUMNS, order_by=None)
    customers = frames.read(dbt.ref("cutoff_customers"), problem.CUSTOMER_COLUMNS, order_by=problem.CUSTOMER_COLUMNS)
    products = frames.read(dbt.ref("cutoff_products"), problem.PRODUCT_COLUMNS, order_by=problem.PRODUCT_ORDER)
    customer_vectors = frames.read(dbt.ref("als_customer_factors"), als.CUSTOMER_COLUMNS, order_by=None)
    product_vectors = frames.read(dbt.ref("als_product_factors"), als.PRODUCT_COLUMNS, order_by=None)

    return als.candidates(strengths, customers, products, customer_vectors, product_vectors, top_k=top_k)
