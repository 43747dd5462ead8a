from warehouse_recommender import frames
from warehouse_recommender.ranking import ranker


def model(dbt, session):
    blend_scale = dbt.config.meta_get("ranker_blend_scale")

    known = frames.read(dbt.ref("ranker_features"), ["feature"], order_by=["place"])
    features = known["feature"].to_pylist()
    columns = [*ranker.KEY_COLUMNS, "mode", "weighted_score", *features]
    lists = frames.read(dbt.ref("lists"), ["list_index"], order_by=["list_index"])
    highest = max(lists["list_index"].to_pylist(), default=-1)
    candidates = frames.read_in_blocks(session, dbt.ref("ranking_features"), columns, highest, ranker.LISTS_AT_A_TIME)
    fits = frames.read(dbt.ref("ranker_fits"), ranker.FIT_SCHEMA.names, order_by=["mode", "method"])

    batches = ranker.scores(candidates, fits, features=features, blend_scale=blend_scale)
    return frames.stream(ranker.SCORE_SCHEMA, batches)
