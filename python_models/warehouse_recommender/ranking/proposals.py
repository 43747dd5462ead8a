"""Proposals of all sources for a block of lists: merge the arrays of the sources, rank them, and normalise their scores."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse_recommender.ahead import results_ahead
from warehouse_recommender.ranking import whole_ranks
from warehouse_recommender.ranking.lists import ranges

LIST_COLUMNS = ("list_index", "cutoff_id", "customer_index", "mode")
SOURCE_COLUMNS = ("customer_index", "place", "product_indexes", "scores")
PRODUCT_COLUMNS = ("customer_index", "product_index")
NORMALISATIONS = ("min_max", "z_score", "reciprocal_rank", "log_rank")
ADDED_RANKS = 5  # added to numerator and denominator of reciprocal ranks; a higher value reduces the lead of the first ranks
CUSTOMERS_AT_A_TIME = 4_000  # customers whose proposals are read at a time
TABLE_CELLS = 4_000_000  # lists × products processed at a time; more would exceed the caches
Read = Callable[[str, int, int], pa.Table]
Result, Rows = TypeVar("Result"), TypeVar("Rows")
ReadVectors = Callable[[str], Sequence[whole_ranks.Vectors]]
Part = tuple[pa.Table, pa.Table, pa.Table, pa.Table, Sequence[whole_ranks.Vectors]]


@dataclass(frozen=True)
class Inputs:
    """Readers of the inputs: functions of a cutoff and its first and last customer that read the rows of these customers.

    Attributes
    ----------
    sources
        ``SOURCE_COLUMNS``: the candidates of each source, best first; ``place`` numbers the sources from 1.
    seen
        ``PRODUCT_COLUMNS``: products of each customer's history, which lists of mode discovery omit.
    disliked
        ``PRODUCT_COLUMNS``: products that all lists of the customer omit.
    whole
        Function that reads the vectors of a cutoff with which sources rank all products.
    """

    sources: Read
    seen: Read
    disliked: Read
    whole: ReadVectors = lambda _: ()


def rows_of(rows: Callable[..., Rows], candidate_lists: Any, strengths: Any, signals: Any) -> list[Rows]:
    """Rows of the relations that the first three readers of :class:`Inputs` read, in their order.

    ``rows`` is a function of a relation, its columns, their order, and a condition.
    """
    keys = ("cutoff_id", "customer_index", "product_index")
    return [
        rows(candidate_lists, SOURCE_COLUMNS, (*keys[:2], "place")),
        rows(strengths, PRODUCT_COLUMNS, keys),
        rows(signals, PRODUCT_COLUMNS, keys, where="is_disliked"),
    ]


@dataclass(frozen=True)
class Proposals:
    """Proposals of all sources for some lists, sorted by list, source and rank.

    A candidate is a product that at least one source proposes for a list. Candidates are numbered by list, in the order in which
    the sources first propose them.

    Attributes
    ----------
    lists, sources, products
        Position of the list and of the source, from 0, and ``product_index``, shape (proposals,).
    ranks
        Rank among the proposals of the source for the list, 1 = best, shape (proposals,).
    levels
        Score scaled from 0 for the last proposal of the source for the list to 1 for its first, shape (proposals,).
    deviations
        Standard deviation of the levels of the source for the list, shape (proposals,).
    candidates
        Number of the candidate, shape (proposals,).
    firsts
        First proposal of each candidate, shape (candidates,).
    depth
        Maximum number of proposals of a source for a list.
    whole
        By position of the source: the rank of each candidate among all products, 0 if the source doesn't know it, and its
        :func:`warehouse_recommender.ranking.whole_ranks.log_ranks_among_all`, shape (candidates,) each.
    """

    lists: np.ndarray
    sources: np.ndarray
    products: np.ndarray
    ranks: np.ndarray
    levels: np.ndarray
    deviations: np.ndarray
    candidates: np.ndarray
    firsts: np.ndarray
    depth: int
    whole: dict[int, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)

    @property
    def groups(self) -> tuple[np.ndarray, np.ndarray]:
        """Position of the first proposal, and number of proposals, of each source for each list."""
        starts = np.flatnonzero(self.ranks == 1)
        return starts, np.diff(np.append(starts, len(self.ranks)))

    def on_scale(self, normalisation: str) -> np.ndarray:
        """Scores under one of ``NORMALISATIONS``, shape (proposals,).

        All normalisations give the source's first candidate 1, except z_score, which gives more. min_max keeps the gaps between
        products. z_score measures them in standard deviations from the last candidate. Both rank normalisations ignore the gaps.
        """
        if normalisation == "min_max":
            return self.levels
        if normalisation == "z_score":
            return np.divide(self.levels, self.deviations, out=np.ones_like(self.levels), where=self.deviations > 0)
        if normalisation == "reciprocal_rank":
            return reciprocal_ranks(self.depth)[self.ranks]
        return log_ranks(self.depth)[self.ranks]

    def side_by_side(self, source_count: int, *values: np.ndarray, chosen: np.ndarray | None = None) -> Iterator[np.ndarray]:
        """Yield values of proposals as tables of candidates × sources, float32, 0 if a source didn't propose the candidate.

        ``chosen`` contains the numbers of the candidates to return, in output order; None returns all candidates.
        """
        count = len(self.firsts) if chosen is None else len(chosen)
        rows = self.candidates
        if chosen is not None:
            places = np.full(len(self.firsts), -1, np.int32)
            places[chosen] = np.arange(count, dtype=np.int32)
            rows = places[rows]
        kept = np.flatnonzero(rows >= 0)
        cells = rows[kept].astype(np.int64) * source_count + self.sources[kept]
        for value in values:
            table = np.zeros(count * source_count, np.float32)
            table[cells] = value[kept]
            yield table.reshape(count, source_count)

    def ranks_side_by_side(self, source_count: int, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Ranks and log ranks of the chosen candidates by each source; among all products if the source ranks all of them.

        Returns
        -------
        ranks, log_ranks
            float32, shape (candidates, sources); 0 if a source neither proposes nor knows the candidate.
        """
        values = (self.ranks, self.on_scale("log_rank"))
        ranks, logs = self.side_by_side(source_count, *values, chosen=chosen)
        for source, (own_ranks, own_logs) in self.whole.items():
            ranks[:, source], logs[:, source] = own_ranks[chosen], own_logs[chosen]
        return ranks, logs


