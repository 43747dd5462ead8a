"""Poisson bootstrap over customers: weights, weighted sums as one matrix product, and percentile intervals."""

import hashlib
from collections.abc import Callable, Sequence
from math import exp, factorial

import numpy as np
from scipy import sparse

LARGEST_WEIGHT = 8  # a Poisson(1) draw above it has a probability of one in 900,000
POISSON_1 = np.cumsum([exp(-1) / factorial(count) for count in range(LARGEST_WEIGHT)])  # distribution function of 0 to 7
BLOCK_TERMS = 8_000_000  # terms that are dense at a time, 64 MB in float64


def hashed(customers: Sequence[str], count: int) -> np.ndarray:
    """First 64 bits of the md5 of ``<customer>:<number>`` for each number from 1 to ``count``: uint64, shape (customers,
    count)."""
    suffixes = [f":{number}".encode() for number in range(1, count + 1)]
    digests = (hashlib.md5(customer.encode() + suffix).digest()[:8] for customer in customers for suffix in suffixes)
    return np.frombuffer(b"".join(digests), ">u8").astype(np.uint64).reshape(len(customers), count)


def poisson_weights(customers: Sequence[str], replicates: int) -> np.ndarray:
    """How often each customer counts in the sample and in each replicate (Chamandy et al. 2012, Estimating uncertainty for
    massive data streams).

    A weight is the Poisson(1) quantile of the first 52 bits of :func:`hashed`. It depends on customer and replicate only, so that
    all metrics and sources share the same replicates (differences are paired) and a rebuild repeats them.

    Parameters
    ----------
    customers
        Ids.
    replicates
        Number of replicates.

    Returns
    -------
    numpy.ndarray
        uint8, shape (customers, 1 + replicates). The first column is the sample: 1 for each customer.
    """
    weights = np.ones((len(customers), 1 + replicates), np.uint8)
    weights[:, 1:] = np.searchsorted(POISSON_1, (hashed(customers, replicates) >> np.uint64(12)) / 2**52, side="right")
    return weights


def remembered_weights(replicates: int) -> Callable[[Sequence[str]], np.ndarray]:
    """:func:`poisson_weights` of any customers, each of whom is drawn once however often their weights are asked for."""
    known: dict[str, np.ndarray] = {}

    def weights_of(customers: Sequence[str]) -> np.ndarray:
        new = [customer for customer in customers if customer not in known]
        known.update(zip(new, poisson_weights(new, replicates), strict=True))
        return np.array([known[customer] for customer in customers], np.uint8).reshape(len(customers), 1 + replicates)

    return weights_of


def weighted_sums(terms: np.ndarray | sparse.csr_array, weights: np.ndarray, places: int) -> np.ndarray:
    """Sum the terms of each row, each as often as its column counts, in the sample and in each replicate.

    Terms are rounded to decimals and added as whole numbers, in two parts whose sums float64 holds exactly. The result therefore
    depends neither on the order of customers nor on the number of threads.

    Parameters
    ----------
    terms
        Shape (rows, customers), dense or CSR.
    weights
        Of :func:`poisson_weights`, shape (customers, 1 + replicates).
    places
        Decimals that are kept of each term, at most 15.

    Returns
    -------
    numpy.ndarray
        float64, shape (rows, 1 + replicates).
    """
    base, unit = 10.0 ** (places - places // 2), 10.0**places
    sums = np.empty((terms.shape[0], weights.shape[1]))
    counts = weights.astype(np.float64)
    step = max(1, BLOCK_TERMS // max(1, terms.shape[1]))
    for first in range(0, terms.shape[0], step):
        block = terms[first : first + step]
        units = (block.toarray() if sparse.issparse(block) else block) * unit
        units = np.trunc(units + np.copysign(0.5, units))
        high = np.floor(units / base)
        high, low = high @ counts, (units - high * base) @ counts
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
        Probability the interval is to hold the true value with, 0 to 1.

    Returns
    -------
    tuple
        Lower and upper bound, shape (…); NaN where any replicate is.
    """
    ordered = np.sort(replicates, axis=-1)
    last = ordered.shape[-1] - 1

    def bound(quantile: float) -> np.ndarray:
        place = int(round(quantile * last, 6))
        below, above = ordered[..., place], ordered[..., min(place + 1, last)]
        values = below + round(quantile * last - place, 6) * (above - below)
        return np.where(np.isnan(ordered[..., last]), np.nan, values)

    return bound((1 - level) / 2), bound((1 + level) / 2)
