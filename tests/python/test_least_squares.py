"""The half-step of ALS is the least-squares solution it claims to be, on any number of threads."""

import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import sparse

from warehouse_recommender.candidates.least_squares import losses, row_blocks, solve_rows


def exact(weights: np.ndarray, other: np.ndarray, penalties: np.ndarray) -> np.ndarray:
    """The same systems, one dense row at a time, in float64; zero for rows without a cell."""
    found = np.zeros((len(weights), other.shape[1]))
    for row, extra in enumerate(weights):
        observed = extra > 0
        if observed.any():
            confidence = 1 + extra
            system = other.T @ (confidence[:, None] * other) + penalties[row] * np.eye(other.shape[1])
            found[row] = np.linalg.solve(system, other.T @ (confidence * observed))
    return found


@settings(deadline=None, max_examples=50)
@given(
    hnp.arrays(float, st.tuples(st.integers(1, 9), st.integers(1, 7)), elements=st.sampled_from([0.0, 0.0, 0.5, 1.0, 4.0, 30.0])),
    st.integers(1, 4),
    st.integers(0, 1000),
)
def test_rows_solve_their_least_squares_exactly(weights: np.ndarray, factors: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    other = generator.normal(size=(weights.shape[1], factors))
    penalties = generator.uniform(0.5, 5.0, len(weights))
    start = np.zeros((len(weights), factors), np.float32)
    found = solve_rows(sparse.csr_array(weights), start, other.astype(np.float32), penalties, steps=None)
    np.testing.assert_allclose(found, exact(weights, other, penalties), rtol=2e-3, atol=2e-4)


def test_known_answer_by_hand() -> None:
    # One factor: YᵀY = 1 + 4 = 5, the cell (column 1, weight 3) adds 3 · 4, the penalty 3: x = (1 + 3) · 2 / 20.
    found = solve_rows(
        sparse.csr_array([[0.0, 3.0]]),
        np.zeros((1, 1), np.float32),
        np.array([[1], [2]], np.float32),
        np.array([3.0]),
        steps=None,
    )
    assert found[0].tolist() == pytest.approx([0.4])


def problem(rows: int, columns: int) -> tuple[sparse.csr_array, np.ndarray, np.ndarray]:
    generator = np.random.default_rng(rows)
    weights = sparse.random_array((rows, columns), density=0.1, rng=generator, dtype=np.float32).tocsr()
    return weights, np.zeros((rows, 8), np.float32), generator.normal(size=(columns, 8)).astype(np.float32)


@pytest.mark.parametrize("shape", [(700, 90), (90, 700)])
def test_one_thread_gives_the_bytes_of_four(shape: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    weights, start, other = problem(*shape)
    outcomes = set()
    for threads in (1, 4):
        monkeypatch.setattr(os, "cpu_count", lambda threads=threads: threads)
        for steps in (3, None):
            outcomes.add((steps, solve_rows(weights, start, other, np.ones(shape[0]), steps=steps).tobytes()))
    assert len(outcomes) == 2


def test_every_row_with_a_cell_is_in_one_block() -> None:
    counts = np.array([0, 5, 100_000, 1, 0, 7, *[3] * 5000])
    blocks = list(row_blocks(counts))
    assert sorted(np.concatenate(blocks).tolist()) == np.flatnonzero(counts).tolist()
    assert all(len(block) == 1 or counts[block].max() * len(block) <= 8_000 for block in blocks)
    assert max(len(block) for block in blocks) <= 512


def test_losses_are_sums_over_all_pairs() -> None:
    generator = np.random.default_rng(4)
    weights = generator.integers(0, 3, (6, 5)).astype(np.float32)
    customers, products = generator.normal(size=(6, 2)).astype(np.float32), generator.normal(size=(5, 2)).astype(np.float32)
    penalties = generator.uniform(1, 2, 6), generator.uniform(1, 2, 5)
    loss, objective = losses(sparse.csr_array(weights), customers, products, penalties)
    confidence = 1 + weights
    error = np.sum(confidence * ((weights > 0) - customers @ products.T) ** 2)
    penalty = penalties[0] @ (customers**2).sum(axis=1) + penalties[1] @ (products**2).sum(axis=1)
    assert loss == pytest.approx(error / confidence.sum(), rel=1e-5)
    assert objective == pytest.approx((error + penalty) / confidence.sum(), rel=1e-5)
