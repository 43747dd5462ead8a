"""On stores with a planted law, the right family of sources wins and the blend is no worse than the best source.

The tests use dbt builds with default vars, because half of the sources, the ranker's features and the labels are SQL. Each
build is small and leaves out everything that lists and their evaluation do not need.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from benchmarks import planted_stores as planted
from benchmarks.planted_stores import STORES, WINNERS, Store
from tests.conftest import Run, run_dbt

CUSTOMERS = 500
SEED = 11
K = 10
SIGNIFICANT = 2.0  # standard errors of a paired difference
MODES = ("all", "discovery")
BUILD = ("build", "--exclude-resource-type", "test", "unit_test", "--select", "+customer_metrics", "--threads", "2")
MIXES = ("weighted", "stacked", "cascade", "hybrid", "assembled")


@dataclass(frozen=True)
class Built:
    """A store and the nDCG@K that its build measured, by mode, source and customer."""

    name: str
    store: Store
    ndcgs: dict[str, dict[str, dict[str, float]]]

    def means(self, mode: str) -> dict[str, float]:
        return {source: float(np.mean([*values.values()])) for source, values in self.ndcgs[mode].items()}

    def difference(self, mode: str, one: str, other: str) -> tuple[float, float]:
        """Return the mean paired difference between two sources, and its standard error."""
        values = self.ndcgs[mode]
        gaps = np.array([value - values[other][customer] for customer, value in values[one].items()])
        return float(gaps.mean()), float(gaps.std(ddof=1) / np.sqrt(len(gaps)))

    def best_source(self, mode: str) -> str:
        means = self.means(mode)
        return max((source for source in sorted(means) if source not in MIXES), key=means.__getitem__)


@pytest.fixture(scope="module", params=STORES)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder: Path = tmp_path_factory.mktemp(request.param)
    store = STORES[request.param](CUSTOMERS, SEED)
    planted.write_store(store, folder)
    variables = {"dataset": "planted", "raw_path": str(folder), "raw": planted.mapping(store)}
    run: Run = run_dbt(folder, *BUILD, variables=variables)
    assert run.succeeded, run.output
    ndcgs: dict[str, dict[str, dict[str, float]]] = {}
    rows = run.query(
        f"select mode, source, customer_id, ndcg_at_k from evaluation.customer_metrics where k = {K} and has_history"
    )
    for mode, source, customer, ndcg in rows:
        ndcgs.setdefault(mode, {}).setdefault(source, {})[customer] = ndcg
    return Built(request.param, store, ndcgs)


def test_right_source_family_beats_every_other_source_significantly(built: Built) -> None:
    family, mode = WINNERS[built.name]
    best = built.best_source(mode)
    assert best in family
    for other in built.means(mode).keys() - {*family, *MIXES}:
        gap, error = built.difference(mode, best, other)
        assert gap > SIGNIFICANT * error, other


def test_hybrid_beats_best_source_significantly_if_several_sources_are_informative(built: Built) -> None:
    """Walks are noisy, and due products and new products come from two sources. A single taste needs only one source."""
    family, mode = WINNERS[built.name]
    if len(family) == 1:
        gap, error = built.difference(mode, "hybrid", built.best_source(mode))
        assert gap > SIGNIFICANT * error


@pytest.mark.parametrize("mode", MODES)
def test_hybrid_is_not_significantly_worse_than_best_source(built: Built, mode: str) -> None:
    gap, error = built.difference(mode, "hybrid", built.best_source(mode))
    assert gap >= -SIGNIFICANT * error


def test_weighted_blend_is_not_significantly_worse_than_best_source(built: Built) -> None:
    _, mode = WINNERS[built.name]
    gap, error = built.difference(mode, "weighted", built.best_source(mode))
    assert gap >= -SIGNIFICANT * error


@pytest.mark.parametrize("mode", MODES)
def test_no_source_or_method_beats_the_oracle(built: Built, mode: str) -> None:
    """Fails if lists use interactions after the cutoff, or if labels or customers are not those of the store."""
    bound = built.store.oracle(mode, K)["ndcg_at_k"]
    assert len(bound) == len(built.ndcgs[mode]["hybrid"])
    error = bound.std(ddof=1) / np.sqrt(len(bound))
    assert max(built.means(mode).values()) <= bound.mean() + SIGNIFICANT * error
