"""What als takes over from the build before: nothing by default; the products where they are frozen, a start where it is last."""

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
    """Factors of the demo store after its first build, and after further fits with half the strength of alpha, by their names."""
    folder = tmp_path_factory.mktemp("als_starts")
    shutil.copy(demo_build.warehouse, folder / "warehouse.duckdb")
    found = {"first": demo_build.query(FACTORS)}
    for name, arguments in {
        "frozen": {"als_start": "frozen", "als_alpha": 2.5},
        "last": {"als_start": "last", "als_alpha": 2.5},
        "svd": {},
    }.items():
        found[name] = fit(folder, arguments)
    found["forgotten"] = fit(folder, {"als_start": "frozen"}, "--full-refresh")
    return found


def fit(folder: Path, variables: dict[str, object], *arguments: str) -> list[tuple]:
    run = run_dbt(folder, "run", "--select", "als_cells", "als_product_factors", *arguments, variables=variables)
    assert run.succeeded, run.output
    return run.query(FACTORS)


def test_frozen_products_are_those_of_the_build_before(rebuilt: dict[str, list[tuple]]) -> None:
    assert len(rebuilt["first"]) == 3
    assert rebuilt["frozen"] == rebuilt["first"]


def test_a_warm_start_moves_on(rebuilt: dict[str, list[tuple]]) -> None:
    assert all(warm != first for warm, first in zip(rebuilt["last"], rebuilt["first"], strict=True))


def test_the_default_does_not_depend_on_builds_before(rebuilt: dict[str, list[tuple]]) -> None:
    assert rebuilt["svd"] == rebuilt["first"]


def test_a_full_refresh_forgets(rebuilt: dict[str, list[tuple]]) -> None:
    """--full-refresh under `frozen` fits from scratch: the same as the default start does."""
    assert rebuilt["forgotten"] == rebuilt["svd"]


@pytest.mark.skipif(implicit.gpu.HAS_CUDA, reason="there is a GPU here")
def test_a_gpu_that_is_missing_is_named_with_what_to_do(tmp_path: Path) -> None:
    run = run_dbt(tmp_path, "run", "--select", "als_curves", variables={"als_device": "gpu"})
    assert not run.succeeded
    assert 'als_device is "gpu". Accepted: cpu, because the library implicit finds no GPU here' in run.output
    assert "install implicit[gpu]" in run.output
    assert "START python" not in run.output, "refused before anything is built"
