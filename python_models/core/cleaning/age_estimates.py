from warehouse_recommender import frames
from warehouse_recommender.cleaning import ages


def model(dbt, session):
    seed = dbt.config.meta_get("seed")

    policies = dbt.ref("missing_value_policies").filter("raw_table = 'customers' and column_name = 'age'")
    policy = frames.read(policies, ["policy"], order_by=["policy"])["policy"].to_pylist()[0]
    if policy not in ages.POLICIES:
        return ages.ESTIMATE_SCHEMA.empty_table()
    customers = dbt.ref("standard_customers").filter("known_age is null or is_fit")

    return ages.estimates(frames.read(customers, ages.SAMPLE_COLUMNS, order_by=["record_id"]), policy=policy, seed=seed)
