from warehouse_recommender import frames
from warehouse_recommender.candidates import als, mitigation


def model(dbt, session):
    strengths = dbt.config.meta_get("mitigation_strengths")
    cap = dbt.config.meta_get("inverse_propensity_cap")
    attribute = dbt.config.meta_get("fairness_attribute")
    fewest = dbt.config.meta_get("fairness_fewest_customers")
    with_repeats = dbt.config.meta_get("with_repeats")
    length = dbt.config.meta_get("evaluation_k")
    settings = als.Settings(**dbt.config.meta_get("settings"))

    keys = ["cutoff_id", "customer_index", "product_index"]
    of_products = ["cutoff_id", "product_index"]
    cells = frames.read(dbt.ref("als_cells"), als.CELL_COLUMNS, order_by=keys)
    stopping = frames.read(dbt.ref("als_stopping"), ["iterations"], order_by=["iterations"])
    customers = frames.read(dbt.ref("mitigation_customers"), mitigation.CUSTOMER_COLUMNS, order_by=keys[:2])
    products = frames.read(dbt.ref("cutoff_products"), mitigation.PRODUCT_COLUMNS, order_by=of_products)
    balances = frames.read(dbt.ref("customer_balances"), mitigation.BALANCE_COLUMNS, order_by=keys[:2])
    propensities = frames.read(dbt.ref("product_propensities"), mitigation.PROPENSITY_COLUMNS, order_by=of_products)
    members = frames.read(dbt.ref("customer_groups"), als.MEMBER_COLUMNS, order_by=["customer_index", "attribute"])

    return mitigation.trials(
        *(cells, stopping, customers, products, balances, propensities, members),
        **{"strengths": strengths, "cap": cap, "attribute": attribute, "fewest": fewest},
        **{"with_repeats": with_repeats, "length": length, "settings": settings},
    )
