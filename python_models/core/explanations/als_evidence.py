from warehouse_recommender import frames
from warehouse_recommender.candidates import als, als_evidence, evidence, trials


def model(dbt, session):
    count = dbt.config.meta_get("evidence_per_source")

    contributions, explained = dbt.ref("list_contributions"), evidence.explained_by("als")
    wanted = evidence.of_pairs(frames.read(contributions, ["cutoff_id"], ["cutoff_id"], explained, distinct=True))
    found = frames.read(dbt.ref("source_trials"), trials.CHOICE_COLUMNS, order_by=["search", "trial"])
    products = frames.read(dbt.ref("als_product_factors"), als.PRODUCT_COLUMNS, ["cutoff_id", "product_index"], wanted)
    directions = frames.read(dbt.ref("customer_directions"), als.DIRECTION_COLUMNS, ["cutoff_id", "direction_index"], wanted)
    pairs = frames.Rows(contributions, evidence.PAIR_COLUMNS, evidence.PAIR_COLUMNS, explained)
    cells = frames.Rows(dbt.ref("als_cells"), als.CELL_COLUMNS, where=wanted)

    def compute(pairs, cells):
        penalty = trials.als_penalty(found)
        return als_evidence.evidence(pairs, cells, products, directions, count=count, regularization=penalty)

    return frames.by_customers(session, compute, evidence.EVIDENCE_SCHEMA, pairs, cells)
