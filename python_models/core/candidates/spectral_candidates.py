from warehouse_recommender import frames
from warehouse_recommender.candidates import problem, spectral


def model(dbt, session):
    top_k = dbt.config.meta_get("candidates_per_source")

    products = frames.read(dbt.ref("cutoff_products"), problem.PRODUCT_COLUMNS, order_by=problem.PRODUCT_ORDER)
    filters = frames.read(dbt.ref("spectral_filters"), spectral.FILTER_SCHEMA.names, order_by=["cutoff_id", "product_index"])
    strengths = frames.Rows(dbt.ref("listed_strengths"), problem.STRENGTH_COLUMNS)
    customers = frames.Rows(dbt.ref("cutoff_customers"), problem.CUSTOMER_COLUMNS, order_by=problem.CUSTOMER_COLUMNS)

    def compute(strengths, customers):
        return spectral.candidates(strengths, customers, products, filters, top_k=top_k)

    return frames.by_customers(session, compute, problem.CANDIDATE_SCHEMA, strengths, customers)
