from warehouse_recommender import frames
from warehouse_recommender.ranking import ablation


def model(dbt, session):
    features = dbt.config.meta_get("features")
    families = dbt.config.meta_get("families")
    monotone = dbt.config.meta_get("monotone")
    blend_scale = dbt.config.meta_get("ranker_blend_scale")
    trees = dbt.config.meta_get("ablation_trees")
    most_lists = dbt.config.meta_get("ablation_lists")
    k = dbt.config.meta_get("ranking_k")
    parameters = dbt.config.meta_get("parameters")

    columns = [*ablation.FAMILY_COLUMNS, *features]
    examples = frames.read(dbt.ref("ranking_examples"), columns, order_by=["list_index", "pool_rank"])

    return ablation.family_ablations(
        examples,
        features=features,
        families=families,
        monotone=monotone,
        blend_scale=blend_scale,
        trees=trees,
        most_lists=most_lists,
        k=k,
        parameters=parameters,
    )
