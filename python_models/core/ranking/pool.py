from functools import partial

from warehouse_recommender import frames
from warehouse_recommender.ranking import pool, proposals, whole_ranks


def model(dbt, session):
    settings = dbt.config.meta_get("settings")
    new_product_days = dbt.config.meta_get("new_product_days")

    known = frames.read(dbt.ref("candidate_sources"), pool.CASCADE_COLUMNS, order_by=["place"])
    lists = frames.read(dbt.ref("customer_weights"), pool.LIST_COLUMNS, order_by=["list_index"])
    products = frames.read(dbt.ref("clean_products"), ["product_index"], order_by=["product_index"])
    is_new = f"age_days <= {new_product_days}"
    new_products = frames.read(dbt.ref("product_rhythm"), pool.NEW_COLUMNS, order_by=pool.NEW_COLUMNS, where=is_new)
    whole = whole_ranks.Inputs.of(
        partial(frames.cutoff_reader, session),
        known["source"].to_pylist(),
        dbt.ref("cutoff_products"),
        dbt.ref("listed_strengths"),
        dbt.ref("als_customer_factors"),
        dbt.ref("als_product_factors"),
        dbt.ref("spectral_filters"),
    )
    inputs = proposals.Inputs.of(
        partial(frames.customer_reader, session),
        dbt.ref("candidate_lists"),
        dbt.ref("customer_product_strengths"),
        dbt.ref("eligibility_signals"),
        whole.at,
    )

    batches = pool.pool(
        *(lists, inputs, new_products),
        sources=known["source"].to_pylist(),
        product_count=1 + max(products["product_index"].to_pylist(), default=-1),
        cascade=pool.Cascade.of(known),
        **settings,
    )
    return frames.stream(pool.POOL_SCHEMA, batches)
