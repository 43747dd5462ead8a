"""The warehouse's tables are split into one candidate problem per cutoff."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.python.problems import tables
from warehouse_recommender.candidates import problem as of_cutoffs
from warehouse_recommender.candidates.problem import CANDIDATE_SCHEMA, answers, best_first, problems


def test_customers_without_history_are_excluded() -> None:
    (problem,) = problems(*tables(np.array([[0, 1], [0, 0], [2, 0]])))
    assert problem.customer_index.tolist() == [0, 2]
    assert problem.histories.toarray().tolist() == [[0, 1], [2, 0]]


def test_products_not_offered_stay_in_the_history() -> None:
    (problem,) = problems(*tables(np.array([[0, 1, 3]]), offered=[2, 0]))
    assert problem.strengths.toarray().tolist() == [[0, 1, 3]]
    assert problem.seen.toarray().tolist() == [[3, 0]]


def test_matrix_includes_products_and_customers_without_strengths() -> None:
    strengths, _, _ = tables(np.array([[1.0]]))
    _, customers, products = tables(np.zeros((3, 4)))
    (problem,) = problems(strengths, customers, products)
    assert problem.strengths.shape == (3, 4)
    assert problem.customer_index.tolist() == [0]


def test_each_cutoff_is_a_separate_problem() -> None:
    early, late = tables(np.eye(2)), tables(np.ones((2, 2)))
    late = tuple(t.set_column(0, "cutoff_id", pa.array(["d"] * len(t))) for t in late)
    found = {
        p.cutoff_id: p.strengths.sum() for p in problems(*(pa.concat_tables(pair) for pair in zip(early, late, strict=True)))
    }
    assert found == {"c": 2, "d": 4}


def test_row_order_does_not_change_the_problem() -> None:
    rng = np.random.default_rng(1)
    strengths, *others = tables(rng.random((30, 20)) * (rng.random((30, 20)) < 0.4))
    (sorted_ones,), (shuffled,) = problems(strengths, *others), problems(strengths.take(rng.permutation(len(strengths))), *others)
    for part in ("data", "indices", "indptr"):
        assert getattr(sorted_ones.strengths, part).tobytes() == getattr(shuffled.strengths, part).tobytes()


@pytest.mark.parametrize("case", [tables(np.zeros((2, 2))), tables(np.eye(2), offered=[]), tables(np.eye(2), listed=[])])
def test_no_strengths_products_or_customers_give_no_problem(case: tuple) -> None:
    assert list(problems(*case)) == []
    assert answers(iter(())).schema == CANDIDATE_SCHEMA


def test_scores_that_are_not_finite_are_refused() -> None:
    (problem,) = problems(*tables(np.eye(2)))
    with pytest.raises(ValueError, match="cutoff c: 1 scores are not finite"):
        problem.answer(np.array([0, 1]), np.array([0, 1]), np.array([1.0, np.nan]))


@given(st.lists(st.lists(st.integers(-2, 2), max_size=6), max_size=8), st.integers(1, 12))
def test_best_first_is_a_stable_sort_within_each_row(table: list[list[int]], cells: int) -> None:
    """Holds for any number of rows sorted at a time, with empty rows anywhere, and equal scores keep their order."""
    scores, sizes = (
        np.array([score for row in table for score in row], np.float32),
        np.array([len(row) for row in table], np.int64),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(of_cutoffs, "SORTED_CELLS", cells)
        found = best_first(scores, sizes)
    np.testing.assert_array_equal(found, np.lexsort((-scores, np.repeat(np.arange(len(sizes)), sizes))))


def test_answer_has_one_row_per_customer_best_first() -> None:
    """Customer 1 has no history, customer 3 has no candidates, and equal scores keep their order."""
    (problem,) = problems(*tables(np.array([[0, 1, 0], [0, 0, 0], [2, 0, 0], [1, 0, 0]])))
    found = problem.answer(np.array([0, 0, 0, 1]), np.array([0, 1, 2, 1]), np.array([0.25, 0.5, 0.5, -1.0]))
    assert found.to_pylist() == [
        {"cutoff_id": "c", "customer_index": 0, "product_indexes": [1, 2, 0], "scores": [0.5, 0.5, 0.25]},
        {"cutoff_id": "c", "customer_index": 2, "product_indexes": [1], "scores": [-1.0]},
    ]
