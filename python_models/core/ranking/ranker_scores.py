from warehouse_recommender import frames
from warehouse_recommender.ranking import ranker


def model(dbt, session):
    blend_scale = dbt.config.meta_get("ranker_blend_scale")

    known = frames.read(dbt.ref("ranker_features"), ["feature"], order_by=["place"])
    features = known["feature"].to_pylist()
    methods = frames.read(dbt.ref("ranking_methods"), ranker.METHOD_COLUMNS, order_by=["mode", "method"])
    columns = [*ranker.KEY_COLUMNS, "mode", "weighted_score", *features]
    where, rows = ranker.needed_scores(methods), ranker.PREDICTED_ROWS
    candidates = frames.read_batches(session, dbt.ref("ranking_features"), columns, where, rows)
    fits = frames.read(dbt.ref("ranker_fits"), ranker.FIT_SCHEMA.names, order_by=["mode", "method"])

    batches = ranker.scores(candidates, fits, features=features, blend_scale=blend_scale)
    return frames.stream(ranker.SCORE_SCHEMA, batches)
