from warehouse_recommender import frames
from warehouse_recommender.evaluation import probabilities


def model(dbt, session):
    curves = frames.read(
        dbt.ref("probability_calibrators"), probabilities.CALIBRATOR_SCHEMA.names, order_by=["mode", "has_history", "tier"]
    )
    candidates, lists = frames.Rows(dbt.ref("scored_candidates"), probabilities.CANDIDATE_COLUMNS), dbt.ref("lists")

    def compute(candidates):
        return probabilities.probabilities(candidates, curves)

    return frames.stream_by_lists(
        *(session, compute, probabilities.PROBABILITY_SCHEMA, candidates),
        size=probabilities.LISTS_AT_A_TIME,
        of=lists,
        key="list_index",
    )