def log_ranks(depth: int) -> np.ndarray:
    """``1 - ln(rank) / ln(depth + 1)`` for the ranks 1 to ``depth``, indexed by rank; 0 at index 0."""
    return np.concatenate([[0.0], 1 - np.log(np.arange(1, depth + 1)) / np.log(depth + 1)])


def reciprocal_ranks(depth: int) -> np.ndarray:
    """``(1 + ADDED_RANKS) / (rank + ADDED_RANKS)`` for the ranks 1 to ``depth``, indexed by rank; 0 at index 0."""
    return np.concatenate([[0.0], (1.0 + ADDED_RANKS) / (np.arange(1, depth + 1) + ADDED_RANKS)])


def in_blocks(
    work: Callable[[pa.Table, Proposals], Result], lists: pa.Table, inputs: Inputs, *, product_count: int, depth: int
) -> Iterator[Result]:
    """Merge the proposals of the sources and process them block by block, so that memory doesn't grow with the number of lists.

    Parameters
    ----------
    work
        Function of a block of ``lists``, by customer and mode, and of its proposals, in which lists are positions in the block.
        It runs in a separate thread.
    lists
        ``LIST_COLUMNS``, optionally with other columns: the lists to process.
    inputs
        Readers of the inputs.
    product_count
        Number of products; every ``product_index`` is below it.
    depth
        Maximum number of proposals per source and list, after products that the list must omit have been removed.

    Yields
    ------
    Result
        The return value of ``work``, in the order of the blocks.
    """

    def merge_and_work(part: Part) -> Result:
        return work(part[0], merged(*part, product_count=product_count, depth=depth))

    yield from results_ahead(merge_and_work, parts(lists, inputs, product_count))


