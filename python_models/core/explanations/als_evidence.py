from warehouse_recommender import frames
from warehouse_recommender.candidates import als, als_evidence, evidence, trials


def model(dbt, session):
    count = dbt.config.meta_get("evidence_per_source")

    pairs = frames.read(dbt.ref("list_contributions"), evidence.PAIR_COLUMNS, evidence.PAIR_COLUMNS, evidence.explained_by("als"))
    wanted = evidence.of_pairs(pairs)
    found = frames.read(dbt.ref("source_trials"), trials.CHOICE_COLUMNS, order_by=["search", "trial"])
    cells = frames.read(dbt.ref("als_cells"), als.CELL_COLUMNS, None, wanted)
    products = frames.read(dbt.ref("als_product_factors"), als.PRODUCT_COLUMNS, ["cutoff_id", "product_index"], wanted)
    directions = frames.read(dbt.ref("customer_directions"), als.DIRECTION_COLUMNS, ["cutoff_id", "direction_index"], wanted)

    return als_evidence.evidence(pairs, cells, products, directions, count=count, regularization=trials.als_penalty(found))
