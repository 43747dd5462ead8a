from warehouse_recommender import frames
from warehouse_recommender.ranking import ablation, ranker
from warehouse_recommender.ranking.lists import RANKING_K


def model(dbt, session):
    blend_scale = dbt.config.meta_get("ranker_blend_scale")
    leaves = dbt.config.meta_get("ranker_leaves")
    learning_rate = dbt.config.meta_get("ranker_learning_rate")
    trees = dbt.config.meta_get("ablation_trees")
    most_lists = dbt.config.meta_get("ablation_lists")
    seed = dbt.config.meta_get("seed")

    known = frames.read(dbt.ref("ranker_features"), ranker.FEATURE_COLUMNS, order_by=["place"])
    features = known["feature"].to_pylist()
    columns = [*ablation.FAMILY_COLUMNS, *features]
    examples = frames.read(dbt.ref("ranking_examples"), columns, order_by=["list_index", "pool_rank"])

    return ablation.family_ablations(
        examples,
        features=features,
        families=known["family"].to_pylist(),
        monotone=known["monotone"].to_pylist(),
        blend_scale=blend_scale,
        trees=trees,
        most_lists=most_lists,
        k=RANKING_K,
        parameters=ranker.lightgbm_parameters(leaves=leaves, learning_rate=learning_rate, seed=seed),
    )
