from warehouse_recommender import frames
from warehouse_recommender.ranking import ranker


def model(dbt, session):
    known = frames.read(dbt.ref("ranker_features"), ["feature"], order_by=["place"])
    features = known["feature"].to_pylist()
    columns = [*ranker.KEY_COLUMNS, "mode", *features]
    served = frames.read(dbt.ref("explained_lists"), columns, order_by=None, where="method = 'stacked'")
    fits = frames.read(dbt.ref("ranker_fits"), ranker.FIT_SCHEMA.names, order_by=["mode", "method"])

    return ranker.contributions(served, fits, features=features)
