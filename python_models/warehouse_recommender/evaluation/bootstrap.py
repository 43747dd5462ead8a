"""Poisson bootstrap over customers: weights, weighted sums as one matrix product, and percentile intervals."""

import hashlib
from collections.abc import Callable, Sequence
from math import exp, factorial

import numpy as np
from scipy import sparse

LARGEST_WEIGHT = 8  # a Poisson(1) draw above this has a probability of one in 900,000
POISSON_1 = np.cumsum([exp(-1) / factorial(count) for count in range(LARGEST_WEIGHT)])  # distribution function at 0 to 7
BLOCK_TERMS = 8_000_000  # dense terms in memory, 64 MB in float64


def hashed(customers: Sequence[str], count: int) -> np.ndarray:
    """First outputs of SplitMix64, seeded with the first 64 bits of each customer's md5: uint64, shape (customers, count).

    Source: Steele, Lea and Flood, OOPSLA 2014.
    """
    seeds = np.frombuffer(b"".join(hashlib.md5(customer.encode()).digest()[:8] for customer in customers), ">u8")
    mixed = seeds.astype(np.uint64)[:, None] + np.uint64(0x9E3779B97F4A7C15) * np.arange(1, count + 1, dtype=np.uint64)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def poisson_weights(customers: Sequence[str], replicates: int) -> np.ndarray:
    """Draw the weight of each customer in the sample and in each replicate.

    Source: Chamandy et al. 2012, Estimating uncertainty for massive data streams.

    A weight is the Poisson(1) quantile of the first 52 bits of :func:`hashed`. It depends only on customer and replicate. All
    metrics and sources therefore share the same replicates (differences are paired), and a rebuild repeats them.

    Parameters
    ----------
    customers
        Customer ids.
    replicates
        Number of replicates.

    Returns
    -------
    numpy.ndarray
        uint8, shape (customers, 1 + replicates). The first column is the sample, with weight 1 for each customer.
    """
    weights = np.ones((len(customers), 1 + replicates), np.uint8)
    step = max(1, BLOCK_TERMS // (1 + replicates))
    for first in range(0, len(customers), step):
        shares = (hashed(customers[first : first + step], replicates) >> np.uint64(12)) / 2**52
        weights[first : first + step, 1:] = np.searchsorted(POISSON_1, shares, side="right")
    return weights


def remembered_weights(replicates: int) -> Callable[[Sequence[str]], np.ndarray]:
    """Return a cached :func:`poisson_weights`: the weights of each customer are drawn once, however often they are requested."""
    places: dict[str, int] = {}
    known = poisson_weights([], replicates)

    def weights_of(customers: Sequence[str]) -> np.ndarray:
        nonlocal known
        new = [customer for customer in dict.fromkeys(customers) if customer not in places]
        if new:
            places.update(zip(new, range(len(places), len(places) + len(new)), strict=True))
            known = np.concatenate([known, poisson_weights(new, replicates)])
        return known[[places[customer] for customer in customers]]

    return weights_of


def weighted_sums(terms: np.ndarray | sparse.csr_array, weights: np.ndarray, places: int) -> np.ndarray:
    """Sum the terms of each row, weighted by the weights of their columns, in the sample and in each replicate.

    Terms are rounded to decimals and added as integers, in two parts whose sums float64 represents exactly. The result therefore
    depends neither on the order of customers nor on the number of threads.

    Parameters
    ----------
    terms
        Shape (rows, customers), dense or CSR.
    weights
        From :func:`poisson_weights`, shape (customers, 1 + replicates).
    places
        Number of decimals kept of each term, at most 15.

    Returns
    -------
    numpy.ndarray
        float64, shape (rows, 1 + replicates).
    """
    base, unit = 10.0 ** (places - places // 2), 10.0**places
    sums = np.empty((terms.shape[0], weights.shape[1]))
    counts = np.asarray(weights, np.float64)
    step = max(1, BLOCK_TERMS // max(1, terms.shape[1]))
    for first in range(0, terms.shape[0], step):
        block = terms[first : first + step]
        units = (block.toarray() if sparse.issparse(block) else block) * unit
        units = np.trunc(units + np.copysign(0.5, units))
        high = np.floor(units / base)
        high, low = np.split(np.vstack([high, units - high * base]) @ counts, 2)
        carry = np.floor(low / base)  # so that equal sums of different terms are equal to the last bit
        sums[first : first + step] = ((high + carry) * base + (low - carry * base)) / unit
    return sums


def interval(replicates: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Two-sided percentile interval (Efron and Tibshirani 1993, chapter 13), interpolated between neighbouring replicates.

    Parameters
    ----------
    replicates
        Shape (…, replicates).
    level
        Coverage probability of the interval, 0 to 1.

    Returns
    -------
    tuple
        Lower and upper bound, shape (…); NaN if any replicate is NaN.
    """
    ordered = np.sort(replicates, axis=-1)
    last = ordered.shape[-1] - 1

    def bound(quantile: float) -> np.ndarray:
        place = int(round(quantile * last, 6))
        below, above = ordered[..., place], ordered[..., min(place + 1, last)]
        values = below + round(quantile * last - place, 6) * (above - below)
        return np.where(np.isnan(ordered[..., last]), np.nan, values)

    return bound((1 - level) / 2), bound((1 + level) / 2)
