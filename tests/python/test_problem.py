"""Splitting the warehouse's tables into one problem per cutoff."""

import numpy as np
import pyarrow as pa
import pytest

from tests.python.problems import tables
from warehouse_recommender.candidates.problem import CANDIDATE_SCHEMA, answers, problems


def test_customers_without_history_are_left_to_other_sources() -> None:
    (problem,) = problems(*tables(np.array([[0, 1], [0, 0], [2, 0]])))
    assert problem.customer_index.tolist() == [0, 2]
    assert problem.histories.toarray().tolist() == [[0, 1], [2, 0]]


def test_products_that_are_gone_still_tell_taste_but_are_not_offered() -> None:
    (problem,) = problems(*tables(np.array([[0, 1, 3]]), offered=[2, 0]))
    assert problem.strengths.toarray().tolist() == [[0, 1, 3]]
    assert problem.seen.toarray().tolist() == [[3, 0]]


def test_products_and_customers_nobody_has_seen_fit_into_the_matrix() -> None:
    strengths, _, _ = tables(np.array([[1.0]]))
    _, customers, products = tables(np.zeros((3, 4)))
    (problem,) = problems(strengths, customers, products)
    assert problem.strengths.shape == (3, 4)
    assert problem.customer_index.tolist() == [0]


def test_each_cutoff_is_a_problem_of_its_own() -> None:
    early, late = tables(np.eye(2)), tables(np.ones((2, 2)))
    late = tuple(t.set_column(0, "cutoff_id", pa.array(["d"] * len(t))) for t in late)
    found = {
        p.cutoff_id: p.strengths.sum() for p in problems(*(pa.concat_tables(pair) for pair in zip(early, late, strict=True)))
    }
    assert found == {"c": 2, "d": 4}


@pytest.mark.parametrize("case", [tables(np.zeros((2, 2))), tables(np.eye(2), offered=[]), tables(np.eye(2), listed=[])])
def test_nothing_to_learn_or_to_offer_is_no_problem_and_no_rows(case: tuple) -> None:
    assert list(problems(*case)) == []
    assert answers(iter(())).schema == CANDIDATE_SCHEMA


def test_a_score_that_is_not_finite_never_leaves() -> None:
    (problem,) = problems(*tables(np.eye(2)))
    with pytest.raises(ValueError, match="cutoff c: 1 scores are not finite"):
        problem.answer(np.array([0, 1]), np.array([0, 1]), np.array([1.0, np.nan]))
