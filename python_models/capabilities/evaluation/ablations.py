from warehouse_recommender import frames
from warehouse_recommender.evaluation import ablation
from warehouse_recommender.ranking import blend, ranker
from warehouse_recommender.ranking.lists import RANKING_K


def model(dbt, session):
    depth = dbt.config.meta_get("candidates_per_source")
    blend_scale = dbt.config.meta_get("ranker_blend_scale")
    leaves = dbt.config.meta_get("ranker_leaves")
    learning_rate = dbt.config.meta_get("ranker_learning_rate")
    seed = dbt.config.meta_get("seed")
    most_labels = dbt.config.meta_get("evaluation_ablation_labels")
    replicates = dbt.config.meta_get("evaluation_bootstrap_replicates")
    level = dbt.config.meta_get("evaluation_confidence_level")

    known = frames.read(dbt.ref("candidate_sources"), ["source"], order_by=["place"])
    seen = frames.read(dbt.ref("ranker_features"), ranker.FEATURE_COLUMNS, order_by=["place"])
    sources, features = known["source"].to_pylist(), seen.to_pylist()
    pool = frames.read(dbt.ref("tuning_pool"), ablation.SOURCE_COLUMNS, order_by=["list_index", "product_index"])
    trials = frames.read(dbt.ref("blend_trials"), blend.TRIAL_SCHEMA.names, ["mode", "tier", "activity_band", "trial", "source"])
    columns = [*ablation.FAMILY_COLUMNS, *(row["feature"] for row in features)]
    examples = frames.read(dbt.ref("ranking_examples"), columns, order_by=["list_index", "pool_rank"])
    customers = frames.read(dbt.ref("clean_customers"), ablation.CUSTOMER_COLUMNS, order_by=["customer_index"])

    return ablation.ablations(
        *(pool, trials, examples, customers),
        sources=sources,
        depth=depth,
        features=features,
        blend_scale=blend_scale,
        parameters=ranker.lightgbm_parameters(leaves=leaves, learning_rate=learning_rate, seed=seed),
        most_labels=most_labels,
        k=RANKING_K,
        replicates=replicates,
        level=level,
    )
