"""Tuning evaluates as the build does, resumes where it stopped, reads nothing of test, and a build publishes its trials."""

import shutil
from pathlib import Path

import duckdb
import numpy as np
import pytest
import yaml

pytest.importorskip("optuna", reason="make test installs it; by hand: uv sync --group tuning")

from tests.conftest import PROJECT, Run, run_dbt
from warehouse_operations.project import build_vars
from warehouse_operations.tuning.__main__ import main
from warehouse_operations.tuning.parameters import SEED, Range, ranges
from warehouse_operations.tuning.studies import STUDIES
from warehouse_operations.tuning.warehouse import read

FEW_TREES = "{ranker_iterations: 20}"
SOURCES = ["popularity", "als", "spectral", "neighbours"]


def tune(warehouse: Path, folder: Path, *arguments: str) -> tuple[str, str]:
    """Tune in a folder; return the texts of its trials file and its vars file."""
    given = ["--warehouse", str(warehouse), "--folder", str(folder), "--tuned", str(folder / "tuned.yml"), *arguments]
    folder.mkdir(exist_ok=True)
    assert main(given) == 0
    return (folder / "demo_tuning.csv").read_text(), (folder / "tuned.yml").read_text()


def rows_of(trials: str) -> list[dict[str, str]]:
    header, *lines = trials.splitlines()
    return [dict(zip(header.split(","), line.split(","), strict=True)) for line in lines]


@pytest.mark.parametrize("source", SOURCES)
def test_tuning_scores_equal_scores_of_warehouse_lists(demo_build: Run, source: str) -> None:
    """Fails if tuning differs from the build in strengths, settings, withheld products or customers."""
    ((expected,),) = demo_build.query(
        f"""
        with relevant as (
            select
                cutoff_id, customer_index, product_index,
                count(*) over (partition by cutoff_id, customer_index) as relevant_total
            from interactions.relevant_products
            inner join features.cutoff_customers using (cutoff_id, customer_index)
            inner join interactions.cutoffs using (cutoff_id)
            where purpose = 'tune'
        ),
        gains as (
            select cutoff_id, customer_index, sum(1 / log2(source_ranks[place] + 1)) as gain
            from ranking.tuning_pool
            inner join (select list_index, cutoff_id from ranking.lists) using (list_index)
            inner join ranking.candidate_sources on source = '{source}'
            inner join relevant using (cutoff_id, customer_index, product_index)
            where mode = 'all' and source_ranks[place] between 1 and 10
            group by cutoff_id, customer_index
        ),
        ideals as (
            select
                cutoff_id, customer_index,
                (select sum(1 / log2(i + 1)) from range(1, 11) as t(i) where i <= relevant_total) as ideal
            from (select distinct cutoff_id, customer_index, relevant_total from relevant)
        )
        select avg(coalesce(gain / ideal, 0)) from ideals left join gains using (cutoff_id, customer_index)
        """
    )
    variables = build_vars("")
    inputs = read(demo_build.warehouse, "")
    judged = STUDIES[source](inputs, variables | inputs.chosen | {"als_iterations": inputs.sweeps})
    assert judged.mean() == pytest.approx(expected, abs=1e-9)
    assert judged.mean() > 0.05


def corrupted_copy(warehouse: Path, copy: Path) -> Path:
    """Copy a warehouse, remove its test and live cutoffs, and corrupt its interactions after the tune horizons."""
    shutil.copy(warehouse, copy)
    with duckdb.connect(str(copy)) as connection:
        (ends_at,) = connection.execute("select max(horizon_ends_at) from interactions.cutoffs where purpose = 'tune'").fetchone()
        keyed = connection.execute(
            """select schema_name, table_name from duckdb_columns() inner join duckdb_tables() using (schema_name, table_name)
            where column_name = 'cutoff_id'"""
        ).fetchall()
        for schema, table in keyed:
            connection.execute(f'delete from "{schema}"."{table}" where cutoff_id not like \'tune%\'')
        connection.execute("update interactions.interactions set weight = 1e6 where occurred_at >= ?", [ends_at])
        connection.execute(
            """insert into interactions.relevant_products
            select 'test', customer_index, product_index, false
            from cleaning.clean_customers cross join cleaning.clean_products limit 9999"""
        )
        changed = connection.execute("select count(*) from interactions.interactions where weight = 1e6").fetchone()
    assert changed[0] > 100
    assert len(keyed) > 50
    return copy


def test_tuning_reads_nothing_after_the_tune_horizons(demo_build: Run, tmp_path: Path) -> None:
    """With everything after the tune horizons removed or corrupted, all trials are byte-identical."""
    arguments = ["--trials", "2", "--vars", FEW_TREES]
    healthy = tune(demo_build.warehouse, tmp_path / "healthy", *arguments)
    assert {row["study"] for row in rows_of(healthy[0])} == set(STUDIES)
    assert healthy == tune(
        corrupted_copy(demo_build.warehouse, tmp_path / "copy.duckdb"), tmp_path / "corrupted_copy", *arguments
    )


def test_tuning_depends_on_the_tune_horizon(demo_build: Run, tmp_path: Path) -> None:
    """Shows that the test above can fail: changes within the tune horizon change the trials."""
    copy = tmp_path / "copy.duckdb"
    shutil.copy(demo_build.warehouse, copy)
    with duckdb.connect(str(copy)) as connection:
        connection.execute(
            "delete from interactions.relevant_products where cutoff_id = 'tune_1' and md5(cast(product_index as varchar)) < '8'"
        )
    arguments = ["--trials", "1", "--studies", "popularity"]
    healthy, _ = tune(demo_build.warehouse, tmp_path / "healthy", *arguments)
    assert healthy != tune(copy, tmp_path / "changed", *arguments)[0]


