from warehouse_recommender import frames
from warehouse_recommender.evaluation import value


def model(dbt, session):
    k = dbt.config.meta_get("evaluation_k")
    replicates = dbt.config.meta_get("evaluation_bootstrap_replicates")
    level = dbt.config.meta_get("evaluation_confidence_level")

    candidates = frames.read(dbt.ref("evaluated_candidates"), value.CANDIDATE_COLUMNS, order_by=["list_index", "list_rank"])

    return value.trials(candidates, k=k, replicates=replicates, level=level)
