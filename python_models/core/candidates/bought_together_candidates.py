from warehouse_recommender import frames
from warehouse_recommender.candidates import pairs, problem


def model(dbt, session):
    top_k = dbt.config.meta_get("candidates_per_source")

    keys = ["cutoff_id", "customer_index", "product_index"]
    strengths = frames.read(dbt.ref("listed_strengths"), problem.STRENGTH_COLUMNS, order_by=keys)
    customers = frames.read(dbt.ref("cutoff_customers"), problem.CUSTOMER_COLUMNS, order_by=keys[:2])
    products = frames.read(dbt.ref("cutoff_products"), problem.PRODUCT_COLUMNS, order_by=["cutoff_id", "product_index"])
    pair_keys = ["cutoff_id", "product_index", "companion_index"]
    scores = frames.read(dbt.ref("product_companions"), [*pair_keys, "pair_score"], order_by=pair_keys)

    return pairs.candidates(strengths, customers, products, strengths, scores, top_k=top_k)
