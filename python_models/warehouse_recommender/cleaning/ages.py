"""Estimates of unknown ages from what else is known of a customer: k nearest neighbours or a random forest of scikit-learn.

scikit-learn takes seconds to import. It is imported where an estimate is made, so that other policies don't pay for it.
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
FEWEST_ROWS = 100  # known ages without which nothing is estimated
MOST_ROWS = 50_000  # known ages that are learnt from; of more, a fixed random sample
NEIGHBOURS = 25  # known ages that a knn estimate is the mean of
TREES = 100  # of a forest
LEAF_ROWS = 10  # known ages that a leaf of a tree holds at least
DISTANCES_MB = 64  # distances between customers held at a time, in megabytes; scikit-learn's own limit is a gigabyte
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
    """Estimate the ages of those who have none from those who have one.

    A customer is described by what of the traits is known, one-hot: gender, country, acquisition channel, and one column for each
    preferred category. A trait that is missing, or that nobody with a known age has, is all zeros: as far from one value as from
    another.

    Parameters
    ----------
    samples
        ``SAMPLE_COLUMNS``, sorted by ``record_id``: texts, and ``known_age`` in years (float64), null where it is asked for.
    policy
        One of ``POLICIES``.
    seed
        Of the bootstrap of the ``forest``.
    fewest_rows
        Below so many known ages nothing is estimated.
    most_rows
        Of more known ages only the first so many are learnt from. Record ids are hashes, so these are a random sample that stays
        the same from build to build.
    neighbours
        Known ages an estimate by ``knn`` is the mean of; all there are, where they are fewer. Of equally near ones the sample
        decides.
    trees, leaf_rows
        Trees of the ``forest``, and known ages that a leaf holds at least.

    Returns
    -------
    pyarrow.Table
        ``ESTIMATE_SCHEMA``: one row per asked ``record_id``, in years, within the range of the known ages. No rows where nothing
        can be learnt: too few known ages, or no trait known of any of them.

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
    """Which different customers there are, as far as the traits can tell.

    Parameters
    ----------
    samples
        Has the columns ``TRAITS``, texts.

    Returns
    -------
    profiles, rows
        The different sets of ``trait=value`` (texts in lower case, without blanks around them), and the place of each row's set,
        shape (rows,).
    """
    encoded = [pc.fill_null(samples[trait], "").combine_chunks().dictionary_encode() for trait in TRAITS]
    codes = np.column_stack([column.indices.to_numpy() for column in encoded])
    different, rows = np.unique(codes, axis=0, return_inverse=True)
    texts = [column.dictionary.take(pa.array(code)).to_pylist() for column, code in zip(encoded, different.T, strict=True)]
    return [set(values_of(profile)) for profile in zip(*texts, strict=True)], rows


def values_of(profile: tuple[str, ...]) -> Iterator[str]:
    """The ``trait=value`` texts of one customer; preferred categories may be several."""
    for trait, text in zip(TRAITS, profile, strict=True):
        for value in BETWEEN_CATEGORIES.split(text) if trait == "preferred_categories" else [text]:
            if value.strip():
                yield f"{trait}={value.strip().lower()}"


def one_hot(found: Iterable[set[str]], columns: list[str]) -> sparse.csr_array:
    """Sets of ``trait=value`` as rows of zeros and ones, shape (sets, columns); what ``columns`` doesn't list is left out."""
    places = {column: place for place, column in enumerate(columns)}
    rows = [sorted(places[value] for value in values if value in places) for values in found]
    cells = np.fromiter(chain.from_iterable(rows), np.int32)  # 32 bits, since the trees of scikit-learn take no others
    ends = np.cumsum([0, *map(len, rows)], dtype=np.int32)
    return sparse.csr_array((np.ones(len(cells)), cells, ends), shape=(len(rows), len(columns)))


def regressor(policy: str, *, neighbours: int, trees: int, leaf_rows: int, seed: int) -> Any:
    """The regressor of scikit-learn behind a policy; on one thread, so that nothing depends on how many there are."""
    if policy == "knn":
        from sklearn.neighbors import KNeighborsRegressor

        return KNeighborsRegressor(n_neighbors=neighbours, algorithm="brute", n_jobs=1)
    from sklearn.ensemble import RandomForestRegressor

    return RandomForestRegressor(n_estimators=trees, min_samples_leaf=leaf_rows, random_state=seed, n_jobs=1)
