from warehouse_recommender import frames
from warehouse_recommender.cleaning import ages


def model(dbt, session):
    fewest_rows = dbt.config.meta_get("age_fewest_rows")
    most_rows = dbt.config.meta_get("age_most_rows")
    neighbours = dbt.config.meta_get("age_neighbours")
    trees = dbt.config.meta_get("age_trees")
    leaf_rows = dbt.config.meta_get("age_leaf_rows")
    seed = dbt.config.meta_get("seed")

    samples = frames.read(dbt.ref("age_samples"), ages.SAMPLE_COLUMNS, order_by=["record_id"])

    return ages.estimates(
        samples,
        fewest_rows=fewest_rows,
        most_rows=most_rows,
        neighbours=neighbours,
        trees=trees,
        leaf_rows=leaf_rows,
        seed=seed,
    )
