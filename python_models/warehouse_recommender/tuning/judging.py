"""Quality of a source or of the ranker at the tuning cutoffs under given parameters, per customer.

The functions that fit are those of a build. Only the decay of interactions by age is repeated here, on arrays, so that a trial
needs no query. A test ensures agreement: under the parameters of a build, a source scores the same as its lists.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from warehouse_recommender.candidates import als, neighbours, solver, spectral
from warehouse_recommender.candidates.problem import Problem
from warehouse_recommender.candidates.top_k import Triples, top_k_with_and_without_repeats
from warehouse_recommender.metrics import ndcg, ranks_in_lists
from warehouse_recommender.ranking import ranker
from warehouse_recommender.ranking.lists import Lists, matrix_of

INTERACTION_COLUMNS = ("cutoff_id", "customer_index", "product_index", "weight", "age_days", "step_share")
CUSTOMER_COLUMNS = ("cutoff_id", "customer_index")
PRODUCT_COLUMNS = ("cutoff_id", "product_index")
PAIR_COLUMNS = ("cutoff_id", "customer_index", "product_index")


@dataclass(frozen=True)
class Moment:
    """One tuning cutoff: the interactions before it, and the products chosen after it.

    Attributes
    ----------
    cutoff_id
        Key of the cutoff.
    rows, columns, weights, ages, step_shares
        Interactions before the cutoff: customer_index, product_index, weight in purchases, age in days, and the share of the
        weight that remains after later interactions; of shape (interactions,).
    listed, offered
        ``customer_index`` of the customers who get a list, ``product_index`` of the products that may be listed, each ascending.
    relevant, seen, disliked
        Listed customers × offered products, CSR bool.
    """

    cutoff_id: str
    rows: np.ndarray
    columns: np.ndarray
    weights: np.ndarray
    ages: np.ndarray
    step_shares: np.ndarray
    listed: np.ndarray
    offered: np.ndarray
    relevant: sparse.csr_array
    seen: sparse.csr_array
    disliked: sparse.csr_array

    def strengths(self, half_life_days: float) -> sparse.csr_array:
        """Sums of weights, reduced by later interactions and halved per half-life: customers × products, CSR float64."""
        return self.decayed(self.weights * self.step_shares, half_life_days)

    def decayed(self, weights: np.ndarray, half_life_days: float) -> sparse.csr_array:
        """Sums of weights of the interactions, each halved per half-life of age: customers × products, CSR float64."""
        shape = (
            1 + int(max(self.rows.max(initial=0), self.listed.max(initial=0))),
            1 + int(max(self.columns.max(initial=0), self.offered.max(initial=0))),
        )
        decayed = weights * 0.5 ** (self.ages / half_life_days)
        matrix = sparse.csr_array(sparse.coo_array((decayed, (self.rows, self.columns)), shape=shape))
        matrix.sum_duplicates()
        return matrix

    def problem(self, half_life_days: float) -> tuple[Problem, np.ndarray]:
        """The :class:`Problem` of a source, and the positions in ``listed`` of its customers: those with a history."""
        matrix = self.strengths(half_life_days).astype(np.float32)
        known = np.flatnonzero(matrix.sum(axis=1)[self.listed] > 0)
        return Problem(self.cutoff_id, matrix, self.listed[known], self.offered), known

    def ndcg(self, lists: Triples, mode: str, k: int) -> np.ndarray:
        """Binary nDCG@k of every listed customer with a relevant product; 0 if there is no list.

        Parameters
        ----------
        lists
            Positions in ``listed`` and ``offered``, and scores, of the proposals, at least k deep; see :func:`list_depth`.
        mode
            ``all``, or ``discovery``: products that the customer already has are neither listed nor relevant.
        k
            Depth in products.
        """
        relevant, withheld = self.relevant, self.disliked
        if mode == "discovery":
            relevant, withheld = sparse.csr_array(relevant > relevant.multiply(self.seen)), withheld + self.seen
        counts = np.asarray(relevant.sum(axis=1)).astype(np.int64)
        customers, products, scores = lists
        keys = customers * np.int64(len(self.offered)) + products
        stays = ~np.isin(keys, pair_keys(withheld))
        customers, products, scores, keys = customers[stays], products[stays], scores[stays], keys[stays]
        order = np.lexsort((products, -scores, customers))
        customers, keys = customers[order], keys[order]
        hits = np.isin(keys, pair_keys(relevant))
        is_evaluated = counts > 0
        positions = np.cumsum(is_evaluated) - 1  # positions among the evaluated customers
        return ndcg(positions[customers[hits]], ranks_in_lists(customers)[hits], counts[is_evaluated], k)


def pair_keys(pairs: sparse.csr_array) -> np.ndarray:
    """One integer per pair that is set: row times width plus column."""
    found = sparse.coo_array(pairs)
    return found.row[found.data != 0] * np.int64(pairs.shape[1]) + found.col[found.data != 0]


def moments(
    interactions: pa.Table, customers: pa.Table, products: pa.Table, relevant: pa.Table, disliked: pa.Table
) -> list[Moment]:
    """Build one :class:`Moment` per cutoff with customers to evaluate.

    Parameters
    ----------
    interactions, customers, products
        ``INTERACTION_COLUMNS``, ``CUSTOMER_COLUMNS`` and ``PRODUCT_COLUMNS``, in ascending order of cutoff and indices.
    relevant, disliked
        ``PAIR_COLUMNS``, of listed customers and offered products; other pairs are ignored.
    """
    found = []
    for cutoff_id in sorted(pc.unique(relevant["cutoff_id"]).to_pylist()):
        past, who, what, chosen, refused = (
            {name: column.to_numpy() for name, column in zip(t.column_names[1:], own.columns[1:], strict=True)}
            for t in (interactions, customers, products, relevant, disliked)
            for own in [t.filter(pc.equal(t["cutoff_id"], cutoff_id))]
        )
        listed, offered = who["customer_index"], what["product_index"]
        if len(listed) and len(offered) and len(past["weight"]):
            pairs = [among(t["customer_index"], t["product_index"], listed, offered) for t in (chosen, past, refused)]
            columns = [past[name] for name in INTERACTION_COLUMNS[1:]]
            found.append(Moment(cutoff_id, *columns, listed, offered, *pairs))
    return found


def among(customers: np.ndarray, products: np.ndarray, listed: np.ndarray, offered: np.ndarray) -> sparse.csr_array:
    """Pairs as a matrix of listed customers × offered products, bool; other pairs are ignored."""
    known = np.isin(customers, listed) & np.isin(products, offered)
    rows, columns = np.searchsorted(listed, customers[known]), np.searchsorted(offered, products[known])
    matrix = sparse.csr_array((np.ones(len(rows), np.int64), (rows, columns)), shape=(len(listed), len(offered)))
    return sparse.csr_array(matrix > 0)


def list_depth(moment: Moment, k: int) -> int:
    """Number of products a source must propose so that k remain after disliked products are removed."""
    return k + int(np.diff(moment.disliked.indptr).max(initial=0))


def quality(known: Sequence[Moment], lists: Callable[[Moment, int], Triples], mode: str, k: int) -> np.ndarray:
    """nDCG@k of all evaluated customers of all cutoffs; ``lists`` proposes a given number of products at a cutoff."""
    return np.concatenate([moment.ndcg(lists(moment, list_depth(moment, k)), mode, k) for moment in known])


def popularity_lists(moment: Moment, depth: int, *, popularity_half_life_days: float) -> Triples:
    """The most popular products, the same for all customers."""
    popularity = np.asarray(moment.decayed(moment.weights, popularity_half_life_days).sum(axis=0))[moment.offered]

    def score_rows(rows: slice) -> np.ndarray:
        return np.tile(popularity, (len(moment.listed[rows]), 1))

    return top_k_with_and_without_repeats(score_rows, moment.seen, depth)


def als_lists(
    moment: Moment, depth: int, *, strength_half_life_days: float, als_alpha: float, settings: solver.Settings
) -> Triples:
    """Lists of als fitted from scratch, with the number of sweeps in the settings."""
    problem, known = moment.problem(strength_half_life_days)
    weights = sparse.csr_array((als_alpha * moment.strengths(strength_half_life_days)).astype(np.float32))
    of_products = solver.fit_products(weights, None, settings.iterations, settings)
    of_customers = solver.solve_rows(weights, of_products, settings.regularization)
    return of_listed(als.best_products(problem, of_customers, of_products, depth), known)


def spectral_lists(moment: Moment, depth: int, *, strength_half_life_days: float, **parameters: Any) -> Triples:
    """Lists of spectral; ``parameters`` as in :func:`warehouse_recommender.candidates.spectral.low_pass`."""
    problem, known = moment.problem(strength_half_life_days)
    return of_listed(spectral.best_products(problem, *spectral.low_pass(problem.strengths, **parameters), depth), known)


def neighbours_lists(moment: Moment, depth: int, *, strength_half_life_days: float, **parameters: Any) -> Triples:
    """Lists of neighbours; ``parameters`` as in :func:`warehouse_recommender.candidates.neighbours.similarities`."""
    problem, known = moment.problem(strength_half_life_days)
    similar = neighbours.similarities(problem.strengths, problem.product_index, **parameters)
    return of_listed(neighbours.best_products(problem.histories, similar, problem.seen, depth), known)


def of_listed(lists: Triples, known: np.ndarray) -> Triples:
    """Lists of customers with a history, with customers as positions among all listed customers."""
    customers, products, scores = lists
    return known[customers], products, scores


def ranker_quality(
    examples: pa.Table,
    *,
    mode: str,
    features: Sequence[str],
    monotone: Sequence[int],
    blend_scale: float,
    iterations: int,
    step: int,
    k: int,
    parameters: Mapping[str, Any],
) -> np.ndarray:
    """nDCG of every list while it was held out, with the number of trees that was best for the other folds. If no fold can train,
    the nDCG of the blend. Parameters as in :func:`warehouse_recommender.ranking.ranker.fit`, which measures the same way."""
    known = examples.filter(pc.equal(examples["mode"], mode))
    lists, start = Lists.of(known), blend_scale * ranker.numbers_of(known, "weighted_score")
    curve = ranker.held_out_curve(
        known,
        lists,
        start,
        matrix_of(known, features),
        ranker.constraints(known, features, monotone),
        iterations=iterations,
        step=step,
        k=k,
        parameters=parameters,
    )
    return lists.ndcg(start, k) if curve is None else ranker.unbiased(curve, known["fold"].to_numpy()[lists.starts])
