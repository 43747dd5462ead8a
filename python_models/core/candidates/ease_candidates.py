from warehouse_recommender import frames
from warehouse_recommender.candidates import ease, problem


def model(dbt, session):
    top_k = dbt.config.meta_get("candidates_per_source")

    products = frames.read(dbt.ref("cutoff_products"), problem.PRODUCT_COLUMNS, order_by=problem.PRODUCT_ORDER)
    learned, cutoffs = dbt.ref("ease_weights"), dbt.ref("cutoffs")
    weights = frames.read_blocks(learned, ["product_index", "weights"], ["cutoff_id"], order_by=None, of=cutoffs)
    weights = frames.shared(session, weights)
    strengths = frames.Rows(dbt.ref("listed_strengths"), problem.STRENGTH_COLUMNS)
    customers = frames.Rows(dbt.ref("cutoff_customers"), problem.CUSTOMER_COLUMNS, order_by=problem.CUSTOMER_COLUMNS)

    def compute(strengths, customers):
        return ease.candidates(strengths, customers, products, weights, top_k=top_k)

    return frames.by_customers(session, compute, problem.CANDIDATE_SCHEMA, strengths, customers)
