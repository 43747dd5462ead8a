from warehouse_recommender import frames
from warehouse_recommender.candidates import ease, problem, trials


def model(dbt, session):
    found = frames.read(dbt.ref("source_trials"), trials.CHOICE_COLUMNS, order_by=["search", "trial"])
    strengths = frames.read_sample(dbt.ref("customer_product_strengths"), problem.STRENGTH_COLUMNS, order_by=None)

    share = trials.chosen_share(found, "ease")
    return frames.stream(ease.WEIGHT_SCHEMA, ease.weights(strengths, penalty_share=share, memory=ease.MEMORY))
