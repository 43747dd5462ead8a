from warehouse_recommender import frames
from warehouse_recommender.candidates import content, evidence, problem


def model(dbt, session):
    count = dbt.config.meta_get("evidence_per_source")

    keys = ["cutoff_id", "customer_index", "product_index"]
    pairs = frames.read(dbt.ref("explained_lists"), evidence.PAIR_COLUMNS, order_by=keys)
    strengths = frames.read(dbt.ref("listed_strengths"), problem.STRENGTH_COLUMNS, order_by=keys)
    terms = frames.read(dbt.ref("product_terms"), content.TERM_COLUMNS, order_by=content.TERM_COLUMNS[:3])

    return content.evidence(pairs, strengths, terms, count=count)
