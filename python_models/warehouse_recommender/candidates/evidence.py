"""What of a customer's history speaks for a listed product, for sources whose score is a sum over the history."""

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
        ("customer_index", pa.int64()),
        ("product_index", pa.int64()),
        ("evidence_index", pa.int64()),
        ("evidence_score", pa.float64()),
        ("total_score", pa.float64()),
    ]
)
BLOCK_PAIRS = 2_048  # listed products explained per thread at a time; each has a row of the similarities and one of the strengths

Pieces = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def cutoff_ids(pairs: pa.Table) -> list[str]:
    """Cutoffs that have something to explain, in order."""
    return sorted(pc.unique(pairs["cutoff_id"]).to_pylist())


def of_cutoff(table: pa.Table, cutoff_id: str) -> pa.Table:
    """Rows of one cutoff."""
    return table.filter(pc.equal(table["cutoff_id"], cutoff_id))


def strength_matrix(strengths: pa.Table, cutoff_id: str, pairs: pa.Table, product_count: int = 0) -> sparse.csr_array:
    """Customers × products of one cutoff, CSR float32, large enough for the pairs and for as many products as asked for."""
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
        ``PAIR_COLUMNS`` of one cutoff: what is listed.
    histories
        Customers × products, CSR: what each product of a history counts.
    similar_to
        Gives the similarities of all products to some, shape (some, products), CSR. Called from several threads.
    count
        Products of the history that are named per pair, the strongest; of equal ones those of lower index.

    Returns
    -------
    pyarrow.Table
        Rows of ``EVIDENCE_SCHEMA``; those that speak for the product only. ``total_score`` is the whole sum of the pair.
    """
    order = np.argsort(pairs["product_index"].to_numpy(), kind="stable")  # products of a block have their similarities in common
    customers, products = (pairs[name].to_numpy()[order] for name in PAIR_COLUMNS[1:])

    def explain(first: int) -> Pieces:
        rows = slice(first, first + BLOCK_PAIRS)
        distinct, place = np.unique(products[rows], return_inverse=True)
        similar = sparse.csr_array(similar_to(distinct), dtype=np.float64)
        parts = sparse.csr_array(similar[place].multiply(histories[customers[rows]].astype(np.float64)))
        parts.sum_duplicates()
        pair = np.repeat(np.arange(parts.shape[0]), np.diff(parts.indptr))
        totals = np.bincount(pair, weights=parts.data, minlength=parts.shape[0])
        pair, evidence, score = strongest(pair, parts.indices, parts.data, count, parts.shape[0])
        return pair + first, evidence, score, totals[pair]

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        pieces = list(pool.map(explain, range(0, len(order), BLOCK_PAIRS)))
    return evidence_rows(pairs, customers, products, pieces)


def strongest(
    pair: np.ndarray, evidence: np.ndarray, score: np.ndarray, count: int, pair_count: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The ``count`` highest scores above 0 of each pair; the arguments are of shape (parts,), by pair and then by evidence."""
    speaking = score > 0
    pair, evidence, score = pair[speaking], evidence[speaking], score[speaking]
    wanted = best_in_rows(pair, score, count, pair_count)
    return pair[wanted], evidence[wanted], score[wanted]


def evidence_rows(pairs: pa.Table, customers: np.ndarray, products: np.ndarray, pieces: list[Pieces]) -> pa.Table:
    """Rows of ``EVIDENCE_SCHEMA``: pieces hold positions in ``customers`` and ``products``, evidence, score and total."""
    if not pieces:
        return EVIDENCE_SCHEMA.empty_table()
    pair, evidence, score, total = (np.concatenate(part) for part in zip(*pieces, strict=True))
    cutoff_id = pa.repeat(pairs["cutoff_id"][0].cast(pa.string()), len(pair))
    arrays = [cutoff_id, *(pa.array(x) for x in (customers[pair], products[pair], evidence.astype(np.int64), score, total))]
    return pa.Table.from_arrays(arrays, schema=EVIDENCE_SCHEMA)


def collected(tables: Iterator[pa.Table]) -> pa.Table:
    """The evidence of all cutoffs as one table; of none, an empty one."""
    return pa.concat_tables([EVIDENCE_SCHEMA.empty_table(), *tables])
