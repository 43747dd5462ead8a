"""Lists of labelled candidates, and the quality of an order of the candidates."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from warehouse_recommender.metrics import ndcg

RANKING_K = 10  # products; depth of the nDCG that chooses weights, methods and tuned parameters


@dataclass(frozen=True)
class Lists:
    """Candidates grouped by list.

    Attributes
    ----------
    sizes
        Number of candidates of each list, at least 1, shape (lists,).
    is_relevant
        Whether each candidate is relevant, in the order of the lists, shape (candidates,).
    relevant_counts
        Number of relevant products of each list, proposed or not, at least 1, shape (lists,).
    weights
        Training weight of each candidate, above 0, shape (candidates,); None if all weights are equal. Quality measures ignore
        the weights.
    """

    sizes: np.ndarray
    is_relevant: np.ndarray
    relevant_counts: np.ndarray
    weights: np.ndarray | None = None

    @classmethod
    def of(cls, pool: pa.Table) -> "Lists":
        """Lists of a table with ``list_index`` (ascending), ``is_relevant``, ``relevant_count``, optionally ``training_weight``.

        The table has one row per candidate.
        """
        _, starts, sizes = np.unique(pool["list_index"].to_numpy(), return_index=True, return_counts=True)
        weights = pool["training_weight"].to_numpy() if "training_weight" in pool.column_names else None
        return cls(sizes, pool["is_relevant"].to_numpy(), pool["relevant_count"].to_numpy()[starts], weights)

    def __len__(self) -> int:
        return len(self.sizes)

    @cached_property
    def starts(self) -> np.ndarray:
        """Position of the first candidate of each list, shape (lists,)."""
        return np.cumsum(self.sizes) - self.sizes

    def take(self, lists: np.ndarray) -> tuple["Lists", np.ndarray]:
        """Select lists by position, and return the positions of their candidates."""
        rows = ranges(self.starts[lists], self.sizes[lists])
        weights = None if self.weights is None else self.weights[rows]
        return Lists(self.sizes[lists], self.is_relevant[rows], self.relevant_counts[lists], weights), rows

    @cached_property
    def numbers(self) -> np.ndarray:
        """Position of the list of each candidate, shape (candidates,)."""
        return np.repeat(np.arange(len(self)), self.sizes)

    def at(self, candidates: np.ndarray) -> "Lists":
        """Lists of some candidates, given by position, ascending; lists without any of them are dropped."""
        numbers, sizes = np.unique(self.numbers[candidates], return_counts=True)
        weights = None if self.weights is None else self.weights[candidates]
        return Lists(sizes, self.is_relevant[candidates], self.relevant_counts[numbers], weights)

    @cached_property
    def _relevant(self) -> tuple[np.ndarray, np.ndarray]:
        """Relevant candidates and their lists."""
        relevant = np.flatnonzero(self.is_relevant)
        return relevant, self.numbers[relevant]

    @cached_property
    def _places(self) -> np.ndarray:
        """Cell of each candidate in a table of lists × longest list, counted row by row."""
        width = self.sizes.max(initial=0)
        return ranges(np.arange(len(self)) * width, self.sizes)

    def _best(self, scores: np.ndarray, k: int) -> np.ndarray:
        """The k + 1 highest scores of each list, padded with minus infinity, shape (lists, k + 1)."""
        width = self.sizes.max(initial=0)
        table = np.full((len(self), width), -np.inf, scores.dtype)
        table.ravel()[self._places] = scores
        if width <= k:
            return table
        return np.partition(table, width - k - 1, axis=1)[:, width - k - 1 :]

    def ndcg(self, scores: np.ndarray, k: int) -> np.ndarray:
        """Binary nDCG@k of each list with its candidates ordered by falling score.

        Only the ranks of relevant candidates at the top matter, so they are counted instead of sorting the lists. A rank, from 0,
        is the number of candidates with a higher score, or with an equal score and an earlier position.

        Parameters
        ----------
        scores
            Shape (candidates,).
        k
            Depth, in products; the gain at rank r, from 0, is ``1 / log2(r + 2)``; the ideal list has ``min(k, relevant)`` hits.

        Returns
        -------
        numpy.ndarray
            Shape (lists,), 0 to 1.
        """
        relevant, lists = self._relevant
        best, own = self._best(scores, k)[lists], scores[relevant][:, None]
        ranks = np.count_nonzero(best > own, axis=1)
        tied = np.flatnonzero((ranks < k) & (np.count_nonzero(best == own, axis=1) > 1))
        for place in tied:
            first = self.starts[lists[place]]
            ranks[place] += np.count_nonzero(scores[first : relevant[place]] == scores[relevant[place]])
        return ndcg(lists, ranks, self.relevant_counts, k)


def ranges(starts: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Consecutive integers from each start, as many as the size of the range, concatenated."""
    return np.arange(sizes.sum()) + np.repeat(starts - (np.cumsum(sizes) - sizes), sizes)


def matrix_of(table: pa.Table, columns: Iterable[str]) -> np.ndarray:
    """Columns of numbers, or of arrays of equal length, side by side: float32, shape (rows, numbers); NULL becomes NaN."""
    blocks = []
    for name in columns:
        column = table[name].combine_chunks()
        if pa.types.is_list(column.type) or pa.types.is_fixed_size_list(column.type):
            blocks.append(numbers(column.flatten()).reshape(len(table), -1))
        else:
            blocks.append(numbers(column)[:, None])
    return np.hstack(blocks) if blocks else np.empty((len(table), 0), np.float32)


def numbers(column: pa.Array) -> np.ndarray:
    """A column as float32, NULL as NaN."""
    return column.cast(pa.float32()).to_numpy(zero_copy_only=False)


def arrays(table: np.ndarray) -> pa.ListArray:
    """Convert a table of numbers to arrays of equal length, one per row."""
    offsets = pa.array(np.arange(len(table) + 1, dtype=np.int32) * table.shape[1])
    return pa.ListArray.from_arrays(offsets, pa.array(table.ravel()))
