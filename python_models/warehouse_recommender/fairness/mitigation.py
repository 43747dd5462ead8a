"""Lists of als with balanced training or debiased customers: one trial per mitigation and strength."""

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from warehouse_recommender.candidates.learning_curve import chosen_sweeps
from warehouse_recommender.candidates.problem import cell_matrix
from warehouse_recommender.candidates.solver import Settings, fit_products, solve_rows
from warehouse_recommender.candidates.top_k import largest
from warehouse_recommender.candidates.vectors import without
from warehouse_recommender.fairness.directions import spanned
from warehouse_recommender.fairness.predictability import predicted_groups
from warehouse_recommender.metrics import ranks_in_lists
from warehouse_recommender.progress import Progress

CUSTOMER_COLUMNS = ("cutoff_id", "customer_index")
PRODUCT_COLUMNS = ("cutoff_id", "product_index")
BALANCE_COLUMNS = ("cutoff_id", "customer_index", "balance_ratio")
PROPENSITY_COLUMNS = ("cutoff_id", "product_index", "average_ratio")
MOST_FITTED = 20_000  # customers in the training of a trial, in addition to listed ones; each trial refits als
LIST_SCHEMA = pa.schema(
    [
        ("mitigation", pa.string()),
        ("strength", pa.float64()),
        ("cutoff_id", pa.string()),
        ("customer_index", pa.int64()),
        ("product_index", pa.int64()),
        ("list_rank", pa.int64()),
        ("is_group_predicted", pa.bool_()),
    ]
)


