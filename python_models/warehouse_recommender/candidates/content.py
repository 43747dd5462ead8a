"""Content similarity: products whose text is similar to that of the products in the history."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from warehouse_recommender.candidates.evidence import collected, cutoff_ids, of_cutoff, of_similar_products, strength_matrix
from warehouse_recommender.candidates.problem import Problem, answers, problems
from warehouse_recommender.candidates.top_k import top_k_with_and_without_repeats

TERM_COLUMNS = ("cutoff_id", "product_index", "term_index", "weight")
TRANSPOSED_ROWS = 64  # customers scored at a time: this many columns of all products fit into a cache during the transposition


def candidates(strengths: pa.Table, customers: pa.Table, products: pa.Table, terms: pa.Table, *, top_k: int) -> pa.Table:
    """Propose products by the cosine between their terms and the terms of the customer's history.

    Parameters
    ----------
    strengths, customers, products
        See :func:`warehouse_recommender.candidates.problem.problems`.
    terms
        ``TERM_COLUMNS``: TF-IDF weights, one row per product and term, for all products with interactions as well.
    top_k
        Maximum number of products per customer with repeats, and the same number without repeats. Products without a common term
        aren't proposed.

    Returns
    -------
    pyarrow.Table
        Rows of ``CANDIDATE_SCHEMA``; scores in (0, 1].
    """

    def propose() -> Iterator[pa.RecordBatch]:
        for problem in problems(strengths, customers, products):
            known = terms.filter(pc.equal(terms["cutoff_id"], problem.cutoff_id))
            yield problem.answer(*best_products(problem, term_matrix(known, problem.strengths.shape[1]), top_k))

    return answers(propose())


def term_matrix(terms: pa.Table, product_count: int) -> sparse.csr_array:
    """Products × terms with rows of length 1 (0 for a product without text), CSR float32."""
    rows, columns, weights = (terms[name].to_numpy() for name in TERM_COLUMNS[1:])
    shape = (max(product_count, 1 + rows.max(initial=0)), 1 + columns.max(initial=0))
    return unit_rows(sparse.csr_array((weights.astype(np.float32), (rows, columns)), shape=shape))


def unit_rows(matrix: sparse.csr_array) -> sparse.csr_array:
    """Scale each row to Euclidean length 1; an empty row stays empty."""
    lengths = np.sqrt(matrix.multiply(matrix).sum(axis=1))
    return sparse.diags_array(1 / np.where(lengths > 0, lengths, 1)) @ matrix


def best_products(problem: Problem, product_terms: sparse.csr_array, k: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Best products of the listed customers by cosine; products with similarity 0 are not proposed."""
    profiles = unit_rows(problem.histories @ product_terms[: problem.strengths.shape[1]])
    offered = sparse.csr_array(product_terms[problem.product_index])

    def score_rows(rows: slice) -> np.ndarray:
        # Most products share a term, so the block is dense. Products have few terms, so they are the sparse factor.
        block = profiles[rows]
        scores = np.empty((block.shape[0], offered.shape[0]), np.float32)
        for first in range(0, len(scores), TRANSPOSED_ROWS):
            some = slice(first, first + TRANSPOSED_ROWS)
            scores[some] = (offered @ block[some].toarray().T).T
        return scores

    return top_k_with_and_without_repeats(score_rows, problem.seen, k, above=0)


def evidence(pairs: pa.Table, strengths: pa.Table, terms: pa.Table, *, count: int) -> pa.Table:
    """Compute the contribution of each history product: strength × cosine to the listed product / length of the profile.

    Parameters
    ----------
    pairs
        ``PAIR_COLUMNS``: the listed products.
    strengths, terms
        As in :func:`candidates`.
    count
        Number of history products named per listed product: the strongest ones.

    Returns
    -------
    pyarrow.Table
        Rows of ``EVIDENCE_SCHEMA``.
    """

    def explain() -> Iterator[pa.Table]:
        for cutoff_id in cutoff_ids(pairs):
            listed = of_cutoff(pairs, cutoff_id)
            histories = strength_matrix(strengths, cutoff_id, listed)
            product_terms = term_matrix(of_cutoff(terms, cutoff_id), histories.shape[1])[: histories.shape[1]]
            profiles = histories @ product_terms
            lengths = np.sqrt(profiles.multiply(profiles).sum(axis=1))
            scaled = sparse.csr_array(sparse.diags_array(1 / np.where(lengths > 0, lengths, 1)) @ histories)
            by_term = sparse.csr_array(product_terms.T)

            def similar_to(
                wanted: np.ndarray, left: sparse.csr_array = product_terms, right: sparse.csr_array = by_term
            ) -> sparse.csr_array:
                return left[wanted] @ right

            yield of_similar_products(listed, scaled, similar_to, count=count)

    return collected(explain())
