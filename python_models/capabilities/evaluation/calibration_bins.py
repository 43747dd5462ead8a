from warehouse_recommender import frames
from warehouse_recommender.evaluation import reliability


def model(dbt, session):
    replicates = dbt.config.meta_get("evaluation_bootstrap_replicates")
    level = dbt.config.meta_get("evaluation_confidence_level")

    known = "probability is not null"
    candidates = frames.read(dbt.ref("evaluated_candidates"), reliability.CANDIDATE_COLUMNS, order_by=None, where=known)

    return reliability.bins(candidates, replicates=replicates, level=level)
