from warehouse_recommender import frames
from warehouse_recommender.privacy import releases


def model(dbt, session):
    is_released = dbt.config.meta_get("private_release")
    mechanism = dbt.config.meta_get("private_mechanism")
    epsilon = dbt.config.meta_get("private_epsilon")
    delta = dbt.config.meta_get("private_delta")
    total_epsilon = dbt.config.meta_get("private_total_epsilon")

    inputs = frames.read(dbt.ref("private_inputs"), releases.INPUT_COLUMNS, order_by=releases.INPUT_KEY)
    order = ["release_number", "statistic", "group_value"]
    previous = frames.read_previous(dbt, session, releases.RELEASE_SCHEMA, order_by=order)
    return releases.next_release(
        inputs,
        previous,
        is_released=is_released,
        mechanism=mechanism,
        epsilon=epsilon,
        delta=delta,
        total_epsilon=total_epsilon,
    )
