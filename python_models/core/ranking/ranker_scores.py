from warehouse_recommender import frames
from warehouse_recommender.ranking import ranker


def model(dbt, session):
    blend_scale = dbt.config.meta_get("ranker_blend_scale")

    known = frames.read(dbt.ref("ranker_features"), ["feature"], order_by=["place"])
    features = known["feature"].to_pylist()
    columns = [*ranker.KEY_COLUMNS, "mode", "weighted_score", *features]
    fits = frames.read(dbt.ref("ranker_fits"), ranker.FIT_SCHEMA.names, order_by=["mode", "method"])
    candidates, lists = frames.Rows(dbt.ref("ranking_features"), columns), dbt.ref("lists")

    def compute(candidates):
        return ranker.scores(candidates, fits, features=features, blend_scale=blend_scale)

    return frames.stream_by_lists(session, compute, ranker.SCORE_SCHEMA, candidates, size=ranker.LISTS_AT_A_TIME, of=lists)
