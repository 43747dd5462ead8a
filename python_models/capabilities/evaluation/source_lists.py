from warehouse_recommender import frames
from warehouse_recommender.ranking import pool, proposals


def model(dbt, session):
    candidates_per_source = dbt.config.meta_get("candidates_per_source")

    known = frames.read(dbt.ref("candidate_sources"), ["source"], order_by=["place"])
    products = frames.read(dbt.ref("clean_products"), ["product_index"], order_by=["product_index"])
    lists = frames.Rows(dbt.ref("lists"), proposals.LIST_COLUMNS, order_by=["list_index"], where="purpose = 'test'")
    of_customers = proposals.rows_of(
        frames.Rows, dbt.ref("candidate_lists"), dbt.ref("customer_product_strengths"), dbt.ref("eligibility_signals")
    )

    def compute(lists, *readers):
        return pool.source_lists(
            *(lists, proposals.Inputs(*readers)),
            sources=known["source"].to_pylist(),
            product_count=1 + max(products["product_index"].to_pylist(), default=-1),
            candidates_per_source=candidates_per_source,
        )

    return frames.stream_by_customers(session, compute, pool.SOURCE_LIST_SCHEMA, lists, of_customers)
