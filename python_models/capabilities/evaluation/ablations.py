from warehouse_recommender import frames
from warehouse_recommender.evaluation import ablation
from warehouse_recommender.ranking import blend


def model(dbt, session):
    sources = dbt.config.meta_get("sources")
    normalisations = dbt.config.meta_get("normalisations")
    features = dbt.config.meta_get("features")
    blend_scale = dbt.config.meta_get("ranker_blend_scale")
    parameters = dbt.config.meta_get("parameters")
    most_lists = dbt.config.meta_get("ablation_lists")
    k = dbt.config.meta_get("ranking_k")
    replicates = dbt.config.meta_get("bootstrap_replicates")
    level = dbt.config.meta_get("confidence_level")

    candidates = ["mode", "list_index", "product_index", "source"]
    pool = frames.read(dbt.ref("tuning_pool"), ablation.SOURCE_COLUMNS, order_by=candidates)
    trials = frames.read(dbt.ref("blend_trials"), blend.TRIAL_SCHEMA.names, ["mode", "rung", "activity_band", "trial", "source"])
    columns = [*ablation.FAMILY_COLUMNS, *(row["feature"] for row in features)]
    examples = frames.read(dbt.ref("ranking_examples"), columns, order_by=["list_index", "pool_rank"])

    return ablation.ablations(
        *(pool, trials, examples),
        sources=sources,
        normalisations=normalisations,
        features=features,
        blend_scale=blend_scale,
        parameters=parameters,
        most_lists=most_lists,
        k=k,
        replicates=replicates,
        level=level,
    )
