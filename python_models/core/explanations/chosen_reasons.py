from warehouse_recommender import frames
from warehouse_recommender.ranking import reasons


def model(dbt, session):
    options = frames.read(dbt.ref("reason_options"), reasons.OPTION_COLUMNS, order_by=None)

    return reasons.choose(options)
