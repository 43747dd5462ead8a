from warehouse_recommender import frames
from warehouse_recommender.ranking import reasons


def model(dbt, session):
    options = frames.Rows(dbt.ref("reason_options"), reasons.OPTION_COLUMNS)
    lists = dbt.ref("explained_lists")

    return frames.stream_by_lists(
        *(session, reasons.choose, reasons.REASON_SCHEMA, options),
        size=reasons.LISTS_AT_A_TIME,
        of=lists,
        key="customer_index",
    )
