from warehouse_recommender import frames
from warehouse_recommender.ranking import pool, proposals, whole_ranks


def model(dbt, session):
    candidates_per_source = dbt.config.meta_get("candidates_per_source")

    known = frames.read(dbt.ref("candidate_sources"), ["source"], order_by=["place"])
    labels = frames.read(dbt.ref("tuning_labels"), pool.LABEL_COLUMNS, order_by=pool.LABEL_COLUMNS)
    products = frames.read(dbt.ref("clean_products"), ["product_index"], order_by=["product_index"])
    lists = frames.Rows(dbt.ref("lists"), pool.TUNING_COLUMNS, order_by=["list_index"], where="purpose = 'tune'")
    products_of_sources = whole_ranks.rows_of_products(
        frames.Rows, dbt.ref("cutoff_products"), dbt.ref("als_product_factors"), dbt.ref("spectral_filters")
    )
    of_products = [frames.reader(session, rows) for rows in products_of_sources]
    of_customers = [
        *proposals.rows_of(
            frames.Rows, dbt.ref("candidate_lists"), dbt.ref("customer_product_strengths"), dbt.ref("eligibility_signals")
        ),
        *whole_ranks.rows_of_customers(frames.Rows, dbt.ref("listed_strengths"), dbt.ref("als_customer_factors")),
    ]

    def compute(lists, candidate_lists, seen, disliked, *vectors):
        whole = whole_ranks.Inputs.of(known["source"].to_pylist(), of_products, vectors)
        return pool.tuning_pool(
            *(lists, proposals.Inputs(candidate_lists, seen, disliked, whole.at), labels),
            source_count=len(known),
            product_count=1 + max(products["product_index"].to_pylist(), default=-1),
            candidates_per_source=candidates_per_source,
        )

    return frames.stream_by_customers(session, compute, pool.TUNING_SCHEMA, lists, of_customers)
