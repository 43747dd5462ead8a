from warehouse_recommender import frames
from warehouse_recommender.experiments import assignment


def model(dbt, session):
    experiments = frames.read(dbt.ref("experiments"), assignment.EXPERIMENT_COLUMNS, order_by=["experiment"])

    return assignment.layer_slices(experiments)
