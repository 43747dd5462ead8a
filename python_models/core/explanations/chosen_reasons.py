from warehouse_recommender import frames
from warehouse_recommender.ranking import reasons


def model(dbt, session):
    served = frames.read(dbt.ref("explained_lists"), ["list_index"], ["list_index"], distinct=True)
    indexes = served["list_index"].to_pylist() or [0]
    options = frames.read_in_blocks(
        session, dbt.ref("reason_options"), reasons.OPTION_COLUMNS, indexes[-1], reasons.LISTS_AT_A_TIME, indexes[0]
    )

    return frames.stream(reasons.REASON_SCHEMA, reasons.choose(options))
