"""Directions in which the factors of customer groups differ, which als can remove."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse_recommender.candidates.als import DIRECTION_SCHEMA
from warehouse_recommender.candidates.problem import cell_matrix
from warehouse_recommender.candidates.solver import solve_rows
from warehouse_recommender.candidates.vectors import vector_rows, vectors
from warehouse_recommender.progress import Progress

MEMBER_COLUMNS = ("customer_index", "attribute", "protected_group")


def group_directions(
    cells: pa.Table,
    products: pa.Table,
    members: pa.Table,
    *,
    attribute: str,
    fewest: int,
    strength: float,
    regularization: float,
) -> pa.Table:
    """Find the directions in which the mean factors of customer groups differ from the mean of all customers.

    They span ``mean of the group - mean of all`` over the groups (Bolukbasi et al., NeurIPS 2016, for words); no adversary is
    trained. Scores along these directions distinguish groups rather than customers.

    Parameters
    ----------
    cells, products, regularization
        As in :func:`warehouse_recommender.candidates.als.customer_factors`.
    members
        ``MEMBER_COLUMNS``, of all attributes.
    attribute
        Attribute that defines the groups.
    fewest
        Minimum number of customers with factors; smaller groups are left out, because their mean is chance.
    strength
        Share of the customers' component along the directions that als removes, 0 to 1; 0 returns no directions.

    Returns
    -------
    pyarrow.Table
        Rows of ``DIRECTION_SCHEMA``: orthogonal vectors of length ``√strength``, at most one fewer than groups.
    """
    batches = [DIRECTION_SCHEMA.empty_table()]
    own = members.filter(pc.equal(members["attribute"], attribute))
    for cutoff_id in sorted(pc.unique(products["cutoff_id"]).to_pylist()) if strength > 0 else []:
        known = vectors(products, cutoff_id, "product_index")
        weights = cell_matrix(cells, cutoff_id, "weight", product_count=len(known))
        with Progress(f"als, cutoff {cutoff_id}", "directions of groups"):
            found = solve_rows(weights, known, regularization)
        directions = np.sqrt(strength) * spanned(found, np.diff(weights.indptr) > 0, own, fewest)
        columns = {"cutoff_id": pa.scalar(cutoff_id, pa.string()), "direction_index": pa.array(np.arange(len(directions)))}
        batches.append(vector_rows(DIRECTION_SCHEMA, columns, directions))
    return pa.concat_tables(batches)


def spanned(found: np.ndarray, is_known: np.ndarray, members: pa.Table, fewest: int) -> np.ndarray:
    """Orthonormal directions of the group means of the known customers, shape (directions, factors), float64."""
    places, names = members["customer_index"].to_numpy(), np.array(members["protected_group"].to_pylist(), dtype=object)
    within = places < len(found)
    places, names = places[within], names[within]
    places, names = places[is_known[places]], names[is_known[places]]
    means = [
        found[places[names == name]].mean(axis=0, dtype=np.float64)
        for name in sorted(set(names))
        if np.count_nonzero(names == name) >= fewest
    ]
    if len(means) < 2:
        return np.zeros((0, found.shape[1]))
    differences = np.array(means) - found[places].mean(axis=0, dtype=np.float64)
    _, sizes, directions = np.linalg.svd(differences, full_matrices=False)
    return directions[sizes > 1e-6 * max(sizes[0], 1e-12)][: len(means) - 1]
