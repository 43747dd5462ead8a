from warehouse_recommender import frames
from warehouse_recommender.experiments import statistics


def model(dbt, session):
    control = dbt.config.meta_get("experiment_control_variant")
    fewest_customers = dbt.config.meta_get("experiment_fewest_customers")
    level = dbt.config.meta_get("evaluation_confidence_level")

    metrics = frames.read(dbt.ref("experiment_metrics"), statistics.METRIC_COLUMNS, order_by=["metric"])
    plans = frames.read(dbt.ref("experiment_plans"), statistics.PLAN_COLUMNS, order_by=["experiment"])
    columns = statistics.customer_columns(metrics)
    customers = frames.read(dbt.ref("experiment_customers"), columns, order_by=statistics.KEY_COLUMNS)
    members = dbt.ref("experiment_segments")
    segments = frames.read(members, statistics.SEGMENT_COLUMNS, order_by=["experiment", "customer_id", "attribute"])

    return statistics.segment_tests(
        *(customers, segments, metrics, plans), control=control, fewest_customers=fewest_customers, level=level
    )
