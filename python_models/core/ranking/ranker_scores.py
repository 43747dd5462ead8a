from warehouse_recommender import frames
from warehouse_recommender.ranking import ranker


def model(dbt, session):
    features = dbt.config.meta_get("features")
    blend_scale = dbt.config.meta_get("ranker_blend_scale")

    columns = [*ranker.KEY_COLUMNS, "mode", "weighted_score", *features]
    candidates = frames.read(dbt.ref("ranker_inputs"), columns, order_by=None)
    fits = frames.read(dbt.ref("ranker_fits"), ranker.FIT_SCHEMA.names, order_by=["mode", "method"])

    return ranker.scores(candidates, fits, features=features, blend_scale=blend_scale)