def trials(
    cells: pa.Table,
    curves: pa.Table,
    customers: pa.Table,
    products: pa.Table,
    balances: pa.Table,
    propensities: pa.Table,
    members: pa.Table,
    *,
    strengths: Sequence[float],
    cap: float,
    attribute: str,
    fewest: int,
    with_repeats: bool,
    length: int,
    settings: Settings,
) -> pa.Table:
    """Refit als for each mitigation and strength, and list the best products of the customers.

    All trials train on the same customers. If there are more than ``MOST_FITTED``, these are the listed customers and an evenly
    drawn sample of that size.

    Parameters
    ----------
    cells, curves
        As in :func:`warehouse_recommender.candidates.als.product_factors`.
    members
        As in :func:`warehouse_recommender.fairness.directions.group_directions`.
    customers, products
        ``CUSTOMER_COLUMNS``: the listed customers, all with a cell. ``PRODUCT_COLUMNS``: the products that may be recommended.
    balances
        ``BALANCE_COLUMNS``: factor on a customer's cells at strength 1.
    propensities
        ``PROPENSITY_COLUMNS``: factor on a product's cells at strength 1, before the cap.
    strengths
        Strengths to try, above 0 to 1.
    cap
        Maximum factor on a product's cells.
    attribute, fewest
        As in ``group_directions``.
    with_repeats
        Whether a list may contain products that the customer already has.
    length
        Number of products per list.
    settings
        Settings of als; fits start from scratch.

    Returns
    -------
    pyarrow.Table
        Rows of ``LIST_SCHEMA``. Mitigation ``none`` with strength 0 is unchanged als. ``is_group_predicted`` is the same in all
        rows of a list: whether the customer's group can be predicted from the factors (``predicted_groups``).
    """
    iterations = chosen_sweeps(curves, settings.iterations)
    own = members.filter(pc.equal(members["attribute"], attribute))

    def tried() -> Iterator[pa.Table]:
        for cutoff_id in sorted(pc.unique(customers["cutoff_id"]).to_pylist()):
            listed, offered = (
                table.filter(pc.equal(table["cutoff_id"], cutoff_id))[key].to_numpy()
                for table, key in ((customers, "customer_index"), (products, "product_index"))
            )
            weights = of_some_customers(cell_matrix(cells, cutoff_id, "weight"), listed, MOST_FITTED)
            offered = offered[offered < weights.shape[1]]
            rows = np.repeat(np.arange(weights.shape[0]), np.diff(weights.indptr))
            of_customers = factors_of(balances, cutoff_id, "customer_index", "balance_ratio", weights.shape[0])[rows]
            of_products = factors_of(propensities, cutoff_id, "product_index", "average_ratio", weights.shape[1])[weights.indices]
            plans = [("none", 0.0, np.ones(weights.nnz))]
            plans += [("group_balancing", strength, of_customers**strength) for strength in strengths]
            plans += [("inverse_propensity", strength, np.minimum(of_products**strength, cap)) for strength in strengths]
            for mitigation, strength, factors in plans:
                changed = sparse.csr_array(
                    ((weights.data * factors).astype(np.float32), weights.indices, weights.indptr), shape=weights.shape
                )
                with Progress(f"als, cutoff {cutoff_id}", f"{mitigation} at strength {strength}"):
                    product_factors = fit_products(changed, None, iterations, settings)
                    customer_factors = solve_rows(changed, product_factors, settings.regularization)
                yield best(mitigation, strength, cutoff_id, customer_factors, product_factors, weights, listed, offered)
                if mitigation == "none":
                    directions = spanned(customer_factors, np.diff(weights.indptr) > 0, own, fewest)
                    for part in strengths:
                        moved = without(customer_factors, np.sqrt(part) * directions)
                        yield best("debias", part, cutoff_id, moved, product_factors, weights, listed, offered)

    def best(
        mitigation: str,
        strength: float,
        cutoff_id: str,
        customer_factors: np.ndarray,
        product_factors: np.ndarray,
        weights: sparse.csr_array,
        listed: np.ndarray,
        offered: np.ndarray,
    ) -> pa.Table:
        scores = customer_factors[listed] @ product_factors[offered].T
        scores[:, ~product_factors[offered].any(axis=1)] = -np.inf
        if not with_repeats:
            known = weights[listed][:, offered].tocoo()
            scores[known.row, known.col] = -np.inf
        predicted = predicted_groups(customer_factors, np.diff(weights.indptr) > 0, own, listed, fewest)
        row, column, value = largest(scores, length)
        order = np.lexsort((offered[column], -value, row))
        row, column = row[order], column[order]
        columns = [
            pa.array([mitigation] * len(row), pa.string()),
            pa.array(np.full(len(row), strength)),
            pa.array([cutoff_id] * len(row), pa.string()),
            pa.array(listed[row], pa.int64()),
            pa.array(offered[column], pa.int64()),
            pa.array(1 + ranks_in_lists(row), pa.int64()),
            pa.array(predicted[row] > 0, mask=np.isnan(predicted[row])),
        ]
        return pa.Table.from_arrays(columns, schema=LIST_SCHEMA)

    return pa.concat_tables([LIST_SCHEMA.empty_table(), *tried()])


def of_some_customers(weights: sparse.csr_array, listed: np.ndarray, most: int) -> sparse.csr_array:
    """Cells of the listed customers and of at most ``most`` others, evenly drawn; the rows of other customers are empty."""
    known = np.flatnonzero(np.diff(weights.indptr))
    if len(known) <= most:
        return weights
    is_drawn = np.zeros(weights.shape[0], bool)
    is_drawn[known[np.arange(most) * len(known) // most]] = True
    is_drawn[listed] = True
    lengths = np.where(is_drawn, np.diff(weights.indptr), 0)
    cells = np.repeat(is_drawn, np.diff(weights.indptr))
    return sparse.csr_array((weights.data[cells], weights.indices[cells], np.append(0, np.cumsum(lengths))), shape=weights.shape)


def factors_of(table: pa.Table, cutoff_id: str, key: str, value: str, count: int) -> np.ndarray:
    """Values of one cutoff by key, 1 if there is none, shape (count,)."""
    own = table.filter(pc.equal(table["cutoff_id"], cutoff_id))
    found, places = np.ones(count), own[key].to_numpy()
    within = places < count
    found[places[within]] = own[value].to_numpy()[within]
    return found
