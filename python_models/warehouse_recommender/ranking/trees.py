"""Predictions of small boosted trees for blocks of rows: evaluate all splits of a tree, then look up its value in a table."""

from collections.abc import Iterator
from typing import Any

import numpy as np

BLOCK_ROWS = 16_384  # rows whose split outcomes are in memory
MOST_SPLITS = 8  # of a tree that is looked up: one bit of a byte per split


def sum_of_trees(booster: Any, data: np.ndarray, **options: Any) -> np.ndarray:
    """Sum of the values of all trees, identical to ``booster.predict`` to the last bit.

    The outcomes of all splits of a tree for a row form the bits of a number, and a table gives the value of the tree for each
    number. This takes a fraction of the time of following each row from node to node. If a tree has more than ``MOST_SPLITS``
    splits, ``booster.predict`` computes the sum instead.

    Parameters
    ----------
    booster
        ``lightgbm.Booster`` with numeric splits. Only :mod:`warehouse_recommender.ranking.ranker` imports LightGBM.
    data
        float32, shape (rows, columns); NaN for missing values.
    options
        Options of ``booster.predict`` for larger trees.

    Returns
    -------
    numpy.ndarray
        float64, shape (rows,).
    """
    trees = [tree["tree_structure"] for tree in booster.dump_model()["tree_info"]]
    splits = [list(splits_of(tree)) for tree in trees]
    if max(map(len, splits), default=0) > MOST_SPLITS:
        return booster.predict(data, **options)
    tables = [table_of(tree) for tree in trees]
    different = sorted({split for own in splits for split in own})
    place_of = {split: place for place, split in enumerate(different)}
    places = [[place_of[split] for split in own] for own in splits]
    never_missing = sorted({feature for feature, _, missing, _ in different if missing != "NaN"})
    questions = [(feature, bound_of(threshold), default_left) for feature, threshold, _, default_left in different]
    found = np.zeros(len(data))
    for first in range(0, len(data), BLOCK_ROWS):
        rows = slice(first, first + BLOCK_ROWS)
        columns = np.ascontiguousarray(data[rows].T)
        columns[never_missing] = np.nan_to_num(columns[never_missing])
        answers = [goes_left(columns[feature], bound, default_left) for feature, bound, default_left in questions]
        for table, own in zip(tables, places, strict=True):
            code = np.zeros(columns.shape[1], np.uint8)
            for place in own:
                code += code
                code += answers[place]
            found[rows] += table.take(code)
    return found


def splits_of(node: dict[str, Any]) -> Iterator[tuple[int, float, str, bool]]:
    """Column, threshold, kind of missing values, and whether missing values go left, of each split below a node."""
    if "split_feature" in node:
        yield node["split_feature"], node["threshold"], node["missing_type"], node["default_left"]
        yield from splits_of(node["left_child"])
        yield from splits_of(node["right_child"])


def bound_of(threshold: float) -> np.float32:
    """The largest float32 that isn't above ``threshold``."""
    largest = float(np.finfo(np.float32).max)
    bound = np.float32(np.clip(threshold, -largest, largest))
    return np.nextafter(bound, np.float32(-np.inf)) if float(bound) > threshold else bound


def goes_left(values: np.ndarray, bound: np.float32, default_left: bool) -> np.ndarray:
    """Whether each value of a column goes left at a split, uint8; comparisons with missing values are false."""
    return (~(values > bound) if default_left else values <= bound).view(np.uint8)


def table_of(node: dict[str, Any]) -> np.ndarray:
    """Value of a tree for each combination of split outcomes, the first outcome being the highest bit; float64."""
    if "split_feature" not in node:
        return np.array([node["leaf_value"]])
    left, right = table_of(node["left_child"]), table_of(node["right_child"])
    return np.concatenate([np.tile(right, len(left)), np.repeat(left, len(right))])
