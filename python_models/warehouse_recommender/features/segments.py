"""Segments of customers by k-means or Ward's clustering, with a data-driven number of segments and stable labels.

A segment is its centroid. A cutoff keeps the centroids of the newest earlier cutoff or build, unless new ones separate its
customers clearly better. Only then is it refitted, and each new centroid inherits the label of the old centroid that it replaces.
Customers therefore change segment because they changed, hardly ever because of the fit.

All computations are in float64 on one thread, because sums over threads differ in their last digits from run to run. k-means,
silhouette and adjusted Rand index are implemented here in NumPy, because importing scikit-learn takes longer than computing them.
The parts of SciPy that few fits need are called by their full names: SciPy imports them on first use.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import scipy

CUTOFF_COLUMNS = ("cutoff_id", "cutoff_at")
AXIS_COLUMNS = ("cutoff_id", "axis_index", "axis", "weight")
SAMPLE_COLUMNS = ("cutoff_id", "sample_rank", "axis_index", "axis_value")
INPUT_COLUMNS = ("cutoff_id", "customer_index", "axis_index", "axis_value")
FIT_SCHEMA = pa.schema(
    [
        ("as_of", pa.timestamp("us")),
        ("segment", pa.string()),
        ("axis", pa.string()),
        ("weight", pa.float64()),
        ("centre", pa.float64()),
        ("fitted_at", pa.timestamp("us")),
        ("method", pa.string()),
        ("silhouette", pa.float64()),
        ("stability", pa.float64()),
    ]
)
FIT_COLUMNS = tuple(FIT_SCHEMA.names)
SEGMENT_SCHEMA = pa.schema(
    [("cutoff_id", pa.string()), ("customer_index", pa.int64()), ("segment", pa.string()), ("distance", pa.float64())]
)
METHODS = ("kmeans", "hierarchical")
TASTE = "category="  # taste axes change with the catalogue; on a missing axis, all customers had a share of 0
LOWEST_K, HIGHEST_K = 3, 10  # minimum and maximum number of segments tried
SEEDS = 5  # fits per number of segments, whose agreement is its stability
SMALLEST_STABILITY = 0.75  # minimum stability (adjusted Rand index) of a chosen number of segments
REFIT_GAIN = 0.02  # minimum gain in silhouette for new segments to replace those of the previous build or cutoff
SUBSAMPLE = 0.8  # share of the sample used by each stability fit
MOST_DRAWN = 2_000  # maximum number of customers in each stability fit
STARTS = 5  # k-means++ starts per seed; the best result is kept
MOST_SWEEPS = 300  # of k-means over all customers
MOST_COMPARED = 2_000  # maximum number of customers for the silhouette, which compares all pairs
MOST_LINKED = 3_000  # maximum number of customers for Ward's clustering, which stores all pairs
BLOCK_CUSTOMERS = 50_000  # customers assigned at a time


@dataclass(frozen=True)
class Fit:
    """Segments of one cutoff.

    Attributes
    ----------
    segments
        Labels, shape (segments,), in alphabetical order.
    centres
        Centroids in unweighted coordinates, float64 of shape (segments, axes).
    fitted_at
        Cutoff at which the centroids were fitted, microseconds since 1970: this cutoff, or an earlier one with reused centroids.
    method
        Method of the fit.
    silhouette, stability
        On this cutoff's sample; NaN if there is only one segment.
    """

    segments: list[str]
    centres: np.ndarray
    fitted_at: int
    method: str
    silhouette: float
    stability: float


@dataclass(frozen=True)
class Trial:
    """One tried number of segments: weighted centroids of shape (k, axes), and their quality."""

    centres: np.ndarray
    silhouette: float
    stability: float


def fit(
    cutoffs: pa.Table,
    axes: pa.Table,
    sample: pa.Table,
    previous: pa.Table,
    *,
    method: str,
    lowest_k: int,
    highest_k: int,
    seeds: int,
    smallest_stability: float,
    refit_gain: float,
    seed: int,
) -> pa.Table:
    """Fit the segments of each cutoff, the earliest first.

    Parameters
    ----------
    cutoffs
        ``CUTOFF_COLUMNS``.
    axes
        ``AXIS_COLUMNS``: the coordinates of each cutoff, numbered from 0, and their weights in distances.
    sample
        ``SAMPLE_COLUMNS``: some customers of each cutoff, one row per coordinate; coordinates without a row are 0.
        ``sample_rank`` orders the customers at random.
    previous
        ``FIT_COLUMNS``: fits of earlier builds, or no rows.
    method
        ``kmeans`` or ``hierarchical`` (Ward's clustering of at most ``MOST_LINKED`` customers).
    lowest_k, highest_k
        Smallest and largest number of segments to try.
    seeds
        Fits per number of segments whose agreement is its stability, 2 or more.
    smallest_stability, refit_gain
        See :func:`best_trial` and :func:`fit_cutoff`.
    seed
        Seed of the random starts.

    Returns
    -------
    pyarrow.Table
        ``FIT_SCHEMA``: one row per cutoff (``as_of`` is its time), segment and axis. A cutoff without customers has no rows.

    Raises
    ------
    ValueError
        For an unknown method.
    """
    if method not in METHODS:
        raise ValueError(f"Unknown segment_method {method!r}. Accepted: {', '.join(METHODS)}.")
    known = previous.select(FIT_COLUMNS)
    batches = []
    for row in cutoffs.sort_by("cutoff_at").to_pylist():
        names, weights = axes_of(axes, row["cutoff_id"])
        points = matrix(sample, row["cutoff_id"], "sample_rank", len(names))[1]
        if len(points) and len(names):
            as_of = pa.scalar(row["cutoff_at"], pa.timestamp("us"))
            found = fit_cutoff(
                points,
                names,
                weights,
                as_of.value,
                newest_before(known, as_of),
                method=method,
                ks=range(lowest_k, highest_k + 1),
                seeds=range(seed, seed + seeds),
                smallest_stability=smallest_stability,
                refit_gain=refit_gain,
            )
            batches.append(fit_rows(found, as_of, names, weights))
            known = pa.concat_tables([known.filter(pc.not_equal(known["as_of"], as_of)), batches[-1]])
    return pa.concat_tables(batches) if batches else FIT_SCHEMA.empty_table()


def assign(cutoffs: pa.Table, axes: pa.Table, inputs: pa.Table, fits: pa.Table) -> pa.Table:
    """Assign every customer to the segment of the nearest centroid; ties go to the first label.

    Parameters
    ----------
    cutoffs, axes
        As in :func:`fit`.
    inputs
        ``INPUT_COLUMNS``: the coordinates of all customers.
    fits
        ``FIT_COLUMNS``: the result of :func:`fit`, possibly among others. A cutoff uses its newest fit that is not later.

    Returns
    -------
    pyarrow.Table
        ``SEGMENT_SCHEMA``: cutoff, customer, segment, and distance (weighted, Euclidean) to its centroid.
    """
    batches = []
    for row in cutoffs.sort_by("cutoff_id").to_pylist():
        names, weights = axes_of(axes, row["cutoff_id"])
        as_of = pa.scalar(row["cutoff_at"], pa.timestamp("us"))
        segments, centres, _ = centroids(newest_before(fits, as_of), names)
        customers, points = matrix(inputs, row["cutoff_id"], "customer_index", len(names))
        if len(segments):
            nearest, distances = nearest_centres(points * weights, centres * weights)
            batches.append(
                pa.table(
                    [
                        pa.array([row["cutoff_id"]] * len(customers), pa.string()),
                        pa.array(customers, pa.int64()),
                        pa.array(np.array(segments, object)[nearest], pa.string()),
                        pa.array(distances, pa.float64()),
                    ],
                    schema=SEGMENT_SCHEMA,
                )
            )
    return pa.concat_tables(batches) if batches else SEGMENT_SCHEMA.empty_table()


def fit_cutoff(
    points: np.ndarray,
    names: list[str],
    weights: np.ndarray,
    as_of: int,
    previous: pa.Table,
    *,
    method: str,
    ks: range,
    seeds: range,
    smallest_stability: float,
    refit_gain: float,
) -> Fit:
    """Fit the segments of one cutoff, or keep those of ``previous``.

    The previous centroids are kept if new ones don't raise the silhouette by more than ``refit_gain``, unless the axes, their
    weights or the method changed, or the number of segments is outside ``ks``. Otherwise the new centroids inherit their labels
    (:func:`inherited_labels`).

    Parameters
    ----------
    points
        Customers in random order, unweighted, shape (customers, axes).
    names, weights
        Names and weights of the axes, shape (axes,).
    as_of
        This cutoff, microseconds since 1970.
    previous
        ``FIT_COLUMNS`` of one earlier cutoff (or of this cutoff, from an earlier build), or no rows.
    method, ks, seeds, smallest_stability
        See :func:`fit`.

    Returns
    -------
    Fit
    """
    weighted = points * weights
    different, distances = len(np.unique(weighted, axis=0)), distances_between(weighted[:MOST_COMPARED])
    trials = {k: trial(weighted, distances, k, method, seeds) for k in ks if different > k}
    labels, old_centres, same_space = centroids(previous, names, weights)
    fresh = best_trial(trials, smallest_stability)
    if same_space and len(labels) in ks and pc.all(pc.equal(previous["method"], method)).as_py():
        kept = silhouette(distances, nearest_centres(weighted, old_centres * weights)[0])
        if fresh is None or fresh.silhouette - kept <= refit_gain:
            fitted_at = pc.max(previous["fitted_at"]).value
            stability = trials[len(labels)].stability if len(labels) in trials else np.nan
            return Fit(labels, old_centres, fitted_at, method, kept, stability)
    if fresh is None:
        fresh = Trial(weighted.mean(axis=0, keepdims=True), np.nan, np.nan)
    sizes = np.bincount(nearest_centres(weighted, fresh.centres)[0], minlength=len(fresh.centres))
    new_labels = inherited_labels(fresh.centres, sizes, old_centres * weights, labels)
    order = np.argsort(new_labels)
    centres = fresh.centres / weights
    return Fit([new_labels[i] for i in order], centres[order], as_of, method, fresh.silhouette, fresh.stability)


def trial(points: np.ndarray, distances: np.ndarray, k: int, method: str, seeds: range) -> Trial:
    """Fit ``k`` segments, and measure their separation and their stability.

    Stability is the mean adjusted Rand index over pairs of seeds. Each seed fits another ``SUBSAMPLE`` of the customers from
    another start, and then all customers are assigned to the nearest centroid (after Ben-Hur, Elisseeff and Guyon, PSB 2002).
    k-means on all customers continues from the centroids of each seed, and the best result is kept.

    Parameters
    ----------
    points
        Weighted coordinates, shape (customers, axes), more than ``k`` distinct ones.
    distances
        Distances between the first of them, see :func:`silhouette`.
    k
        Number of segments.
    method
        ``kmeans`` or ``hierarchical``.
    seeds
        At least two.
    """
    found = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        drawn = points[np.sort(rng.permutation(len(points))[: min(MOST_DRAWN, max(k, round(SUBSAMPLE * len(points))))])]
        found.append(kmeans(drawn, [started(drawn, k, rng) for _ in range(STARTS)]) if method == "kmeans" else linked(drawn, k))
    partitions = [nearest_centres(points, centres)[0] for centres in found]
    stability = np.mean([agreement(one, other) for one, other in combinations(partitions, 2)])
    centres = kmeans(points, found) if method == "kmeans" else linked(points, k)
    return Trial(centres, silhouette(distances, nearest_centres(points, centres)[0]), float(stability))


def best_trial(trials: dict[int, Trial], smallest_stability: float) -> Trial | None:
    """Of the stable trials, the one with the highest silhouette, else the most stable trial; ties go to the smaller number.

    None if there are no trials.
    """
    stable = [trials[k] for k in sorted(trials) if trials[k].stability >= smallest_stability]
    if stable:
        return max(stable, key=lambda found: found.silhouette)
    return max((trials[k] for k in sorted(trials)), key=lambda found: found.stability, default=None)


def linked(points: np.ndarray, k: int) -> np.ndarray:
    """Centroids of ``k`` clusters of the first ``MOST_LINKED`` points by Ward's method, shape (at most k, axes)."""
    hierarchy, first = scipy.cluster.hierarchy, points[:MOST_LINKED]
    clusters = hierarchy.fcluster(hierarchy.linkage(first, "ward"), k, criterion="maxclust")
    return np.array([first[clusters == cluster].mean(axis=0) for cluster in np.unique(clusters)])


def started(points: np.ndarray, k: int, rng: np.random.Generator) -> np.ndarray:
    """k-means++ (Arthur and Vassilvitskii, SODA 2007): points far from each other, shape (at most k, axes)."""
    centres = [points[rng.integers(len(points))]]
    squares = ((points - centres[0]) ** 2).sum(axis=1)
    while len(centres) < k and squares.any():
        ends = np.cumsum(squares)
        centres.append(points[np.searchsorted(ends, ends[-1] * rng.random(), side="right")])
        squares = np.minimum(squares, ((points - centres[-1]) ** 2).sum(axis=1))
    return np.array(centres)


def kmeans(points: np.ndarray, starts: Sequence[np.ndarray]) -> np.ndarray:
    """Centroids with the smallest sum of squared distances that Lloyd's algorithm reaches from any of the starts.

    Sweeps continue until no customer changes cluster, so that the result doesn't depend on a stopping point, or until
    ``MOST_SWEEPS``. A centroid that loses all its customers stays at its position.
    """

    def converged(centres: np.ndarray) -> tuple[float, np.ndarray]:
        nearest = np.full(len(points), -1)
        for _ in range(MOST_SWEEPS):
            # The square of the point is left out, since it is equal for all centres.
            squares = (centres**2).sum(axis=1) - 2 * (points @ centres.T)
            before, nearest = nearest, squares.argmin(axis=1)
            if np.array_equal(nearest, before):
                break
            membership = (nearest[:, None] == np.arange(len(centres))).astype(np.float64)
            sizes = membership.sum(axis=0)[:, None]
            centres = np.where(sizes > 0, membership.T @ points / np.maximum(sizes, 1), centres)
        return float(squares.min(axis=1).sum()), centres

    return min((converged(start) for start in starts), key=lambda found: found[0])[1]


def agreement(one: np.ndarray, other: np.ndarray) -> float:
    """Adjusted Rand index of two partitions (Hubert and Arabie 1985): 1 for identical ones, about 0 by chance."""

    def pairs(counts: np.ndarray) -> float:
        return float((counts * (counts - 1) / 2).sum())

    width = 1 + other.max(initial=0)
    counts = np.bincount(one * width + other, minlength=width * (1 + one.max(initial=0))).reshape(-1, width)
    rows, columns = pairs(counts.sum(axis=1)), pairs(counts.sum(axis=0))
    expected, most = rows * columns / max(1.0, pairs(counts.sum())), (rows + columns) / 2
    return 1.0 if most == expected else (pairs(counts) - expected) / (most - expected)


def distances_between(points: np.ndarray) -> np.ndarray:
    """Euclidean distances of all pairs, shape (points, points)."""
    squares = (points**2).sum(axis=1)
    distances = np.sqrt(np.maximum(squares[:, None] + squares - 2 * (points @ points.T), 0))
    np.fill_diagonal(distances, 0)
    return distances


def silhouette(distances: np.ndarray, partition: np.ndarray) -> float:
    """Mean silhouette width (Rousseeuw 1987) of the points whose distances are given, -1 to 1.

    NaN with one cluster, or with one point in each. The partition may have more points; the first ones are used.
    """
    _, parts = np.unique(partition[: len(distances)], return_inverse=True)
    sizes = np.bincount(parts)
    if not 1 < len(sizes) < len(parts):
        return np.nan
    sums = distances @ (parts[:, None] == np.arange(len(sizes))).astype(np.float64)
    rows, own = np.arange(len(parts)), sizes[parts]
    within = sums[rows, parts] / np.maximum(own - 1, 1)
    means = sums / sizes
    means[rows, parts] = np.inf
    between = means.min(axis=1)
    widths = np.divide(
        between - within, np.maximum(within, between), out=np.zeros(len(parts)), where=np.maximum(within, between) > 0
    )
    return float(np.where(own > 1, widths, 0.0).mean())


def nearest_centres(points: np.ndarray, centres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Index of the nearest centroid of each point and the distance to it, both of shape (points,); computed in blocks."""
    nearest, distances = np.empty(len(points), np.intp), np.empty(len(points))
    for start in range(0, len(points), BLOCK_CUSTOMERS):
        block = points[start : start + BLOCK_CUSTOMERS]
        squares = np.stack([((block - centre) ** 2).sum(axis=1) for centre in centres], axis=1)
        nearest[start : start + len(block)] = squares.argmin(axis=1)
        distances[start : start + len(block)] = np.sqrt(squares.min(axis=1))
    return nearest, distances


def inherited_labels(centres: np.ndarray, sizes: np.ndarray, old_centres: np.ndarray, old_labels: list[str]) -> list[str]:
    """Label new centroids: with the labels of the old centroids they replace, otherwise with new numbers, larger segments first.

    New and old centroids are paired so that the sum of distances is smallest (Hungarian method). A pair counts only if the new
    centroid is nearer to its old centroid than any other old centroid is. Otherwise a vanished segment would pass its label to an
    unrelated one.

    Parameters
    ----------
    centres, sizes
        New centroids (weighted), shape (segments, axes), and their number of customers, shape (segments,).
    old_centres, old_labels
        Old centroids (weighted), shape (old segments, axes), and their labels; possibly none.
    """
    labels: list[str | None] = [None] * len(centres)
    if old_labels:
        distances = np.linalg.norm(centres[:, None] - old_centres[None], axis=2)
        between = np.linalg.norm(old_centres[:, None] - old_centres[None], axis=2)
        np.fill_diagonal(between, np.inf)
        for new, old in zip(*scipy.optimize.linear_sum_assignment(distances), strict=True):
            if distances[new, old] < between[old].min():
                labels[new] = old_labels[old]
    number = max((int(label[1:]) for label in old_labels), default=0)
    for new in sorted((new for new in range(len(centres)) if labels[new] is None), key=lambda new: (-sizes[new], new)):
        number += 1
        labels[new] = f"s{number:02d}"
    return labels


def axes_of(axes: pa.Table, cutoff_id: str) -> tuple[list[str], np.ndarray]:
    """Names and weights of a cutoff's axes, in the order of their index; both of shape (axes,)."""
    own = axes.filter(pc.equal(axes["cutoff_id"], cutoff_id)).sort_by("axis_index")
    return own["axis"].to_pylist(), own["weight"].to_numpy()


def matrix(coordinates: pa.Table, cutoff_id: str, key: str, axis_count: int) -> tuple[np.ndarray, np.ndarray]:
    """Keys of the customers of a cutoff, ascending, shape (customers,), and their coordinates, float64 (customers, axes)."""
    own = coordinates.filter(pc.equal(coordinates["cutoff_id"], cutoff_id))
    customers, rows = np.unique(own[key].to_numpy(), return_inverse=True)
    points = np.zeros((len(customers), axis_count))
    points[rows, own["axis_index"].to_numpy()] = own["axis_value"].to_numpy()
    return customers, points


def newest_before(fits: pa.Table, as_of: pa.Scalar) -> pa.Table:
    """Rows of the newest fit not after ``as_of``: later fits contain the future and must not be used."""
    past = fits.filter(pc.less_equal(fits["as_of"], as_of))
    return past.filter(pc.equal(past["as_of"], pc.max(past["as_of"])))


def centroids(fits: pa.Table, names: list[str], weights: np.ndarray | None = None) -> tuple[list[str], np.ndarray, bool]:
    """Labels of one fit's segments, their centroids on the given axes, and whether the fit used the same space.

    Parameters
    ----------
    fits
        ``FIT_COLUMNS`` of one cutoff.
    names, weights
        Axes wanted, and the weights that ``same_space`` requires.

    Returns
    -------
    labels
        In alphabetical order.
    centres
        Unweighted, shape (segments, axes); 0 on axes that the fit didn't have.
    same_space
        Whether all axes except taste axes are the same, and all common axes have the same weight.
    """
    labels = sorted(pc.unique(fits["segment"]).to_pylist())
    place = {name: index for index, name in enumerate(names)}
    centres = np.zeros((len(labels), len(names)))
    old_weights = dict(zip(fits["axis"].to_pylist(), fits["weight"].to_pylist(), strict=True))
    for label, axis, centre in zip(*(fits[name].to_pylist() for name in ("segment", "axis", "centre")), strict=True):
        if axis in place:
            centres[labels.index(label), place[axis]] = centre
    fixed_old, fixed_new = ({axis for axis in found if not axis.startswith(TASTE)} for found in (old_weights, place))
    same_weights = weights is None or all(old_weights.get(name, weights[place[name]]) == weights[place[name]] for name in names)
    return labels, centres, fixed_old == fixed_new and same_weights


def fit_rows(found: Fit, as_of: pa.Scalar, names: list[str], weights: np.ndarray) -> pa.Table:
    """A fit as rows of ``FIT_SCHEMA``, by segment and axis; NaN becomes NULL."""

    def rows() -> Iterator[dict]:
        for segment, centre in zip(found.segments, found.centres, strict=True):
            for axis, weight, value in zip(names, weights, centre, strict=True):
                yield {"segment": segment, "axis": axis, "weight": weight, "centre": value}

    fixed = {
        "as_of": as_of,
        "fitted_at": pa.scalar(found.fitted_at, pa.timestamp("us")),
        "method": found.method,
        "silhouette": pa.scalar(None if np.isnan(found.silhouette) else found.silhouette, pa.float64()),
        "stability": pa.scalar(None if np.isnan(found.stability) else found.stability, pa.float64()),
    }
    return pa.Table.from_pylist([fixed | row for row in rows()], schema=FIT_SCHEMA)
