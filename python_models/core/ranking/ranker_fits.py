from warehouse_recommender import frames
from warehouse_recommender.ranking import ranker
from warehouse_recommender.ranking.lists import RANKING_K


def model(dbt, session):
    blend_scale = dbt.config.meta_get("ranker_blend_scale")
    iterations = dbt.config.meta_get("ranker_iterations")
    leaves = dbt.config.meta_get("ranker_leaves")
    learning_rate = dbt.config.meta_get("ranker_learning_rate")
    seed = dbt.config.meta_get("seed")

    known = frames.read(dbt.ref("ranker_features"), ranker.FEATURE_COLUMNS, order_by=["place"])
    features = known["feature"].to_pylist()
    columns = ["mode", *ranker.LABEL_COLUMNS, "weighted_score", "cascade_score", *features]
    examples = frames.read(dbt.ref("ranking_examples"), columns, order_by=["list_index", "pool_rank"])

    return ranker.fit(
        examples,
        features=features,
        monotone=known["monotone"].to_pylist(),
        blend_scale=blend_scale,
        iterations=iterations,
        step=ranker.STEP,
        k=RANKING_K,
        parameters=ranker.lightgbm_parameters(leaves=leaves, learning_rate=learning_rate, seed=seed),
    )
