from warehouse_recommender import frames
from warehouse_recommender.cleaning import ages


def model(dbt, session):
    seed = dbt.config.meta_get("seed")

    of_ages = "raw_table = 'customers' and column_name = 'age'"
    policies, customers = dbt.ref("missing_value_policies"), dbt.ref("standard_customers")
    policy = frames.read(policies, ["policy"], order_by=["policy"], where=of_ages)["policy"].to_pylist()[0]
    if policy not in ages.POLICIES:
        return ages.ESTIMATE_SCHEMA.empty_table()
    samples = frames.read(customers, ages.SAMPLE_COLUMNS, order_by=["record_id"], where="known_age is null or is_fit")

    return ages.estimates(samples, policy=policy, seed=seed)
