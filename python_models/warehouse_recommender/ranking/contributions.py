"""Contributions to the score of each served product: the largest parts by name, the remaining parts as one sum."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse_recommender.ranking import ranker
from warehouse_recommender.ranking.lists import matrix_of
from warehouse_recommender.ranking.pool import Cascade

KEY_COLUMNS = ("cutoff_id", "customer_index", "product_index")
PART_COLUMNS = ("mode", "method", "cascade_score", "source_parts", "log_ranks")
SOURCE_COLUMNS = ("source", "retrieval_depth", "cascade_share", "has_evidence")
CONTRIBUTION_SCHEMA = pa.schema(
    [
        ("cutoff_id", pa.string()),
        ("customer_index", pa.int32()),
        ("product_index", pa.int32()),
        ("parts", pa.list_(pa.string())),
        ("contributions", pa.list_(pa.float64())),
        ("explained_sources", pa.list_(pa.string())),
        ("reason_sources", pa.list_(pa.string())),
        ("reason_contributions", pa.list_(pa.float64())),
        ("reason_shares", pa.list_(pa.float64())),
    ]
)
NAMED_PARTS = 3  # parts named per product for their size; naming all would produce four times the rows
REASON_SOURCES = 3  # maximum number of sources that may give the reason
SMALLEST_REASON = 0.15  # share of the largest contribution; a source that contributes less gives no reason
BASE, OTHER = "base", "other"
FIRST_REASON = "popularity"  # comes first if it contributes as much as another source
BLOCK_ROWS = 20_000  # served products per thread at a time; each has one leaf per tree


def contributions(
    served: pa.Table,
    sources: pa.Table,
    fits: pa.Table,
    *,
    features: Sequence[str],
    families: Sequence[str | None],
    blend_scale: float,
) -> pa.Table:
    """Decompose the score of each served product into parts.

    A part is a source, a family of other features of the learned ranker, or ``base``, the starting value of the score:

    - weighted: weight × normalised score of each source.
    - stacked: ``blend_scale`` × that, plus the contribution of each column along the paths through the trees. A source's own
      columns count for the source, even if it didn't propose the product; other columns count for their family. Base is the
      value that the trees give the average product.
    - cascade: the shares of the retrieving source and of the other source of the second stage. Base is the stage or, if the
      product was not retrieved, the score from its position.

    The named parts are the ``NAMED_PARTS`` with the largest absolute contribution. In addition, of the sources with evidence that
    proposed the product, the one with the largest contribution is named. Ties go to the first name. Parts of 0 are not named.

    The reason may come from the ``REASON_SOURCES`` that proposed the product and contributed most, if their contributions are
    above 0 and at least ``SMALLEST_REASON`` of the largest. If no contribution is above 0, only the largest may give the reason.

    Parameters
    ----------
    served
        ``KEY_COLUMNS``, ``PART_COLUMNS`` and ``features``. A product without ``log_ranks`` has no parts: a rule placed it.
    sources
        ``SOURCE_COLUMNS``, in the order of arrays with one number per source.
    fits, features, families, blend_scale
        As in :func:`warehouse_recommender.ranking.ranker.tree_parts` and ``scores``.

    Returns
    -------
    pyarrow.Table
        ``CONTRIBUTION_SCHEMA``, one row per row of ``served``. ``contributions`` of ``parts`` add up to the score; the last part
        may be ``other``. ``explained_sources`` have evidence and proposed the product: the named sources, the sources that may
        give the reason, and the source with the largest contribution, even if that is 0. ``reason_sources`` may give the reason,
        strongest first. ``reason_contributions`` are their contributions. ``reason_shares`` are their shares of all contributions
        above 0 of sources that proposed the product; 0 if there are none.
    """
    names = [*sources["source"].to_pylist(), *dict.fromkeys(family for family in families if family is not None), BASE]
    of_trees = ranker.tree_parts(fits, features=features, families=families, source_count=len(sources))
    has_evidence, cascade = np.array(sources["has_evidence"].to_pylist(), bool), Cascade.of(sources)

    def explain(first: int) -> pa.RecordBatch:
        block = served.slice(first, BLOCK_ROWS)
        known = block["log_ranks"].is_valid().to_numpy()
        values, proposes = np.zeros((len(block), len(names))), np.zeros((len(block), len(sources)), bool)
        if known.any():
            proposed = block.filter(known)
            log_ranks = matrix_of(proposed, ["log_ranks"])
            values[known] = score_parts(proposed, log_ranks, len(names), cascade, blend_scale) + of_trees(proposed)
            proposes[known] = log_ranks > 0
        return pa.RecordBatch.from_arrays(
            [*(block[name].combine_chunks() for name in KEY_COLUMNS), *named(values, proposes, has_evidence, names)],
            schema=CONTRIBUTION_SCHEMA,
        )

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        batches = list(pool.map(explain, range(0, len(served), BLOCK_ROWS)))
    return pa.Table.from_batches(batches, schema=CONTRIBUTION_SCHEMA)


def score_parts(proposed: pa.Table, log_ranks: np.ndarray, part_count: int, cascade: Cascade, blend_scale: float) -> np.ndarray:
    """Parts of the scores without the contributions of trees, shape (products, parts): sources first, base last."""
    parts = np.zeros((len(proposed), part_count))
    of_sources = parts[:, : log_ranks.shape[1]]
    of_sources[:] = matrix_of(proposed, ["source_parts"])
    of_sources[pc.equal(proposed["method"], "stacked").to_numpy()] *= blend_scale

    rows = np.flatnonzero(pc.equal(proposed["method"], "cascade").to_numpy())
    score = proposed["cascade_score"].to_numpy()[rows]
    of_sources[rows] = 0
    is_second, rest = score >= 3, score - 3
    if cascade.retrieval is not None:
        retrieved = log_ranks[rows, cascade.retrieval] * np.where(is_second, cascade.shares[cascade.retrieval], 1.0)
        of_sources[rows, cascade.retrieval] = retrieved
        rest = rest - retrieved
    for place in np.flatnonzero(cascade.shares):
        if place != cascade.retrieval:
            of_sources[rows, place] = np.where(is_second, rest, 0)
    parts[rows, -1] = np.where(score >= 2, np.floor(np.minimum(score, 3)), score)
    of_sources[log_ranks <= 0] = 0
    return parts


def named(values: np.ndarray, proposes: np.ndarray, has_evidence: np.ndarray, names: Sequence[str]) -> list[pa.Array]:
    """Build the columns of ``CONTRIBUTION_SCHEMA`` after the keys.

    Parameters
    ----------
    values
        Contribution of each part, shape (products, parts), sources first.
    proposes
        Whether the source proposed the product, shape (products, sources).
    has_evidence
        Whether the source has evidence, shape (sources,).
    names
        Names of the parts.
    """
    rows = np.arange(len(values))
    source_names = names[: proposes.shape[1]]
    is_named, strength = np.zeros(values.shape, bool), np.abs(values)
    for _ in range(min(NAMED_PARTS, len(names))):
        part = first_largest(strength, sorted(names), names)
        is_named[rows, part] |= strength[rows, part] > 0
        strength[rows, part] = 0

    explains = proposes & has_evidence
    reasons, is_reason = reasons_of(values[:, : len(source_names)], proposes, source_names)
    is_explained = (is_named[:, : len(source_names)] | is_reason) & explains
    if len(source_names):
        source_values = np.where(explains, values[:, : len(source_names)], -np.inf)
        strongest = first_largest(source_values, sorted(source_names), source_names)
        is_explained[rows, strongest] = explains[rows, strongest]
        is_named[rows, strongest] |= explains[rows, strongest] & (values[rows, strongest] != 0)

    others = np.where(is_named, 0, values)
    is_named = np.hstack([is_named, (others != 0).any(axis=1, keepdims=True)])
    contributed = pa.array(np.hstack([values, others.sum(axis=1, keepdims=True)])[is_named])
    return [
        names_where(is_named, [*names, OTHER]),
        pa.ListArray.from_arrays(offsets(is_named), contributed),
        names_where(is_explained, source_names),
        *reasons,
    ]


def reasons_of(values: np.ndarray, proposes: np.ndarray, names: Sequence[str]) -> tuple[list[pa.Array], np.ndarray]:
    """Select the sources that may give the reason, best first, with their contributions.

    Parameters
    ----------
    values, proposes
        Contributions, and whether the source proposed the product, shape (products, sources).
    names
        Names of the sources.

    Returns
    -------
    reasons
        The last three columns of ``CONTRIBUTION_SCHEMA``.
    is_reason
        Whether the source is one of them, shape (products, sources).
    """
    preferred = sorted(range(len(names)), key=lambda place: (names[place] != FIRST_REASON, names[place]))
    candidates = np.where(proposes, values, -np.inf)[:, preferred]
    best = np.argsort(-candidates, axis=1, kind="stable")[:, :REASON_SOURCES]
    own = np.take_along_axis(candidates, best, axis=1)
    is_first = np.arange(own.shape[1]) == 0
    is_chosen = (own > -np.inf) & (is_first | ((own > 0) & (own >= SMALLEST_REASON * own[:, :1])))
    added = np.where(candidates > 0, candidates, 0)
    totals = added.sum(axis=1, keepdims=True)
    shares = np.divide(np.maximum(own, 0), totals, out=np.zeros_like(own), where=totals > 0)

    places = np.array(preferred, np.int64)[best]
    is_reason = np.zeros(values.shape, bool)
    np.put_along_axis(is_reason, places, is_chosen, axis=1)
    sources = pa.array(names, pa.string()).take(pa.array(places[is_chosen]))
    columns = [sources, *(pa.array(column[is_chosen], pa.float64()) for column in (own, shares))]
    return [pa.ListArray.from_arrays(offsets(is_chosen), column) for column in columns], is_reason


def first_largest(values: np.ndarray, order: Sequence[str], names: Sequence[str]) -> np.ndarray:
    """Column of the largest value of each row; ties go to the first column in ``order``, an order of the columns' names."""
    columns = np.array([names.index(name) for name in order])
    return columns[values[:, columns].argmax(axis=1)]


def names_where(marked: np.ndarray, names: Sequence[str]) -> pa.ListArray:
    """Names of the marked columns of each row."""
    columns = pa.array(np.nonzero(marked)[1], pa.int32())
    return pa.ListArray.from_arrays(offsets(marked), pa.array(names, pa.string()).take(columns))


def offsets(marked: np.ndarray) -> pa.Array:
    """Start and end offsets of the marked cells of each row."""
    return pa.array(np.append(0, np.cumsum(marked.sum(axis=1))), pa.int32())
