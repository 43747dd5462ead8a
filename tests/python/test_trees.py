"""The table form of the trees predicts what LightGBM predicts, to the last bit."""

from typing import Any

import numpy as np
import pytest

from warehouse_recommender.ranking import ranker, trees


def booster(data: np.ndarray, leaves: int) -> Any:
    parameters = {"num_leaves": leaves, "min_data_in_leaf": 5, "verbose": -1, "seed": 3, **ranker.ONE_THREAD}
    target = np.nan_to_num(data[:, 0]) + np.isnan(data[:, 1]) - np.nan_to_num(data[:, 2]) ** 2
    return ranker.lightgbm.train(parameters, ranker.lightgbm.Dataset(data, target), 20)


@pytest.mark.parametrize("leaves", [2, 3, 9, 31])
def test_sum_of_trees_equals_the_prediction_of_lightgbm(leaves: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """31 leaves are too many for a table. Column 1 has missing values in training, column 2 only in prediction."""
    monkeypatch.setattr(trees, "BLOCK_ROWS", 300)
    generator = np.random.default_rng(leaves)
    data = generator.integers(-8, 9, (1_000, 4)).astype(np.float32) / 4
    data[generator.random(1_000) < 0.3, 1] = np.nan
    fitted = booster(data, leaves)
    data[::5, 2] = np.nan
    np.testing.assert_array_equal(trees.sum_of_trees(fitted, data), fitted.predict(data))
    splits = [split for tree in fitted.dump_model()["tree_info"] for split in trees.splits_of(tree["tree_structure"])]
    thresholds = np.array(sorted({threshold for _, threshold, *_ in splits if 1e-9 < abs(threshold) < 1e9}), np.float32)
    edges = np.repeat(thresholds[:, None], 4, axis=1)
    np.testing.assert_array_equal(trees.sum_of_trees(fitted, edges), fitted.predict(edges))


def test_model_without_a_split_is_a_constant() -> None:
    data = np.zeros((40, 3), np.float32)
    fitted = booster(data, 4)
    np.testing.assert_array_equal(trees.sum_of_trees(fitted, data), fitted.predict(data))
