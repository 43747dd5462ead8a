"""Estimate unknown ages from other traits of a customer, with k nearest neighbours or a random forest of scikit-learn.

scikit-learn takes seconds to import. It is imported only when an estimate is made, so that other policies don't pay for it.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse
from threadpoolctl import threadpool_limits

TRAITS = ("known_gender", "known_country", "acquisition_channel", "preferred_categories")
SAMPLE_COLUMNS = ("record_id", "known_age", *TRAITS)
ESTIMATE_SCHEMA = pa.schema([("record_id", pa.string()), ("estimated_age", pa.float64())])
POLICIES = ("knn", "forest")
BETWEEN_CATEGORIES = re.compile(r"[|,;]")
FEWEST_ROWS = 100  # minimum number of known ages
MOST_ROWS = 50_000  # maximum number of known ages in training; beyond it, a fixed random sample
NEIGHBOURS = 25  # known ages averaged by a knn estimate
TREES = 100  # of a forest
LEAF_ROWS = 10  # minimum number of known ages per leaf
DISTANCES_MB = 64  # distances between customers in memory, in megabytes; scikit-learn's default limit is a gigabyte
DECIMALS = 2  # of an estimate, as many as a stated age has


def estimates(
    samples: pa.Table,
    *,
    policy: str,
    seed: int,
    fewest_rows: int = FEWEST_ROWS,
    most_rows: int = MOST_ROWS,
    neighbours: int = NEIGHBOURS,
    trees: int = TREES,
    leaf_rows: int = LEAF_ROWS,
) -> pa.Table:
    """Estimate the unknown ages of customers from customers with a known age.

    The features are the known traits, one-hot: gender, country, acquisition channel, and one column per preferred category. A
    trait is all zeros if it is missing or if no customer with a known age has its value, so it is equally far from all values.

    Parameters
    ----------
    samples
        ``SAMPLE_COLUMNS``, sorted by ``record_id``: texts, and ``known_age`` in years (float64), NULL if it is to be estimated.
    policy
        One of ``POLICIES``.
    seed
        Seed of the bootstrap of the ``forest``.
    fewest_rows
        Minimum number of known ages; with fewer, nothing is estimated.
    most_rows
        Maximum number of known ages in training; only the first ones are used. Record ids are hashes, so these are a random
        sample that is the same in every build.
    neighbours
        Number of known ages averaged by ``knn``, at most all of them. The order of the sample breaks ties.
    trees, leaf_rows
        Number of trees of the ``forest``, and minimum number of known ages per leaf.

    Returns
    -------
    pyarrow.Table
        ``ESTIMATE_SCHEMA``: one row per ``record_id`` with an unknown age, in years, within the range of the known ages. No rows
        if nothing can be learned: too few known ages, or no known trait among them.

    Raises
    ------
    ValueError
        If the policy is unknown.
    """
    if policy not in POLICIES:
        raise ValueError(f"No ages are estimated by '{policy}'. Accepted: {', '.join(POLICIES)}.")
    known = samples.filter(pc.is_valid(samples["known_age"]))
    asked = samples.filter(pc.is_null(samples["known_age"]))
    if asked.num_rows == 0 or known.num_rows < fewest_rows:
        return ESTIMATE_SCHEMA.empty_table()
    import sklearn

    known = known.slice(0, most_rows)
    known_profiles, known_rows = profiles(known)
    asked_profiles, asked_rows = profiles(asked)
    columns = sorted(set().union(*known_profiles))
    if not columns:
        return ESTIMATE_SCHEMA.empty_table()

    model = regressor(policy, neighbours=min(neighbours, known.num_rows), trees=trees, leaf_rows=leaf_rows, seed=seed)
    with threadpool_limits(limits=1), sklearn.config_context(working_memory=DISTANCES_MB):
        model.fit(one_hot([known_profiles[row] for row in known_rows], columns), known["known_age"].to_numpy())
        ages = model.predict(one_hot(asked_profiles, columns))
    return pa.table([asked["record_id"], np.round(ages, DECIMALS)[asked_rows]], schema=ESTIMATE_SCHEMA)


def profiles(samples: pa.Table) -> tuple[list[set[str]], np.ndarray]:
    """Find the distinct customers with respect to the traits.

    Parameters
    ----------
    samples
        Table with the columns ``TRAITS``, texts.

    Returns
    -------
    profiles, rows
        The distinct sets of ``trait=value`` (lower-case texts without surrounding blanks), and the position of each row's set,
        shape (rows,).
    """
    encoded = [pc.fill_null(samples[trait], "").combine_chunks().dictionary_encode() for trait in TRAITS]
    codes = np.column_stack([column.indices.to_numpy() for column in encoded])
    different, rows = np.unique(codes, axis=0, return_inverse=True)
    texts = [column.dictionary.take(pa.array(code)).to_pylist() for column, code in zip(encoded, different.T, strict=True)]
    return [set(values_of(profile)) for profile in zip(*texts, strict=True)], rows


def values_of(profile: tuple[str, ...]) -> Iterator[str]:
    """The ``trait=value`` texts of one customer; there may be several preferred categories."""
    for trait, text in zip(TRAITS, profile, strict=True):
        for value in BETWEEN_CATEGORIES.split(text) if trait == "preferred_categories" else [text]:
            if value.strip():
                yield f"{trait}={value.strip().lower()}"


def one_hot(found: Iterable[set[str]], columns: list[str]) -> sparse.csr_array:
    """Sets of ``trait=value`` as rows of zeros and ones, shape (sets, columns); values outside ``columns`` are ignored."""
    places = {column: place for place, column in enumerate(columns)}
    rows = [sorted(places[value] for value in values if value in places) for values in found]
    cells = np.fromiter(chain.from_iterable(rows), np.int32)  # 32 bits, the only size that scikit-learn's trees accept
    ends = np.cumsum([0, *map(len, rows)], dtype=np.int32)
    return sparse.csr_array((np.ones(len(cells)), cells, ends), shape=(len(rows), len(columns)))


def regressor(policy: str, *, neighbours: int, trees: int, leaf_rows: int, seed: int) -> Any:
    """The scikit-learn regressor of a policy; on one thread, so that results don't depend on the number of threads."""
    if policy == "knn":
        from sklearn.neighbors import KNeighborsRegressor

        return KNeighborsRegressor(n_neighbors=neighbours, algorithm="brute", n_jobs=1)
    from sklearn.ensemble import RandomForestRegressor

    return RandomForestRegressor(n_estimators=trees, min_samples_leaf=leaf_rows, random_state=seed, n_jobs=1)
