"""What a source is asked at one cutoff, and the shape of its answer."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

STRENGTH_COLUMNS = ("cutoff_id", "customer_index", "product_index", "strength")
CUSTOMER_COLUMNS = ("cutoff_id", "customer_index")
PRODUCT_COLUMNS = ("cutoff_id", "product_index")
CANDIDATE_SCHEMA = pa.schema(
    [("cutoff_id", pa.string()), ("customer_index", pa.int32()), ("product_index", pa.int32()), ("score", pa.float64())]
)


@dataclass(frozen=True)
class Problem:
    """One cutoff: what is known, who wants a list and what may stand on it.

    Attributes
    ----------
    cutoff_id
        Key of the cutoff.
    strengths
        All customers × all products, CSR float32, zero where no interaction came before the cutoff. Rows and columns are the
        warehouse's ``customer_index`` and ``product_index``.
    customer_index
        Customers with a history who get a list, shape (customers,).
    product_index
        Products that may be recommended, shape (products,).
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
        """Strengths of the listed customers on what may be recommended, shape (customers, products)."""
        return self.histories[:, self.product_index]

    def answer(self, customers: np.ndarray, products: np.ndarray, scores: np.ndarray) -> pa.RecordBatch:
        """Candidates as rows of ``CANDIDATE_SCHEMA``.

        Parameters
        ----------
        customers, products
            Positions in ``customer_index`` and ``product_index``, shape (candidates,).
        scores
            Finite scores, higher is better, shape (candidates,).

        Raises
        ------
        ValueError
            If a score is not finite: no placeholder of a library may leave a source.
        """
        if not np.isfinite(scores).all():
            raise ValueError(f"cutoff {self.cutoff_id}: {np.sum(~np.isfinite(scores))} scores are not finite")
        columns = [
            pa.repeat(pa.scalar(self.cutoff_id, pa.string()), len(scores)),
            pa.array(self.customer_index[customers], pa.int32()),
            pa.array(self.product_index[products], pa.int32()),
            pa.array(scores.astype(np.float64)),
        ]
        return pa.RecordBatch.from_arrays(columns, schema=CANDIDATE_SCHEMA)


def problems(strengths: pa.Table, customers: pa.Table, products: pa.Table) -> Iterator[Problem]:
    """Split the inputs into one problem per cutoff, in the order of the cutoff ids.

    A cutoff without a single customer who has a history, or without a product to recommend, is left out: there is nothing to
    learn or to say, and the popularity source serves those customers. A customer all of whose strengths have decayed to zero
    counts as one without a history.

    Parameters
    ----------
    strengths, customers, products
        Tables with ``STRENGTH_COLUMNS``, ``CUSTOMER_COLUMNS`` and ``PRODUCT_COLUMNS``; indices are dense integers from 0.
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
    """Collect the answers of all cutoffs into one table of ``CANDIDATE_SCHEMA``; of no answers, an empty one."""
    return pa.Table.from_batches(batches, schema=CANDIDATE_SCHEMA)


def cell_matrix(cells: pa.Table, cutoff_id: str, value: str, customer_count: int = 0, product_count: int = 0) -> sparse.csr_array:
    """Cells of one cutoff as a matrix.

    Parameters
    ----------
    cells
        Columns ``cutoff_id``, ``customer_index``, ``product_index`` and ``value``.
    cutoff_id
        Cutoff whose cells are wanted.
    value
        Column that holds the values.
    customer_count, product_count
        Least number of rows and of columns.

    Returns
    -------
    scipy.sparse.csr_array
        Customers × products, float32; a cell of value 0 stays a cell.
    """
    own = cells.filter(pc.equal(cells["cutoff_id"], cutoff_id))
    rows, columns = (own[name].to_numpy() for name in ("customer_index", "product_index"))
    shape = (1 + int(rows.max(initial=customer_count - 1)), 1 + int(columns.max(initial=product_count - 1)))
    return sparse.csr_array((own[value].to_numpy().astype(np.float32), (rows, columns)), shape=shape)
