"""Ranks of candidates among all products, for sources that score every product by the inner product of two vectors.

Such a source proposes only its best products, but can rank the others too. A candidate that only other sources propose therefore
also gets a rank from this source.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa

from warehouse_recommender.candidates.problem import cell_matrix
from warehouse_recommender.candidates.vectors import vectors

Read = Callable[[str], pa.Table]
Rows = TypeVar("Rows")
SORTED_PRODUCTS = 4_000  # scores sorted per list; of more products, evenly spread ones estimate the ranks


@dataclass(frozen=True)
class Vectors:
    """Vectors of a source for the customers and products of one cutoff.

    Attributes
    ----------
    place
        Position of the source, from 0.
    customers
        Vectors by ``customer_index``, float32, shape (customers, length); zeros for customers without a vector.
    products
        ``product_index`` of the products that may be recommended and have a vector, shape (products,).
    factors
        Vectors of these products, float32, shape (length, products).
    """

    place: int
    customers: np.ndarray
    products: np.ndarray
    factors: np.ndarray

    @classmethod
    def of(cls, place: int, customers: np.ndarray, products: np.ndarray, offered: np.ndarray) -> "Vectors":
        """Create vectors of a source from vectors by index; only ``offered`` products with a vector are kept."""
        known = np.intersect1d(offered[offered < len(products)], np.flatnonzero(products.any(axis=1)))
        return cls(place, customers, known, np.ascontiguousarray(products[known].T))


@dataclass(frozen=True)
class Inputs:
    """Readers of the vectors: functions of a cutoff that read its rows of a relation.

    Attributes
    ----------
    offered
        ``product_index`` of the products that may be recommended.
    strengths
        Histories, with the columns of :func:`warehouse_recommender.candidates.problem.cell_matrix`.
    als_customers, als_products, spectral_filters
        Vectors, with the columns of :func:`warehouse_recommender.candidates.vectors.vectors`.
    als, spectral
        Positions of these sources, from 0; None if the source is not in use.
    """

    offered: Read
    strengths: Read
    als_customers: Read
    als_products: Read
    spectral_filters: Read
    als: int | None
    spectral: int | None

    @classmethod
    def of(cls, sources: Sequence[str], of_products: Sequence[Read], of_customers: Sequence[Read]) -> "Inputs":
        """Create inputs from the sources in use and readers of :func:`rows_of_products` and :func:`rows_of_customers`."""
        (offered, als_products, spectral_filters), (strengths, als_customers) = of_products, of_customers
        places = [sources.index(name) if name in sources else None for name in ("als", "spectral")]
        return cls(offered, strengths, als_customers, als_products, spectral_filters, *places)

    def at(self, cutoff_id: str) -> list[Vectors]:
        """Vectors of each source in use at one cutoff; sources without vectors are left out."""
        found, offered = [], self.offered(cutoff_id)["product_index"].to_numpy()
        if self.als is not None:
            customers = vectors(self.als_customers(cutoff_id), cutoff_id, "customer_index")
            products = vectors(self.als_products(cutoff_id), cutoff_id, "product_index")
            found.append(Vectors.of(self.als, customers, products, offered))
        if self.spectral is not None:
            filters = vectors(self.spectral_filters(cutoff_id), cutoff_id, "product_index", length=2)
            analysis, synthesis = np.hsplit(filters, 2)
            histories = cell_matrix(self.strengths(cutoff_id), cutoff_id, "strength", product_count=len(filters))
            customers = histories[:, : len(filters)] @ np.ascontiguousarray(analysis)
            found.append(Vectors.of(self.spectral, customers, synthesis, offered))
        return [own for own in found if own.customers.any() and len(own.products)]


def rows_of_products(rows: Callable[..., Rows], offered: Any, als_products: Any, spectral_filters: Any) -> list[Rows]:
    """Rows to read for each cutoff; ``rows`` is a function of a relation and its columns."""
    factors = ("cutoff_id", "product_index", "factors")
    return [rows(offered, ("product_index",)), rows(als_products, factors), rows(spectral_filters, factors)]


def rows_of_customers(rows: Callable[..., Rows], strengths: Any, als_customers: Any) -> list[Rows]:
    """Rows to read for each cutoff, of all customers or of a block of them; ``rows`` as in :func:`rows_of_products`."""
    histories = ("cutoff_id", "customer_index", "product_index", "strength")
    return [rows(strengths, histories), rows(als_customers, ("cutoff_id", "customer_index", "factors"))]


def ranks_among_all(
    own: Vectors, customers: np.ndarray, is_withheld: np.ndarray, lists: np.ndarray, products: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Rank candidates among all products that their list may contain, and count these products.

    Parameters
    ----------
    own
        Vectors of the source.
    customers
        ``customer_index`` of each list, shape (lists,).
    is_withheld
        Whether each list must omit each product, bool, shape (lists, all products).
    lists, products
        Position of the list and ``product_index`` of each candidate, by list, shape (candidates,).

    Returns
    -------
    ranks
        Rank of each candidate, 1 = best, shape (candidates,). Equal scores have equal ranks. The rank is 0 if the source has no
        vector of the customer or of the product. Ranks among more than ``SORTED_PRODUCTS`` products are estimates.
    counts
        Number of ranked products per list, shape (lists,).
    """
    known = np.flatnonzero(customers < len(own.customers))
    known = known[own.customers[customers[known]].any(axis=1)]
    counts = np.zeros(len(is_withheld), np.int64)
    scores = own.customers[customers[known]] @ own.factors
    column = np.full(is_withheld.shape[1], -1)
    column[own.products] = np.arange(len(own.products))
    rows, withheld = np.divmod(np.flatnonzero(is_withheld[known]), is_withheld.shape[1])
    has_vector = column[withheld] >= 0
    rows, withheld = rows[has_vector], column[withheld[has_vector]]
    scores[rows, withheld] = -np.inf
    counts[known] = len(own.products) - np.bincount(rows, minlength=len(known))
    columns, step = column[products], -(-len(own.products) // SORTED_PRODUCTS)
    above = np.zeros(len(lists), np.int32)
    is_ranked = np.zeros(len(lists), bool)
    starts, ends = np.searchsorted(lists, known), np.searchsorted(lists, known, side="right")
    for own_scores, start, end in zip(scores, starts, ends, strict=True):
        ordered = np.sort(own_scores[::step])
        candidates = own_scores[columns[start:end]]
        order = np.argsort(candidates)  # sorted values are found in a third of the time
        above[start + order] = len(ordered) - np.searchsorted(ordered, candidates[order], side="right")
        is_ranked[start:end] = True
    is_ranked &= columns >= 0
    ranks = np.where(is_ranked, np.minimum(1 + step * above, counts[lists]), 0).astype(np.int32)
    return ranks, counts


def log_ranks_among_all(ranks: np.ndarray, counts: np.ndarray, lists: np.ndarray) -> np.ndarray:
    """``1 - ln(rank) / ln(count + 1)`` of each candidate, 0 if the rank is 0; see :func:`ranks_among_all`."""
    return np.where(ranks > 0, 1 - np.log(np.maximum(ranks, 1)) / np.log(np.maximum(counts, 1) + 1.0)[lists], 0.0)
