"""The wrapper of `implicit` solves the stated least squares on any number of threads and from any start."""

from dataclasses import replace
from itertools import pairwise

import implicit.cpu.als
import implicit.gpu
import implicit.gpu.als
import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import sparse
from threadpoolctl import threadpool_limits

from warehouse_recommender.candidates.learning_curve import losses
from warehouse_recommender.candidates.solver import Settings, fit_products, solve_rows, svd_start

SETTINGS = Settings(factors=8, regularization=0.5, iterations=6, start="svd", device="cpu", seed=3, largest_share=1.0)
SHAPES = [(120, 50), (50, 120)]  # customers × products, never square, so that a transposed matrix fails


def weights_of(customers: int, products: int, seed: int = 1) -> sparse.csr_array:
    """Return sparse weights; the last customer and the last product have none."""
    rng = np.random.default_rng(seed)
    found = rng.exponential(4.0, (customers, products)) * (rng.random((customers, products)) < 0.15)
    found[-1], found[:, -1] = 0, 0
    return sparse.csr_array(found.astype(np.float32))


def exact(weights: np.ndarray, others: np.ndarray, regularization: float) -> np.ndarray:
    """Solve the same systems densely in float64, one row at a time; rows without a cell are zero."""
    found = np.zeros((len(weights), others.shape[1]))
    for row, extra in enumerate(weights):
        observed = extra > 0
        if observed.any():
            system = others.T @ ((1 + extra)[:, None] * others) + regularization * np.eye(others.shape[1])
            found[row] = np.linalg.solve(system, others.T @ ((1 + extra) * observed))
    return found


@pytest.mark.parametrize("heaviest", [1e3, 1e9])
def test_very_large_and_small_weights_are_solved(heaviest: float) -> None:
    weights = np.array([[heaviest, 1 / heaviest, 0], [1 / heaviest, heaviest, 1]])
    others = np.random.default_rng(1).normal(size=(3, 3))
    np.testing.assert_allclose(solve_rows(sparse.csr_array(weights), others, 0.1), exact(weights, others, 0.1), rtol=1e-3)


@hypothesis_settings(deadline=None, max_examples=50)
@given(
    hnp.arrays(float, st.tuples(st.integers(1, 9), st.integers(1, 7)), elements=st.sampled_from([0.0, 0.0, 0.5, 1.0, 4.0, 30.0])),
    st.integers(1, 4),
    st.floats(0.5, 5.0),
    st.integers(0, 1000),
)
def test_rows_solve_their_least_squares_exactly(weights: np.ndarray, factors: int, regularization: float, seed: int) -> None:
    others = np.random.default_rng(seed).normal(size=(weights.shape[1], factors))
    found = solve_rows(sparse.csr_array(weights), others, regularization)
    np.testing.assert_allclose(found, exact(weights, others, regularization), rtol=2e-3, atol=2e-4)


def test_solution_equals_hand_computed_value() -> None:
    # One factor: YᵀY = 1 + 4 = 5. The cell (column 1, weight 3) adds 3 · 4, the penalty 3: x = (1 + 3) · 2 / 20.
    assert solve_rows(sparse.csr_array([[0.0, 3.0]]), np.array([[1], [2]]), 3.0)[0].tolist() == pytest.approx([0.4])


def test_cell_of_weight_zero_is_observed() -> None:
    """A strength that decayed to 0 has confidence 1 in preference 1: x = 2 / (5 + 3)."""
    cell = sparse.csr_array((np.zeros(1, np.float32), ([0], [1])), shape=(2, 2))
    assert solve_rows(cell, np.array([[1], [2]]), 3.0).ravel().tolist() == pytest.approx([0.25, 0])


def test_solution_of_a_row_does_not_depend_on_other_rows() -> None:
    weights, others = weights_of(*SHAPES[0]), np.random.default_rng(2).normal(size=(SHAPES[0][1], 8))
    everybody = solve_rows(weights, others, 0.5)
    assert all(solve_rows(weights[[row]], others, 0.5).tobytes() == everybody[row].tobytes() for row in (0, 17, 119))
    assert solve_rows(weights[:0], others, 0.5).shape == (0, 8)


