"""Similar products: cosines equal hand-computed values, both directions are listed, and low similarities are not."""

import numpy as np
import pyarrow as pa
import pytest
from scipy import sparse

from warehouse_recommender.candidates.content import unit_rows
from warehouse_recommender.features import content_pairs
from warehouse_recommender.features.content_pairs import PAIR_SCHEMA, most_compared, nearest


def terms(rows: list[tuple[str, int, int, float]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [[], [], [], []]
    types = [pa.string(), pa.int64(), pa.int64(), pa.float64()]
    names = ["cutoff_id", "product_index", "term_index", "weight"]
    return pa.table([pa.array(c, t) for c, t in zip(columns, types, strict=True)], names=names)


def products(rows: list[tuple[str, int]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [[], []]
    types = [pa.string(), pa.int32()]
    names = ["cutoff_id", "product_index"]
    return pa.table([pa.array(c, t) for c, t in zip(columns, types, strict=True)], names=names)


def pairs(known: pa.Table, weights: pa.Table, floor: float, most: int) -> pa.Table:
    return pa.Table.from_batches(content_pairs.pairs(known, weights, floor=floor, most=most), PAIR_SCHEMA)


def test_cosines_equal_hand_computed_values_in_both_directions() -> None:
    """p0 = (3, 4) and p2 = (3, 0) have cosine 0.6. p1 shares no term, p5 has no text, and the cutoffs stay separate."""
    known = products([("live", 0), ("live", 1), ("live", 2), ("live", 5), ("test", 1)])
    table = pairs(
        known,
        terms([("live", 0, 0, 3.0), ("live", 0, 1, 4.0), ("live", 1, 2, 1.0), ("live", 2, 0, 3.0), ("test", 1, 0, 1.0)]),
        floor=0.2,
        most=5,
    )
    assert table.schema == PAIR_SCHEMA
    rows = [tuple(row.values()) for row in table.to_pylist()]
    assert [row[:3] for row in rows] == [("live", 0, 2), ("live", 2, 0)]
    assert [row[3] for row in rows] == pytest.approx([0.6, 0.6])


def test_pairs_below_the_floor_are_omitted() -> None:
    known = products([("live", 0), ("live", 1)])
    weights = terms([("live", 0, 0, 3.0), ("live", 0, 1, 4.0), ("live", 1, 0, 3.0)])
    assert pairs(known, weights, floor=0.59, most=1).num_rows == 2
    assert pairs(known, weights, floor=0.61, most=1).num_rows == 0


@pytest.mark.parametrize("known", [[], [("live", 3)]])
def test_catalogue_without_pairs_gives_an_empty_table(known: list[tuple[str, int]]) -> None:
    table = pairs(products(known), terms([]), floor=0.2, most=5)
    assert (table.num_rows, table.schema) == (0, PAIR_SCHEMA)


def test_pairs_are_kept_if_either_product_lists_them() -> None:
    """Compares with all cosines computed densely: with one pair per row, a pair stays if it is the best of either row."""
    rng = np.random.default_rng(3)
    matrix = unit_rows(sparse.csr_array(rng.random((40, 8), dtype=np.float32)))
    dense = (matrix @ matrix.T).toarray()
    np.fill_diagonal(dense, -1)
    best = dense == dense.max(axis=1, keepdims=True)
    near = nearest(matrix, floor=0.01, most=1).toarray()
    assert ((near > 0) == (best | best.T)).all()
    assert np.allclose(near[near > 0], dense[near > 0])
    assert (near == near.T).all()


def test_number_of_compared_weights_follows_the_allowed_multiplications() -> None:
    # Terms of 2 and 4 products need 2·2 + 4·4 multiplications for all weights, 2·2 + 4·2 for two weights per term, and
    # 2·1 + 4·1 for one.
    found = [most_compared(np.array([2, 4]), allowed) for allowed in (21, 20, 19, 12, 11, 0)]
    assert found == [4, 4, 3, 2, 1, 1]
    assert most_compared(np.array([], int), 20) == 1


def test_pairs_found_from_some_weights_have_the_full_cosine(monkeypatch: pytest.MonkeyPatch) -> None:
    matrix = unit_rows(sparse.random_array((60, 12), density=0.4, rng=np.random.default_rng(3), dtype=np.float32).tocsr())
    dense = (matrix @ matrix.T).toarray()
    whole = nearest(matrix, floor=0.1, most=5)
    monkeypatch.setattr(content_pairs, "MOST_MULTIPLICATIONS", 3_000)
    near = nearest(matrix, floor=0.1, most=5).toarray()
    assert 60 < np.count_nonzero(near) != whole.nnz
    assert np.allclose(near[near > 0], dense[near > 0])
    assert (near == near.T).all()
