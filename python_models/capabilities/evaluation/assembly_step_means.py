from warehouse_recommender import frames
from warehouse_recommender.evaluation import means


def model(dbt, session):
    replicates = dbt.config.meta_get("evaluation_bootstrap_replicates")
    level = dbt.config.meta_get("evaluation_confidence_level")

    keys = ["cutoff_id", "mode", "customer_id", "step_number"]
    metrics = frames.read(dbt.ref("assembly_step_metrics"), means.STEP_COLUMNS, order_by=keys)

    return means.step_means(metrics, replicates=replicates, level=level)
