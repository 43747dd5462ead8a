"""Predictability of a customer's group from the customer's factors."""

import numpy as np
import pyarrow as pa

FOLDS = 5  # parts of the customers; each is predicted from the others
SHRINKAGE = 0.1  # share of the covariance replaced by its mean variance, equal in all directions


def predicted_groups(factors: np.ndarray, is_known: np.ndarray, members: pa.Table, listed: np.ndarray, fewest: int) -> np.ndarray:
    """Test for each listed customer whether a linear classifier predicts the right group.

    Linear discriminant analysis with equal priors (Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 4.3),
    fitted to the customers of the other folds, so that no customer is predicted by a classifier trained on that customer.

    Parameters
    ----------
    factors
        Factors of all customers, shape (customers, factors).
    is_known
        Whether a customer has factors, shape (customers,).
    members
        ``customer_index`` and ``protected_group`` of one attribute.
    listed
        Customers to predict, shape (listed,).
    fewest
        Minimum number of customers with factors; smaller groups are left out.

    Returns
    -------
    np.ndarray
        1 if right, 0 if wrong, NaN if the customer is in none of the groups or fewer than two groups remain; shape (listed,).
    """
    places, names = members["customer_index"].to_numpy(), np.array(members["protected_group"].to_pylist(), dtype=object)
    within = places < len(factors)
    within[within] = is_known[places[within]]
    places, names = places[within], names[within]
    groups = [name for name in sorted(set(names)) if np.count_nonzero(names == name) >= fewest]
    found = np.full(len(factors), np.nan)
    if len(groups) >= 2:
        chosen = np.isin(names, groups)
        order = np.argsort(places[chosen], kind="stable")
        places, codes = places[chosen][order], np.searchsorted(groups, names[chosen][order].astype(str))
        values, folds = factors[places].astype(np.float64), np.arange(len(places)) % FOLDS
        for fold in range(FOLDS):
            is_seen = folds != fold
            guessed = discriminated(values[is_seen], codes[is_seen], values[~is_seen], len(groups))
            found[places[~is_seen]] = guessed == codes[~is_seen]
    return found[listed]


def discriminated(seen: np.ndarray, codes: np.ndarray, unseen: np.ndarray, count: int) -> np.ndarray:
    """Group of each unseen row with the nearest mean under the shrunk within-group covariance; ties go to the first."""
    sizes = np.maximum(np.bincount(codes, minlength=count), 1)
    means = np.stack([np.bincount(codes, weights=column, minlength=count) for column in seen.T], axis=1) / sizes[:, None]
    within = seen - means[codes]
    covariance = within.T @ within / max(len(seen), 1)
    spread = np.trace(covariance) / len(covariance)
    covariance = (1 - SHRINKAGE) * covariance + (SHRINKAGE * spread + 1e-12) * np.eye(len(covariance))
    directions = np.linalg.solve(covariance, means.T)
    return np.argmax(unseen @ directions - 0.5 * np.sum(means.T * directions, axis=0), axis=1)
