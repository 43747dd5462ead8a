"""Similar products: scores equal hand-computed values, planted twins are found, and products without data are handled."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from warehouse_recommender.features import similarities

SETTINGS: dict[str, Any] = {"depth": 5, "shrinkage": 1.0, "content_customers": 2.0}
# Customers 0 to 3 × products 0 to 3. No customer chose product 3, and product 2 has no terms.
CHOSEN = [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (3, 2), (2, 2)]
TERMS = [(0, 0, 3.0), (0, 1, 4.0), (1, 0, 1.0), (3, 1, 2.0)]


def tables(chosen: list, terms: list, known: list, offered: list, cutoff: str = "live") -> list[pa.Table]:
    def table(rows: list, columns: list[str], types: list) -> pa.Table:
        arrays = [pa.array([row[i] for row in rows], kind) for i, kind in enumerate(types)]
        return pa.table([pa.array([cutoff] * len(rows), pa.string()), *arrays], names=["cutoff_id", *columns])

    number, real = pa.int64(), pa.float64()
    return [
        table([(*pair, 0.5) for pair in chosen], ["customer_index", "product_index", "strength"], [number, number, real]),
        table([(product,) for product in known], ["product_index"], [number]),
        table([(product,) for product in offered], ["product_index"], [number]),
        table(terms, ["product_index", "term_index", "weight"], [number, number, real]),
    ]


def similar(*inputs: pa.Table, **changes: Any) -> dict[tuple, list]:
    """Return rows of (similar product, similarity, common customers, shared terms), best first, by (kind, product)."""
    found: dict[tuple, list] = {}
    for row in similarities.similar_products(*inputs, **{**SETTINGS, **changes}).to_pylist():
        kind, product, *rest = row.values()
        found.setdefault((kind, product), []).append(tuple(rest))
    return {key: sorted(rows, key=lambda row: (-row[1], row[0])) for key, rows in found.items()}


def test_similarity_scores_equal_hand_computed_values() -> None:
    found = similar(*tables(CHOSEN, TERMS, range(4), range(4)))
    # Products 0, 1 and 2 were chosen by 3, 2 and 2 customers.
    assert found["behaviour", 0] == [(1, pytest.approx(2 / np.sqrt(4 * 3)), 2, 1), (2, pytest.approx(1 / np.sqrt(4 * 3)), 1, 0)]
    assert found["content", 0] == [(3, pytest.approx(0.8), 0, 1), (1, pytest.approx(0.6), 2, 1)]
    assert found["blended", 0] == [
        (1, pytest.approx((2 + 2 * 0.6) / np.sqrt(5 * 4)), 2, 1),
        (3, pytest.approx(2 * 0.8 / np.sqrt(5 * 2)), 0, 1),
        (2, pytest.approx(1 / np.sqrt(5 * 4)), 1, 0),
    ]


def test_product_without_customers_has_similar_products_by_terms() -> None:
    found = similar(*tables(CHOSEN, TERMS, range(4), range(4)))
    assert ("behaviour", 3) not in found
    assert found["content", 3] == [(0, pytest.approx(0.8), 0, 1)]
    assert [row[0] for row in found["blended", 3]] == [0]


def test_products_without_customers_have_their_content_similarity() -> None:
    found = similar(*tables([(0, 2)], TERMS, range(4), range(4)))
    assert found["blended", 3] == found["content", 3] == [(0, pytest.approx(0.8), 0, 1)]


def test_terms_of_a_new_product_do_not_outrank_many_common_customers() -> None:
    """Product 1 has the terms of product 0 but no customers. Product 2 has no terms but the same forty customers."""
    chosen = [(customer, product) for customer in range(40) for product in (0, 2)]
    found = similar(*tables(chosen, [(0, 0, 1.0), (1, 0, 1.0)], range(3), range(3)))
    assert [row[0] for row in found["blended", 0]] == [2, 1]


def test_without_terms_only_behaviour_counts() -> None:
    found = similar(*tables(CHOSEN, [], range(4), range(4)))
    assert {kind for kind, _ in found} == {"behaviour", "blended"}
    assert [row[0] for row in found["blended", 0]] == [row[0] for row in found["behaviour", 0]] == [1, 2]


def test_only_offered_products_are_similar_to_any_known_product() -> None:
    found = similar(*tables(CHOSEN, TERMS, range(4), [1, 2]))
    assert {row[0] for rows in found.values() for row in rows} == {1, 2}
    assert ("blended", 0) in found


def test_ties_are_ordered_by_index_and_depth_is_limited() -> None:
    alike = [(customer, product) for customer in range(3) for product in range(5)]
    found = similar(*tables(alike, [], range(5), range(5)), depth=2)
    assert [row[0] for row in found["behaviour", 2]] == [0, 1]
    assert all(len(rows) == 2 for rows in found.values())


def test_twin_of_a_product_is_its_nearest() -> None:
    generator = np.random.default_rng(3)
    chosen = [(c, p) for c in range(200) for p in generator.choice(20, 4, replace=False).tolist()]
    chosen += [(c, p + 20) for c, p in chosen]
    found = similar(*tables(chosen, [], range(40), range(40)))
    assert all(found["behaviour", p][0][0] == (p + 20) % 40 for p in range(40))


def test_block_size_does_not_change_similarities(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(5)
    chosen = [(c, p) for c in range(50) for p in generator.choice(30, 6, replace=False).tolist()]
    terms = [(p, t, 1.0 + t) for p in range(30) for t in generator.choice(12, 3, replace=False).tolist()]
    inputs = tables(chosen, terms, range(30), range(30))
    whole = similarities.similar_products(*inputs, **SETTINGS).to_pylist()
    monkeypatch.setattr(similarities, "BLOCK_CELLS", 40)
    in_blocks = similarities.similar_products(*inputs, **SETTINGS).to_pylist()
    assert sorted(map(str, whole)) == sorted(map(str, in_blocks))


@pytest.mark.parametrize(
    "inputs",
    [
        tables([], [], [], []),
        tables([], [], [0], [0]),
        tables([(0, 0)], [(0, 0, 1.0)], [0], [0]),
        tables(CHOSEN, TERMS, range(4), range(4), cutoff="test"),
    ],
    ids=["nothing", "a catalogue of one", "one product with customer and words", "past cutoffs only"],
)
def test_no_rows_without_similar_products(inputs: list[pa.Table]) -> None:
    found = similarities.similar_products(*inputs, **SETTINGS)
    assert found.schema == similarities.SCHEMA
    assert found.num_rows == 0


@pytest.mark.parametrize("change", [{"depth": 0}, {"shrinkage": -1.0}, {"content_customers": 0.0}])
def test_parameters_out_of_range_are_refused(change: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="Accepted: 1 or more, 0 or more, above 0"):
        similarities.similar_products(*tables(CHOSEN, TERMS, range(4), range(4)), **{**SETTINGS, **change})


def test_scores_are_at_most_one_despite_rounding() -> None:
    everybody, words, counts = np.full((3, 3), 8.0), np.full((3, 3), 1 + 1e-15), np.full(3, 8.0)
    for score in similarities.pair_scores(everybody, words, counts, counts, 0.0, 1.0):
        np.testing.assert_allclose(score, 1)
        assert score.max() <= 1


def test_products_without_customers_have_no_similarity_without_shrinkage() -> None:
    nothing, nobody = np.zeros((2, 2)), np.zeros(2)
    behaviour, _, _ = similarities.pair_scores(nothing, nothing, nobody, nobody, 0.0, 1.0)
    assert not behaviour.any()
