from warehouse_recommender import frames
from warehouse_recommender.fairness import tradeoff


def model(dbt, session):
    fewest = dbt.config.meta_get("fairness_fewest_customers")
    replicates = dbt.config.meta_get("evaluation_bootstrap_replicates")
    level = dbt.config.meta_get("evaluation_confidence_level")

    keys = [*tradeoff.TRIAL_COLUMNS, "cutoff_id", "customer_id"]
    terms = frames.read(dbt.ref("mitigation_terms"), tradeoff.TERM_COLUMNS, order_by=keys)
    lists = frames.read(dbt.ref("mitigation_lists"), tradeoff.LIST_COLUMNS, order_by=[*keys, "list_rank"])
    targets = frames.read(dbt.ref("group_targets"), tradeoff.TARGET_COLUMNS, order_by=["cutoff_id", "protected_group"])

    return tradeoff.tradeoffs(terms, lists, targets, fewest=fewest, replicates=replicates, level=level)
