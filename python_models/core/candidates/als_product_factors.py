from warehouse_recommender import frames, spark_als
from warehouse_recommender.candidates import als, learning_curve, trials


def model(dbt, session):
    backend = dbt.config.meta_get("backend")
    settings = dbt.config.meta_get("settings")

    cutoffs = frames.read(dbt.ref("cutoffs"), als.CUTOFF_COLUMNS, order_by=["cutoff_id"])
    found = frames.read(dbt.ref("source_trials"), trials.CHOICE_COLUMNS, order_by=["search", "trial"])
    curves = frames.read(dbt.ref("als_curves"), learning_curve.SWEEP_COLUMNS, order_by=["cutoff_id", "iteration"])
    known, settings = dbt.ref("als_cells"), trials.als_settings(found, **settings)
    if backend == "spark":
        sweeps = learning_curve.chosen_sweeps(curves, settings.iterations)
        return spark_als.product_factors(session, cutoffs, known, sweeps, settings)
    cells = frames.read_sample(known, als.CELL_COLUMNS, order_by=None)
    previous = frames.read_previous(dbt, session, als.PRODUCT_SCHEMA, order_by=["as_of", "cutoff_id", "product_index"])

    return als.product_factors(cutoffs, cells, curves, previous, settings=settings)
