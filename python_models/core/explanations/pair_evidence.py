import pyarrow as pa

from warehouse_recommender import frames
from warehouse_recommender.candidates import evidence, pairs


def model(dbt, session):
    count = dbt.config.meta_get("evidence_per_source")

    keys = evidence.PAIR_COLUMNS
    contributions = dbt.ref("list_contributions")
    strengths, companions = dbt.ref("listed_strengths"), dbt.ref("product_companions")
    recent, transitions = dbt.ref("recent_products"), dbt.ref("product_transitions")

    learned, rows = [], []
    for source, history, weight, pair, partner, score in (
        ("bought_together", strengths, "strength", companions, "companion_index", "pair_score"),
        ("next_purchase", recent, "recent_weight", transitions, "next_product_index", "transition_score"),
    ):
        explained = evidence.explained_by(source)
        wanted = evidence.of_pairs(frames.read(contributions, ["cutoff_id"], ["cutoff_id"], explained, distinct=True))
        pair_keys = ["cutoff_id", "product_index", partner]
        learned.append((source, frames.read(pair, [*pair_keys, score], pair_keys, wanted)))
        rows += [frames.Rows(contributions, keys, keys, explained), frames.Rows(history, [*keys, weight], keys, wanted)]

    def compute(*tables):
        return pa.concat_tables(
            pairs.evidence(listed, histories, scores, source=source, count=count)
            for listed, histories, (source, scores) in zip(tables[::2], tables[1::2], learned, strict=True)
        )

    return frames.by_customers(session, compute, pairs.SOURCE_EVIDENCE_SCHEMA, *rows)
