from warehouse_recommender import frames
from warehouse_recommender.candidates import ease, problem


def model(dbt, session):
    strengths = frames.read(dbt.ref("customer_product_strengths"), problem.STRENGTH_COLUMNS, order_by=None)

    return frames.stream(ease.WEIGHT_SCHEMA, ease.weights(strengths, regularization=ease.REGULARIZATION, memory=ease.MEMORY))
