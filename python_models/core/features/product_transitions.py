from warehouse_recommender import frames
from warehouse_recommender.candidates import pairs, problem


def model(dbt, session):
    keys = ["customer_index", "chain_number", "step", "product_index"]
    cutoffs = dbt.ref("cutoffs")
    steps = frames.read_blocks(dbt.ref("step_products"), pairs.STEP_COLUMNS, ["cutoff_id"], order_by=keys, of=cutoffs)
    products = frames.read(dbt.ref("cutoff_products"), problem.PRODUCT_COLUMNS, order_by=["cutoff_id", "product_index"])

    return pairs.transitions(steps, products)
