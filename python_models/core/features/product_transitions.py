from warehouse_recommender import frames
from warehouse_recommender.candidates import pairs, problem


def model(dbt, session):
    steps = frames.read_sample(dbt.ref("step_products"), pairs.STEP_COLUMNS, order_by=None)
    cutoffs = frames.read(dbt.ref("cutoffs"), pairs.CUTOFF_COLUMNS, order_by=["cutoff_id"])
    products = frames.read(dbt.ref("cutoff_products"), problem.PRODUCT_COLUMNS, order_by=problem.PRODUCT_ORDER)

    return pairs.transitions(steps, cutoffs, products)
