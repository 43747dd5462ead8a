from warehouse_recommender import frames
from warehouse_recommender.ranking import contributions, ranker


def model(dbt, session):
    blend_scale = dbt.config.meta_get("ranker_blend_scale")

    known = frames.read(dbt.ref("ranker_features"), ["feature", "family", "is_per_source"], order_by=["place"])
    seen = known.to_pylist()
    features = [row["feature"] for row in seen]
    columns = [*contributions.KEY_COLUMNS, *contributions.PART_COLUMNS]
    columns += [feature for feature in features if feature not in columns]
    sources = frames.read(dbt.ref("candidate_sources"), contributions.SOURCE_COLUMNS, order_by=["place"])
    fits = frames.read(dbt.ref("ranker_fits"), ranker.FIT_SCHEMA.names, order_by=["mode", "method"])
    served = frames.Rows(dbt.ref("explained_lists"), columns)
    families = [None if row["is_per_source"] else row["family"] for row in seen]

    def compute(served):
        return contributions.contributions(served, sources, fits, features=features, families=families, blend_scale=blend_scale)

    return frames.by_rows(session, compute, contributions.CONTRIBUTION_SCHEMA, served)
