from warehouse_recommender import frames
from warehouse_recommender.fairness import estimates


def model(dbt, session):
    fewest = dbt.config.meta_get("fairness_fewest_customers")
    replicates = dbt.config.meta_get("evaluation_bootstrap_replicates")
    level = dbt.config.meta_get("evaluation_confidence_level")

    keys = [*estimates.CELL_COLUMNS, "customer_id"]
    terms = frames.read_blocks(dbt.ref("fairness_terms"), estimates.TERM_COLUMNS, estimates.BLOCK_COLUMNS, keys)
    checks = frames.read(dbt.ref("fairness_index"), estimates.CHECK_COLUMNS, order_by=estimates.KEY_COLUMNS)
    shares = frames.read(dbt.ref("representation_audit"), estimates.SHARE_COLUMNS, order_by=estimates.SHARE_COLUMNS[:4])

    return estimates.estimates(terms, checks, shares, fewest=fewest, replicates=replicates, level=level)
