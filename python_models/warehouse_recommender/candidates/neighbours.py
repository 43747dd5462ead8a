"""Products chosen by the same customers: item-based nearest neighbours (Deshpande and Karypis, TOIS 22, 2004)."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from scipy import sparse

from warehouse_recommender.candidates.evidence import collected, cutoff_ids, of_cutoff, of_similar_products, strength_matrix
from warehouse_recommender.candidates.problem import answers, cell_matrix, problems
from warehouse_recommender.candidates.sparse_blocks import best_pairs, in_blocks, largest_of_rows, row_positions, terms_of_rows
from warehouse_recommender.candidates.top_k import dense_if_full, top_k_with_and_without_repeats

NEIGHBOUR_SCHEMA = pa.schema(
    [
        ("cutoff_id", pa.string()),
        ("product_index", pa.int32()),
        ("neighbour_index", pa.int32()),
        ("similarity", pa.float32()),
    ]
)
CELL_COLUMNS = ("cutoff_id", "customer_index", "product_index", "similarity")  # the same columns under the names of cell_matrix
WEIGHTINGS = ("strength", "bm25")
WEIGHTING = "bm25"  # weight of a cell of customers × products
SHRINKAGE = 10.0  # squared strength added to the norms, which lowers the similarity of pairs that few customers share
LONGEST_HISTORY = 2_000  # strongest products used per customer; the number of pairs grows with the square
ASYMMETRY = 0.5  # 0 to 1; 0.5 is the cosine, higher values propose popular products more often


def nearest(
    strengths: pa.Table, products: pa.Table, *, neighbours: int, shrinkage: float, asymmetry: float, weighting: str
) -> pa.Table:
    """Learn the nearest neighbours of every product with an interaction.

    Parameters
    ----------
    strengths, products
        See :func:`warehouse_recommender.candidates.problem.problems`: all customers, and the products that may be recommended.
        Strengths are decayed, so recent interactions count more.
    neighbours, shrinkage, asymmetry, weighting
        See :func:`similarities`.

    Returns
    -------
    pyarrow.Table
        Rows of ``NEIGHBOUR_SCHEMA``; similarities above 0.
    """
    tables = [NEIGHBOUR_SCHEMA.empty_table()]
    for cutoff_id in cutoff_ids(strengths):
        offered = of_cutoff(products, cutoff_id)["product_index"].to_numpy()
        matrix = cell_matrix(strengths, cutoff_id, "strength", product_count=1 + int(offered.max(initial=-1)))
        similar = similarities(
            matrix, offered, neighbours=neighbours, shrinkage=shrinkage, asymmetry=asymmetry, weighting=weighting
        )
        columns = [
            pa.repeat(pa.scalar(cutoff_id, pa.string()), similar.nnz),
            pa.array(row_positions(similar.indptr), pa.int32()),
            pa.array(offered[similar.indices], pa.int32()),
            pa.array(similar.data),
        ]
        tables.append(pa.Table.from_arrays(columns, schema=NEIGHBOUR_SCHEMA))
    return pa.concat_tables(tables)


def candidates(strengths: pa.Table, customers: pa.Table, products: pa.Table, nearest: pa.Table, *, top_k: int) -> pa.Table:
    """Propose the neighbours of the products in the history, scored by the sum of strength × similarity.

    Parameters
    ----------
    strengths, customers, products
        See :func:`warehouse_recommender.candidates.problem.problems`.
    nearest
        Rows of ``NEIGHBOUR_SCHEMA``.
    top_k
        Maximum number of products per customer with repeats, and the same number without repeats. Products without any similarity
        aren't proposed.

    Returns
    -------
    pyarrow.Table
        Rows of ``CANDIDATE_SCHEMA``; scores above 0.
    """

    cells = nearest.rename_columns(CELL_COLUMNS)

    def propose() -> Iterator[pa.RecordBatch]:
        for problem in problems(strengths, customers, products):
            count = problem.strengths.shape[1]
            similar = cell_matrix(cells, problem.cutoff_id, "similarity", count, count)
            offered = similar[:count, problem.product_index]
            yield problem.answer(*best_products(problem.histories, offered, problem.seen, top_k))

    return answers(propose())


def similarities(
    strengths: sparse.csr_array, offered: np.ndarray, *, neighbours: int, shrinkage: float, asymmetry: float, weighting: str
) -> sparse.csr_array:
    """Similarity of each product to its nearest neighbours among those that may be recommended.

    The co-occurrence of products i and j is the inner product of their columns, and their similarity
    ``co(i, j) / (|i|^(2·asymmetry) · |j|^(2·(1 - asymmetry)) + shrinkage)``: the cosine at asymmetry 1/2 and shrinkage 0.
    Shrinkage lowers the similarity of pairs that few customers share. An asymmetry above 1/2 proposes popular products j more
    often (Aiolli, RecSys 2013).

    Parameters
    ----------
    strengths
        Customers × products, CSR, at least 0.
    offered
        Products that may be recommended: columns of ``strengths``. Other products are never neighbours. Had they been removed
        only at the end, products similar to discontinued ones would keep few neighbours that can be proposed.
    neighbours
        Number of neighbours kept per product; ties go to the first in ``offered``. An offered product is its own neighbour, too.
    shrinkage
        0 or more, in units of squared strength.
    asymmetry
        0 to 1.
    weighting
        Weight of a cell: its ``strength``, or ``bm25``, which saturates with repetition and lowers the weight of customers with
        long histories (K1 = 1.2, b = 0.75, Robertson and Zaragoza 2009, section 3).

    Returns
    -------
    scipy.sparse.csr_array
        Products × offered products, float32; row i holds the similarities with which product i proposes others.

    Raises
    ------
    ValueError
        If a parameter is out of its range.
    """
    if neighbours < 1 or shrinkage < 0 or not 0 <= asymmetry <= 1 or weighting not in WEIGHTINGS:
        raise ValueError(
            f"neighbours is {neighbours}, shrinkage {shrinkage}, asymmetry {asymmetry}, weighting '{weighting}'. Accepted: 1 or "
            f"more, 0 or more, 0 to 1, one of {', '.join(WEIGHTINGS)}."
        )
    matrix = sparse.csr_array(strengths, dtype=np.float64)
    if weighting == "bm25":
        matrix = bm25(matrix)
    matrix = largest_of_rows(matrix, LONGEST_HISTORY)
    by_product = sparse.csr_array(matrix.T)
    lengths = np.sqrt(by_product.multiply(by_product).sum(axis=1))
    left, right = lengths ** (2 * asymmetry), lengths ** (2 * (1 - asymmetry))
    proposed, right = matrix[:, offered], right[offered]

    def nearest(rows: slice) -> list[np.ndarray]:
        common = by_product[rows] @ proposed
        product, neighbour = rows.start + row_positions(common.indptr), common.indices
        norms = left[product] * right[neighbour] + shrinkage
        kept = (common.data > 0) & (norms > 0)
        return best_pairs([product[kept], neighbour[kept], common.data[kept] / norms[kept]], neighbours)

    product, neighbour, similar = in_blocks(nearest, terms_of_rows(by_product, proposed))
    shape = (by_product.shape[0], len(offered))
    nearest_ones = sparse.csr_array((similar.astype(np.float32), (product, neighbour)), shape=shape)
    nearest_ones.sort_indices()
    return nearest_ones


def bm25(matrix: sparse.csr_array, saturation: float = 1.2, length_share: float = 0.75) -> sparse.csr_array:
    """Weight cells as BM25 weights words: customers are the documents, products the words.

    ``idf(product) · x · (K1 + 1) / (x + K1 · (1 - b + b · length / mean length))`` with K1 = ``saturation`` and b =
    ``length_share``.
    """
    lengths = matrix.sum(axis=1)
    mean_length = lengths[lengths > 0].mean() if (lengths > 0).any() else 1.0
    customer_count = (lengths > 0).sum()
    buyers = np.bincount(matrix.indices, minlength=matrix.shape[1])
    idf = np.log1p(customer_count / np.maximum(buyers, 1))
    norms = saturation * (1 - length_share + length_share * lengths / mean_length)
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    weighed = matrix.copy()
    weighed.data = idf[matrix.indices] * matrix.data * (saturation + 1) / (matrix.data + norms[rows])
    return weighed


def best_products(
    histories: sparse.csr_array, similar: sparse.csr_array, seen: sparse.csr_array, k: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Best products of the customers by summed similarity to their history; products without any similarity are left out.

    Parameters
    ----------
    histories
        Customers × products: weights of the history.
    similar
        Products × offered products: similarities with which each history product proposes others.
    seen, k
        See :func:`warehouse_recommender.candidates.top_k.top_k_with_and_without_repeats`.
    """

    return top_k_with_and_without_repeats(lambda rows: dense_if_full(histories[rows] @ similar), seen, k, above=0)


