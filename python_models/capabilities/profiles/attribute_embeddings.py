from warehouse_recommender import frames
from warehouse_recommender.features import embeddings


def model(dbt, session):
    seed = dbt.config.meta_get("seed")

    keys = ["cutoff_id", "customer_index", "product_index"]
    strengths = frames.read_sample(dbt.ref("customer_product_strengths"), embeddings.STRENGTH_COLUMNS, order_by=keys)
    known = frames.read(dbt.ref("known_products"), embeddings.KNOWN_COLUMNS, order_by=["cutoff_id", "product_index"])
    products = frames.read(dbt.ref("clean_products"), embeddings.PRODUCT_COLUMNS, order_by=["product_index"])

    return embeddings.embeddings(
        strengths,
        known,
        products,
        dimensions=embeddings.DIMENSIONS,
        longest_history=embeddings.LONGEST_HISTORY,
        smallest_support=embeddings.SMALLEST_SUPPORT,
        seed=seed,
    )
