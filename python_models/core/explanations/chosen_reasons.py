from warehouse_recommender import frames
from warehouse_recommender.ranking import reasons


def model(dbt, session):
    options, lists = dbt.ref("reason_options"), dbt.ref("explained_lists")

    return frames.stream_by_lists(
        *(session, reasons.choose, reasons.REASON_SCHEMA, options, reasons.OPTION_COLUMNS),
        size=reasons.LISTS_AT_A_TIME,
        of=lists,
        whole=True,
    )
