from warehouse_recommender import frames
from warehouse_recommender.candidates import pairs, problem


def model(dbt, session):
    cutoffs = dbt.ref("cutoffs")
    orders = frames.read_blocks(dbt.ref("order_products"), pairs.ORDER_COLUMNS, ["cutoff_id"], order_by=None, of=cutoffs)
    products = frames.read(dbt.ref("cutoff_products"), problem.PRODUCT_COLUMNS, order_by=problem.PRODUCT_ORDER)

    return pairs.companions(orders, products)
