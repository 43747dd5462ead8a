"""Evaluation of parameters for tuning equals hand-computed values and the build's own functions."""

import numpy as np
import pyarrow as pa
import pytest

from warehouse_recommender.tuning import judging


def pairs(rows: list[tuple[int, int]]) -> pa.Table:
    customers, products = zip(*rows, strict=True) if rows else ((), ())
    return pa.table(
        {
            "cutoff_id": pa.array(["tune_1"] * len(rows), pa.string()),
            "customer_index": pa.array(customers, pa.int64()),
            "product_index": pa.array(products, pa.int64()),
        }
    )


@pytest.fixture
def moment() -> judging.Moment:
    """Customers 1, 3 and 4 get lists of products 0, 2 and 5. Customer 4 has no history."""
    past = pairs([(0, 0), (1, 0), (1, 0), (1, 5), (3, 2), (3, 4)])
    past = past.append_column("weight", pa.array([1.0, 1.0, 2.0, 1.0, 4.0, 1.0]))
    past = past.append_column("age_days", pa.array([0.0, 10.0, 20.0, 0.0, 0.0, 0.0]))
    past = past.append_column("step_share", pa.array([1.0, 0.5, 0.5, 1.0, 1.0, 1.0]))
    customers = pa.table({"cutoff_id": ["tune_1"] * 3, "customer_index": [1, 3, 4]})
    products = pa.table({"cutoff_id": ["tune_1"] * 3, "product_index": [0, 2, 5]})
    relevant = pairs([(1, 0), (1, 2), (3, 2), (4, 5)])
    (found,) = judging.moments(past, customers, products, relevant, pairs([(1, 5)]))
    return found


def test_strengths_decay_with_the_half_life(moment: judging.Moment) -> None:
    """(1 / 2 + 2 / 4) / 2 at a half-life of 10 days. Fails if ages or shares are ignored or if pairs are not summed."""
    matrix = moment.strengths(10.0).toarray()
    assert matrix[1, 0] == 0.5
    assert matrix[3, 2] == 4.0
    assert matrix.sum() == 7.5


def test_ndcg_of_tuning_lists_equals_hand_computed_values(moment: judging.Moment) -> None:
    """Customer 1 has a label at rank 1 or 2, product 5 is withheld, customer 3 has no hit, and customer 4 has no list."""
    lists = (np.array([0, 0, 0, 1]), np.array([1, 2, 0, 0]), np.array([1.0, 3.0, 0.5, 9.0]))
    ideal = 1 + 1 / np.log2(3)
    assert moment.ndcg(lists, "all", 2) == pytest.approx([1.0, 0.0, 0.0])
    assert moment.ndcg((lists[0], lists[1], np.array([0.5, 3.0, 0.1, 9.0])), "all", 1) == pytest.approx([1.0, 0.0, 0.0])
    only_second = (np.array([0, 0]), np.array([2, 1]), np.array([3.0, 1.0]))
    assert moment.ndcg(only_second, "all", 2) == pytest.approx([1 / ideal, 0.0, 0.0])


def test_discovery_excludes_repeats_from_lists_and_labels(moment: judging.Moment) -> None:
    """Customer 1 has only label 2, which is first because 0 is a repeat. Customer 3 has only a repeat and is not evaluated."""
    lists = (np.array([0, 0]), np.array([0, 1]), np.array([2.0, 1.0]))
    assert moment.ndcg(lists, "discovery", 1) == pytest.approx([1.0, 0.0])


def test_popularity_depends_on_its_half_life(moment: judging.Moment) -> None:
    """With a long half-life, products 0 and 2 tie at 4 and 0 comes first; with a short half-life, 2 is alone at the top."""
    long = judging.popularity_lists(moment, 3, popularity_half_life_days=1e30)
    short = judging.popularity_lists(moment, 3, popularity_half_life_days=1.0)
    of_long, of_short = (
        dict(zip(products[customers == 2], scores[customers == 2], strict=True)) for customers, products, scores in (long, short)
    )
    assert of_long == {0: 4.0, 1: 4.0, 2: 1.0}
    assert of_short[1] == 4.0
    assert of_short[0] == pytest.approx(1 + 2**-10 + 2 * 2**-20)


def test_list_depth_allows_for_withheld_products(moment: judging.Moment) -> None:
    assert judging.list_depth(moment, 10) == 11
