from warehouse_recommender import frames
from warehouse_recommender.experiments import statistics


def model(dbt, session):
    control = dbt.config.meta_get("experiment_control_variant")
    fewest_customers = dbt.config.meta_get("experiment_fewest_customers")
    level = dbt.config.meta_get("evaluation_confidence_level")

    metrics = frames.read(dbt.ref("experiment_metrics"), statistics.METRIC_COLUMNS, order_by=["metric"])
    columns = statistics.customer_columns(metrics)
    customers = frames.read(dbt.ref("recent_customers"), columns, order_by=statistics.KEY_COLUMNS)
    traffic = frames.read(dbt.ref("recent_traffic"), statistics.TRAFFIC_COLUMNS, order_by=None)

    return statistics.power(customers, metrics, traffic, control=control, fewest_customers=fewest_customers, level=level)
