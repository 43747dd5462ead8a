from warehouse_recommender import frames
from warehouse_recommender.candidates import content
from warehouse_recommender.features import embeddings, similarities


def model(dbt, session):
    depth = dbt.config.meta_get("similar_per_product")
    shrinkage = dbt.config.meta_get("similar_shrinkage")
    content_customers = dbt.config.meta_get("similar_content_customers")

    keys = ["cutoff_id", "customer_index", "product_index"]
    strengths = frames.read(dbt.ref("customer_product_strengths"), embeddings.STRENGTH_COLUMNS, order_by=keys)
    known = frames.read(dbt.ref("known_products"), similarities.PRODUCT_COLUMNS, order_by=["cutoff_id", "product_index"])
    offered = frames.read(dbt.ref("cutoff_products"), similarities.PRODUCT_COLUMNS, order_by=["cutoff_id", "product_index"])
    terms = frames.read(dbt.ref("product_terms"), content.TERM_COLUMNS, order_by=content.TERM_COLUMNS[:3])

    return similarities.similar_products(
        strengths,
        known,
        offered,
        terms,
        depth=depth,
        shrinkage=shrinkage,
        content_customers=content_customers,
    )
