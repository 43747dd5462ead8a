"""The low-pass filter equals its definition, and planted blocks are found."""

import numpy as np
import pyarrow as pa
import pytest
from scipy import sparse

from tests.python.problems import checkerboard, lists, tables
from warehouse_recommender.candidates import spectral

SETTINGS = {
    "factors": 2,
    "largest_share": 1.0,
    "pattern_share": 1.0,
    "customer_exponent": 0.5,
    "product_exponent": 0.5,
    "seed": 3,
}


@pytest.mark.parametrize("exponents", [(0.5, 0.5), (0.0, 0.25), (1.0, 0.0)])
def test_filter_is_the_projection_on_the_strongest_patterns(exponents: tuple[float, float]) -> None:
    strengths = np.random.default_rng(1).poisson(1.0, (12, 9)).astype(float)
    strengths[:, 4] = 0
    a, b = exponents
    analysis, synthesis = spectral.low_pass(
        sparse.csr_array(strengths),
        factors=3,
        largest_share=1.0,
        pattern_share=1.0,
        customer_exponent=a,
        product_exponent=b,
        seed=5,
    )
    rows, columns = strengths.sum(axis=1), strengths.sum(axis=0)
    down = np.where(columns > 0, np.where(columns > 0, columns, 1) ** -b, 0)
    normalised = np.where(rows > 0, np.where(rows > 0, rows, 1) ** -a, 0)[:, None] * strengths * down
    patterns = np.linalg.svd(normalised)[2][:3].T
    wanted = strengths @ np.diag(down) @ patterns @ patterns.T @ np.diag(np.where(columns > 0, columns, 0) ** b)
    np.testing.assert_allclose((strengths @ analysis @ synthesis.T)[:, columns > 0], wanted[:, columns > 0], atol=1e-4)
    assert not (analysis[4] @ synthesis.T).any()


@pytest.mark.parametrize("shape", [(20, 30), (30, 20)])
def test_missing_square_of_a_checkerboard_is_found(shape: tuple[int, int]) -> None:
    strengths = checkerboard(*shape)
    given = tables(strengths)
    found = lists(spectral.candidates(*given, spectral.filters(given[0], given[2], **SETTINGS), top_k=shape[1]))
    for customer in range(min(shape)):
        unseen = [p for p in found[f"u{customer}"] if strengths[customer, int(p[1:])] == 0]
        assert unseen[0] == f"p{customer}"


def test_filter_is_deterministic() -> None:
    strengths = sparse.csr_array(np.random.default_rng(2).poisson(0.3, (60, 40)).astype(float))
    first, again = (spectral.low_pass(strengths, **{**SETTINGS, "factors": 8}) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))


def test_patterns_of_inner_products_equal_those_of_the_matrix(monkeypatch: pytest.MonkeyPatch) -> None:
    strengths = sparse.csr_array(np.random.default_rng(2).poisson(0.3, (300, 80)).astype(float))
    settings, projections = {**SETTINGS, "factors": 5}, []
    for exact_side, gram_share in ((1_500, 0), (10, 0), (10, 100)):
        monkeypatch.setattr(spectral, "EXACT_SIDE", exact_side)
        monkeypatch.setattr(spectral, "GRAM_SHARE", gram_share)
        analysis, synthesis = spectral.low_pass(strengths, **settings)
        projections.append(analysis @ synthesis.T)
    for found in projections[1:]:
        np.testing.assert_allclose(found, projections[0], atol=1e-3)


def test_small_matrix_gets_few_patterns() -> None:
    strengths = np.random.default_rng(2).poisson(1.0, (40, 30)).astype(float)
    strengths[:, 20:] = 0
    analysis, _ = spectral.low_pass(sparse.csr_array(strengths), **{**SETTINGS, "factors": 9, "largest_share": 0.2})
    assert analysis.shape == (30, 4)
    strongest, _ = spectral.low_pass(
        sparse.csr_array(strengths), **{**SETTINGS, "factors": 9, "largest_share": 0.2, "pattern_share": 0.5}
    )
    assert np.abs(strongest) == pytest.approx(np.abs(analysis[:, 2:]), abs=1e-6)  # patterns are sorted by rising strength


def test_rank_curve_equals_separate_filters() -> None:
    """Fails if the wrong patterns are removed: at each rank the curve must equal a filter fitted with that rank."""
    rng = np.random.default_rng(5)
    taste = np.kron(np.eye(4), np.ones((10, 6))) * (rng.uniform(size=(40, 24)) < 0.7) + (rng.uniform(size=(40, 24)) < 0.05)
    who, what = np.nonzero(taste)
    cells = pa.table(
        {
            "cutoff_id": ["tune_1"] * len(who),
            "customer_index": who,
            "product_index": what,
            "strength": taste[who, what],
        }
    )
    cutoffs = pa.table({"cutoff_id": ["tune_1"], "purpose": ["tune"]})
    settings = {"customer_exponent": 0.5, "product_exponent": 0.5, "seed": 7}
    curve = spectral.rank_curve(cutoffs, cells, factors=8, largest_share=1.0, pattern_share=0.75, **settings).to_pylist()
    assert [row["rank"] for row in curve] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [row["rank"] for row in curve if row["is_chosen"]] == [6]
    for row in curve[3:5]:
        one = spectral.rank_curve(
            cutoffs, cells, factors=row["rank"], largest_share=1.0, pattern_share=1.0, **settings
        ).to_pylist()
        assert next(r for r in one if r["is_chosen"]) == pytest.approx(row | {"is_chosen": True})
    assert curve[-1]["train_ndcg_at_k"] > curve[0]["train_ndcg_at_k"]
    assert curve[3]["ndcg_at_k"] > max(curve[0]["ndcg_at_k"], 0.5)  # four groups are planted
