from warehouse_recommender import frames
from warehouse_recommender.candidates import content, evidence, problem


def model(dbt, session):
    count = dbt.config.meta_get("evidence_per_source")

    contributions, explained = dbt.ref("list_contributions"), evidence.explained_by("content")
    wanted = evidence.of_pairs(frames.read(contributions, ["cutoff_id"], ["cutoff_id"], explained, distinct=True))
    terms = frames.read(dbt.ref("product_terms"), content.TERM_COLUMNS, content.TERM_COLUMNS[:3], wanted)
    pairs = frames.Rows(contributions, evidence.PAIR_COLUMNS, evidence.PAIR_COLUMNS, explained)
    strengths = frames.Rows(dbt.ref("listed_strengths"), problem.STRENGTH_COLUMNS, where=wanted)

    def compute(pairs, strengths):
        return content.evidence(pairs, strengths, terms, count=count)

    return frames.by_customers(session, compute, evidence.EVIDENCE_SCHEMA, pairs, strengths)
