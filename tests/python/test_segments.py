"""Planted segments and their number are found, and labels stay with the customers."""

import subprocess
import sys
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score

from warehouse_recommender.features import segments

SETTINGS = {"lowest_k": 2, "highest_k": 6, "seeds": 3, "smallest_stability": 0.8, "refit_gain": 0.02, "seed": 5}
AXES = ("recency", "frequency", "price")
MOMENT = datetime(2024, 1, 1)
NOTHING = segments.FIT_SCHEMA.empty_table()


def blobs(per_blob: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Return four groups of customers far apart, and the group of each customer."""
    centres = np.array([[0, 0, 0], [8, 0, 0], [0, 8, 0], [0, 0, 8]])
    truth = np.repeat(np.arange(4), per_blob)
    return centres[truth] + np.random.default_rng(seed).normal(size=(len(truth), 3)), truth


def tables(points: np.ndarray, moment: datetime = MOMENT) -> tuple[pa.Table, pa.Table, pa.Table, pa.Table]:
    """Return cutoffs, axes, sample and inputs of one cutoff; all customers are in the sample."""
    cutoff = moment.isoformat()
    customers, places = (index.ravel() for index in np.indices(points.shape))
    count = len(customers)
    axes = [[cutoff] * 3, range(3), AXES, [1.0] * 3]
    return (
        pa.table([[cutoff], pa.array([moment], pa.timestamp("us"))], names=list(segments.CUTOFF_COLUMNS)),
        pa.table([pa.array(column) for column in axes], names=list(segments.AXIS_COLUMNS)),
        pa.table([pa.array([cutoff] * count), customers, places, points.ravel()], names=list(segments.SAMPLE_COLUMNS)),
        pa.table([pa.array([cutoff] * count), customers, places, points.ravel()], names=list(segments.INPUT_COLUMNS)),
    )


def segment(
    points: np.ndarray, moment: datetime = MOMENT, previous: pa.Table = NOTHING, method: str = "kmeans"
) -> tuple[list[str], pa.Table]:
    """Return the segment of each customer, and the fits."""
    cutoffs, axes, sample, inputs = tables(points, moment)
    fits = segments.fit(cutoffs, axes, sample, previous, method=method, **SETTINGS)
    found = segments.assign(cutoffs, axes, inputs, fits).sort_by("customer_index")
    return found["segment"].to_pylist(), fits


@pytest.mark.parametrize("method", segments.METHODS)
def test_planted_segments_and_their_number_are_found(method: str) -> None:
    points, truth = blobs(60)
    found, fits = segment(points, method=method)
    assert adjusted_rand_score(truth, found) > 0.99
    assert len(set(found)) == 4
    assert min(fits["silhouette"].to_pylist()) > 0.5
    assert min(fits["stability"].to_pylist()) > 0.95


def test_unchanged_data_keeps_labels() -> None:
    points, _ = blobs(60)
    first, fits = segment(points)
    assert segment(points, previous=fits)[0] == first
    assert segment(points, MOMENT + timedelta(days=28), fits)[0] == first


def test_few_new_customers_relabel_few_customers() -> None:
    points, _ = blobs(100)
    before, fits = segment(points)
    newcomers, _ = blobs(3, seed=9)
    after, _ = segment(np.concatenate([points, newcomers]), MOMENT + timedelta(days=1), fits)
    changed = sum(a != b for a, b in zip(before, after, strict=False))
    assert changed / len(before) < 0.01


def test_labels_follow_moved_centroids() -> None:
    centres = np.array([[0.0, 0], [10, 0], [0, 10]])
    labels = segments.inherited_labels(centres[[2, 0, 1]] + 0.5, np.array([5, 5, 5]), centres, ["s01", "s02", "s03"])
    assert labels == ["s03", "s01", "s02"]


def test_identical_customers_are_one_segment() -> None:
    found, _ = segment(np.zeros((30, 3)))
    assert len(set(found)) == 1


def test_no_customers_give_no_segments() -> None:
    cutoffs, axes, sample, inputs = tables(np.zeros((0, 3)))
    fits = segments.fit(cutoffs, axes, sample, NOTHING, method="kmeans", **SETTINGS)
    assert fits.num_rows == 0
    assert segments.assign(cutoffs, axes, inputs, fits).num_rows == 0


def test_unknown_segment_method_is_refused() -> None:
    with pytest.raises(ValueError, match="Accepted: kmeans, hierarchical"):
        segment(np.zeros((3, 3)), method="dbscan")


@pytest.mark.parametrize("k", [2, 3, 7])
def test_agreement_and_silhouette_equal_scikit_learn(k: int) -> None:
    rng = np.random.default_rng(k)
    points, one, other = rng.normal(size=(50, 3)), rng.integers(k, size=50), rng.integers(k, size=50)
    assert segments.agreement(one, other) == pytest.approx(adjusted_rand_score(one, other))
    assert segments.agreement(one, one) == 1
    one[one == 1] = np.where(np.cumsum(one == 1)[one == 1] == 1, 1, 0)  # a cluster of one customer has silhouette 0
    found = segments.silhouette(segments.distances_between(points), np.append(one, 9))
    assert found == pytest.approx(silhouette_score(points, one))


def test_kmeans_is_as_good_as_scikit_learn() -> None:
    """Compares the sum of squared distances to the nearest centroid, from the same starts."""
    points, rng = np.random.default_rng(4).normal(size=(400, 5)), np.random.default_rng(5)
    starts = [segments.started(points, 6, rng) for _ in range(4)]
    ours = (segments.nearest_centres(points, segments.kmeans(points, starts))[1] ** 2).sum()
    theirs = min(KMeans(6, init=start, n_init=1, tol=0).fit(points).inertia_ for start in starts)
    assert ours == pytest.approx(theirs, rel=1e-6)


def test_scikit_learn_is_not_imported() -> None:
    """Its import takes seconds, longer than the computation of segments."""
    code = "import sys; from warehouse_recommender.features import segments; assert 'sklearn' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
