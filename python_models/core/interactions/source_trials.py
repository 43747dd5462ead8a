from warehouse_recommender import frames
from warehouse_recommender.candidates import trials


def model(dbt, session):
    given = dbt.config.meta_get("given")
    settings = dbt.config.meta_get("settings")

    order = ["customer_index", "moment_number", "product_index", "is_label", "age_days", "weight"]
    rows = frames.read(dbt.ref("tuning_histories"), trials.ROW_COLUMNS, order_by=order)

    return trials.trials(rows, **given, **settings)