@pytest.mark.parametrize("start", ["svd", "random"])
@pytest.mark.parametrize("shape", SHAPES)
def test_candidates_are_identical_on_one_and_four_threads(shape: tuple[int, int], start: str) -> None:
    outcomes = set()
    for threads in (1, 4, 4):
        with threadpool_limits(threads, user_api="openmp"):
            products = fit_products(weights_of(*shape), None, 6, replace(SETTINGS, start=start))
            outcomes.add((products.tobytes(), solve_rows(weights_of(*shape), products, 0.5).tobytes()))
    assert len(outcomes) == 1


@pytest.mark.parametrize("start", ["svd", "random"])
@pytest.mark.parametrize("shape", SHAPES)
def test_objective_falls_with_every_sweep(shape: tuple[int, int], start: str) -> None:
    """The objective is computed from w on customers × products, so other confidences or a transposed fit raise it."""
    weights, objectives, sweeps = weights_of(*shape), [], []

    def note(sweep: int, customers: np.ndarray, products: np.ndarray) -> None:
        assert (len(customers), len(products)) == shape
        sweeps.append(sweep)
        objectives.append(losses(weights, customers, products, SETTINGS.regularization)[1])

    fit_products(weights, None, 12, replace(SETTINGS, start=start), note)
    assert sweeps == list(range(1, 13))
    assert all(later <= earlier + 1e-7 for earlier, later in pairwise(objectives))
    assert objectives[-1] < 0.99 * objectives[0]


@pytest.mark.parametrize("start", ["svd", "random"])
def test_fit_converges_to_the_exact_solution(start: str) -> None:
    """Alternating the exact dense solutions from the fitted products does not move them."""
    weights = weights_of(*SHAPES[0])
    settings = replace(SETTINGS, factors=3, regularization=5.0, start=start)
    found = fit_products(weights, None, 300, settings)
    customers = exact(weights.toarray(), found, 5.0)
    again = exact(weights.toarray().T, customers, 5.0)
    np.testing.assert_allclose(again, found, atol=2e-3 * np.abs(found).max())


def test_products_without_a_cell_have_zero_factors() -> None:
    weights = weights_of(*SHAPES[0])
    given = np.ones((SHAPES[0][1], 8), np.float32)
    for settings, start in ((SETTINGS, None), (replace(SETTINGS, start="random"), None), (SETTINGS, given)):
        found = fit_products(weights, start, 2, settings)
        assert found.any(axis=1).tolist() == [True] * (SHAPES[0][1] - 1) + [False]


def test_vectors_are_padded_with_zeros_if_data_supports_fewer_factors() -> None:
    found = fit_products(weights_of(61, 31), None, 3, replace(SETTINGS, largest_share=0.1))
    assert found.shape == (31, 8)
    assert found.any(axis=0).tolist() == [True] * 3 + [False] * 5


def test_svd_start_equals_the_truncated_svd_of_observed_cells() -> None:
    """Five blocks of customers and products are the singular vectors; the weights of the cells do not matter."""
    blocks = np.kron(np.diag([1.0, 2, 3, 4, 5]), np.ones((1, 4)))[np.repeat(np.arange(5), [3, 5, 7, 9, 11])]
    found = svd_start(sparse.csr_array(blocks.astype(np.float32)), 5, 7)
    _, values, right = np.linalg.svd(blocks > 0, full_matrices=False)
    np.testing.assert_allclose(np.abs(found), np.abs(right[:5].T * np.sqrt(values[:5])), atol=1e-4)


def test_fit_begins_at_the_given_start() -> None:
    """After many sweeps, one more sweep changes little; from a cold start it ends elsewhere."""
    weights = weights_of(*SHAPES[0])
    far = fit_products(weights, None, 100, SETTINGS)
    onward, cold = fit_products(weights, far, 1, SETTINGS), fit_products(weights, None, 1, SETTINGS)
    assert np.abs(onward - far).max() < 0.2 * np.abs(cold - far).max()


def test_another_solver_seed_gives_other_factors() -> None:
    weights = weights_of(*SHAPES[0])
    for start in ("svd", "random"):
        settings = replace(SETTINGS, start=start)
        assert not np.array_equal(
            fit_products(weights, None, 2, settings), fit_products(weights, None, 2, replace(settings, seed=4))
        )


def test_swapped_customers_and_products_are_refused() -> None:
    weights = weights_of(*SHAPES[0])
    with pytest.raises(ValueError, match="120 starting vectors for 50 products"):
        fit_products(weights, np.zeros((120, 8), np.float32), 1, SETTINGS)
    with pytest.raises(ValueError, match="120 vectors for 50 columns"):
        solve_rows(weights, np.zeros((120, 8), np.float32), 1.0)


