"""Pairs of products with similar texts, used for diversity and dislikes."""

import bisect
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from warehouse_recommender.candidates.content import term_matrix
from warehouse_recommender.candidates.sparse_blocks import best_pairs, in_blocks, largest_of_rows, row_positions, terms_of_rows

PRODUCT_COLUMNS = ("cutoff_id", "product_index")
PAIR_SCHEMA = pa.schema(
    [
        pa.field("cutoff_id", pa.string()),
        pa.field("product_index", pa.int32()),
        pa.field("similar_product_index", pa.int32()),
        pa.field("similarity", pa.float64()),
    ]
)
SIMILARITY_FLOOR = 0.2  # minimum content cosine of similar products
PAIRS_PER_PRODUCT = 50  # most similar products kept per product
MOST_MULTIPLICATIONS = 1_000_000_000  # multiplications of weights per cutoff; see most_compared


def pairs(products: pa.Table, terms: pa.Table, *, floor: float, most: int) -> Iterator[pa.RecordBatch]:
    """List the products most similar to each product, at each cutoff.

    Parameters
    ----------
    products
        ``PRODUCT_COLUMNS``: the products known at each cutoff, sorted by cutoff and index.
    terms
        ``TERM_COLUMNS``: TF-IDF weights, one row per cutoff, product and term.
    floor
        Minimum cosine, in (0, 1]; pairs below it are left out.
    most
        Maximum number of products listed per product, by similarity. A pair is listed in both directions if it is among the most
        similar of either product, so a product may have more rows.

    Yields
    ------
    pyarrow.RecordBatch
        Rows of ``PAIR_SCHEMA``, one batch per cutoff, by product and similar product; no product is paired with itself.
    """
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
        Shape (products, terms), rows of length 1 or 0.
    floor, most
        See :func:`pairs`.

    Returns
    -------
    scipy.sparse.coo_array
        Shape (products, products), symmetric, diagonal empty, sorted by row and column; values in [floor, 1].
    """
    count = matrix.shape[0]
    by_term = sparse.csr_array(matrix.T)
    compared = largest_of_rows(by_term, most_compared(np.diff(by_term.indptr), MOST_MULTIPLICATIONS))

    def nearest_to(rows: slice) -> list[np.ndarray]:
        similar = matrix[rows] @ compared
        row, column = rows.start + row_positions(similar.indptr), similar.indices
        kept = (similar.data >= floor) & (row != column)
        return best_pairs([row[kept], column[kept], similar.data[kept]], most)

    row, column, value = in_blocks(nearest_to, terms_of_rows(matrix, compared)) if count else np.empty((3, 0), np.int32)
    if compared.nnz < matrix.nnz:
        value = matrix[row].multiply(matrix[column]).sum(axis=1)
    directed = sparse.csr_array((np.minimum(value, 1), (row, column)), shape=(count, count), dtype=np.float32)
    both = directed.maximum(directed.T).tocsr()
    both.sort_indices()
    return both.tocoo()


def most_compared(products_of_terms: np.ndarray, most_multiplications: int) -> int:
    """Maximum number of weights compared per term, so that time grows linearly with the catalogue instead of quadratically.

    Parameters
    ----------
    products_of_terms
        Number of products that have each term, shape (terms,).
    most_multiplications
        Maximum number of multiplications of two weights of a term, for all terms together.

    Returns
    -------
    int
        At least 1. If the bound allows all comparisons, the maximum of ``products_of_terms``.
    """
    return 1 + bisect.bisect_right(
        range(2, 1 + products_of_terms.max(initial=1)),
        most_multiplications,
        key=lambda most: int((products_of_terms * np.minimum(products_of_terms, most)).sum()),
    )
