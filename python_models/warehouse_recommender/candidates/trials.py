"""Choice of source settings by later interactions: the decay of histories, and the sizes of als, ease and spectral."""

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
# Options of each search; the first one is the default.
HORIZONS = (4, 1, None)  # half-lives in horizons; None: no decay by days
STEP_WEIGHTS = (1.0, 0.8)  # factors on the weight of an interaction per later moment of the customer
FACTORS = (64, 256)  # lengths of the vectors of als
PENALTIES = (1.0, 1 / 3, 3.0)  # L2 penalties of als, per product of a customer's history
ALPHAS = (5.0, 2.0, 20.0)  # confidence of als per unit of strength
PENALTY_SHARES = (1.0, 0.3, 3.0)  # L2 penalties of ease, as shares of the mean squared length of products
PATTERN_SHARES = (1.0, 0.5, 0.25, 0.125)  # numbers of patterns, as shares of those that spectral may use

SWEEPS = 2  # sweeps of als in a trial
LINEAR_PRODUCTS = 3_000  # maximum number of products in a trial of ease: those with the most customers
SHARES = (0.25, 1.0)  # share of the customers in the training data of each round
KEPT = 3  # number of options besides the default that continue in the next round
EVALUATED_CUSTOMERS = 2_000  # maximum number of customers whose lists are evaluated in a round
MARGIN = 1.0  # lead over the default that another option needs, in standard errors
BLOCK_SCORES = 4_000_000  # scores in memory


@dataclass(frozen=True)
class Als:
    """Option of als: length of the vectors, L2 penalty, and confidence per unit of strength."""

    factors: int
    regularization: float
    alpha: float


@dataclass(frozen=True)
class Recency:
    """Decay of a history: half-life in days (None: no decay by days), and factor per later moment of the customer."""

    half_life_days: float | None
    step_weight: float


@dataclass(frozen=True)
class Ease:
    """Option of ease: L2 penalty, as a share of the mean squared length of products."""

    penalty_share: float


@dataclass(frozen=True)
class Spectral:
    """Option of spectral: number of patterns, as a share of those that may be used."""

    pattern_share: float


Option = Als | Ease | Recency | Spectral
Evaluation = Callable[[Option, float], np.ndarray]  # nDCG of lists, shape (modes, customers); NaN: no relevant product


@dataclass(frozen=True)
class Trial:
    """Result of an option in its last round.

    Attributes
    ----------
    option
        Option that was tried.
    trained, evaluated
        Number of customers in the training data, and number of evaluated customers.
    ndcgs
        Mean nDCG of lists of mode all, and of mode discovery; NaN without lists of the mode.
    difference, standard_error
        Mean difference to the first option of the search, as a share of the best option's value, and its standard error.
    """

    option: Option
    trained: int
    evaluated: int
    ndcgs: tuple[float, float]
    difference: float
    standard_error: float


