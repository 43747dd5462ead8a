from warehouse_recommender import frames
from warehouse_recommender.candidates import content, problem


def model(dbt, session):
    top_k = dbt.config.meta_get("candidates_per_source")

    keys = ["cutoff_id", "customer_index", "product_index"]
    strengths = frames.read(dbt.ref("listed_strengths"), problem.STRENGTH_COLUMNS, order_by=keys)
    customers = frames.read(dbt.ref("cutoff_customers"), problem.CUSTOMER_COLUMNS, order_by=keys[:2])
    products = frames.read(dbt.ref("cutoff_products"), problem.PRODUCT_COLUMNS, order_by=["cutoff_id", "product_index"])
    terms = frames.read(dbt.ref("product_terms"), content.TERM_COLUMNS, order_by=content.TERM_COLUMNS[:3])

    return content.candidates(strengths, customers, products, terms, top_k=top_k)
