from warehouse_recommender import frames
from warehouse_recommender.ranking import ranker


def model(dbt, session):
    known = frames.read(dbt.ref("ranker_features"), ["feature", "family", "is_per_source"], order_by=["place"])
    seen = known.to_pylist()
    features = [row["feature"] for row in seen]
    columns = [*ranker.KEY_COLUMNS, "mode", *features]
    served = frames.read(dbt.ref("explained_lists"), columns, order_by=None, where="method = 'stacked'")
    fits = frames.read(dbt.ref("ranker_fits"), ranker.FIT_SCHEMA.names, order_by=["mode", "method"])

    families = [None if row["is_per_source"] else row["family"] for row in seen]
    return ranker.contributions(served, fits, features=features, families=families)