@dataclass(frozen=True)
class Sample:
    """Histories and labels of a sample of customers, with dense positions of customers and products.

    Attributes
    ----------
    customers, products
        Positions of the customer and of the product of each interaction of the histories, shape (interactions,).
    weights, ages, steps
        Weight of each interaction, its age in days, and the number of later moments of the customer, shape (interactions,).
    labels, seen
        Customers × products, CSR, non-zero for labels and for products of the history. Customers with a label come first.
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
        """Create a sample from ``ROW_COLUMNS``. The order of customers is random; customers without a history are left out."""
        customer, product, weight, moment, age, is_label = (rows[name].to_numpy(zero_copy_only=False) for name in ROW_COLUMNS)
        past = ~is_label
        known, products = np.unique(customer[past]), np.unique(product[past])
        newest = np.zeros(1 + customer.max(initial=-1), np.int64)
        np.maximum.at(newest, customer[past], moment[past])
        found = is_label & np.isin(customer, known) & np.isin(product, products)
        has_label = np.isin(known, customer[found])
        order = np.lexsort((np.random.default_rng(seed).permutation(len(known)), ~has_label))
        position = np.empty(len(known), np.int64)
        position[order] = np.arange(len(known))

        def positions(some: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            return position[np.searchsorted(known, customer[some])], np.searchsorted(products, product[some])

        shape = (len(known), len(products))
        labels, seen = (sparse.csr_array((np.ones(some.sum()), positions(some)), shape=shape) for some in (found, past))
        weights, steps = weight[past].astype(np.float64), newest[customer[past]] - moment[past]
        return cls(*positions(past), weights, age[past], steps, labels, seen)

    def strengths(self, recency: Recency, share: float) -> sparse.csr_array:
        """Strengths of the first customers, a share of all. Evaluated customers come first. Customers × products, CSR float32."""
        weights = self.weights * recency.step_weight**self.steps
        if recency.half_life_days is not None:
            weights = weights * 0.5 ** (self.ages / recency.half_life_days)
        matrix = sparse.csr_array((weights.astype(np.float32), (self.customers, self.products)), shape=self.labels.shape)
        return matrix[: int(np.ceil(share * self.labels.shape[0]))]

    def evaluated(self, share: float) -> int:
        """Number of evaluated customers of a round whose training data is a share of the customers; they come first."""
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
    """Choose the decay of histories, and then the sizes of als, ease and spectral, by labels.

    Decay and als are searched by successive halving (Jamieson and Talwalkar, AISTATS 2016): all options on a quarter of the
    customers, then the best ``KEPT`` on all customers. The few options of ease and spectral are tried on all customers at once.
    The default takes part in every round. It is chosen unless another option is better by ``MARGIN`` standard errors of the
    paired difference. nDCG is divided by that of the best option in the same mode, so that both modes have equal weight.

    Parameters
    ----------
    rows
        ``ROW_COLUMNS``, by customer and moment: one row per interaction of a sample of customers with a history, before a cutoff
        or (``is_label``) in its horizon. Without labels the defaults are chosen.
    horizon_days
        Length of the horizon; the half-lives tried are multiples of it.
    half_life_days
        Fixed half-life; None to choose it.
    most_factors
        Maximum length of the vectors of als.
    regularization, alpha
        Fixed penalty and confidence of als; None to choose them. The penalties tried are multiples of the mean number of products
        per history, because the squared errors that a penalty is added to grow with that number.
    most_patterns, largest_share
        ``factors`` and ``largest_share`` of :func:`warehouse_recommender.candidates.spectral.low_pass`.
    start, device, seed
        See :class:`warehouse_recommender.candidates.solver.Settings`.

    Returns
    -------
    pyarrow.Table
        Rows of ``TRIAL_SCHEMA``: one per search and option, with the quality in the option's last round.
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
        customers = solver.solve_rows(confidence[: sample.evaluated(share)], products, size.regularization)
        return ndcg_of_lists(sample, lambda rows: customers[rows] @ products.T, len(customers))

    def recency_ndcgs(option: Recency, share: float) -> np.ndarray:
        weights = sample.strengths(option, share)
        similar = neighbours.similarities(
            *(weights, np.arange(weights.shape[1])),
            neighbours=LENGTH * 10,
            shrinkage=neighbours.SHRINKAGE,
            asymmetry=neighbours.ASYMMETRY,
            weighting=neighbours.WEIGHTING,
        )
        by_neighbours = ndcg_of_lists(sample, lambda rows: (weights[rows] @ similar).toarray(), sample.evaluated(share))
        return np.vstack([by_neighbours, als_ndcgs(weights, share, Als(shortest, penalties[0], alphas[0]))])

    with Progress("decay of histories"):
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
        evaluate = evaluate_ease(sample, weights[SHARES[-1]])
        linear = halved([Ease(own) for own in PENALTY_SHARES], evaluate, sample, SHARES[-1:])
    with Progress("patterns of spectral"):
        evaluate = evaluate_spectral(sample, weights[SHARES[-1]], factors=most_patterns, largest_share=largest_share, seed=seed)
        patterns = halved([Spectral(own) for own in PATTERN_SHARES], evaluate, sample, SHARES[-1:])
    rows = rows_of("recency", recencies, recency) + rows_of("als", sizes, size)
    rows += rows_of("ease", linear, best_of(linear)) + rows_of("spectral", patterns, best_of(patterns))
    return pa.Table.from_pylist(rows, schema=TRIAL_SCHEMA)


def evaluate_ease(sample: Sample, weights: sparse.csr_array) -> Evaluation:
    """Return a function that evaluates penalties of ease on the products with the most customers; others are not proposed."""
    counts = np.bincount(weights.indices, minlength=weights.shape[1])
    used = np.sort(np.argsort(-counts, kind="stable")[:LINEAR_PRODUCTS])
    histories = weights[:, used]

    def evaluate(option: Ease, share: float) -> np.ndarray:
        with threadpool_limits(limits=1):
            model = ease.item_weights(histories, ease.penalty(histories, option.penalty_share))

        def score_rows(rows: slice) -> np.ndarray:
            scores = np.full((rows.stop - rows.start, weights.shape[1]), -np.inf, np.float32)
            scores[:, used] = histories[rows] @ model
            return scores

        return ndcg_of_lists(sample, score_rows, sample.evaluated(share))

    return evaluate


