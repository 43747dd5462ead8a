from warehouse_recommender import frames
from warehouse_recommender.candidates import evidence, neighbours, problem


def model(dbt, session):
    count = dbt.config.meta_get("evidence_per_source")

    keys = evidence.PAIR_COLUMNS
    pairs = frames.read(dbt.ref("list_contributions"), keys, keys, evidence.explained_by("neighbours"))
    wanted = evidence.of_pairs(pairs)
    strengths = frames.read(dbt.ref("listed_strengths"), problem.STRENGTH_COLUMNS, None, wanted)
    nearest = frames.read(
        dbt.ref("product_neighbours"),
        neighbours.NEIGHBOUR_SCHEMA.names,
        ["cutoff_id", "product_index", "neighbour_index"],
        wanted,
    )

    return neighbours.evidence(pairs, strengths, nearest, count=count)
