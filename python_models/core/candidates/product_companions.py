from warehouse_recommender import frames
from warehouse_recommender.candidates import pairs, problem


def model(dbt, session):
    known, cutoffs = dbt.ref("order_products"), dbt.ref("cutoffs")
    sampled = frames.in_sample(known, "order_id", pairs.MOST_SAMPLED_ORDERS)
    orders = frames.read_blocks(known, pairs.ORDER_COLUMNS, ["cutoff_id"], order_by=None, of=cutoffs, where=sampled)
    products = frames.read(dbt.ref("cutoff_products"), problem.PRODUCT_COLUMNS, order_by=problem.PRODUCT_ORDER)

    return pairs.companions(orders, products)