@pytest.mark.parametrize(
    ("parameter", "value", "said"),
    [
        ("factors", 0, "als_factors is 0. Accepted: 1 or more."),
        ("regularization", 0.0, "als_regularization is 0.0. Accepted: above 0."),
        ("iterations", 0, "als_iterations is 0. Accepted: 1 or more."),
        ("start", "warm", "als_start is warm. Accepted: svd, random, last, frozen."),
        ("device", "tpu", "als_device is tpu. Accepted: cpu, gpu."),
    ],
)
def test_parameters_out_of_range_are_refused(parameter: str, value: object, said: str) -> None:
    with pytest.raises(ValueError, match=said.replace(".", r"\.")):
        replace(SETTINGS, **{parameter: value})


def test_missing_gpu_is_refused_with_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(implicit.gpu, "HAS_CUDA", False)
    with pytest.raises(ValueError, match=r"finds no GPU.*install implicit\[gpu\].*set als_device to cpu"):
        replace(SETTINGS, device="gpu")


class HostMatrix:
    """Replaces ``implicit.gpu.Matrix``: NumPy cannot read it before it is copied to the host."""

    def __init__(self, values: np.ndarray) -> None:
        assert values.dtype == np.float32
        self.values = values

    def to_numpy(self) -> np.ndarray:
        return self.values.copy()


class StandIn(implicit.cpu.als.AlternatingLeastSquares):
    """Replaces the library's GPU class, with the same signature and attributes but computed on the CPU."""

    def fit(self, user_items: sparse.csr_matrix, show_progress: bool = True, callback: object = None) -> None:
        on_device = isinstance(self.item_factors, HostMatrix)
        assert on_device == isinstance(self.user_factors, HostMatrix)
        if on_device:
            self.user_factors, self.item_factors = self.user_factors.values, self.item_factors.values

        def moved(*arguments: object) -> None:
            host = self.user_factors, self.item_factors
            self.user_factors, self.item_factors = map(HostMatrix, host)
            callback(*arguments)
            self.user_factors, self.item_factors = host

        super().fit(user_items, show_progress=show_progress, callback=moved)
        self.user_factors, self.item_factors = HostMatrix(self.user_factors), HostMatrix(self.item_factors)


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(implicit.gpu, "HAS_CUDA", True)
    monkeypatch.setattr(implicit.gpu, "Matrix", HostMatrix, raising=False)
    monkeypatch.setattr(implicit.gpu.als, "AlternatingLeastSquares", StandIn)


@pytest.mark.usefixtures("stand_in")
@pytest.mark.parametrize("start", ["svd", "random"])
def test_factors_are_copied_to_the_device_and_back(start: str) -> None:
    """Fails if an array is not moved to the GPU or not read back. The next test measures the quality of a real GPU."""
    weights, settings = weights_of(*SHAPES[0]), replace(SETTINGS, start=start)
    seen: dict[str, list[np.ndarray]] = {"cpu": [], "gpu": []}
    for device, found in seen.items():
        found.append(fit_products(weights, None, 3, replace(settings, device=device), lambda *a, f=found: f.append(a[2].copy())))
    assert all((one == other).all() for one, other in zip(*seen.values(), strict=True))


@pytest.mark.skipif(not implicit.gpu.HAS_CUDA, reason="implicit finds no GPU: no NVIDIA device, or implicit[gpu] isn't installed")
@pytest.mark.parametrize("factors", [64, 50])
def test_lists_on_gpu_agree_with_lists_on_cpu(factors: int) -> None:
    """Sums on a GPU have no fixed order, so results are not byte-identical; at least 95 % of the top 10 must agree."""
    weights = weights_of(3000, 1100)
    settings = replace(SETTINGS, factors=factors, regularization=5.0)
    best = {}
    for device in ("cpu", "gpu"):
        products = fit_products(weights, None, 6, replace(settings, device=device))
        scores = solve_rows(weights, products, 5.0) @ products.T
        best[device] = np.argsort(-scores, axis=1, kind="stable")[:, :10]
    same = [len(np.intersect1d(one, other)) for one, other in zip(best["cpu"], best["gpu"], strict=True)]
    assert np.mean(same) / 10 >= 0.95
