"""What a source or the ranker is worth at the tune cutoffs under given parameters, customer by customer.

The same functions fit that fit in a build; only the weighing of interactions by age is repeated here, on arrays, so that a trial
needs no query. A test holds the two together: under the parameters of a build a source scores what its lists score.
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
    """One tune cutoff: what had happened before it, and what was chosen after it.

    Attributes
    ----------
    cutoff_id
        Key of the cutoff.
    rows, columns, weights, ages, step_shares
        Interactions before the cutoff: customer_index, product_index, weight in purchases, age in days, and the share of the
        weight that the moments after it leave; of shape (interactions,).
    listed, offered
        ``customer_index`` of those who get a list, ``product_index`` of what may stand on it, each ascending.
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
        """Sums of weights, each aged by the moments after it and halved per half-life: customers × products, CSR float64."""
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
        """What a source is asked, and the positions in ``listed`` of the customers it is asked for: those with a history."""
        matrix = self.strengths(half_life_days).astype(np.float32)
        known = np.flatnonzero(matrix.sum(axis=1)[self.listed] > 0)
        return Problem(self.cutoff_id, matrix, self.listed[known], self.offered), known

    def ndcg(self, lists: Triples, mode: str, k: int) -> np.ndarray:
        """Binary nDCG@k of every listed customer with something relevant; 0 where there is no list.

        Parameters
        ----------
        lists
            Positions in ``listed`` and ``offered`` and scores of what was proposed, k deep or deeper; see :func:`list_depth`.
        mode
            ``all``, or ``discovery``: without what the customer already has, on the list and among what is relevant.
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
        judged = counts > 0
        positions = np.cumsum(judged) - 1  # of the judged customers among themselves
        return ndcg(positions[customers[hits]], ranks_in_lists(customers)[hits], counts[judged], k)


def pair_keys(pairs: sparse.csr_array) -> np.ndarray:
    """One whole number per pair that is set: row times width plus column."""
    found = sparse.coo_array(pairs)
    return found.row[found.data != 0] * np.int64(pairs.shape[1]) + found.col[found.data != 0]


def moments(
    interactions: pa.Table, customers: pa.Table, products: pa.Table, relevant: pa.Table, disliked: pa.Table
) -> list[Moment]:
    """One :class:`Moment` per cutoff that has customers to judge by.

    Parameters
    ----------
    interactions, customers, products
        ``INTERACTION_COLUMNS``, ``CUSTOMER_COLUMNS`` and ``PRODUCT_COLUMNS``, in ascending order of cutoff and indices.
    relevant, disliked
        ``PAIR_COLUMNS``, of listed customers and offered products; other pairs are left out.
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
    """Pairs as a matrix of listed customers × offered products, bool; pairs of others are left out."""
    known = np.isin(customers, listed) & np.isin(products, offered)
    rows, columns = np.searchsorted(listed, customers[known]), np.searchsorted(offered, products[known])
    matrix = sparse.csr_array((np.ones(len(rows), np.int64), (rows, columns)), shape=(len(listed), len(offered)))
    return sparse.csr_array(matrix > 0)


def list_depth(moment: Moment, k: int) -> int:
    """Products a source must propose so that k are left without those that are disliked."""
    return k + int(np.diff(moment.disliked.indptr).max(initial=0))


def quality(known: Sequence[Moment], lists: Callable[[Moment, int], Triples], mode: str, k: int) -> np.ndarray:
    """nDCG@k of all judged customers of all cutoffs; ``lists`` proposes so many products at a cutoff."""
    return np.concatenate([moment.ndcg(lists(moment, list_depth(moment, k)), mode, k) for moment in known])


def popularity_lists(moment: Moment, depth: int, *, popularity_half_life_days: float) -> Triples:
    """The most popular products for everybody."""
    popularity = np.asarray(moment.decayed(moment.weights, popularity_half_life_days).sum(axis=0))[moment.offered]

    def score_rows(rows: slice) -> np.ndarray:
        return np.tile(popularity, (len(moment.listed[rows]), 1))

    return top_k_with_and_without_repeats(score_rows, moment.seen, depth)


def als_lists(
    moment: Moment, depth: int, *, strength_half_life_days: float, als_alpha: float, settings: solver.Settings
) -> Triples:
    """Lists of als after the sweeps of the settings, from scratch."""
    problem, known = moment.problem(strength_half_life_days)
    weights = sparse.csr_array((als_alpha * moment.strengths(strength_half_life_days)).astype(np.float32))
    of_products = solver.fit_products(weights, None, settings.iterations, settings)
    of_customers = solver.solve_rows(weights, of_products, settings.regularization)
    return of_listed(als.best_products(problem, of_customers, of_products, depth), known)


def spectral_lists(moment: Moment, depth: int, *, strength_half_life_days: float, **parameters: Any) -> Triples:
    """Lists of spectral; ``parameters`` of :func:`warehouse_recommender.candidates.spectral.low_pass`."""
    problem, known = moment.problem(strength_half_life_days)
    return of_listed(spectral.best_products(problem, *spectral.low_pass(problem.strengths, **parameters), depth), known)


def neighbours_lists(moment: Moment, depth: int, *, strength_half_life_days: float, **parameters: Any) -> Triples:
    """Lists of neighbours; ``parameters`` of :func:`warehouse_recommender.candidates.neighbours.similarities`."""
    problem, known = moment.problem(strength_half_life_days)
    similar = neighbours.similarities(problem.strengths, problem.product_index, **parameters)
    return of_listed(neighbours.best_products(problem.histories, similar, problem.seen, depth), known)


def of_listed(lists: Triples, known: np.ndarray) -> Triples:
    """Lists of customers with a history, as positions among all that are listed."""
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
    """nDCG of every list when it was held out, after as many trees as were best for the other folds; of the blend without a fold
    that can learn. Parameters as in :func:`warehouse_recommender.ranking.ranker.fit`, which judges the same way."""
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
