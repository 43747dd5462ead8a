from warehouse_recommender import frames
from warehouse_recommender.ranking import ablation, blend
from warehouse_recommender.ranking.lists import RANKING_K


def model(dbt, session):
    known = frames.read(dbt.ref("candidate_sources"), ["source"], order_by=["place"])
    sources = known["source"].to_pylist()
    steps = dbt.config.meta_get("ablation_steps")
    rounds = dbt.config.meta_get("ablation_rounds")
    most_lists = dbt.config.meta_get("ablation_lists")

    keys = ["mode", "list_index", "product_index", "source"]
    pool = frames.read(dbt.ref("tuning_pool"), ablation.SOURCE_COLUMNS, order_by=keys)
    trials = frames.read(dbt.ref("blend_trials"), blend.TRIAL_SCHEMA.names, ["mode", "rung", "activity_band", "trial", "source"])

    return ablation.source_ablations(
        pool,
        trials,
        sources=sources,
        normalisations=blend.NORMALISATIONS,
        steps=steps,
        rounds=rounds,
        most_lists=most_lists,
        k=RANKING_K,
    )