def parts(lists: pa.Table, inputs: Inputs, product_count: int) -> Iterator[Part]:
    """Yield blocks of lists with the inputs of their customers: the first five parameters of :func:`merged`."""
    lists = lists.sort_by([(name, "ascending") for name in ("cutoff_id", "customer_index", "mode")])
    for cutoff_id in pc.unique(lists["cutoff_id"]).to_pylist():
        of_cutoff = lists.filter(pc.equal(lists["cutoff_id"], cutoff_id))
        customers = of_cutoff["customer_index"].to_numpy()
        listed, whole = np.unique(customers), inputs.whole(cutoff_id)
        for some in np.array_split(listed, -(-len(listed) // CUSTOMERS_AT_A_TIME)):
            first, last = int(some[0]), int(some[-1])
            begin, end = np.searchsorted(customers, [first, last + 1])
            sources, disliked = inputs.sources(cutoff_id, first, last), inputs.disliked(cutoff_id, first, last)
            is_discovery = pc.any(pc.equal(of_cutoff.slice(begin, end - begin)["mode"], "discovery")).as_py()
            seen = inputs.seen(cutoff_id, first, last) if is_discovery else disliked.slice(0, 0)
            size = max(1, TABLE_CELLS // max(1, product_count))
            for start in range(begin, end, size):
                yield of_cutoff.slice(start, min(size, end - start)), sources, seen, disliked, whole


def merged(
    lists: pa.Table,
    sources: pa.Table,
    seen: pa.Table,
    disliked: pa.Table,
    whole: Sequence[whole_ranks.Vectors] = (),
    *,
    product_count: int,
    depth: int,
) -> Proposals:
    """Merge the candidates of the sources for some lists of one cutoff.

    Parameters
    ----------
    lists
        ``LIST_COLUMNS``.
    sources
        ``SOURCE_COLUMNS``, by customer and place.
    seen, disliked
        ``PRODUCT_COLUMNS``, by customer.
    whole
        Vectors of the sources that rank all products.
    product_count, depth
        As in :func:`in_blocks`.
    """
    customers = lists["customer_index"].to_numpy()
    is_discovery = pc.equal(lists["mode"], "discovery").to_numpy()
    is_withheld = np.zeros(len(lists) * product_count, bool)
    withheld_counts = np.zeros(len(lists), np.int64)
    for table, wanted in ((seen, np.flatnonzero(is_discovery)), (disliked, np.arange(len(lists)))):
        where, rows = of_customers(table["customer_index"].to_numpy(), customers[wanted])
        is_withheld[wanted[where] * np.int64(product_count) + table["product_index"].to_numpy()[rows]] = True
        withheld_counts += np.bincount(wanted[where], minlength=len(lists))

    of_lists, rows = of_customers(sources["customer_index"].to_numpy(), customers)
    products, scores, starts, sizes = arrays_of(sources)
    sizes = np.minimum(sizes[rows], depth + withheld_counts[of_lists])  # the first `depth` remaining proposals are among these
    places = ranges(starts[rows], sizes)
    keys = np.repeat(of_lists * np.int64(product_count), sizes) + products[places]
    if withheld_counts.any():
        groups = np.repeat(np.arange(len(rows)), sizes)
        kept = np.flatnonzero(~is_withheld[keys])
        kept = kept[ranks_of_groups(groups[kept]) <= depth]
        places, keys, sizes = places[kept], keys[kept], np.bincount(groups[kept], minlength=len(rows))
    ranks = ranges(np.ones(len(rows), np.int64), sizes)
    list_of = np.repeat(of_lists.astype(np.int32), sizes)
    source_of = np.repeat((sources["place"].to_numpy()[rows] - 1).astype(np.int16), sizes)
    products = products[places]

    levels, deviations = levelled(scores[places].astype(np.float64), np.flatnonzero(ranks == 1))
    candidates, firsts = distinct(keys, len(lists) * product_count)
    ranked, of_candidates = {}, (list_of[firsts], products[firsts])
    for own in whole:
        own_ranks, counts = whole_ranks.ranks_among_all(own, customers, is_withheld.reshape(len(lists), -1), *of_candidates)
        # Ranks of proposals are known. All other products rank behind them.
        is_own = source_of == own.place
        proposed_counts = np.bincount(list_of[is_own], minlength=len(lists))
        own_ranks = np.where(own_ranks > 0, np.maximum(own_ranks, 1 + proposed_counts[of_candidates[0]]), 0)
        own_ranks[candidates[is_own]] = ranks[is_own]
        ranked[own.place] = own_ranks, whole_ranks.log_ranks_among_all(own_ranks, counts, of_candidates[0])
    return Proposals(list_of, source_of, products, ranks, levels, deviations, candidates, firsts, depth, ranked)


def arrays_of(sources: pa.Table) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return products and scores of all rows, concatenated, and the start and length of each row."""
    products, scores = (sources[name].combine_chunks() for name in ("product_indexes", "scores"))
    sizes = products.value_lengths().to_numpy(zero_copy_only=False)
    return products.flatten().to_numpy(), scores.flatten().to_numpy(), np.cumsum(sizes) - sizes, sizes


def of_customers(known: np.ndarray, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Find the rows of given customers in a table sorted by customer; return the position of the customer, and the row."""
    starts, ends = np.searchsorted(known, wanted), np.searchsorted(known, wanted, side="right")
    return np.repeat(np.arange(len(wanted)), ends - starts), ranges(starts, ends - starts)


def ranks_of_groups(groups: np.ndarray) -> np.ndarray:
    """Rank of each row, from 1, within its run of rows with the same group."""
    starts = np.flatnonzero(np.append(True, groups[1:] != groups[:-1])) if len(groups) else np.empty(0, np.int64)
    sizes = np.diff(np.append(starts, len(groups)))
    return np.arange(1, len(groups) + 1) - np.repeat(starts, sizes)


def levelled(scores: np.ndarray, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scale scores, best first, to 0..1 within their group, equal scores to 1; also return the group's standard deviation."""
    if not len(scores):
        return scores, scores
    sizes = np.diff(np.append(starts, len(scores)))
    lowest, highest = scores[starts + sizes - 1], scores[starts]
    spans = np.repeat(highest - lowest, sizes)
    levels = np.divide(scores - np.repeat(lowest, sizes), spans, out=np.ones_like(scores), where=spans > 0)
    means, squares = (np.add.reduceat(values, starts) / sizes for values in (levels, levels * levels))
    return levels, np.repeat(np.sqrt(np.maximum(squares - means * means, 0)), sizes)


def distinct(keys: np.ndarray, key_count: int) -> tuple[np.ndarray, np.ndarray]:
    """Number the distinct keys in the order of their first occurrence.

    Each key looks up its first occurrence in a table, which costs less than sorting.

    Returns
    -------
    numbers
        Number of each key, shape (keys,).
    firsts
        Position of the first occurrence of each number, shape (numbers,).
    """
    places = np.arange(len(keys), dtype=np.int32)
    table = np.empty(key_count, np.int32)
    table[keys[::-1]] = places[::-1]  # the last write for a key remains, which is its first occurrence
    own = table[keys]
    is_first = own == places
    return (np.cumsum(is_first, dtype=np.int32) - 1)[own], np.flatnonzero(is_first)


def labelled(lists: np.ndarray, products: np.ndarray, labels: pa.Table) -> np.ndarray:
    """Return whether each pair of ``list_index`` and ``product_index`` occurs in ``labels``."""
    known = labels["list_index"].to_numpy().astype(np.int64), labels["product_index"].to_numpy()
    width = 1 + max(products.max(initial=0), known[1].max(initial=0))
    return np.isin(lists.astype(np.int64) * width + products, known[0] * width + known[1])


def places_of(sources: Sequence[str], *names: str) -> list[int]:
    """Positions of the named sources, if they are in use."""
    return [sources.index(name) for name in names if name in sources]