def evaluate_spectral(sample: Sample, weights: sparse.csr_array, *, factors: int, largest_share: float, seed: int) -> Evaluation:
    """Return a function that evaluates shares of the patterns of spectral.

    One decomposition serves all shares: its first r patterns are those of a decomposition of rank r.
    """
    found: list[np.ndarray] = []

    def evaluate(option: Spectral, share: float) -> np.ndarray:
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
        spectra = weights[: sample.evaluated(share)] @ analysis
        return ndcg_of_lists(sample, lambda rows: spectra[rows] @ synthesis.T, sample.evaluated(share))

    return evaluate


def halved(options: Sequence[Option], evaluate: Evaluation, sample: Sample, shares: Sequence[float] = SHARES) -> list[Trial]:
    """Evaluate fewer options on more customers in each round; the first option, the default, takes part in all rounds."""
    nothing = (np.nan, np.nan)
    tried = {option: Trial(option, 0, 0, nothing, np.nan, np.nan) for option in options}
    left = list(options)
    for share in shares if sample.evaluated(1.0) else ():
        ndcgs = np.array([evaluate(option, share) for option in left])  # options × modes × customers
        means = np.nanmean(ndcgs, axis=2)
        parts = np.nanmean(ndcgs / np.maximum(means.max(axis=0), np.finfo(np.float64).tiny)[:, None], axis=1)
        trained, evaluated = int(np.ceil(share * sample.labels.shape[0])), parts.shape[1]
        for option, own, part in zip(left, means, parts, strict=True):
            gains = part - parts[0]
            error = gains.std(ddof=1) / np.sqrt(evaluated) if evaluated > 1 else np.nan
            modes = (float(own[0::2].mean()), float(own[1::2].mean()))
            tried[option] = Trial(option, trained, evaluated, modes, float(gains.mean()), float(error))
        order = sorted(left[1:], key=lambda option: -tried[option].difference)
        left = [left[0], *order[:KEPT]]
    return list(tried.values())


def best_of(trials: Sequence[Trial]) -> Option:
    """Choose the best option of the last round if it exceeds the default by ``MARGIN`` standard errors, else the default."""
    last = [trial for trial in trials if trial.trained == trials[0].trained]
    best = max(last, key=lambda trial: trial.difference)
    return best.option if best.difference > MARGIN * best.standard_error else trials[0].option


def ndcg_of_lists(sample: Sample, score_rows: Callable[[slice], np.ndarray], count: int) -> np.ndarray:
    """nDCG of the lists of the first customers, with products of the history and without them, shape (2, customers)."""
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
    """nDCG of the best products of each row, NaN without a relevant product, shape (rows,)."""
    some = is_relevant.any(axis=1)
    ndcgs = np.full(len(scores), np.nan)
    if some.any():
        ndcgs[some] = list_quality(scores[some], sparse.coo_array(is_relevant[some]), LENGTH)[0]
    return ndcgs


def als_settings(found: pa.Table, **others: Any) -> solver.Settings:
    """Settings of als: the chosen length of the vectors and penalty, from ``CHOICE_COLUMNS``, and given other settings."""
    return solver.Settings(factors=chosen_value(found, "als", "factors"), regularization=als_penalty(found), **others)


def als_penalty(found: pa.Table) -> float:
    """Return the chosen penalty of als from ``CHOICE_COLUMNS``."""
    return float(chosen_value(found, "als", "regularization"))


def chosen_share(found: pa.Table, search: str) -> float:
    """Return the chosen ``penalty_share`` of ease or ``pattern_share`` of spectral from ``CHOICE_COLUMNS``."""
    return float(chosen_value(found, search, {"ease": "penalty_share", "spectral": "pattern_share"}[search]))


def chosen_value(found: pa.Table, search: str, column: str) -> Any:
    """Return a column of the trial that a search chose."""
    (value,) = [row[column] for row in found.to_pylist() if row["search"] == search and row["is_chosen"]]
    return value


def rows_of(search: str, trials: Sequence[Trial], chosen: Option) -> list[dict[str, Any]]:
    """Trials of a search as rows of ``TRIAL_SCHEMA``."""
    return [
        {
            "search": search,
            "trial": number,
            **asdict(trial.option),
            "evaluated_customer_count": trial.evaluated,
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
