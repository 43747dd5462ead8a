from warehouse_recommender import frames
from warehouse_recommender.candidates import evidence, neighbours, problem


def model(dbt, session):
    count = dbt.config.meta_get("evidence_per_source")

    contributions, explained = dbt.ref("list_contributions"), evidence.explained_by("neighbours")
    wanted = evidence.of_pairs(frames.read(contributions, ["cutoff_id"], ["cutoff_id"], explained, distinct=True))
    keys, columns = ["cutoff_id", "product_index", "neighbour_index"], neighbours.NEIGHBOUR_SCHEMA.names
    nearest = frames.read(dbt.ref("product_neighbours"), columns, keys, wanted)
    pairs = frames.Rows(contributions, evidence.PAIR_COLUMNS, evidence.PAIR_COLUMNS, explained)
    strengths = frames.Rows(dbt.ref("listed_strengths"), problem.STRENGTH_COLUMNS, where=wanted)

    def compute(pairs, strengths):
        return neighbours.evidence(pairs, strengths, nearest, count=count)

    return frames.by_customers(session, compute, evidence.EVIDENCE_SCHEMA, pairs, strengths)
