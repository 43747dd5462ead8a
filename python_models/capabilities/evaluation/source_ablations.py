from warehouse_recommender import frames
from warehouse_recommender.ranking import ablation, blend


def model(dbt, session):
    sources = dbt.config.meta_get("sources")
    normalisations = dbt.config.meta_get("normalisations")
    steps = dbt.config.meta_get("ablation_steps")
    rounds = dbt.config.meta_get("ablation_rounds")
    most_lists = dbt.config.meta_get("ablation_lists")
    k = dbt.config.meta_get("ranking_k")

    keys = ["mode", "list_index", "product_index", "source"]
    pool = frames.read(dbt.ref("tuning_pool"), ablation.SOURCE_COLUMNS, order_by=keys)
    trials = frames.read(dbt.ref("blend_trials"), blend.TRIAL_SCHEMA.names, ["mode", "rung", "activity_band", "trial", "source"])

    return ablation.source_ablations(
        pool,
        trials,
        sources=sources,
        normalisations=normalisations,
        steps=steps,
        rounds=rounds,
        most_lists=most_lists,
        k=k,
    )
