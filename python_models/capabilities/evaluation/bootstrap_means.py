from warehouse_recommender import frames
from warehouse_recommender.evaluation import means


def model(dbt, session):
    group_k = dbt.config.meta_get("evaluation_k")
    replicates = dbt.config.meta_get("evaluation_bootstrap_replicates")
    level = dbt.config.meta_get("evaluation_confidence_level")

    blocks, keys = means.BLOCK_COLUMNS, means.KEY_COLUMNS
    customers = frames.read_blocks(dbt.ref("customer_metrics"), [*keys, *means.CUSTOMER_METRICS], blocks, order_by=None)
    lists = frames.read_blocks(dbt.ref("list_metrics"), [*keys, *means.LIST_METRICS], blocks, order_by=None)
    slices = frames.read(dbt.ref("customer_slices"), means.SLICE_COLUMNS, order_by=means.SLICE_COLUMNS)

    return means.list_means(customers, lists, slices, group_k=group_k, replicates=replicates, level=level)