@pytest.mark.parametrize("sampler", ["tpe", "random", "grid"])
def test_tuning_resumes_where_it_stopped(demo_build: Run, tmp_path: Path, sampler: str) -> None:
    """Fails if trials are lost or repeated: 5 trials and 8 more must equal the 13 of an uninterrupted run."""
    arguments = ["--studies", "popularity", "--sampler", sampler, "--trials"]
    whole, _ = tune(demo_build.warehouse, tmp_path / "whole", *arguments, "13")
    part, _ = tune(demo_build.warehouse, tmp_path / "parts", *arguments, "5")
    rest, _ = tune(demo_build.warehouse, tmp_path / "parts", *arguments, "13")
    assert len(rows_of(part)) < len(rows_of(rest))
    assert rest == whole
    tried = [row["value"] for row in rows_of(whole)]
    assert len(set(tried[1:])) == len(tried[1:]) == (9 if sampler == "grid" else 13)


def test_tuning_stops_at_the_time_limit(demo_build: Run, tmp_path: Path) -> None:
    trials, _ = tune(demo_build.warehouse, tmp_path / "t", "--studies", "popularity", "--minutes", "0.0001")
    assert [row["is_baseline"] for row in rows_of(trials)] == ["true"]


def test_better_values_are_written_to_the_vars_file(demo_build: Run, tmp_path: Path) -> None:
    """A half-life of one day is far from optimal for popularity. The file holds only known vars with better values."""
    trials, tuned = tune(
        demo_build.warehouse,
        tmp_path / "t",
        "--studies",
        "popularity",
        "--trials",
        "8",
        "--vars",
        "{popularity_half_life_days: 1}",
    )
    (best,) = (row for row in rows_of(trials) if row["is_chosen"] == "true")
    assert best["is_baseline"] == "false"
    assert float(best["difference"]) > float(best["standard_error"])
    found = yaml.safe_load(tuned)
    assert found == {"popularity_half_life_days": pytest.approx(float(best["value"]), rel=1e-5)}
    assert found.keys() <= build_vars("").keys()


def test_build_publishes_the_tuning_trials(demo_build: Run, tmp_path: Path) -> None:
    trials, _ = tune(demo_build.warehouse, tmp_path, "--studies", "popularity", "--trials", "3")
    models = ["tuning_ranges", "stg_tuning_trials", "tuning_trials", "tuning_importance"]
    run = run_dbt(tmp_path, "build", "--select", *models)
    assert run.succeeded, run.output
    published = run.query("select trial, value, ndcg_at_k, unit from marts.tuning_trials order by trial")
    assert published == [(int(r["trial"]), float(r["value"]), float(r["ndcg_at_k"]), "days") for r in rows_of(trials)]
    ((importance, built),) = run.query("select importance, built_value from marts.tuning_importance")
    assert (importance, built) == (1.0, 28.0)


def test_tuning_tables_are_empty_without_tuning(demo_build: Run) -> None:
    assert demo_build.query("select count(*) from marts.tuning_trials") == [(0,)]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--warehouse", "nowhere.duckdb"], ["no warehouse nowhere.duckdb", "make build DATASET=demo"]),
        (["--studies", "als,ease"], ["unknown study 'ease'", "neighbours"]),
        (["--trials", "0"], ["TRIALS is 0", "1 or more"]),
    ],
)
def test_invalid_arguments_of_tuning_are_refused(
    arguments: list[str], said: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    message = capsys.readouterr().err
    assert all(part in message for part in said), message


def test_tuning_refuses_an_empty_warehouse(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    duckdb.connect(str(tmp_path / "w.duckdb")).close()
    assert main(["--warehouse", str(tmp_path / "w.duckdb")]) == 2
    assert "lacks inputs of tuning" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("als,als_colour,1,2,log,true,3,shades", "is not a var of dbt_project.yml"),
        ("sales,als_alpha,1,2,log,true,3,x", "unknown study 'sales'"),
        ("als,als_alpha,0,2,log,false,3,x", "above 0"),
        ("als,als_alpha,3,2,linear,false,3,x", "lowest below highest"),
    ],
)
def test_invalid_tuning_range_is_refused(line: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "ranges.csv"
    file.write_text(SEED.read_text().splitlines()[0] + "\n" + line + "\n")
    with pytest.raises(ValueError, match=said):
        ranges(file, STUDIES, build_vars(""))


def test_grid_is_even_on_its_scale() -> None:
    assert Range("s", "p", 1, 100, "log", False, 3).grid() == pytest.approx([1, 10, 100])
    assert Range("s", "p", 0, 1, "linear", False, 5).grid() == [0, 0.25, 0.5, 0.75, 1]
    assert Range("s", "p", 3, 31, "log", True, 3).grid() == [3, 10, 31]


def test_ranges_name_vars_and_models_do_not_import_optuna() -> None:
    assert len(ranges(SEED, STUDIES, build_vars(""))) > 10
    nodes = [file.read_text() for file in (PROJECT / "python_models").rglob("*.py")]
    assert not any("optuna" in text for text in nodes)
    assert np.isfinite([limits.lowest for limits in ranges(SEED, STUDIES, build_vars(""))]).all()
