"""Evidence for a listed product: contributions of history products, for sources whose score is a sum over the history."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from warehouse_recommender.candidates.problem import cell_matrix
from warehouse_recommender.candidates.top_k import best_in_rows

PAIR_COLUMNS = ("cutoff_id", "customer_index", "product_index")
EVIDENCE_SCHEMA = pa.schema(
    [
        ("cutoff_id", pa.string()),
        ("customer_index", pa.int32()),
        ("product_index", pa.int32()),
        ("evidence_rank", pa.int32()),
        ("evidence_index", pa.int32()),
        ("evidence_score", pa.float64()),
        ("total_score", pa.float64()),
    ]
)
BLOCK_CELLS = 1_000_000  # per thread: similarities in memory, and history products looked up in them
ROUNDING = 1e-9  # share of a total that counts as zero

Pieces = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def explained_by(source: str) -> str:
    """SQL condition for the rows of list_contributions that need evidence of a source."""
    return f"array_contains(explained_sources, '{source}')"


def of_pairs(pairs: pa.Table) -> str:
    """SQL condition for the rows of the cutoffs that have products to explain."""
    return " or ".join(f"cutoff_id = '{cutoff_id}'" for cutoff_id in cutoff_ids(pairs)) or "false"


def cutoff_ids(pairs: pa.Table) -> list[str]:
    """Cutoffs that have products to explain, in order."""
    return sorted(pc.unique(pairs["cutoff_id"]).to_pylist())


def of_cutoff(table: pa.Table, cutoff_id: str) -> pa.Table:
    """Rows of one cutoff."""
    return table.filter(pc.equal(table["cutoff_id"], cutoff_id))


def strength_matrix(strengths: pa.Table, cutoff_id: str, pairs: pa.Table, product_count: int = 0) -> sparse.csr_array:
    """Customers × products of one cutoff, CSR float32, large enough for the pairs and for ``product_count`` products."""
    customers, products = (1 + int(pairs[name].to_numpy().max(initial=0)) for name in PAIR_COLUMNS[1:])
    return cell_matrix(strengths, cutoff_id, "strength", customers, max(products, product_count))


def of_similar_products(
    pairs: pa.Table,
    histories: sparse.csr_array,
    similar_to: Callable[[np.ndarray], sparse.csr_array],
    *,
    count: int,
) -> pa.Table:
    """Explain scores of the form ``Σ_j history[customer, j] · similarity(j, product)``.

    Parameters
    ----------
    pairs
        ``PAIR_COLUMNS`` of one cutoff: the listed products.
    histories
        Customers × products, CSR: weight of each product of a history.
    similar_to
        Returns the similarities of all products to some products, shape (some, products), CSR. Called from several threads.
    count
        Number of history products named per pair: the strongest ones; ties go to the lower index.

    Returns
    -------
    pyarrow.Table
        Rows of ``EVIDENCE_SCHEMA``. ``total_score`` is the sum over the whole history; the rows of a pair add up to it.
    """
    # Pairs are sorted by product, so that a block shares its similarities.
    pairs = pairs.sort_by([("product_index", "ascending"), ("customer_index", "ascending")])
    customers, products = (pairs[name].to_numpy() for name in PAIR_COLUMNS[1:])
    distinct, firsts = np.unique(products, return_index=True)
    firsts = np.append(firsts, len(products))
    sizes = np.diff(histories.indptr)[customers]
    ends = np.cumsum(sizes)
    step = max(1, BLOCK_CELLS // max(1, histories.shape[1]))

    def explain(first: int) -> list[Pieces]:
        similar = similar_to(distinct[first : first + step]).toarray()
        place = np.repeat(np.arange(len(similar)), np.diff(firsts[first : first + step + 1]))
        start, last, found = firsts[first], firsts[min(first + step, len(distinct))], []
        while start < last:
            done = ends[start] - sizes[start]
            stop = min(last, max(start + 1, np.searchsorted(ends, done + BLOCK_CELLS, side="right")))
            pair = np.repeat(np.arange(start, stop), sizes[start:stop])
            own = np.arange(len(pair)) + np.repeat(histories.indptr[customers[start:stop]], sizes[start:stop])
            own -= np.repeat(ends[start:stop] - sizes[start:stop] - done, sizes[start:stop])
            history = histories.indices[own]
            score = similar[place[pair - firsts[first]], history] * histories.data[own].astype(np.float64)
            found.append(strongest(pair - start, history, score, count, stop - start, start))
            start = stop
        return found

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        pieces = [piece for block in pool.map(explain, range(0, len(distinct), step)) for piece in block]
    return evidence_rows(pairs, pieces)


def strongest(pair: np.ndarray, evidence: np.ndarray, score: np.ndarray, count: int, pair_count: int, first: int = 0) -> Pieces:
    """The ``count`` highest scores above 0 of each pair, best first, ties by index, and the remainder of its total as rank 0.

    Parameters
    ----------
    pair, evidence, score
        Sorted by pair and then by evidence, shape (parts,): position of the pair from 0, history product, its contribution.
    count
        Number of history products named per pair.
    pair_count
        Number of pairs.
    first
        Position of the first pair among all pairs.

    Returns
    -------
    tuple
        Position of the pair among all pairs, rank, product (-1 for rank 0), score, and the total of the pair, sorted by pair.
        Pairs whose total isn't above 0 are left out, because no product has a share of such a total.
    """
    totals = np.bincount(pair, weights=score, minlength=pair_count)
    wanted = np.flatnonzero((score > 0) & (totals > 0)[pair])
    wanted = wanted[best_in_rows(pair[wanted], score[wanted], count, pair_count)]
    wanted = wanted[np.lexsort((-score[wanted], pair[wanted]))]
    pair, evidence, score = pair[wanted], evidence[wanted], score[wanted]
    rank = 1 + np.arange(len(pair)) - np.searchsorted(pair, pair)
    rests = totals - np.bincount(pair, weights=score, minlength=pair_count)
    left = np.flatnonzero((totals > 0) & (np.abs(rests) > ROUNDING * totals))
    none = np.zeros(len(left), np.int64)
    pair = np.concatenate([pair, left])
    order = np.argsort(pair, kind="stable")
    columns = (
        np.concatenate([rank, none]),
        np.concatenate([evidence, none - 1]),
        np.concatenate([score, rests[left]]),
        totals[pair],
    )
    return pair[order] + first, *(column[order] for column in columns)


def evidence_rows(pairs: pa.Table, pieces: list[Pieces]) -> pa.Table:
    """Rows of ``EVIDENCE_SCHEMA`` from pieces that contain positions in ``pairs``, as :func:`strongest` returns them."""
    if not pieces:
        return EVIDENCE_SCHEMA.empty_table()
    pair, rank, evidence, score, total = (np.concatenate(part) for part in zip(*pieces, strict=True))
    cutoff_id = pa.repeat(pairs["cutoff_id"][0].cast(pa.string()), len(pair))
    keys = [pa.array(pairs[name].to_numpy()[pair], pa.int32()) for name in PAIR_COLUMNS[1:]]
    product = pa.array(evidence, pa.int32(), mask=evidence < 0)
    return pa.Table.from_arrays(
        [cutoff_id, *keys, pa.array(rank, pa.int32()), product, *map(pa.array, (score, total))], schema=EVIDENCE_SCHEMA
    )


def collected(tables: Iterator[pa.Table]) -> pa.Table:
    """The evidence of all cutoffs as one table, empty if there are no cutoffs."""
    return pa.concat_tables([EVIDENCE_SCHEMA.empty_table(), *tables])
