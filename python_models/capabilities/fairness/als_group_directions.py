from warehouse_recommender import frames
from warehouse_recommender.candidates import als, trials
from warehouse_recommender.fairness import directions


def model(dbt, session):
    attribute = dbt.config.meta_get("fairness_attribute")
    fewest = dbt.config.meta_get("fairness_fewest_customers")
    strength = dbt.config.meta_get("fairness_debias_strength")

    keys = ["cutoff_id", "customer_index", "product_index"]
    found = frames.read(dbt.ref("source_trials"), trials.CHOICE_COLUMNS, order_by=["search", "trial"])
    cells = frames.read_sample(dbt.ref("als_cells"), als.CELL_COLUMNS, order_by=keys)
    products = frames.read(dbt.ref("als_product_factors"), als.PRODUCT_COLUMNS, order_by=["cutoff_id", "product_index"])
    members = frames.read(dbt.ref("customer_groups"), directions.MEMBER_COLUMNS, order_by=["customer_index", "attribute"])

    return directions.group_directions(
        cells, products, members, attribute=attribute, fewest=fewest, strength=strength, regularization=trials.als_penalty(found)
    )
