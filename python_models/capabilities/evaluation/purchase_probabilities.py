from warehouse_recommender import frames
from warehouse_recommender.evaluation import probabilities


def model(dbt, session):
    curves = frames.read(
        dbt.ref("probability_calibrators"), probabilities.CALIBRATOR_SCHEMA.names, order_by=["mode", "has_history", "tier"]
    )
    lists = frames.read(dbt.ref("lists"), ["list_index"], order_by=["list_index"])
    highest = max(lists["list_index"].to_pylist(), default=-1)
    candidates = frames.read_in_blocks(
        session, dbt.ref("scored_candidates"), probabilities.CANDIDATE_COLUMNS, highest, probabilities.LISTS_AT_A_TIME
    )

    return frames.stream(probabilities.PROBABILITY_SCHEMA, probabilities.probabilities(candidates, curves))
