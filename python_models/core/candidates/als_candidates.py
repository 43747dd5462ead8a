from warehouse_recommender import frames
from warehouse_recommender.candidates import als, problem


def model(dbt, session):
    top_k = dbt.config.meta_get("candidates_per_source")

    products = frames.read(dbt.ref("cutoff_products"), problem.PRODUCT_COLUMNS, order_by=problem.PRODUCT_ORDER)
    product_vectors = frames.read(dbt.ref("als_product_factors"), als.PRODUCT_COLUMNS, order_by=None)
    strengths = frames.Rows(dbt.ref("listed_strengths"), problem.STRENGTH_COLUMNS)
    customers = frames.Rows(dbt.ref("cutoff_customers"), problem.CUSTOMER_COLUMNS, order_by=problem.CUSTOMER_COLUMNS)
    vectors = frames.Rows(dbt.ref("als_customer_factors"), als.CUSTOMER_COLUMNS)

    def compute(strengths, customers, vectors):
        return als.candidates(strengths, customers, products, vectors, product_vectors, top_k=top_k)

    return frames.by_customers(session, compute, problem.CANDIDATE_SCHEMA, strengths, customers, vectors)