def evidence(pairs: pa.Table, strengths: pa.Table, nearest: pa.Table, *, count: int) -> pa.Table:
    """Compute the contribution of each history product to a score: its strength × its similarity to the listed product.

    Parameters
    ----------
    pairs
        ``PAIR_COLUMNS``: the listed products. A product that is no neighbour of the history has no evidence.
    strengths, nearest
        As in :func:`candidates`.
    count
        Number of history products named per listed product: the strongest ones.

    Returns
    -------
    pyarrow.Table
        Rows of ``EVIDENCE_SCHEMA``.
    """

    cells = nearest.rename_columns(CELL_COLUMNS)

    def explain() -> Iterator[pa.Table]:
        for cutoff_id in cutoff_ids(pairs):
            listed = of_cutoff(pairs, cutoff_id)
            histories = strength_matrix(strengths, cutoff_id, listed)
            similar = cell_matrix(cells, cutoff_id, "similarity", histories.shape[1], histories.shape[1])
            histories.resize((histories.shape[0], similar.shape[0]))
            proposed_by = sparse.csr_array(similar.T)

            def similar_to(wanted: np.ndarray, rows: sparse.csr_array = proposed_by) -> sparse.csr_array:
                return rows[wanted]

            yield of_similar_products(listed, histories, similar_to, count=count)

    return collected(explain())
