from warehouse_recommender import frames
from warehouse_recommender.candidates import ease, problem


def model(dbt, session):
    columns = problem.PRODUCT_COLUMNS
    touched = frames.read(dbt.ref("customer_product_strengths"), columns, order_by=columns, distinct=True)

    return ease.limits(touched, memory=ease.MEMORY)
