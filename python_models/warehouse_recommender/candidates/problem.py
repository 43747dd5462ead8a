"""Input and output of a source at one cutoff: histories, customers and products in, candidates out."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

STRENGTH_COLUMNS = ("cutoff_id", "customer_index", "product_index", "strength")
CUSTOMER_COLUMNS = ("cutoff_id", "customer_index")
PRODUCT_COLUMNS = ("cutoff_id", "product_index")
PRODUCT_ORDER = ("cutoff_id", "popularity_rank")  # order of products on input, so that ties go to the more popular product
CANDIDATE_SCHEMA = pa.schema(
    [
        ("cutoff_id", pa.string()),
        ("customer_index", pa.int32()),
        ("product_indexes", pa.list_(pa.int32())),
        ("scores", pa.list_(pa.float32())),
    ]
)
SORTED_CELLS = 4_000_000  # scores sorted at a time


@dataclass(frozen=True)
class Problem:
    """Input of a source at one cutoff: histories, the customers who get a list, and the products that may be recommended.

    Attributes
    ----------
    cutoff_id
        Key of the cutoff.
    strengths
        All customers × all products, CSR float32, zero without an interaction before the cutoff. Rows and columns are the
        warehouse's ``customer_index`` and ``product_index``.
    customer_index
        Customers with a history who get a list, shape (customers,).
    product_index
        Products that may be recommended, the most popular first, shape (products,). Ties of scores go to the first product.
    """

    cutoff_id: str
    strengths: sparse.csr_array
    customer_index: np.ndarray
    product_index: np.ndarray

    @property
    def histories(self) -> sparse.csr_array:
        """Strengths of the listed customers, shape (customers, all products)."""
        return self.strengths[self.customer_index]

    @property
    def seen(self) -> sparse.csr_array:
        """Strengths of the listed customers for products that may be recommended, shape (customers, products)."""
        return self.histories[:, self.product_index]

    def answer(self, customers: np.ndarray, products: np.ndarray, scores: np.ndarray) -> pa.RecordBatch:
        """Return candidates as rows of ``CANDIDATE_SCHEMA``: one per customer with a candidate, best candidate first.

        Parameters
        ----------
        customers, products
            Positions in ``customer_index`` and ``product_index``, by customer and then by product, shape (candidates,). A
            customer's candidates with equal scores keep their order.
        scores
            Finite scores, higher is better, shape (candidates,).

        Raises
        ------
        ValueError
            If a score is not finite: a library's placeholder scores must not leave the source.
        """
        if not np.isfinite(scores).all():
            raise ValueError(f"cutoff {self.cutoff_id}: {np.sum(~np.isfinite(scores))} scores are not finite")
        sizes = np.bincount(customers, minlength=len(self.customer_index))
        order = best_first(scores, sizes)
        listed = np.flatnonzero(sizes)
        offsets = pa.array(np.concatenate([[0], np.cumsum(sizes[listed])]), pa.int32())
        columns = [
            pa.repeat(pa.scalar(self.cutoff_id, pa.string()), len(listed)),
            pa.array(self.customer_index[listed], pa.int32()),
            pa.ListArray.from_arrays(offsets, pa.array(self.product_index[products[order]], pa.int32())),
            pa.ListArray.from_arrays(offsets, pa.array(scores[order].astype(np.float32, copy=False))),
        ]
        return pa.RecordBatch.from_arrays(columns, schema=CANDIDATE_SCHEMA)


def best_first(scores: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Sort scores by row, and within a row by falling score; equal scores keep their order.

    Parameters
    ----------
    scores
        Scores by row, shape (scores,).
    sizes
        Number of scores of each row, shape (rows,).

    Returns
    -------
    numpy.ndarray
        Positions of the sorted scores, shape (scores,).
    """
    starts = np.cumsum(sizes) - sizes
    width = max(1, int(sizes.max(initial=0)))
    block_rows = max(1, SORTED_CELLS // width)

    def order_of(first: int) -> np.ndarray:
        own, begin = sizes[first : first + block_rows], starts[first]
        rows = np.repeat(np.arange(len(own)), own)
        places = np.arange(own.sum()) - np.repeat(starts[first : first + block_rows] - begin, own)
        table = np.full((len(own), width), np.inf, scores.dtype)
        table[rows, places] = -scores[begin : begin + len(places)]
        best = np.argsort(table, axis=1, kind="stable")
        return begin + (best + (starts[first : first + block_rows] - begin)[:, None])[np.arange(width) < own[:, None]]

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        parts = list(pool.map(order_of, range(0, len(sizes), block_rows)))
    return np.concatenate([np.empty(0, np.int64), *parts])


def problems(strengths: pa.Table, customers: pa.Table, products: pa.Table) -> Iterator[Problem]:
    """Split the inputs into one problem per cutoff, in the order of the cutoff ids.

    A cutoff without customers with a history, or without products to recommend, is left out: a source has nothing to learn or to
    propose there, and the popularity source serves those customers. A customer whose strengths have all decayed to zero counts as
    a customer without a history.

    Parameters
    ----------
    strengths, customers, products
        Tables with ``STRENGTH_COLUMNS`` in any order, ``CUSTOMER_COLUMNS`` by index, and ``PRODUCT_COLUMNS`` in
        ``PRODUCT_ORDER``. Indexes are dense integers from 0.
    """
    for cutoff_id in sorted(pc.unique(strengths["cutoff_id"]).to_pylist()):
        known, listed, catalogue = (t.filter(pc.equal(t["cutoff_id"], cutoff_id)) for t in (strengths, customers, products))
        rows, columns = (known[name].to_numpy() for name in ("customer_index", "product_index"))
        listed_index, catalogue_index = listed["customer_index"].to_numpy(), catalogue["product_index"].to_numpy()
        shape = (
            1 + max(rows.max(initial=0), listed_index.max(initial=0)),
            1 + max(columns.max(initial=0), catalogue_index.max(initial=0)),
        )
        matrix = sparse.csr_array((known["strength"].to_numpy().astype(np.float32), (rows, columns)), shape=shape)
        has_history = matrix.sum(axis=1)[listed_index] > 0
        if has_history.any() and len(catalogue_index):
            yield Problem(
                cutoff_id=cutoff_id,
                strengths=matrix,
                customer_index=listed_index[has_history],
                product_index=catalogue_index,
            )


def answers(batches: Iterator[pa.RecordBatch]) -> pa.Table:
    """Collect the candidates of all cutoffs in one table of ``CANDIDATE_SCHEMA``, which may be empty."""
    return pa.Table.from_batches(batches, schema=CANDIDATE_SCHEMA)


def cell_matrix(cells: pa.Table, cutoff_id: str, value: str, customer_count: int = 0, product_count: int = 0) -> sparse.csr_array:
    """Return the cells of one cutoff as a matrix.

    Parameters
    ----------
    cells
        Columns ``cutoff_id``, ``customer_index``, ``product_index`` and ``value``, in any order: SciPy sorts the cells of a row.
    cutoff_id
        Cutoff to select.
    value
        Column with the values.
    customer_count, product_count
        Minimum number of rows and of columns.

    Returns
    -------
    scipy.sparse.csr_array
        Customers × products, float32; cells with value 0 are stored.
    """
    own = cells.filter(pc.equal(cells["cutoff_id"], cutoff_id))
    rows, columns = (own[name].to_numpy() for name in ("customer_index", "product_index"))
    shape = (1 + int(rows.max(initial=customer_count - 1)), 1 + int(columns.max(initial=product_count - 1)))
    return sparse.csr_array((own[value].to_numpy().astype(np.float32), (rows, columns)), shape=shape)
