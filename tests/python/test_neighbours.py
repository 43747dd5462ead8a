"""Similarities equal hand-computed values with shrinkage, asymmetry and BM25, and planted companions are found."""

import numpy as np
import pytest
from scipy import sparse

from tests.python.problems import lists, tables
from warehouse_recommender.candidates import neighbours

SETTINGS = {"neighbours": 10, "shrinkage": 0.0, "asymmetry": 0.5, "weighting": "strength"}
STRENGTHS = np.array([[2.0, 1, 0], [0, 3, 4], [1, 0, 0]])


def similarities(strengths: np.ndarray = STRENGTHS, **changes: object) -> np.ndarray:
    offered = changes.pop("offered", np.arange(strengths.shape[1]))
    return neighbours.similarities(sparse.csr_array(strengths), offered, **{**SETTINGS, **changes}).toarray()


def test_similarity_without_shrinkage_is_the_cosine() -> None:
    lengths = np.sqrt([5, 10, 16])
    np.testing.assert_allclose(similarities(), STRENGTHS.T @ STRENGTHS / np.outer(lengths, lengths), rtol=1e-6)


def test_shrinkage_and_asymmetry_change_the_norms() -> None:
    common = STRENGTHS.T @ STRENGTHS
    np.testing.assert_allclose(similarities(shrinkage=7.0)[0, 1], common[0, 1] / (np.sqrt(50) + 7), rtol=1e-6)
    np.testing.assert_allclose(similarities(asymmetry=1.0)[0, 1], common[0, 1] / 5, rtol=1e-6)
    np.testing.assert_allclose(similarities(asymmetry=0.0)[0, 1], common[0, 1] / 10, rtol=1e-6)


def test_only_the_nearest_products_are_kept() -> None:
    nearest = similarities(neighbours=2)
    assert (np.count_nonzero(nearest, axis=1) <= 2).all()
    assert nearest[1].tolist() == pytest.approx([0, 1, similarities()[1, 2]])


def test_products_not_offered_do_not_displace_neighbours() -> None:
    everything = similarities()
    assert np.count_nonzero(everything[1]) == 3
    nearest = similarities(neighbours=1, offered=np.array([0]))
    assert nearest.shape == (3, 1)
    # Product 2 is nearer to product 1 than product 0 is, and product 1 is nearest to itself.
    assert nearest[:, 0].tolist() == pytest.approx([1, everything[1, 0], 0])


def test_bm25_saturates_with_repetition_and_discounts_long_histories() -> None:
    weighed = neighbours.bm25(sparse.csr_array(np.array([[1.0, 0], [10, 0], [1, 30]]))).toarray()
    assert 1 < weighed[1, 0] / weighed[0, 0] < 3
    assert weighed[2, 0] < weighed[0, 0]
    # By hand: three customers with lengths 1, 10 and 31, mean 14. All chose product 0, so its idf is ln 2.
    assert weighed[0, 0] == pytest.approx(np.log(2) * 2.2 / (1 + 1.2 * (0.25 + 0.75 / 14)))


def test_very_long_histories_use_only_their_strongest_products(monkeypatch: pytest.MonkeyPatch) -> None:
    strengths = np.vstack([STRENGTHS, [5, 1, 5]])
    expected = similarities(np.vstack([STRENGTHS, [5, 0, 5]]))
    assert not np.allclose(similarities(strengths), expected)
    monkeypatch.setattr(neighbours, "LONGEST_HISTORY", 2)
    np.testing.assert_array_equal(similarities(strengths), expected)


def test_planted_companions_are_found() -> None:
    generator = np.random.default_rng(4)
    strengths = np.zeros((60, 20))
    pairs = generator.integers(0, 10, (60, 3))
    strengths[np.arange(60)[:, None], pairs] = 1
    strengths[np.arange(60)[:, None], pairs + 10] = 1
    strengths[0] = 0
    strengths[0, 3] = 1
    given = tables(strengths)
    found = lists(neighbours.candidates(*given, neighbours.nearest(given[0], given[2], **SETTINGS), top_k=5))
    assert found["u0"][:2] == ["p3", "p13"]


@pytest.mark.parametrize("change", [{"neighbours": 0}, {"shrinkage": -1.0}, {"asymmetry": 1.5}, {"weighting": "tfidf"}])
def test_parameters_out_of_range_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="Accepted"):
        similarities(**change)
