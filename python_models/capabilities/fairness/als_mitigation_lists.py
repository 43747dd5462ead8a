from warehouse_recommender import frames
from warehouse_recommender.candidates import als, learning_curve
from warehouse_recommender.candidates import trials as of_sources
from warehouse_recommender.fairness import directions, mitigation


def model(dbt, session):
    trials = dbt.config.meta_get("trials")
    settings = dbt.config.meta_get("settings")

    keys = ["cutoff_id", "customer_index", "product_index"]
    of_products = ["cutoff_id", "product_index"]
    found = frames.read(dbt.ref("source_trials"), of_sources.CHOICE_COLUMNS, order_by=["search", "trial"])
    cells = frames.read(dbt.ref("als_cells"), als.CELL_COLUMNS, order_by=keys)
    curves = frames.read(dbt.ref("als_curves"), learning_curve.SWEEP_COLUMNS, order_by=["cutoff_id", "iteration"])
    customers = frames.read(dbt.ref("mitigation_customers"), mitigation.CUSTOMER_COLUMNS, order_by=keys[:2])
    products = frames.read(dbt.ref("cutoff_products"), mitigation.PRODUCT_COLUMNS, order_by=of_products)
    balances = frames.read(dbt.ref("customer_balances"), mitigation.BALANCE_COLUMNS, order_by=keys[:2])
    propensities = frames.read(dbt.ref("product_propensities"), mitigation.PROPENSITY_COLUMNS, order_by=of_products)
    members = frames.read(dbt.ref("customer_groups"), directions.MEMBER_COLUMNS, order_by=["customer_index", "attribute"])

    settings = of_sources.als_settings(found, **settings)
    return mitigation.trials(cells, curves, customers, products, balances, propensities, members, settings=settings, **trials)
