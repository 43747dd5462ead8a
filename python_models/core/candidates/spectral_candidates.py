from warehouse_recommender import frames
from warehouse_recommender.candidates import problem, spectral


def model(dbt, session):
    top_k = dbt.config.meta_get("candidates_per_source")

    strengths = frames.read(dbt.ref("listed_strengths"), problem.STRENGTH_COLUMNS, order_by=None)
    customers = frames.read(dbt.ref("cutoff_customers"), problem.CUSTOMER_COLUMNS, order_by=problem.CUSTOMER_COLUMNS)
    products = frames.read(dbt.ref("cutoff_products"), problem.PRODUCT_COLUMNS, order_by=problem.PRODUCT_ORDER)
    filters = frames.read(dbt.ref("spectral_filters"), spectral.FILTER_SCHEMA.names, order_by=["cutoff_id", "product_index"])

    return spectral.candidates(strengths, customers, products, filters, top_k=top_k)
