"""The arrays of all sources are merged: exclusions, ranks, normalisations and the order of candidates."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse_recommender.ranking import proposals
from warehouse_recommender.ranking.proposals import Inputs, Proposals

Rows = list[tuple[int, int, list[int], list[float]]]  # customer, position of the source, products, scores


def sources(rows: Rows) -> pa.Table:
    columns = [list(column) for column in zip(*sorted(rows, key=lambda row: row[:2]), strict=True)] or [[], [], [], []]
    types = [pa.int32(), pa.int32(), pa.list_(pa.int32()), pa.list_(pa.float32())]
    return pa.table([pa.array(c, t) for c, t in zip(columns, types, strict=True)], names=list(proposals.SOURCE_COLUMNS))


def products(pairs: list[tuple[int, int]]) -> pa.Table:
    columns = [[pair[place] for pair in sorted(pairs)] for place in (0, 1)]
    return pa.table([pa.array(column, pa.int32()) for column in columns], names=list(proposals.PRODUCT_COLUMNS))


def lists(wanted: list[tuple[int, str]], cutoff: str = "live") -> pa.Table:
    return pa.table(
        {
            "list_index": pa.array(range(len(wanted)), pa.int32()),
            "cutoff_id": [cutoff] * len(wanted),
            "customer_index": pa.array([customer for customer, _ in wanted], pa.int32()),
            "mode": [mode for _, mode in wanted],
        }
    )


def merged(wanted: list[tuple[int, str]], rows: Rows, depth: int = 9, seen: list = [], disliked: list = []) -> Proposals:  # noqa: B006
    return proposals.merged(lists(wanted), sources(rows), products(seen), products(disliked), product_count=10, depth=depth)


def named(found: Proposals) -> list[tuple[int, int, int, int]]:
    """Return list, source, product and rank of each proposal."""
    return list(zip(*(part.tolist() for part in (found.lists, found.sources, found.products, found.ranks)), strict=True))


def test_scores_are_scaled_to_0_and_1_per_list_and_source_within_the_depth() -> None:
    """The fourth product is beyond the depth and does not change the scale. Equal scores are all 1."""
    found = merged([(1, "all"), (2, "all")], [(1, 1, [1, 2, 3, 4], [10, 4, 2, 1]), (1, 2, [1, 2], [5, 5]), (2, 1, [1], [7])], 3)
    assert named(found) == [(0, 0, 1, 1), (0, 0, 2, 2), (0, 0, 3, 3), (0, 1, 1, 1), (0, 1, 2, 2), (1, 0, 1, 1)]
    assert found.levels.tolist() == [1, 0.25, 0, 1, 1, 1]
    np.testing.assert_allclose(found.deviations, [0.42491829279939874] * 3 + [0] * 3)
    np.testing.assert_allclose(found.on_scale("z_score"), [1 / 0.42491829279939874, 0.25 / 0.42491829279939874, 0, 1, 1, 1])
    np.testing.assert_allclose(found.on_scale("reciprocal_rank"), [1, 6 / 7, 6 / 8, 1, 6 / 7, 1])
    np.testing.assert_allclose(found.on_scale("log_rank"), [1, 0.5, 1 - np.log(3) / np.log(4), 1, 0.5, 1])


def test_discovery_excludes_known_products_and_every_mode_excludes_disliked_ones() -> None:
    """Ranks, depth and normalisation are computed after the exclusions. Products that others have or dislike stay."""
    found = merged(
        [(1, "all"), (1, "discovery"), (2, "discovery")],
        [(1, 1, [1, 2, 3, 4], [8, 4, 2, 1]), (2, 1, [1, 2], [8, 4])],
        depth=2,
        seen=[(1, 1), (3, 2)],
        disliked=[(1, 2), (3, 1)],
    )
    assert named(found) == [(0, 0, 1, 1), (0, 0, 3, 2), (1, 0, 3, 1), (1, 0, 4, 2), (2, 0, 1, 1), (2, 0, 2, 2)]
    assert found.levels.tolist() == [1, 0, 1, 0, 1, 0]


def test_candidates_are_numbered_in_the_order_of_the_sources() -> None:
    found = merged([(1, "all"), (2, "all")], [(1, 1, [5, 3], [2, 1]), (1, 2, [4, 3], [2, 1]), (2, 2, [5], [1])])
    assert found.products[found.firsts].tolist() == [5, 3, 4, 5]
    assert found.lists[found.firsts].tolist() == [0, 0, 0, 1]
    assert found.candidates.tolist() == [0, 1, 2, 1, 3]
    (ranks,) = found.side_by_side(2, found.ranks)
    assert ranks.tolist() == [[1, 0], [2, 2], [0, 1], [0, 1]]
    (some,) = found.side_by_side(2, found.ranks, chosen=np.array([2, 1]))
    assert some.tolist() == [[0, 1], [2, 2]]


def test_no_proposals_without_source_rows_or_allowed_products() -> None:
    found = merged([(1, "all")], [])
    assert len(found.products) == len(found.firsts) == 0
    everything_disliked = merged([(1, "all")], [(1, 1, [1], [1])], disliked=[(1, 1)])
    assert len(everything_disliked.products) == 0


@given(st.lists(st.integers(0, 30), max_size=60))
def test_distinct_equals_dictionary_keys(keys: list[int]) -> None:
    numbers, firsts = proposals.distinct(np.array(keys, np.int64), 31)
    order = list(dict.fromkeys(keys))
    assert numbers.tolist() == [order.index(key) for key in keys]
    assert [keys[first] for first in firsts] == order


@pytest.mark.parametrize(("customers", "cells"), [(1, 10), (2, 40), (100, 10**6)])
def test_block_size_does_not_change_proposals(monkeypatch: pytest.MonkeyPatch, customers: int, cells: int) -> None:
    """Customers are read and lists are merged in blocks; a reader gets a cutoff and a range of customers."""
    monkeypatch.setattr(proposals, "CUSTOMERS_AT_A_TIME", customers)
    monkeypatch.setattr(proposals, "TABLE_CELLS", cells)
    rows: Rows = [(customer, place, [place, customer % 7 + 2], [2.0, 1.0]) for customer in range(9) for place in (1, 2)]
    asked = []

    def read(table: pa.Table, cutoff: str, first: int, last: int) -> pa.Table:
        asked.append((cutoff, first, last))
        return table.filter(pa.array([first <= customer <= last for customer in table["customer_index"].to_pylist()]))

    own = [sources(rows), products([(2, 4)]), products([(3, 5)])]
    inputs = Inputs(*(lambda *of, table=table: read(table, *of) for table in own))
    wanted = lists([(customer, mode) for customer in (8, 2, 3, 5) for mode in ("all", "discovery")])
    found = [
        (part["list_index"].to_pylist()[place], source, product, rank)
        for part, merged_part in proposals.in_blocks(lambda *part: part, wanted, inputs, product_count=10, depth=5)
        for place, source, product, rank in named(merged_part)
    ]
    assert len(found) == len(set(found))
    of_list_2 = sorted((source, rank, product) for number, source, product, rank in found if number == 2)
    assert of_list_2 == [(0, 1, 1), (0, 2, 4), (1, 1, 2), (1, 2, 4)]
    assert (3, 0, 4, 2) not in found, "a discovery list holds a product that the customer has"
    assert {cutoff for cutoff, _, _ in asked} == {"live"}


def test_labels_apply_only_to_their_list() -> None:
    labels = pa.table({"list_index": [3, 4], "product_index": [1, 0]})
    assert proposals.labelled(np.array([3, 3, 4]), np.array([0, 1, 1]), labels).tolist() == [False, True, False]
