import pyarrow as pa

from warehouse_recommender import frames
from warehouse_recommender.candidates import evidence, pairs


def model(dbt, session):
    count = dbt.config.meta_get("evidence_per_source")

    keys = ["cutoff_id", "customer_index", "product_index"]
    known = frames.read(dbt.ref("candidate_sources"), ["source"], order_by=["place"])
    served = frames.read(dbt.ref("explained_lists"), evidence.PAIR_COLUMNS, order_by=keys)
    strengths, companions = dbt.ref("listed_strengths"), dbt.ref("product_companions")
    recent, transitions = dbt.ref("recent_products"), dbt.ref("product_transitions")

    explained = [pairs.SOURCE_EVIDENCE_SCHEMA.empty_table()]
    for source, history, weight, pair, partner, score in (
        ("bought_together", strengths, "strength", companions, "companion_index", "pair_score"),
        ("next_purchase", recent, "recent_weight", transitions, "next_product_index", "transition_score"),
    ):
        if source in known["source"].to_pylist():
            histories = frames.read(history, [*keys, weight], order_by=keys)
            pair_keys = ["cutoff_id", "product_index", partner]
            scores = frames.read(pair, [*pair_keys, score], order_by=pair_keys)
            explained.append(pairs.evidence(served, histories, scores, source=source, count=count))

    return pa.concat_tables(explained)
