from warehouse_recommender import frames
from warehouse_recommender.candidates import content, problem


def model(dbt, session):
    top_k = dbt.config.meta_get("candidates_per_source")

    products = frames.read(dbt.ref("cutoff_products"), problem.PRODUCT_COLUMNS, order_by=problem.PRODUCT_ORDER)
    terms = frames.read(dbt.ref("product_terms"), content.TERM_COLUMNS, order_by=None)
    strengths = frames.Rows(dbt.ref("listed_strengths"), problem.STRENGTH_COLUMNS)
    customers = frames.Rows(dbt.ref("cutoff_customers"), problem.CUSTOMER_COLUMNS, order_by=problem.CUSTOMER_COLUMNS)

    def compute(strengths, customers):
        return content.candidates(strengths, customers, products, terms, top_k=top_k)

    return frames.by_customers(session, compute, problem.CANDIDATE_SCHEMA, strengths, customers)
