"""Values of the fairness metrics, their harm beyond the bound, and the uncertainty of both."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse, special

from warehouse_recommender.evaluation.bootstrap import hashed, interval, remembered_weights, weighted_sums
from warehouse_recommender.evaluation.means import record_batch

BLOCK_COLUMNS = ("cutoff_id", "source")  # constant within a block
CELL_COLUMNS = ("side", "attribute", "protected_group", "measure")
TERM_COLUMNS = (*CELL_COLUMNS, "customer_id", "term")
EVERY_SOURCE = "*"  # source of the terms that are independent of lists; its block comes first
KEY_COLUMNS = ("check_name", "metric", "attribute", "source", "protected_group", "cutoff_id", "severity")
CHECK_COLUMNS = (*KEY_COLUMNS, "bound", "catalogue_share")
SHARE_COLUMNS = ("cutoff_id", "population", "attribute", "protected_group", "customer_count", "ratio", "ratio_error")
SHARE_METRICS = ("representation_ratio", "reference_ratio")
UNITS = {"customer": "customers", "product": "relevant"}  # measure whose rows give the number of customers of a group, per side
EVERY_GROUP = "all"  # protected_group of metrics that compare all groups of an attribute
PLACES = 12  # decimals of a term
PERMUTATIONS = 50  # random assignments of customers to groups
SMALLEST_ERROR = 1e-9  # minimum error of a harm, so that a difference without spread has a p-value
ESTIMATE_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in KEY_COLUMNS),
        ("null_mean", pa.float64()),
        ("customer_count", pa.int64()),
        ("observed", pa.float64()),
        ("ci_low", pa.float64()),
        ("ci_high", pa.float64()),
        ("harm", pa.float64()),
        ("harm_low", pa.float64()),
        ("harm_high", pa.float64()),
        ("has_spread", pa.bool_()),
        ("p_value", pa.float64()),
    ]
)
Compared = tuple[np.ndarray, np.ndarray | None]  # numerator and denominator of a metric; for a gap the denominator is None (1)


def ratio(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """Quotient, NaN if the denominator is 0."""
    numerator, denominator = np.broadcast_arrays(numerator, denominator)
    return np.divide(numerator, denominator, out=np.full(numerator.shape, np.nan), where=denominator != 0)


# Comparisons of a group with all other groups of its attribute. The arguments are sums of the group, shape (groups,
# 1 + replicates), and of all groups, shape (1 + replicates,).


def shortfall(amount: np.ndarray, base: np.ndarray, all_amount: np.ndarray, all_base: np.ndarray) -> Compared:
    """Rate of the other groups minus the rate of the group."""
    return ratio(all_amount - amount, all_base - base) - ratio(amount, base), None


def excess(amount: np.ndarray, base: np.ndarray, all_amount: np.ndarray, all_base: np.ndarray) -> Compared:
    """Rate of the group minus the rate of the other groups."""
    return ratio(amount, base) - ratio(all_amount - amount, all_base - base), None


def rate_ratio(amount: np.ndarray, base: np.ndarray, all_amount: np.ndarray, all_base: np.ndarray) -> Compared:
    """Rate of the group divided by the rate of the other groups."""
    return ratio(amount, base), ratio(all_amount - amount, all_base - base)


def share_ratio(amount: np.ndarray, base: np.ndarray, all_amount: np.ndarray, all_base: np.ndarray) -> Compared:
    """Share of the group in the amount divided by its share in the base."""
    return ratio(amount, all_amount), ratio(base, all_base)


# Comparisons of all groups of an attribute. Rates have shape (groups, 1 + replicates), NaN if a group doesn't take part.


def gap(rates: np.ndarray) -> Compared:
    """Largest minus smallest rate."""
    lowest, highest = disparity(rates)
    return highest - lowest, None


def disparity(rates: np.ndarray) -> Compared:
    """Smallest divided by largest rate."""
    is_known = ~np.isnan(rates)
    return rates.min(axis=0, initial=np.inf, where=is_known), rates.max(axis=0, initial=-np.inf, where=is_known)


def variation(rates: np.ndarray) -> Compared:
    """Standard deviation of the rates divided by their mean."""
    counts = (~np.isnan(rates)).sum(axis=0)
    mean, square = ratio(np.nansum(rates, axis=0), counts), ratio(np.nansum(rates * rates, axis=0), counts)
    return ratio(np.sqrt(np.maximum(square - mean**2, 0)), mean), None


@dataclass(frozen=True)
class Metric:
    """A metric of the checks.

    Attributes
    ----------
    side
        Entity that is grouped: `customer` or `product`.
    amount, base
        Measures whose sums form the metric.
    compare
        One of the functions above.
    """

    side: str
    amount: str
    base: str
    compare: Callable[..., Compared]


OF_GROUPS = {
    "ndcg_shortfall": Metric("customer", "ndcg", "customers", shortfall),
    "hit_rate_ratio": Metric("customer", "hit", "customers", rate_ratio),
    "personal_list_ratio": Metric("customer", "personal", "customers", rate_ratio),
    "calibration_excess": Metric("customer", "divergence", "divergence_customers", excess),
    "exposure_parity": Metric("product", "exposure", "catalogue", share_ratio),
    "exposure_merit": Metric("product", "exposure", "relevant", share_ratio),
    "opportunity_ratio": Metric("product", "hits", "relevant", rate_ratio),
}
OF_ATTRIBUTES = {
    "ndcg_gap": Metric("customer", "ndcg", "customers", gap),
    "hit_rate_disparity": Metric("customer", "hit", "customers", disparity),
    "personal_list_disparity": Metric("customer", "personal", "customers", disparity),
    "opportunity_disparity": Metric("product", "hits", "relevant", disparity),
    "opportunity_variation": Metric("product", "hits", "relevant", variation),
}
DEALT = ("ndcg_gap", "hit_rate_disparity", "personal_list_disparity")  # metrics whose value by chance is estimated


Sums = dict[tuple[str, str, str], dict[str, np.ndarray]]  # side, attribute, measure → group → sums, shape (1 + replicates,)
Counts = dict[tuple[str, str], dict[str, int]]  # side, attribute → group → customers


@dataclass(frozen=True)
class Deals:
    """Random assignments of the customers of one attribute to groups of the observed sizes.

    Attributes
    ----------
    customers
        Ids of the customers in groups that are large enough, ascending.
    order
        Positions in ``customers``, group by group, shape (deals, customers).
    starts, sizes
        First position of each group in a row of ``order``, and its number of customers, shape (groups,).
    """

    customers: pa.Array
    order: np.ndarray
    starts: np.ndarray
    sizes: np.ndarray


def estimates(
    blocks: Iterable[pa.Table], checks: pa.Table, shares: pa.Table, *, fewest: int, replicates: int, level: float
) -> pa.Table:
    """Measure every check: its value with a bootstrap interval, and the harm beyond its bound with error and p-value.

    The bootstrap is stratified: each group is drawn on its own, since its means use only its own weights. A group is compared
    with all other groups of its attribute together. Metrics of an attribute compare all groups of at least ``fewest`` customers.
    Noisy means differ by chance, more so in small groups. Gaps and ratios are therefore corrected for the value expected from
    groups assigned at random.

    Parameters
    ----------
    blocks
        Tables of ``BLOCK_COLUMNS`` and ``TERM_COLUMNS``, one per cutoff and source, in that order: the contribution of a customer
        to a measure of a group.
    checks
        ``CHECK_COLUMNS``: the checks to measure.
    shares
        ``SHARE_COLUMNS``: ratios of shares of populations, and their standard errors.
    fewest
        Minimum number of customers of a group in comparisons of all groups.
    replicates
        Number of bootstrap replicates.
    level
        Confidence level of the intervals.

    Returns
    -------
    pyarrow.Table
        ``ESTIMATE_SCHEMA``: one row per check that can be measured. ``harm`` is the distance of the value beyond the bound,
        positive beyond it. For a gap, it is value minus ``null_mean`` minus bound. For a ratio, it is bound × ``null_mean`` ×
        denominator minus numerator, which is defined even if a group has no hits. Its bounds and the one-sided ``p_value`` use a
        normal distribution with the standard deviation over the replicates; NULL if a replicate has no value.
    """
    weights_of = remembered_weights(replicates)
    rows_of: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in checks.to_pylist():
        rows_of.setdefault((row["cutoff_id"], row["source"]), []).append(row)

    def estimate() -> Iterator[pa.RecordBatch]:
        for cutoff, of_cutoff in groupby(blocks, key=lambda block: block["cutoff_id"][0].as_py()):
            every: Sums = {}
            counts: Counts = {}
            deals: dict[str, Deals] = {}
            for block in of_cutoff:
                source, sums = block["source"][0].as_py(), sums_of(block, weights_of)
                if source == EVERY_SOURCE:
                    every, counts, deals = sums, counts_of(block), deals_of(block, fewest)
                elif (cutoff, source) in rows_of:
                    nulls = null_means(block, deals)
                    yield from bootstrapped(rows_of[cutoff, source], every | sums, counts, nulls, fewest, level)
        yield represented(checks, shares, level)

    return pa.Table.from_batches(estimate(), schema=ESTIMATE_SCHEMA)


def sums_of(block: pa.Table, weights_of: Callable[[Sequence[str]], np.ndarray]) -> Sums:
    """Sum the terms of the customers of each group, in the sample and in each replicate."""
    cells = (
        block.group_by(list(CELL_COLUMNS), use_threads=False)
        .aggregate([])
        .sort_by([(name, "ascending") for name in CELL_COLUMNS])
    )
    rows = index_of(block, cells, CELL_COLUMNS)
    customers = block["customer_id"].combine_chunks().dictionary_encode()
    places = (rows, customers.indices.to_numpy())
    terms = sparse.csr_array((block["term"].to_numpy(), places), shape=(len(cells), len(customers.dictionary)))
    sums: Sums = {}
    for cell, row in zip(
        cells.to_pylist(), weighted_sums(terms, weights_of(customers.dictionary.to_pylist()), PLACES), strict=True
    ):
        sums.setdefault((cell["side"], cell["attribute"], cell["measure"]), {})[cell["protected_group"]] = row
    return sums


def counts_of(block: pa.Table) -> Counts:
    """Number of customers of each group."""
    groups = block.group_by(list(CELL_COLUMNS), use_threads=False).aggregate([([], "count_all")])
    counts: Counts = {}
    for row in groups.to_pylist():
        if row["measure"] == UNITS[row["side"]]:
            counts.setdefault((row["side"], row["attribute"]), {})[row["protected_group"]] = row["count_all"]
    return counts


def deals_of(block: pa.Table, fewest: int) -> dict[str, Deals]:
    """Random assignments per attribute with at least two large groups, ordered by a hash of customer and assignment."""
    members = block.filter(pc.equal(block["measure"], UNITS["customer"])).sort_by(
        [("attribute", "ascending"), ("customer_id", "ascending")]
    )
    deals = {}
    for attribute in pc.unique(members["attribute"]).to_pylist():
        of_attribute = members.filter(pc.equal(members["attribute"], attribute))
        groups = of_attribute["protected_group"].combine_chunks().dictionary_encode().indices.to_numpy()
        is_large = np.bincount(groups)[groups] >= fewest
        if len(np.unique(groups[is_large])) < 2:
            continue
        customers = of_attribute["customer_id"].combine_chunks().filter(pa.array(is_large))
        seats = np.argsort(groups[is_large], kind="stable")
        _, starts, sizes = np.unique(groups[is_large][seats], return_index=True, return_counts=True)
        shuffled = np.argsort(hashed(customers.to_pylist(), PERMUTATIONS).T, axis=1, kind="stable")
        deals[attribute] = Deals(customers, shuffled[:, seats], starts, sizes)
    return deals


def null_means(block: pa.Table, deals: Mapping[str, Deals]) -> dict[tuple[str, str], float]:
    """Mean of each metric and attribute over the random assignments: the value expected if groups had no effect."""
    found = {}
    for attribute, dealt in deals.items():
        terms = block.filter(pc.and_(pc.equal(block["side"], "customer"), pc.equal(block["attribute"], attribute)))
        for name in DEALT:
            metric = OF_ATTRIBUTES[name]
            of_measure = terms.filter(pc.equal(terms["measure"], metric.amount))
            places = pc.index_in(of_measure["customer_id"], value_set=dealt.customers).to_numpy()
            values = np.zeros(len(dealt.customers))
            is_dealt = ~np.isnan(places)
            values[places[is_dealt].astype(np.int64)] = of_measure["term"].to_numpy()[is_dealt]
            rates = np.add.reduceat(values[dealt.order], dealt.starts, axis=1) / dealt.sizes
            numerator, denominator = metric.compare(rates.T)
            results = numerator if denominator is None else ratio(numerator, denominator)
            found[name, attribute] = float(np.nanmean(results)) if not np.isnan(results).all() else np.nan
    return found


def bootstrapped(
    rows: Sequence[dict[str, Any]],
    sums: Sums,
    counts: Counts,
    nulls: Mapping[tuple[str, str], float],
    fewest: int,
    level: float,
) -> Iterator[pa.RecordBatch]:
    """Estimates of the checks of one cutoff and source whose group occurs there, as one batch."""
    catalogue: dict[str, dict[str, float]] = {}
    for row in rows:
        if row["catalogue_share"] is not None:
            catalogue.setdefault(row["attribute"], {})[row["protected_group"]] = row["catalogue_share"]
    known, parts = [], []
    for name, attribute in dict.fromkeys((row["metric"], row["attribute"]) for row in rows):
        values = values_of(name, attribute, sums, counts, catalogue.get(attribute, {}), fewest)
        for row in rows:
            if (row["metric"], row["attribute"]) == (name, attribute) and row["protected_group"] in values:
                known.append(row | {"null_mean": nulls.get((name, attribute), np.nan)})
                parts.append(values[row["protected_group"]])
    if not known:
        return
    numerator, denominator = (np.stack([part[place] for part in parts]) for place in (0, 1))
    is_gap = np.array([part[3] for part in parts])[:, None]
    null, bound = (np.array([row[name] for row in known], np.float64)[:, None] for name in ("null_mean", "bound"))
    values = ratio(numerator, denominator)
    gap_harm = numerator - np.nan_to_num(null, nan=0.0) - bound
    harm = np.where(is_gap, gap_harm, bound * np.nan_to_num(null, nan=1.0) * denominator - numerator)
    low, high = interval(values[:, 1:], level)
    columns = {name: [row[name] for row in known] for name in KEY_COLUMNS}
    columns |= {"null_mean": null[:, 0], "customer_count": [part[2] for part in parts]}
    columns |= {"observed": values[:, 0], "ci_low": low, "ci_high": high}
    columns |= {"has_spread": np.fmax.reduce(numerator[:, 1:], axis=1) > np.fmin.reduce(numerator[:, 1:], axis=1)}
    error = np.where(np.isnan(low), np.nan, harm[:, 1:].std(axis=1, ddof=min(1, harm.shape[1] - 2)))
    yield batch(columns, harm[:, 0], error, level)


def values_of(
    name: str, attribute: str, sums: Sums, counts: Counts, catalogue: Mapping[str, float], fewest: int
) -> dict[str, tuple[np.ndarray, np.ndarray, int, bool]]:
    """Numerator and denominator of a metric, shape (1 + replicates,), per measured group.

    The other two values are the number of customers and whether the metric is a gap.
    """
    metric = OF_GROUPS.get(name) or OF_ATTRIBUTES.get(name)
    groups = counts.get((metric.side, attribute), {}) if metric else {}
    if not metric or not groups:
        return {}
    width = len(next(iter(sums[metric.side, attribute, UNITS[metric.side]].values())))

    def sums_by_group(measure: str) -> tuple[np.ndarray, np.ndarray]:
        if measure == "catalogue":
            return np.array([[catalogue.get(group, 0.0)] * width for group in groups]), np.ones(width)
        of_measure = sums.get((metric.side, attribute, measure), {})
        nothing = np.zeros(width)
        return np.stack([of_measure.get(group, nothing) for group in groups]), np.sum([nothing, *of_measure.values()], axis=0)

    (amount, all_amount), (base, all_base) = sums_by_group(metric.amount), sums_by_group(metric.base)
    if name in OF_GROUPS:
        numerator, denominator = metric.compare(amount, base, all_amount, all_base)
        divisor = np.ones_like(numerator) if denominator is None else denominator
        return {
            group: (numerator[place], divisor[place], count, denominator is None)
            for place, (group, count) in enumerate(groups.items())
        }
    is_large = np.array(list(groups.values())) >= fewest
    rates = ratio(amount[is_large], base[is_large])
    if is_large.sum() < 2:
        return {}
    is_compared = (~np.isnan(rates)).sum(axis=0) > 1
    numerator, denominator = metric.compare(rates)
    divisor = np.ones_like(numerator) if denominator is None else denominator
    parts = (np.where(is_compared, part, np.nan) for part in (numerator, divisor))
    return {EVERY_GROUP: (*parts, min(count for count in groups.values() if count >= fewest), denominator is None)}


def represented(checks: pa.Table, shares: pa.Table, level: float) -> pa.RecordBatch:
    """Estimates of the checks of shares, whose standard errors are inputs."""
    keys = ("cutoff_id", "population", "attribute", "protected_group")
    known = {tuple(row[name] for name in keys): row for row in shares.to_pylist()}
    rows = [
        row | known[key]
        for row in checks.filter(pc.is_in(checks["metric"], pa.array(SHARE_METRICS))).to_pylist()
        if (key := (row["cutoff_id"], row["source"], row["attribute"], row["protected_group"])) in known
    ]
    value, error, bound = (np.array([row[name] for row in rows], np.float64) for name in ("ratio", "ratio_error", "bound"))
    half_width = special.ndtri((1 + level) / 2) * error
    columns = {name: [row[name] for row in rows] for name in (*KEY_COLUMNS, "customer_count")}
    columns |= {"null_mean": np.full(len(rows), np.nan), "observed": value, "has_spread": error > 0}
    columns |= {"ci_low": np.maximum(value - half_width, 0), "ci_high": value + half_width}
    return batch(columns, bound - value, error, level)


def batch(columns: dict[str, Any], harm: np.ndarray, error: np.ndarray, level: float) -> pa.RecordBatch:
    """Rows of ``ESTIMATE_SCHEMA`` from the other columns, the harm and its standard error."""
    half_width = special.ndtri((1 + level) / 2) * error
    columns |= {"harm": harm, "harm_low": harm - half_width, "harm_high": harm + half_width}
    columns |= {"p_value": special.ndtr(-harm / np.maximum(error, SMALLEST_ERROR))}
    return record_batch(columns, ESTIMATE_SCHEMA)


def index_of(table: pa.Table, rows: pa.Table, columns: Sequence[str]) -> np.ndarray:
    """Position in ``rows`` of each row of a table, matched by text columns."""
    separated = [pc.binary_join_element_wise(*(part[name] for name in columns), "\x1f") for part in (table, rows)]
    return pc.index_in(separated[0], value_set=separated[1].combine_chunks()).to_numpy()
