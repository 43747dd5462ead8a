from warehouse_recommender import frames
from warehouse_recommender.candidates import content, evidence, problem


def model(dbt, session):
    count = dbt.config.meta_get("evidence_per_source")

    keys = evidence.PAIR_COLUMNS
    pairs = frames.read(dbt.ref("list_contributions"), keys, keys, evidence.explained_by("content"))
    wanted = evidence.of_pairs(pairs)
    strengths = frames.read(dbt.ref("listed_strengths"), problem.STRENGTH_COLUMNS, None, wanted)
    terms = frames.read(dbt.ref("product_terms"), content.TERM_COLUMNS, content.TERM_COLUMNS[:3], wanted)

    return content.evidence(pairs, strengths, terms, count=count)
