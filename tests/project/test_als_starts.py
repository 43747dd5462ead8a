"""ALS reuses factors of the previous build only as `als_start` states: frozen product factors, or a start from the last fit."""

import shutil
from pathlib import Path

import implicit.gpu
import pytest

from tests.conftest import Run, run_dbt

FACTORS = """
    select cutoff_id, md5(string_agg(cast(factors as varchar), '|' order by product_index)) as factors
    from candidates.als_product_factors group by cutoff_id order by cutoff_id
"""


@pytest.fixture(scope="module")
def rebuilt(demo_build: Run, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple]]:
    """Factors of the demo store by fit: the first build, and later fits with half the value of `als_alpha`."""
    folder = tmp_path_factory.mktemp("als_starts")
    shutil.copy(demo_build.warehouse, folder / "warehouse.duckdb")
    found = {"first": demo_build.query(FACTORS)}
    for name, arguments in {
        "frozen": {"als_start": "frozen", "als_alpha": 2.5},
        "last": {"als_start": "last", "als_alpha": 2.5},
        "svd": {},
    }.items():
        found[name] = fit(folder, arguments)
    found["full_refresh"] = fit(folder, {"als_start": "frozen"}, "--full-refresh")
    return found


def fit(folder: Path, variables: dict[str, object], *arguments: str) -> list[tuple]:
    run = run_dbt(folder, "run", "--select", "als_cells", "als_product_factors", *arguments, variables=variables)
    assert run.succeeded, run.output
    return run.query(FACTORS)


def test_frozen_start_keeps_product_factors_of_previous_build(rebuilt: dict[str, list[tuple]]) -> None:
    assert [cutoff for cutoff, *_ in rebuilt["first"]] == ["live", "test", "tune_1", "tune_2"]
    assert rebuilt["frozen"] == rebuilt["first"]


def test_last_start_updates_factors_at_every_cutoff(rebuilt: dict[str, list[tuple]]) -> None:
    assert all(warm != first for warm, first in zip(rebuilt["last"], rebuilt["first"], strict=True))


def test_default_start_does_not_depend_on_previous_builds(rebuilt: dict[str, list[tuple]]) -> None:
    assert rebuilt["svd"] == rebuilt["first"]


def test_full_refresh_ignores_frozen_factors(rebuilt: dict[str, list[tuple]]) -> None:
    """`--full-refresh` with `als_start: frozen` fits from scratch, so the factors equal those of the default start."""
    assert rebuilt["full_refresh"] == rebuilt["svd"]


@pytest.mark.skipif(implicit.gpu.HAS_CUDA, reason="there is a GPU here")
def test_missing_gpu_is_refused_with_advice(tmp_path: Path) -> None:
    run = run_dbt(tmp_path, "run", "--select", "als_curves", variables={"als_device": "gpu"})
    assert not run.succeeded
    assert 'als_device is "gpu". Accepted: cpu, because the library implicit finds no GPU' in run.output
    assert "install implicit[gpu]" in run.output
    assert "START python" not in run.output, "the run was not refused before the first model"
