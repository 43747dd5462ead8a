from warehouse_recommender import frames
from warehouse_recommender.evaluation import probabilities
from warehouse_recommender.ranking import ranker


def model(dbt, session):
    blend_scale = dbt.config.meta_get("ranker_blend_scale")
    leaves = dbt.config.meta_get("ranker_leaves")
    learning_rate = dbt.config.meta_get("ranker_learning_rate")
    seed = dbt.config.meta_get("seed")

    known = frames.read(dbt.ref("ranker_features"), ranker.FEATURE_COLUMNS, order_by=["place"])
    features = known["feature"].to_pylist()
    in_use = "is_chosen and method = 'stacked'"
    methods = frames.read(dbt.ref("ranking_methods"), ["mode", "iterations"], order_by=["mode"], where=in_use)
    columns = ["mode", "product_index", *ranker.LABEL_COLUMNS, "weighted_score", *features]
    needed = None if len(methods) else "false"
    lists = frames.read(dbt.ref("ranking_examples"), columns, order_by=["list_index", "pool_rank"], where=needed)
    keys = list(probabilities.KEY_COLUMNS)
    examples = frames.read(dbt.ref("calibration_examples"), probabilities.EXAMPLE_COLUMNS, order_by=keys)

    scores = probabilities.held_out_tree_scores(
        *(lists, methods),
        features=features,
        monotone=known["monotone"].to_pylist(),
        blend_scale=blend_scale,
        parameters=ranker.lightgbm_parameters(leaves=leaves, learning_rate=learning_rate, seed=seed),
    )
    return probabilities.calibrators(examples, scores)
