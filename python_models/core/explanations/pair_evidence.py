import pyarrow as pa

from warehouse_recommender import frames
from warehouse_recommender.candidates import evidence, pairs


def model(dbt, session):
    count = dbt.config.meta_get("evidence_per_source")

    keys = evidence.PAIR_COLUMNS
    contributions = dbt.ref("list_contributions")
    strengths, companions = dbt.ref("listed_strengths"), dbt.ref("product_companions")
    recent, transitions = dbt.ref("recent_products"), dbt.ref("product_transitions")

    explained = []
    for source, history, weight, pair, partner, score in (
        ("bought_together", strengths, "strength", companions, "companion_index", "pair_score"),
        ("next_purchase", recent, "recent_weight", transitions, "next_product_index", "transition_score"),
    ):
        listed = frames.read(contributions, keys, keys, evidence.explained_by(source))
        wanted = evidence.of_pairs(listed)
        histories = frames.read(history, [*keys, weight], keys, wanted)
        pair_keys = ["cutoff_id", "product_index", partner]
        scores = frames.read(pair, [*pair_keys, score], pair_keys, wanted)
        explained.append(pairs.evidence(listed, histories, scores, source=source, count=count))

    return pa.concat_tables(explained)
