from warehouse_recommender import frames
from warehouse_recommender.features import segments


def model(dbt, session):
    method = dbt.config.meta_get("segment_method")
    seed = dbt.config.meta_get("seed")

    keys = ["cutoff_id", "sample_rank", "axis_index"]
    cutoffs = frames.read(dbt.ref("cutoffs"), segments.CUTOFF_COLUMNS, order_by=["cutoff_id"])
    axes = frames.read(dbt.ref("segment_axes"), segments.AXIS_COLUMNS, order_by=["cutoff_id", "axis_index"])
    inputs = dbt.ref("segment_inputs")
    sample = frames.read(inputs, segments.SAMPLE_COLUMNS, order_by=keys, where="sample_rank is not null")
    previous = frames.read_previous(dbt, session, segments.FIT_SCHEMA, order_by=["as_of", "segment", "axis"])

    return segments.fit(
        cutoffs,
        axes,
        sample,
        previous,
        method=method,
        lowest_k=segments.LOWEST_K,
        highest_k=segments.HIGHEST_K,
        seeds=segments.SEEDS,
        smallest_stability=segments.SMALLEST_STABILITY,
        refit_gain=segments.REFIT_GAIN,
        seed=seed,
    )
