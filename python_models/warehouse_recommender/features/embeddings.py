"""Vectors of products, brands and categories from products chosen together: positive PMI and its leading factors.

word2vec implicitly factorises the pointwise mutual information of co-occurrences (Levy and Goldberg, NIPS 2014). This module does
so explicitly and without sampling, so the same input gives the same vectors.
"""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse
from scipy.sparse.linalg import eigsh

STRENGTH_COLUMNS = ("cutoff_id", "customer_index", "product_index", "strength")
KNOWN_COLUMNS = ("cutoff_id", "product_index")
PRODUCT_COLUMNS = ("product_index", "product_id", "category", "brand")
UNKNOWN = "unknown"
DIMENSIONS = 16  # length of the vectors of products, categories and brands
LONGEST_HISTORY = 50  # strongest products per customer used in training
SMALLEST_SUPPORT = 2  # minimum number of customers who chose both products of a pair
BLOCK_PAIRS = 20_000_000  # cells of co-occurrence in memory


def embeddings(
    strengths: pa.Table,
    known: pa.Table,
    products: pa.Table,
    *,
    dimensions: int,
    longest_history: int,
    smallest_support: int,
    seed: int,
) -> pa.Table:
    """Learn a unit vector per cutoff for each product, category and brand.

    Parameters
    ----------
    strengths
        ``STRENGTH_COLUMNS``: products chosen by each customer before each cutoff.
    known
        ``KNOWN_COLUMNS``: the products known at each cutoff.
    products
        ``PRODUCT_COLUMNS``: category and brand of every product; NULL or ``unknown`` if it has none.
    dimensions
        Length of the vectors. Dimensions beyond the rank of the data are zero.
    longest_history, smallest_support
        See :func:`cooccurrences`.
    seed
        Seed of the factorisation's starting vector.

    Returns
    -------
    pyarrow.Table
        One row per cutoff, attribute (``product``, ``category``, ``brand``) and value: ``embedding`` is a fixed-size list of
        ``dimensions`` float32 of Euclidean length 1. A value whose products were never chosen together with others has no row.
    """
    schema = pa.schema(
        [
            ("cutoff_id", pa.string()),
            ("attribute", pa.string()),
            ("attribute_value", pa.string()),
            ("embedding", pa.list_(pa.float32(), dimensions)),
        ]
    )
    all_ids = products["product_id"].to_numpy(zero_copy_only=False)
    product_count = 1 + max(pc.max(products["product_index"]).as_py() or 0, pc.max(strengths["product_index"]).as_py() or 0)

    def of_cutoffs() -> Iterator[pa.RecordBatch]:
        for cutoff_id in sorted(pc.unique(strengths["cutoff_id"]).to_pylist()):
            chosen, catalogue = (t.filter(pc.equal(t["cutoff_id"], cutoff_id)) for t in (strengths, known))
            matrix = strength_matrix(chosen, product_count)
            vectors = product_vectors(
                matrix, dimensions=dimensions, longest_history=longest_history, smallest_support=smallest_support, seed=seed
            )
            popularity = np.asarray(matrix.sum(axis=0)).ravel()
            ids = np.full(product_count, None, object)
            ids[catalogue["product_index"].to_numpy()] = all_ids[catalogue["product_index"].to_numpy()]
            for attribute, values in (("product", ids), *product_attributes(products, product_count)):
                names, means = weighted_means(vectors, popularity, values)
                yield pa.RecordBatch.from_arrays(
                    [
                        pa.array([cutoff_id] * len(names), pa.string()),
                        pa.array([attribute] * len(names), pa.string()),
                        pa.array(names, pa.string()),
                        pa.FixedSizeListArray.from_arrays(pa.array(means.ravel(), pa.float32()), dimensions),
                    ],
                    schema=schema,
                )

    return pa.Table.from_batches(of_cutoffs(), schema=schema)


def strength_matrix(strengths: pa.Table, product_count: int) -> sparse.csr_array:
    """Customers × products strengths of one cutoff, CSR float64."""
    rows, columns, values = (strengths[name].to_numpy() for name in STRENGTH_COLUMNS[1:])
    return sparse.csr_array((values, (rows, columns)), shape=(1 + rows.max(initial=0), product_count))


def product_attributes(products: pa.Table, product_count: int) -> Iterator[tuple[str, np.ndarray]]:
    """Category and brand by product_index: object arrays of shape (product_count,), None if unknown."""
    for attribute in PRODUCT_COLUMNS[2:]:
        names = products[attribute].to_numpy(zero_copy_only=False)
        values = np.full(product_count, None, object)
        values[products["product_index"].to_numpy()] = np.where(names == UNKNOWN, None, names)
        yield attribute, values


def product_vectors(
    strengths: sparse.csr_array, *, dimensions: int, longest_history: int, smallest_support: int, seed: int
) -> np.ndarray:
    """Unit vectors of the products, shape (products, dimensions); zeros for products without co-occurrence."""
    histories = strongest(strengths, longest_history)
    association = positive_pmi(cooccurrences(histories, smallest_support))
    return unit_rows(factors(association, dimensions, seed))


