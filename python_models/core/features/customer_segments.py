from warehouse_recommender import frames
from warehouse_recommender.features import segments


def model(dbt, session):
    keys = ["cutoff_id", "customer_index", "axis_index"]
    cutoffs = frames.read(dbt.ref("cutoffs"), segments.CUTOFF_COLUMNS, order_by=["cutoff_id"])
    axes = frames.read(dbt.ref("segment_axes"), segments.AXIS_COLUMNS, order_by=["cutoff_id", "axis_index"])
    fits = frames.read(dbt.ref("segment_fits"), segments.FIT_COLUMNS, order_by=["as_of", "segment", "axis"])
    inputs = frames.Rows(dbt.ref("segment_inputs"), segments.INPUT_COLUMNS, order_by=keys)

    def compute(inputs):
        return segments.assign(cutoffs, axes, inputs, fits)

    return frames.by_customers(session, compute, segments.SEGMENT_SCHEMA, inputs)
