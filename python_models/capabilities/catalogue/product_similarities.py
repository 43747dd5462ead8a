from warehouse_recommender import frames
from warehouse_recommender.candidates import content
from warehouse_recommender.features import embeddings, similarities


def model(dbt, session):
    keys = ["cutoff_id", "customer_index", "product_index"]
    strengths = frames.read_sample(dbt.ref("customer_product_strengths"), embeddings.STRENGTH_COLUMNS, order_by=keys)
    known = frames.read(dbt.ref("known_products"), similarities.PRODUCT_COLUMNS, order_by=["cutoff_id", "product_index"])
    offered = frames.read(dbt.ref("cutoff_products"), similarities.PRODUCT_COLUMNS, order_by=["cutoff_id", "product_index"])
    terms = frames.read(dbt.ref("product_terms"), content.TERM_COLUMNS, order_by=content.TERM_COLUMNS[:3])

    return similarities.similar_products(
        strengths,
        known,
        offered,
        terms,
        depth=similarities.DEPTH,
        shrinkage=similarities.SHRINKAGE,
        content_customers=similarities.CONTENT_CUSTOMERS,
    )
