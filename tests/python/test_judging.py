"""Judging of parameters: known values by hand, and the same numbers that the build's own functions give."""

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
    """Customers 1, 3, 4 are listed and products 0, 2, 5 offered; 4 has no history."""
    past = pairs([(0, 0), (1, 0), (1, 0), (1, 5), (3, 2), (3, 4)])
    past = past.append_column("weight", pa.array([1.0, 1.0, 2.0, 1.0, 4.0, 1.0]))
    past = past.append_column("age_days", pa.array([0.0, 10.0, 20.0, 0.0, 0.0, 0.0]))
    past = past.append_column("step_share", pa.array([1.0, 0.5, 0.5, 1.0, 1.0, 1.0]))
    customers = pa.table({"cutoff_id": ["tune_1"] * 3, "customer_index": [1, 3, 4]})
    products = pa.table({"cutoff_id": ["tune_1"] * 3, "product_index": [0, 2, 5]})
    relevant = pairs([(1, 0), (1, 2), (3, 2), (4, 5)])
    (found,) = judging.moments(past, customers, products, relevant, pairs([(1, 5)]))
    return found


def test_strengths_are_halved_per_half_life(moment: judging.Moment) -> None:
    """Catches ages or shares that are ignored and pairs that aren't summed: (1 / 2 + 2 / 4) / 2 at half-lives of 10 days."""
    matrix = moment.strengths(10.0).toarray()
    assert matrix[1, 0] == 0.5
    assert matrix[3, 2] == 4.0
    assert matrix.sum() == 7.5


def test_ndcg_has_known_values(moment: judging.Moment) -> None:
    """Customer 1 finds 0 at rank 2 of the two wanted, after 5 is withheld at rank 2; customer 3 finds nothing; 4 has no list."""
    lists = (np.array([0, 0, 0, 1]), np.array([1, 2, 0, 0]), np.array([1.0, 3.0, 0.5, 9.0]))
    ideal = 1 + 1 / np.log2(3)
    assert moment.ndcg(lists, "all", 2) == pytest.approx([1.0, 0.0, 0.0])
    assert moment.ndcg((lists[0], lists[1], np.array([0.5, 3.0, 0.1, 9.0])), "all", 1) == pytest.approx([1.0, 0.0, 0.0])
    only_second = (np.array([0, 0]), np.array([2, 1]), np.array([3.0, 1.0]))
    assert moment.ndcg(only_second, "all", 2) == pytest.approx([1 / ideal, 0.0, 0.0])


def test_discovery_neither_lists_nor_wants_what_is_there_already(moment: judging.Moment) -> None:
    """Customer 1 wants only 2 and is shown it first, since 0 is a repeat; customer 3 wanted a repeat only and isn't judged."""
    lists = (np.array([0, 0]), np.array([0, 1]), np.array([2.0, 1.0]))
    assert moment.ndcg(lists, "discovery", 1) == pytest.approx([1.0, 0.0])


def test_popularity_follows_its_half_life(moment: judging.Moment) -> None:
    """With a long half-life product 0 and 2 tie at 4 and the first comes first; with a short one 2 is alone at the top."""
    long = judging.popularity_lists(moment, 3, popularity_half_life_days=1e30)
    short = judging.popularity_lists(moment, 3, popularity_half_life_days=1.0)
    of_long, of_short = (
        dict(zip(products[customers == 2], scores[customers == 2], strict=True)) for customers, products, scores in (long, short)
    )
    assert of_long == {0: 4.0, 1: 4.0, 2: 1.0}
    assert of_short[1] == 4.0
    assert of_short[0] == pytest.approx(1 + 2**-10 + 2 * 2**-20)


def test_a_list_is_deep_enough_for_what_is_withheld(moment: judging.Moment) -> None:
    assert judging.list_depth(moment, 10) == 11
