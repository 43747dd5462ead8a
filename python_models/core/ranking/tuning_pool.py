from functools import partial

from warehouse_recommender import frames
from warehouse_recommender.ranking import pool, proposals, whole_ranks


def model(dbt, session):
    candidates_per_source = dbt.config.meta_get("candidates_per_source")

    known = frames.read(dbt.ref("candidate_sources"), ["source"], order_by=["place"])
    lists = frames.read(dbt.ref("lists"), pool.TUNING_COLUMNS, order_by=["list_index"], where="purpose = 'tune'")
    labels = frames.read(dbt.ref("tuning_labels"), pool.LABEL_COLUMNS, order_by=pool.LABEL_COLUMNS)
    products = frames.read(dbt.ref("clean_products"), ["product_index"], order_by=["product_index"])
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

    batches = pool.tuning_pool(
        *(lists, inputs, labels),
        source_count=len(known),
        product_count=1 + max(products["product_index"].to_pylist(), default=-1),
        candidates_per_source=candidates_per_source,
    )
    return frames.stream(pool.TUNING_SCHEMA, batches)
