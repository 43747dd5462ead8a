from warehouse_recommender import frames
from warehouse_recommender.experiments import statistics


def model(dbt, session):
    control = dbt.config.meta_get("experiment_control_variant")
    fewest_customers = dbt.config.meta_get("experiment_fewest_customers")
    relevant_change = dbt.config.meta_get("experiment_relevant_change")
    level = dbt.config.meta_get("evaluation_confidence_level")

    metrics = frames.read(dbt.ref("experiment_metrics"), statistics.METRIC_COLUMNS, order_by=["metric"])
    planned = frames.read(dbt.ref("planned_arms"), statistics.PLANNED_COLUMNS, order_by=["variant"])
    columns = statistics.customer_columns(metrics)
    customers = frames.read(dbt.ref("experiment_customers"), columns, order_by=statistics.KEY_COLUMNS)

    return statistics.tests(
        *(customers, metrics, planned),
        control=control,
        fewest_customers=fewest_customers,
        relevant_change=relevant_change,
        level=level,
    )
