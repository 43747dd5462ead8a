"""Pairs of products whose texts resemble each other: what diversity and dislikes go by."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from warehouse_recommender.candidates.content import term_matrix
from warehouse_recommender.candidates.top_k import largest

PRODUCT_COLUMNS = ("cutoff_id", "product_index")
PAIR_SCHEMA = pa.schema(
    [
        pa.field("cutoff_id", pa.string()),
        pa.field("product_index", pa.int32()),
        pa.field("similar_product_index", pa.int32()),
        pa.field("similarity", pa.float64()),
    ]
)
SIMILARITY_FLOOR = 0.2  # content cosine from which on two products count as similar
PAIRS_PER_PRODUCT = 50  # most similar products kept per product
BLOCK_CELLS = 4_000_000  # similarities held at a time (16 MB as float32)


def pairs(products: pa.Table, terms: pa.Table, *, floor: float, most: int) -> pa.Table:
    """List the products that resemble each product most, at each cutoff.

    Parameters
    ----------
    products
        ``PRODUCT_COLUMNS``: the products known at each cutoff, sorted by cutoff and index.
    terms
        ``TERM_COLUMNS``: TF-IDF weights, one row per cutoff, product and term.
    floor
        Cosines below it, in (0, 1], count as no similarity and are left out.
    most
        Products listed per product at most, by similarity. A pair stands in both directions if it is among the most similar of
        either product, so a product may have more rows.

    Returns
    -------
    pyarrow.Table
        Rows of ``PAIR_SCHEMA``, by cutoff, product and similar product; no product resembles itself.
    """
    return pa.Table.from_batches(_batches(products, terms, floor, most), PAIR_SCHEMA)


def _batches(products: pa.Table, terms: pa.Table, floor: float, most: int) -> Iterator[pa.RecordBatch]:
    for cutoff_id in sorted(set(products["cutoff_id"].to_pylist())):
        known = products.filter(pc.equal(products["cutoff_id"], cutoff_id))
        index = known["product_index"].to_numpy()
        matrix = term_matrix(terms.filter(pc.equal(terms["cutoff_id"], cutoff_id)), 1 + index.max(initial=-1))[index]
        near = nearest(matrix, floor, most)
        yield pa.record_batch(
            [
                pa.repeat(pa.scalar(cutoff_id, pa.string()), near.nnz),
                pa.array(index[near.row], pa.int32()),
                pa.array(index[near.col], pa.int32()),
                pa.array(near.data.astype(np.float64)),
            ],
            schema=PAIR_SCHEMA,
        )


def nearest(matrix: sparse.csr_array, floor: float, most: int) -> sparse.coo_array:
    """Find each row's most similar other rows by cosine.

    Parameters
    ----------
    matrix
        Shape (products, terms), rows of length one or zero.
    floor, most
        See :func:`pairs`.

    Returns
    -------
    scipy.sparse.coo_array
        Shape (products, products), symmetric, diagonal empty, sorted by row and column; values in [floor, 1].
    """
    count = matrix.shape[0]
    columns = matrix.T.tocsc()
    block_rows = max(1, BLOCK_CELLS // max(1, count))
    parts = []
    for start in range(0, count, block_rows):
        similarities = (matrix[start : start + block_rows] @ columns).toarray()
        rows = np.arange(similarities.shape[0])
        similarities[rows, rows + start] = -np.inf
        similarities[similarities < floor] = -np.inf
        row, column, value = largest(similarities, most)
        parts.append((row + start, column, np.minimum(value, 1)))
    if not parts:
        return sparse.coo_array((count, count), dtype=np.float32)
    row, column, value = (np.concatenate(part) for part in zip(*parts, strict=True))
    directed = sparse.csr_array((value, (row, column)), shape=(count, count))
    both = directed.maximum(directed.T).tocsr()
    both.sort_indices()
    return both.tocoo()
