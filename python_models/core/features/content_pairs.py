from warehouse_recommender import frames
from warehouse_recommender.candidates import content
from warehouse_recommender.features import content_pairs


def model(dbt, session):
    keys = ["cutoff_id", "product_index", "term_index"]
    products = frames.read(dbt.ref("known_products"), content_pairs.PRODUCT_COLUMNS, order_by=keys[:2])
    terms = frames.read(dbt.ref("product_terms"), content.TERM_COLUMNS, order_by=keys)

    limits = {"floor": content_pairs.SIMILARITY_FLOOR, "most": content_pairs.PAIRS_PER_PRODUCT}
    return frames.stream(content_pairs.PAIR_SCHEMA, content_pairs.pairs(products, terms, **limits))
