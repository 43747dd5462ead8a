from warehouse_recommender import frames
from warehouse_recommender.candidates import als, learning_curve, trials


def model(dbt, session):
    settings = dbt.config.meta_get("settings")
    stops_early = dbt.config.meta_get("als_early_stopping")

    cutoffs = frames.read(dbt.ref("cutoffs"), learning_curve.PURPOSE_COLUMNS, order_by=["cutoff_id"])
    found = frames.read(dbt.ref("source_trials"), trials.CHOICE_COLUMNS, order_by=["search", "trial"])
    cells = frames.read_sample(dbt.ref("als_cells"), als.CELL_COLUMNS, order_by=None)

    return learning_curve.learning_curve(cutoffs, cells, stops_early=stops_early, settings=trials.als_settings(found, **settings))
