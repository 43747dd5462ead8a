"""Settings of sources, tried on what customers chose next: how fast a history ages, and the size of als."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
from scipy import sparse
from threadpoolctl import threadpool_limits

from warehouse_recommender.candidates import ease, neighbours, solver, spectral
from warehouse_recommender.candidates.learning_curve import LENGTH, list_quality
from warehouse_recommender.progress import Progress

ROW_COLUMNS = ("customer_index", "product_index", "weight", "moment_number", "age_days", "is_label")
TRIAL_SCHEMA = pa.schema(
    [
        ("search", pa.string()),
        ("trial", pa.int32()),
        ("half_life_days", pa.float64()),
        ("step_weight", pa.float64()),
        ("factors", pa.int32()),
        ("regularization", pa.float64()),
        ("alpha", pa.float64()),
        ("penalty_share", pa.float64()),
        ("pattern_share", pa.float64()),
        ("evaluated_customer_count", pa.int64()),
        ("ndcg_at_k", pa.float64()),
        ("discovery_ndcg_at_k", pa.float64()),
        ("difference", pa.float64()),
        ("standard_error", pa.float64()),
        ("is_chosen", pa.bool_()),
    ]
)
CHOICE_COLUMNS = ("search", "trial", "factors", "regularization", "penalty_share", "pattern_share", "is_chosen")
HORIZONS = (4, 1, None)  # half-lives that are tried, in horizons; the first is the default, None ages nothing by days
STEP_WEIGHTS = (1.0, 0.8)  # weights per step back that are tried; the first is the default
FACTORS = (64, 256)  # lengths of the vectors that are tried
PENALTIES = (1.0, 1 / 3, 3.0)  # of als, per product of a customer's history; the first is the default
ALPHAS = (5.0, 2.0, 20.0)  # the first is the default
SWEEPS = 2  # of als in a trial
PENALTY_SHARES = (1.0, 0.3, 3.0)  # of ease, of the mean squared length of products; the first is the default
LINEAR_PRODUCTS = 3_000  # products, those of the most customers, that ease is tried on
PATTERN_SHARES = (1.0, 0.5, 0.25, 0.125)  # of the patterns that spectral may use; the first is the default
SHARES = (0.25, 1.0)  # of the customers that a round learns from
KEPT = 3  # options that go on to the next round
EVALUATED_CUSTOMERS = 2_000  # customers whose lists are judged in a round, at most
MARGIN = 1.0  # standard errors by which another setting must beat the default
BLOCK_SCORES = 4_000_000  # scores held at a time


@dataclass(frozen=True)
class Als:
    """Settings of als that are tried: length of the vectors, L2 penalty, and confidence per unit of strength."""

    factors: int
    regularization: float
    alpha: float


@dataclass(frozen=True)
class Recency:
    """How fast a history ages: by half per so many days (None: not at all), and to ``step_weight`` per moment that came after."""

    half_life_days: float | None
    step_weight: float


@dataclass(frozen=True)
class Ease:
    """The L2 penalty of ease, as a share of the mean squared length of products."""

    penalty_share: float


@dataclass(frozen=True)
class Spectral:
    """The patterns of spectral, as a share of those that may be used."""

    pattern_share: float


Option = Als | Ease | Recency | Spectral
Judge = Callable[[Option, float], np.ndarray]  # nDCG of lists, shape (kinds, customers); NaN: nothing to find


@dataclass(frozen=True)
class Trial:
    """An option in the last round it took part in.

    Attributes
    ----------
    option
        What was tried.
    learnt, judged
        Customers that were learnt from, and judged.
    ndcgs
        Mean nDCG of the lists of mode all and of mode discovery; NaN where there were none.
    difference, standard_error
        Mean difference to the first option of the search, in shares of the best, and its standard error.
    """

    option: Option
    learnt: int
    judged: int
    ndcgs: tuple[float, float]
    difference: float
    standard_error: float


@dataclass(frozen=True)
class Sample:
    """Histories of some customers, and what they chose next, in dense positions of customers and products.

    Attributes
    ----------
    customers, products
        Positions of the customer and of the product of each interaction of the histories, shape (interactions,).
    weights, ages, steps
        Its weight, its age in days, and the moments of the customer that came after it.
    labels, seen
        Customers × products, CSR, non-zero for what was chosen next and for what is in the history. Customers with a label come
        first.
    """

    customers: np.ndarray
    products: np.ndarray
    weights: np.ndarray
    ages: np.ndarray
    steps: np.ndarray
    labels: sparse.csr_array
    seen: sparse.csr_array

    @classmethod
    def of(cls, rows: pa.Table, seed: int) -> "Sample":
        """From ``ROW_COLUMNS``. Customers come in an order that is drawn, those without a history are left out."""
        customer, product, weight, moment, age, is_label = (rows[name].to_numpy(zero_copy_only=False) for name in ROW_COLUMNS)
        past = ~is_label
        known, products = np.unique(customer[past]), np.unique(product[past])
        newest = np.zeros(1 + customer.max(initial=-1), np.int64)
        np.maximum.at(newest, customer[past], moment[past])
        found = is_label & np.isin(customer, known) & np.isin(product, products)
        has_label = np.isin(known, customer[found])
        order = np.lexsort((np.random.default_rng(seed).permutation(len(known)), ~has_label))
        place = np.empty(len(known), np.int64)
        place[order] = np.arange(len(known))

        def positions(some: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            return place[np.searchsorted(known, customer[some])], np.searchsorted(products, product[some])

        shape = (len(known), len(products))
        labels, seen = (sparse.csr_array((np.ones(some.sum()), positions(some)), shape=shape) for some in (found, past))
        weights, steps = weight[past].astype(np.float64), newest[customer[past]] - moment[past]
        return cls(*positions(past), weights, age[past], steps, labels, seen)

    def strengths(self, recency: Recency, share: float) -> sparse.csr_array:
        """Strengths of a share of the customers: judged ones, who come first, and others in proportion. CSR float32."""
        weights = self.weights * recency.step_weight**self.steps
        if recency.half_life_days is not None:
            weights = weights * 0.5 ** (self.ages / recency.half_life_days)
        matrix = sparse.csr_array((weights.astype(np.float32), (self.customers, self.products)), shape=self.labels.shape)
        return matrix[: int(np.ceil(share * self.labels.shape[0]))]

    def judged(self, share: float) -> int:
        """Customers judged in a round that learns from a share of them; they come first."""
        labelled = int(np.count_nonzero(np.diff(self.labels.indptr)))
        return min(EVALUATED_CUSTOMERS, labelled, int(np.ceil(share * self.labels.shape[0])))


def trials(
    rows: pa.Table,
    *,
    horizon_days: int,
    half_life_days: float | None,
    most_factors: int,
    regularization: float | None,
    alpha: float | None,
    most_patterns: int,
    largest_share: float,
    start: str,
    device: str,
    seed: int,
) -> pa.Table:
    """Choose how fast histories age, and then the sizes of als, ease and spectral, by what customers chose next.

    Ageing and als by successive halving (Jamieson and Talwalkar, AISTATS 2016): all options on a quarter of the customers, the
    best ``KEPT`` on all of them. The few options of ease and spectral are tried on all customers at once. The default takes part
    in every round, and is chosen unless another option is better by ``MARGIN`` standard errors of the paired difference. nDCG
    counts as a share of the best option's in the same mode, so that both modes have equal weight.

    Parameters
    ----------
    rows
        ``ROW_COLUMNS``, one row per interaction of some customers with a history, before a cutoff or (``is_label``) in its
        horizon, by customer and moment. Without labels the defaults are chosen.
    horizon_days
        Length of the horizon; half-lives are tried in horizons.
    half_life_days
        The half-life, where it isn't to be chosen.
    most_factors
        Length of the vectors, at most.
    regularization, alpha
        Penalty and confidence of als, where they aren't to be chosen. Penalties are tried in products per history: the squared
        errors that a penalty is weighed against grow with them.
    most_patterns, largest_share
        ``factors`` and ``largest_share`` of :func:`warehouse_recommender.candidates.spectral.low_pass`.
    start, device, seed
        See :class:`warehouse_recommender.candidates.solver.Settings`.

    Returns
    -------
    pyarrow.Table
        Rows of ``TRIAL_SCHEMA``: per search one row per option, with the quality in the last round it took part in.
    """
    sample = Sample.of(rows, seed)
    steps = STEP_WEIGHTS if half_life_days is None else STEP_WEIGHTS[:1]
    half_lives = [own and own * float(horizon_days) for own in HORIZONS] if half_life_days is None else [half_life_days]
    length = max(1.0, sample.strengths(Recency(None, 1.0), 1.0).nnz / max(1, sample.labels.shape[0]))
    penalties = [round(own * length, 1) for own in PENALTIES] if regularization is None else [regularization]
    alphas = ALPHAS if alpha is None else (alpha,)
    shortest, *longer = sorted({min(own, most_factors) for own in FACTORS})

    def als_ndcgs(weights: sparse.csr_array, share: float, size: Als) -> np.ndarray:
        confidence = (np.float32(size.alpha) * weights).tocsr()
        settings = solver.Settings(size.factors, size.regularization, SWEEPS, start, device, seed)
        products = solver.fit_products(confidence, None, SWEEPS, settings)
        customers = solver.solve_rows(confidence[: sample.judged(share)], products, size.regularization)
        return judged_lists(sample, lambda rows: customers[rows] @ products.T, len(customers))

    def recency_ndcgs(option: Recency, share: float) -> np.ndarray:
        weights = sample.strengths(option, share)
        similar = neighbours.similarities(
            *(weights, np.arange(weights.shape[1])),
            neighbours=LENGTH * 10,
            shrinkage=neighbours.SHRINKAGE,
            asymmetry=neighbours.ASYMMETRY,
            weighting=neighbours.WEIGHTING,
        )
        by_neighbours = judged_lists(sample, lambda rows: (weights[rows] @ similar).toarray(), sample.judged(share))
        return np.vstack([by_neighbours, als_ndcgs(weights, share, Als(shortest, penalties[0], alphas[0]))])

    with Progress("ageing of histories"):
        recencies = halved([Recency(own, step) for step in steps for own in half_lives], recency_ndcgs, sample)
    recency = best_of(recencies)
    weights = {share: sample.strengths(recency, share) for share in SHARES}

    def size_ndcgs(option: Als, share: float) -> np.ndarray:
        return als_ndcgs(weights[share], share, option)

    with Progress("size of als"):
        sizes = halved([Als(shortest, penalty, own) for own in alphas for penalty in penalties], size_ndcgs, sample)
        size = best_of(sizes)
        if longer:
            last = halved([size, *(replace(size, factors=own) for own in longer)], size_ndcgs, sample, SHARES[-1:])
            sizes, size = sizes + last[1:], best_of(last)
    with Progress("penalty of ease"):
        judge = ease_judge(sample, weights[SHARES[-1]])
        linear = halved([Ease(own) for own in PENALTY_SHARES], judge, sample, SHARES[-1:])
    with Progress("patterns of spectral"):
        judge = spectral_judge(sample, weights[SHARES[-1]], factors=most_patterns, largest_share=largest_share, seed=seed)
        patterns = halved([Spectral(own) for own in PATTERN_SHARES], judge, sample, SHARES[-1:])
    rows = rows_of("recency", recencies, recency) + rows_of("als", sizes, size)
    rows += rows_of("ease", linear, best_of(linear)) + rows_of("spectral", patterns, best_of(patterns))
    return pa.Table.from_pylist(rows, schema=TRIAL_SCHEMA)


def ease_judge(sample: Sample, weights: sparse.csr_array) -> Judge:
    """Judge penalties of ease, on the products of the most customers; it proposes no others."""
    counts = np.bincount(weights.indices, minlength=weights.shape[1])
    used = np.sort(np.argsort(-counts, kind="stable")[:LINEAR_PRODUCTS])
    histories = weights[:, used]

    def judge(option: Ease, share: float) -> np.ndarray:
        with threadpool_limits(limits=1):
            model = ease.item_weights(histories, ease.penalty(histories, option.penalty_share))

        def score_rows(rows: slice) -> np.ndarray:
            scores = np.full((rows.stop - rows.start, weights.shape[1]), -np.inf, np.float32)
            scores[:, used] = histories[rows] @ model
            return scores

        return judged_lists(sample, score_rows, sample.judged(share))

    return judge


def spectral_judge(sample: Sample, weights: sparse.csr_array, *, factors: int, largest_share: float, seed: int) -> Judge:
    """Judge shares of the patterns. One decomposition serves all: the first r patterns are those of a decomposition of r."""
    found: list[np.ndarray] = []

    def judge(option: Spectral, share: float) -> np.ndarray:
        if not found:
            found.extend(
                spectral.low_pass(
                    weights,
                    factors=factors,
                    largest_share=largest_share,
                    pattern_share=1.0,
                    customer_exponent=spectral.CUSTOMER_EXPONENT,
                    product_exponent=spectral.PRODUCT_EXPONENT,
                    seed=seed,
                )
            )
        analysis, synthesis = (matrix[:, -int(np.ceil(option.pattern_share * matrix.shape[1])) :] for matrix in found)
        spectra = weights[: sample.judged(share)] @ analysis
        return judged_lists(sample, lambda rows: spectra[rows] @ synthesis.T, sample.judged(share))

    return judge


def halved(options: Sequence[Option], judge: Judge, sample: Sample, shares: Sequence[float] = SHARES) -> list[Trial]:
    """Judge options on ever more customers, ever fewer of them; the first one, the default, stays to the end."""
    nothing = (np.nan, np.nan)
    tried = {option: Trial(option, 0, 0, nothing, np.nan, np.nan) for option in options}
    left = list(options)
    for share in shares if sample.judged(1.0) else ():
        ndcgs = np.array([judge(option, share) for option in left])  # options × kinds × customers
        means = np.nanmean(ndcgs, axis=2)
        parts = np.nanmean(ndcgs / np.maximum(means.max(axis=0), np.finfo(np.float64).tiny)[:, None], axis=1)
        learnt, judged = int(np.ceil(share * sample.labels.shape[0])), parts.shape[1]
        for option, own, part in zip(left, means, parts, strict=True):
            gains = part - parts[0]
            error = gains.std(ddof=1) / np.sqrt(judged) if judged > 1 else np.nan
            kinds = (float(own[0::2].mean()), float(own[1::2].mean()))
            tried[option] = Trial(option, learnt, judged, kinds, float(gains.mean()), float(error))
        order = sorted(left[1:], key=lambda option: -tried[option].difference)
        left = [left[0], *order[:KEPT]]
    return list(tried.values())


def best_of(trials: Sequence[Trial]) -> Option:
    """The best option of the last round, if it is better than the default by ``MARGIN`` standard errors, else the default."""
    last = [trial for trial in trials if trial.learnt == trials[0].learnt]
    best = max(last, key=lambda trial: trial.difference)
    return best.option if best.difference > MARGIN * best.standard_error else trials[0].option


def judged_lists(sample: Sample, score_rows: Callable[[slice], np.ndarray], count: int) -> np.ndarray:
    """nDCG of the lists of the first customers, with what they have had and without, shape (2, customers)."""
    found = []
    step = max(1, BLOCK_SCORES // max(1, sample.labels.shape[1]))
    for first in range(0, count, step):
        rows = slice(first, min(first + step, count))
        scores, seen, labels = score_rows(rows), sample.seen[rows].toarray() > 0, sample.labels[rows].toarray() > 0
        with_repeats = ndcg_of(scores, labels)
        scores[seen] = -np.inf
        found.append(np.stack([with_repeats, ndcg_of(scores, labels & ~seen)]))
    return np.hstack(found)


def ndcg_of(scores: np.ndarray, is_relevant: np.ndarray) -> np.ndarray:
    """nDCG of the best products of each row, NaN where none is relevant, shape (rows,)."""
    some = is_relevant.any(axis=1)
    ndcgs = np.full(len(scores), np.nan)
    if some.any():
        ndcgs[some] = list_quality(scores[some], sparse.coo_array(is_relevant[some]), LENGTH)[0]
    return ndcgs


def als_settings(found: pa.Table, **others: Any) -> solver.Settings:
    """Settings of als: the length of the vectors and the penalty that were chosen, from ``CHOICE_COLUMNS``, and others."""
    return solver.Settings(factors=chosen_value(found, "als", "factors"), regularization=als_penalty(found), **others)


def als_penalty(found: pa.Table) -> float:
    """The penalty of als that was chosen, from ``CHOICE_COLUMNS``."""
    return float(chosen_value(found, "als", "regularization"))


def chosen_share(found: pa.Table, search: str) -> float:
    """The share that was chosen for ease, of its penalty, or for spectral, of its patterns, from ``CHOICE_COLUMNS``."""
    return float(chosen_value(found, search, {"ease": "penalty_share", "spectral": "pattern_share"}[search]))


def chosen_value(found: pa.Table, search: str, column: str) -> Any:
    """A column of the trial that a search chose."""
    (value,) = [row[column] for row in found.to_pylist() if row["search"] == search and row["is_chosen"]]
    return value


def rows_of(search: str, trials: Sequence[Trial], chosen: Option) -> list[dict[str, Any]]:
    """Rows of ``TRIAL_SCHEMA``; of equal options the first is the chosen one."""
    return [
        {
            "search": search,
            "trial": number,
            **asdict(trial.option),
            "evaluated_customer_count": trial.judged,
            **{
                name: None if np.isnan(value) else value
                for name, value in (
                    ("ndcg_at_k", trial.ndcgs[0]),
                    ("discovery_ndcg_at_k", trial.ndcgs[1]),
                    ("difference", trial.difference),
                    ("standard_error", trial.standard_error),
                )
            },
            "is_chosen": trial.option == chosen,
        }
        for number, trial in enumerate(trials)
    ]
