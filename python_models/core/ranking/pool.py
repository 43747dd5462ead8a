from warehouse_recommender import frames
from warehouse_recommender.ranking import pool, proposals, whole_ranks


def model(dbt, session):
    settings = dbt.config.meta_get("settings")
    new_product_days = dbt.config.meta_get("new_product_days")

    known = frames.read(dbt.ref("candidate_sources"), pool.CASCADE_COLUMNS, order_by=["place"])
    products = frames.read(dbt.ref("clean_products"), ["product_index"], order_by=["product_index"])
    is_new = f"age_days <= {new_product_days}"
    new_products = frames.read(dbt.ref("product_rhythm"), pool.NEW_COLUMNS, order_by=pool.NEW_COLUMNS, where=is_new)
    lists = frames.Rows(dbt.ref("customer_weights"), pool.LIST_COLUMNS, order_by=["list_index"])
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
    sources = known["source"].to_pylist()

    def compute(lists, candidate_lists, seen, disliked, *vectors):
        whole = whole_ranks.Inputs.of(sources, of_products, vectors)
        return pool.pool(
            *(lists, proposals.Inputs(candidate_lists, seen, disliked, whole.at), new_products),
            sources=sources,
            product_count=1 + max(products["product_index"].to_pylist(), default=-1),
            cascade=pool.Cascade.of(known),
            **settings,
        )

    return frames.stream_by_customers(session, compute, pool.POOL_SCHEMA, lists, of_customers)
