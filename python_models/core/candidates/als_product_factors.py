from warehouse_recommender import frames
from warehouse_recommender.candidates import als, learning_curve, trials


def model(dbt, session):
    settings = dbt.config.meta_get("settings")

    cutoffs = frames.read(dbt.ref("cutoffs"), als.CUTOFF_COLUMNS, order_by=["cutoff_id"])
    found = frames.read(dbt.ref("source_trials"), trials.CHOICE_COLUMNS, order_by=["search", "trial"])
    cells = frames.read(dbt.ref("als_cells"), als.CELL_COLUMNS, order_by=None)
    curves = frames.read(dbt.ref("als_curves"), learning_curve.SWEEP_COLUMNS, order_by=["cutoff_id", "iteration"])
    previous = frames.read_previous(dbt, session, als.PRODUCT_SCHEMA, order_by=["as_of", "cutoff_id", "product_index"])

    return als.product_factors(cutoffs, cells, curves, previous, settings=trials.als_settings(found, **settings))
