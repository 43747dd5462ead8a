from warehouse_recommender import frames
from warehouse_recommender.experiments import bandits, statistics


def model(dbt, session):
    method = dbt.config.meta_get("experiment_bandit_method")
    floor = dbt.config.meta_get("experiment_bandit_floor")
    fewest_customers = dbt.config.meta_get("experiment_fewest_customers")
    relevant_change = dbt.config.meta_get("experiment_relevant_change")
    level = dbt.config.meta_get("evaluation_confidence_level")

    metrics = frames.read(dbt.ref("experiment_metrics"), statistics.METRIC_COLUMNS, order_by=["metric"])
    plans = frames.read(dbt.ref("experiment_plans"), statistics.PLAN_COLUMNS, order_by=["experiment"])
    variants = dbt.ref("experiment_variants")
    planned = frames.read(variants, statistics.PLANNED_COLUMNS, order_by=["experiment", "variant"])
    columns = [*statistics.customer_columns(metrics), bandits.SEGMENT]
    customers = frames.read(dbt.ref("bandit_customers"), columns, order_by=["experiment", "customer_id"])

    return bandits.allocations(
        *(customers, metrics, plans, planned),
        method=method,
        floor=floor,
        fewest_customers=fewest_customers,
        relevant_change=relevant_change,
        level=level,
    )
