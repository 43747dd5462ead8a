"""What is remembered from build to build: parameters of scaling stay, and segments keep their labels."""

from pathlib import Path

import pytest

from tests.conftest import Run, run_dbt
from tests.project.test_incremental import WITHOUT_TESTS, read, write

SELECTED = ("build", "--select", "+segment_history", "+segment_transitions", *WITHOUT_TESTS, "--threads", "1")
NEW_SHARE = 0.03  # share of the order lines and events that come with the second delivery
MOST_RELABELLED = 0.05  # share of the customers known before whose segment may be another one thirteen days later
REMEMBERED = ("features.scaling_parameters", "marts.segment_history", "marts.segment_transitions")
TABLES = {"order_lines": "ordered_at", "events": "occurred_at", "customers": None, "products": None}


def deliver(folder: Path, share: float) -> None:
    """Write the demo store's files with the oldest `share` of their rows in time; of equal times all or none."""
    for table, time in TABLES.items():
        rows = read(table)
        if time is not None:
            times = sorted(row[time] for row in rows if row[time][:2] == "20")
            rows = [row for row in rows if row[time] <= times[int(share * len(times)) - 1]]
        write(folder / f"{table}.csv", rows)


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, dict[str, list[tuple]]]:
    """The second build, and what the first one had left of the tables that remember."""
    store, build = tmp_path_factory.mktemp("store"), tmp_path_factory.mktemp("build")
    variables = {
        "dataset": "shop",
        "smallest_published_cell": 1,  # all moves are to be seen
        "raw_path": str(store),
        "raw": {table: {"file": f"<raw_path>/{table}.csv"} for table in TABLES},
    }
    deliver(store, 1 - NEW_SHARE)
    first = run_dbt(build, *SELECTED, variables=variables)
    assert first.succeeded, first.output
    left = {table: first.query(f"select * from {table} order by all") for table in REMEMBERED}
    deliver(store, 1)
    second = run_dbt(build, *SELECTED, variables=variables)
    assert second.succeeded, second.output
    return second, left


@pytest.mark.xdist_group("rebuilds")
def test_parameters_of_scaling_stay(builds: tuple[Run, dict[str, list[tuple]]]) -> None:
    second, left = builds
    assert len(left["features.scaling_parameters"]) > 0
    assert second.query("select * from features.scaling_parameters order by all") == left["features.scaling_parameters"]
    # Otherwise nothing was there that could have moved them: by the new data alone they would be others.
    measured = "select stddev_samp(feature_value) from features.customer_measures where feature = 'tenure_days' group by {}"
    assert len(set(second.query(measured.format("cutoff_id")))) > 1


@pytest.mark.xdist_group("rebuilds")
def test_what_is_recorded_of_segments_stays_and_the_new_moment_is_added(builds: tuple[Run, dict[str, list[tuple]]]) -> None:
    second, left = builds
    (newest,) = second.query("select max(cutoff_at) from interactions.cutoffs")
    for table in ("marts.segment_history", "marts.segment_transitions"):
        recorded = second.query(f"select * from {table} order by all")
        assert len(left[table]) > 0
        assert [row for row in recorded if row[0] != newest[0]] == left[table]
        assert len(recorded) > len(left[table])


@pytest.mark.xdist_group("rebuilds")
def test_customers_keep_their_segment(builds: tuple[Run, dict[str, list[tuple]]]) -> None:
    second, _ = builds
    (counts,) = second.query(
        """with moments as (select as_of, dense_rank() over (order by as_of desc) as place from marts.segment_history),
        moves as (
            select customer_id, max(segment) filter (where place = 1) as now, max(segment) filter (where place = 2) as before
            from marts.segment_history join (select distinct * from moments) using (as_of) group by customer_id
        )
        select count(*), count(*) filter (where now <> before), count(distinct now) from moves
        where now is not null and before is not null"""
    )
    known, relabelled, segments = counts
    assert segments > 1
    assert known > 500
    assert 0 < relabelled <= MOST_RELABELLED * known
