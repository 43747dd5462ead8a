from warehouse_recommender import frames
from warehouse_recommender.assembly import similar_products


def model(dbt, session):
    floor = dbt.config.meta_get("similarity_floor")
    most = dbt.config.meta_get("similar_products_per_product")

    keys = ["cutoff_id", "product_index", "term_index"]
    products = frames.read(dbt.ref("known_products"), similar_products.PRODUCT_COLUMNS, order_by=keys[:2])
    terms = frames.read(dbt.ref("product_terms"), similar_products.TERM_COLUMNS, order_by=keys)

    return similar_products.pairs(products, terms, floor=floor, most=most)
