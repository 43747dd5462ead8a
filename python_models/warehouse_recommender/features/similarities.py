"""Products similar to each product: chosen by the same customers, described with the same words, or both."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from warehouse_recommender.candidates.content import term_matrix
from warehouse_recommender.candidates.top_k import largest
from warehouse_recommender.features.embeddings import strength_matrix

PRODUCT_COLUMNS = ("cutoff_id", "product_index")
CUTOFF = "live"  # similar products are not used for training, so earlier cutoffs need none
KINDS = ("behaviour", "content", "blended")
DEPTH = 20  # similar products per product and kind
SHRINKAGE = 10.0  # customers added to those of each product, to lower behaviour scores that rest on few customers
CONTENT_CUSTOMERS = 5.0  # virtual customers per product who choose by its words, in the blended kind
BLOCK_CELLS = 500_000  # pairs in memory per thread, in a handful of float64 arrays of 4 MB; larger arrays exceed the cache
SCHEMA = pa.schema(
    [
        ("kind", pa.string()),
        ("product_index", pa.int64()),
        ("similar_index", pa.int64()),
        ("similarity", pa.float64()),
        ("common_customer_count", pa.int64()),
        ("shared_term_count", pa.int64()),
    ]
)


def similar_products(
    strengths: pa.Table,
    known: pa.Table,
    offered: pa.Table,
    terms: pa.Table,
    *,
    depth: int,
    shrinkage: float,
    content_customers: float,
) -> pa.Table:
    """Find the most similar products that may be recommended, for each product known at ``live``.

    Parameters
    ----------
    strengths
        ``embeddings.STRENGTH_COLUMNS``: who chose which product; the amount of strength is ignored.
    known, offered
        ``PRODUCT_COLUMNS``: the products that get similar products, and the products that may be similar products.
    terms
        ``content.TERM_COLUMNS``: TF-IDF weights, one row per product and term.
    depth
        Maximum number of similar products per product and kind.
    shrinkage, content_customers
        See :func:`pair_scores`.

    Returns
    -------
    pyarrow.Table
        Rows of ``SCHEMA``: similarities are above 0, and no product is similar to itself.

    Raises
    ------
    ValueError
        If a parameter is out of its range.
    """
    if depth < 1 or shrinkage < 0 or content_customers <= 0:
        raise ValueError(
            f"depth is {depth}, shrinkage {shrinkage}, content_customers {content_customers}. "
            "Accepted: 1 or more, 0 or more, above 0."
        )
    chosen, rows_of, columns_of, words = (t.filter(pc.equal(t["cutoff_id"], CUTOFF)) for t in (strengths, known, offered, terms))
    asked, candidates = (np.sort(t["product_index"].to_numpy()) for t in (rows_of, columns_of))
    highest = max((t["product_index"].to_numpy().max(initial=-1) for t in (chosen, rows_of, columns_of, words)), default=-1)
    product_count = int(highest) + 1
    customers = sparse.csr_array(strength_matrix(chosen, product_count).T)
    customers.data = np.ones(len(customers.data))
    described = sparse.csr_array(term_matrix(words, product_count), dtype=np.float64)
    worded = sparse.csr_array(described.astype(bool), dtype=np.float64)
    counts = np.diff(customers.indptr).astype(np.float64)
    # Transposed once and stored by row: otherwise each block would convert the whole matrices again.
    their_customers, their_terms = (sparse.csr_array(side[candidates].T) for side in (customers, described))

    def nearest(rows: np.ndarray) -> Iterator[pa.RecordBatch]:
        common = (customers[rows] @ their_customers).toarray()
        cosine = (described[rows] @ their_terms).toarray()
        scores = pair_scores(common, cosine, counts[rows], counts[candidates], shrinkage, content_customers)
        own_row = np.flatnonzero(np.isin(rows, candidates))
        own_column = np.searchsorted(candidates, rows[own_row])
        for kind, score in zip(KINDS, scores, strict=True):
            score[score <= 0] = -np.inf
            score[own_row, own_column] = -np.inf
            row, column, values = largest(score, depth)
            columns = [
                pa.array([kind] * len(row), pa.string()),
                rows[row],
                candidates[column],
                values,
                common[row, column].astype(np.int64),
                worded[rows[row]].multiply(worded[candidates[column]]).sum(axis=1).astype(np.int64),
            ]
            yield pa.RecordBatch.from_arrays([pa.array(c) for c in columns], schema=SCHEMA)

    block_rows = max(1, BLOCK_CELLS // max(1, len(candidates)))
    blocks = [asked[i : i + block_rows] for i in range(0, len(asked), block_rows)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        batches = [batch for block in pool.map(lambda rows: list(nearest(rows)), blocks) for batch in block]
    return pa.Table.from_batches(batches, schema=SCHEMA)


def pair_scores(
    common: np.ndarray,
    cosine: np.ndarray,
    counts: np.ndarray,
    other_counts: np.ndarray,
    shrinkage: float,
    content_customers: float,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Similarities of products (rows) to other products (columns).

    ``both`` is the number of customers who chose both products, ``n`` and ``m`` who chose each, and ``c`` the cosine of their
    terms:

    - behaviour ``both / √((n + s)·(m + s))``, s = ``shrinkage``: the cosine of two sets of customers, lower if they are small;
    - content ``c``;
    - blended ``(both + s·c) / √((n + s)·(m + s))``, s = ``content_customers``: as if s more customers, who decide by the words,
      had chosen each product. Two products that no customer chose have only their content; two that many chose hardly use it.

    Parameters
    ----------
    common, cosine
        Number of customers who chose both, and cosine of the terms; float64 of shape (rows, columns).
    counts, other_counts
        Number of customers who chose each product, float64 of shape (rows,) and (columns,).
    shrinkage, content_customers
        In customers; 0 or more, and above 0.

    Returns
    -------
    behaviour, content, blended
        New arrays of the shape of ``common``, 0 to 1.
    """

    def likeness(both: np.ndarray, more: float) -> np.ndarray:
        sides = [np.where(side + more > 0, side + more, 1) for side in (counts, other_counts)]  # no customers at all: 0
        norms = np.outer(*sides)
        np.divide(both, np.sqrt(norms, out=norms), out=norms)
        return np.minimum(norms, 1, out=norms)

    content = np.minimum(cosine, 1)
    return likeness(common, shrinkage), content, likeness(common + content_customers * content, content_customers)
