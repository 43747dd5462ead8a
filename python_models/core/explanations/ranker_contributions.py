from warehouse_recommender import frames
from warehouse_recommender.ranking import ranker


def model(dbt, session):
    features = dbt.config.meta_get("features")

    served = frames.read(dbt.ref("explained_lists"), [*ranker.KEY_COLUMNS, "mode", *features], order_by=None, where="method = 'stacked'")
    fits = frames.read(dbt.ref("ranker_fits"), ranker.FIT_SCHEMA.names, order_by=["mode", "method"])

    return ranker.contributions(served, fits, features=features)
