from warehouse_recommender import frames
from warehouse_recommender.ranking import ranker


def model(dbt, session):
    features = dbt.config.meta_get("features")
    monotone = dbt.config.meta_get("monotone")
    blend_scale = dbt.config.meta_get("ranker_blend_scale")
    iterations = dbt.config.meta_get("ranker_iterations")
    step = dbt.config.meta_get("ranker_step")
    k = dbt.config.meta_get("ranking_k")
    parameters = dbt.config.meta_get("parameters")

    columns = ["mode", *ranker.LABEL_COLUMNS, "weighted_score", "cascade_score", *features]
    examples = frames.read(dbt.ref("ranking_examples"), columns, order_by=["list_index", "pool_rank"])

    return ranker.fit(
        examples,
        features=features,
        monotone=monotone,
        blend_scale=blend_scale,
        iterations=iterations,
        step=step,
        k=k,
        parameters=parameters,
    )
