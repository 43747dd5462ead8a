from warehouse_recommender import frames
from warehouse_recommender.candidates import pairs, problem


def model(dbt, session):
    top_k = dbt.config.meta_get("candidates_per_source")

    products = frames.read(dbt.ref("cutoff_products"), problem.PRODUCT_COLUMNS, order_by=problem.PRODUCT_ORDER)
    scores = frames.read(dbt.ref("product_transitions"), pairs.NEXT_COLUMNS, order_by=None)
    strengths = frames.Rows(dbt.ref("listed_strengths"), problem.STRENGTH_COLUMNS)
    customers = frames.Rows(dbt.ref("cutoff_customers"), problem.CUSTOMER_COLUMNS, order_by=problem.CUSTOMER_COLUMNS)
    histories = frames.Rows(dbt.ref("recent_products"), pairs.HISTORY_COLUMNS)

    def compute(strengths, customers, histories):
        return pairs.candidates(strengths, customers, products, histories, scores, top_k=top_k)

    return frames.by_customers(session, compute, problem.CANDIDATE_SCHEMA, strengths, customers, histories)