def strongest(strengths: sparse.csr_array, longest_history: int) -> sparse.csr_array:
    """Mark each customer's strongest products, so that a customer with very many products doesn't make all products similar.

    Parameters
    ----------
    strengths
        Customers × products, CSR with at most one entry per cell.
    longest_history
        Number of products kept per customer; ties go to the lower index.

    Returns
    -------
    scipy.sparse.csr_array
        Customers × products, int32, 1 if kept.
    """
    lengths = np.diff(strengths.indptr)
    rows = np.repeat(np.arange(strengths.shape[0]), lengths)
    kept = np.ones(len(rows), bool)
    long = np.flatnonzero(lengths[rows] > longest_history)  # other customers need no sorting
    order = long[np.lexsort((strengths.indices[long], -strengths.data[long], rows[long]))]
    starts = np.flatnonzero(np.diff(rows[order], prepend=-1))
    place = np.arange(len(order)) - np.repeat(starts, np.diff(starts, append=len(order)))
    kept[order[place >= longest_history]] = False
    ones = np.ones(kept.sum(), np.int32)
    return sparse.csr_array((ones, (rows[kept], strengths.indices[kept])), shape=strengths.shape)


def cooccurrences(histories: sparse.csr_array, smallest_support: int) -> sparse.csr_array:
    """Count the customers who have both products of a pair, in blocks of products.

    Parameters
    ----------
    histories
        Customers × products of ones, CSR.
    smallest_support
        Minimum number of customers of a pair: a pair observed once has the highest PMI of all, and it means nothing.

    Returns
    -------
    scipy.sparse.csr_array
        Products × products, symmetric, float64, zero on the diagonal.
    """
    product_count = histories.shape[1]
    by_product = histories.T.tocsr()
    block_rows = max(1, BLOCK_PAIRS // max(1, product_count))
    blocks = []
    for start in range(0, product_count, block_rows):
        pairs = (by_product[start : start + block_rows] @ histories).tocoo()
        wanted = (pairs.data >= smallest_support) & (pairs.row + start != pairs.col)
        counts = pairs.data[wanted].astype(np.float64)
        blocks.append(sparse.csr_array((counts, (pairs.row[wanted], pairs.col[wanted])), shape=pairs.shape))
    return sparse.csr_array(sparse.vstack(blocks, format="csr"))


def positive_pmi(counts: sparse.csr_array) -> sparse.csr_array:
    """Positive pointwise mutual information ``max(0, ln(n_ij n / (n_i n_j)))`` of symmetric counts; zeros are not stored."""
    totals = np.asarray(counts.sum(axis=0)).ravel()
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    association = counts.copy()
    association.data = np.maximum(0, np.log(counts.data * totals.sum() / (totals[rows] * totals[counts.indices])))
    association.eliminate_zeros()
    return association


def factors(association: sparse.csr_array, dimensions: int, seed: int) -> np.ndarray:
    """Vectors whose inner products best approximate the associations: leading eigenvectors, scaled by root eigenvalues.

    Only positive eigenvalues are used. A singular value decomposition would treat negative ones as positive, and two products
    that are only ever chosen with each other would appear unrelated.

    Parameters
    ----------
    association
        Products × products, symmetric.
    dimensions
        Number of columns; columns without a positive eigenvalue are zero.
    seed
        Seed of the starting vector of the iteration; small matrices don't use it.

    Returns
    -------
    numpy.ndarray
        float64, shape (products, dimensions), by falling eigenvalue; the largest absolute entry of each column is positive.
    """
    found = np.zeros((association.shape[0], dimensions))
    used = np.flatnonzero(np.diff(association.indptr))
    if len(used) == 0:
        return found
    matrix = association[used][:, used]
    if len(used) <= 2 * dimensions + 2:
        values, vectors = np.linalg.eigh(matrix.toarray())
    else:
        start = np.random.default_rng(seed).standard_normal(len(used))
        values, vectors = eigsh(matrix, k=dimensions, which="LA", v0=start)
    best = np.argsort(-values, kind="stable")[:dimensions]
    best = best[values[best] > 1e-9 * values.max()]
    vectors = vectors[:, best]
    signs = np.sign(vectors[np.argmax(np.abs(vectors), axis=0), np.arange(len(best))])
    found[used, : len(best)] = vectors * signs * np.sqrt(values[best])
    return found


def weighted_means(vectors: np.ndarray, weights: np.ndarray, values: np.ndarray) -> tuple[list[str], np.ndarray]:
    """Weighted mean vector of the products of each value, scaled to unit length.

    Parameters
    ----------
    vectors
        Shape (products, dimensions); rows of zeros are ignored.
    weights
        0 or more, shape (products,); if all products of a value have weight 0, they count equally.
    values
        Value of each product, shape (products,), None if it has none.

    Returns
    -------
    names, means
        Values in alphabetical order, and float64 of shape (values, dimensions). A value is left out if its products have no
        vectors or if their vectors cancel out.
    """
    usable = np.flatnonzero(np.any(vectors != 0, axis=1) & np.not_equal(values, None))
    names, group = np.unique(values[usable].astype(str), return_inverse=True)
    membership = sparse.csr_array((np.ones(len(usable)), (group, np.arange(len(usable)))), shape=(len(names), len(usable)))
    total = membership @ weights[usable]
    each = np.where(total[group] > 0, weights[usable], 1.0)
    means = unit_rows((membership * each[None, :]) @ vectors[usable])
    has_vector = np.any(means != 0, axis=1)
    return names[has_vector].tolist(), means[has_vector]


def unit_rows(matrix: np.ndarray) -> np.ndarray:
    """Scale each row to Euclidean length 1; a row of zeros stays."""
    lengths = np.sqrt((matrix**2).sum(axis=1, keepdims=True))
    return matrix / np.where(lengths > 0, lengths, 1)
