"""The pool of each list: the best of what all sources propose, by the weighted blend, in blocks of lists."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse_recommender.candidates.top_k import best_in_rows
from warehouse_recommender.ranking import proposals as of_sources
from warehouse_recommender.ranking.lists import arrays
from warehouse_recommender.ranking.proposals import (
    Inputs,
    Proposals,
    in_blocks,
    labelled,
    places_of,
    ranks_of_groups,
)

LIST_COLUMNS = (*of_sources.LIST_COLUMNS, "normalisation", "weights")
NEW_COLUMNS = ("cutoff_id", "product_index")
CASCADE_COLUMNS = ("source", "retrieval_depth", "cascade_share")
LABEL_COLUMNS = ("list_index", "product_index")
TUNING_COLUMNS = (*of_sources.LIST_COLUMNS, "has_history", "tier", "activity_band", "relevant_count")
POOL_SCHEMA = pa.schema(
    [
        ("list_index", pa.int32()),
        ("product_index", pa.int32()),
        ("pool_rank", pa.int32()),
        ("weighted_score", pa.float64()),
        ("cascade_score", pa.float64()),
        ("source_count", pa.int32()),
        ("source_parts", pa.list_(pa.float32())),
        ("log_ranks", pa.list_(pa.float32())),
        ("z_scores", pa.list_(pa.float32())),
    ]
)
TUNING_SCHEMA = pa.schema(
    [
        ("mode", pa.string()),
        ("has_history", pa.bool_()),
        ("tier", pa.string()),
        ("activity_band", pa.string()),
        ("list_index", pa.int32()),
        ("customer_index", pa.int32()),
        ("relevant_count", pa.int64()),
        ("product_index", pa.int32()),
        ("is_relevant", pa.bool_()),
        ("source_ranks", pa.list_(pa.int16())),
        ("min_max", pa.list_(pa.float32())),
        ("z_score", pa.list_(pa.float32())),
        ("log_rank", pa.list_(pa.float32())),
    ]
)
SOURCE_LIST_SCHEMA = pa.schema([("list_index", pa.int32()), ("source", pa.string()), ("product_indexes", pa.list_(pa.int32()))])
TUNING_DEPTH = 30  # of a source's list, from which mixes are learnt; ten products are judged


@dataclass(frozen=True)
class Cascade:
    """Two stages: the first products of one source are ranked again by what sources say of them.

    Attributes
    ----------
    retrieval
        Position of the source that hands over products; None where it is not in use.
    depth
        Products it hands over.
    shares
        How much each source makes of the score of the second stage, shape (sources,).
    """

    retrieval: int | None
    depth: int
    shares: np.ndarray

    @classmethod
    def of(cls, sources: pa.Table) -> "Cascade":
        """From rows of ``CASCADE_COLUMNS`` in the order of the sources."""
        depths = sources["retrieval_depth"].to_pylist()
        retrieval = next((place for place, depth in enumerate(depths) if depth), None)
        return cls(retrieval, 0 if retrieval is None else depths[retrieval], sources["cascade_share"].to_numpy())


def pool(
    lists: pa.Table,
    inputs: Inputs,
    new_products: pa.Table,
    *,
    sources: Sequence[str],
    product_count: int,
    candidates_per_source: int,
    depth: int,
    new_count: int,
    cascade: Cascade,
) -> Iterator[pa.RecordBatch]:
    """Blend the proposals of the sources and keep the best of each list.

    Parameters
    ----------
    lists
        ``LIST_COLUMNS``: the lists that are wanted, the scale on which their sources are put, and a weight per source.
    inputs
        Where the proposals are read.
    new_products
        ``NEW_COLUMNS``: products that are new at a cutoff.
    sources
        Their names, in the order of the weights.
    product_count, candidates_per_source
        ``product_count`` and ``depth`` of :func:`warehouse_recommender.ranking.proposals.in_blocks`.
    depth
        Products kept per list.
    new_count
        New products kept per list however low they rank, those closest to the customer's taste.
    cascade
        The other way of ordering the same products.

    Yields
    ------
    pyarrow.RecordBatch
        Rows of ``POOL_SCHEMA``. ``source_parts`` add up to ``weighted_score``; equal scores go in the order in which the sources
        name the products.
    """

    def pool_of_block(block: pa.Table, proposals: Proposals) -> pa.RecordBatch:
        is_new = new_at(new_products, block, product_count)
        return pool_of(block, proposals, is_new, sources=sources, depth=depth, new_count=new_count, cascade=cascade)

    yield from in_blocks(pool_of_block, lists, inputs, product_count=product_count, depth=candidates_per_source)


def new_at(new_products: pa.Table, lists: pa.Table, product_count: int) -> np.ndarray:
    """Which products are new at the cutoff of some lists, bool, shape (products,)."""
    own = new_products.filter(pc.equal(new_products["cutoff_id"], lists["cutoff_id"][0]))
    is_new = np.zeros(product_count, bool)
    is_new[own["product_index"].to_numpy()] = True
    return is_new


def pool_of(
    lists: pa.Table,
    proposals: Proposals,
    is_new: np.ndarray,
    *,
    sources: Sequence[str],
    depth: int,
    new_count: int,
    cascade: Cascade,
) -> pa.RecordBatch:
    """The pool of one block of lists of one cutoff; see :func:`pool`."""
    parts, whole_parts = blended_parts(lists, proposals)
    totals = np.bincount(proposals.candidates, parts, minlength=len(proposals.firsts))
    for own in whole_parts.values():
        totals += own
    list_of, product_of = proposals.lists[proposals.firsts], proposals.products[proposals.firsts]
    kept = best_in_rows(list_of, totals, depth, len(lists))
    if new_count:
        kept[new_ones(proposals, totals, is_new, places_of(sources, "content", "survey"), new_count)] = True
    chosen = np.flatnonzero(kept)
    chosen = chosen[np.lexsort((chosen, -totals[chosen], list_of[chosen]))]
    ranks = ranks_of_groups(list_of[chosen])

    values = (proposals.levels, proposals.on_scale("z_score"), parts)
    level, z_score, part = proposals.side_by_side(len(sources), *values, chosen=chosen)
    source_ranks, log_rank = proposals.ranks_side_by_side(len(sources), chosen)
    for source, own in whole_parts.items():
        part[:, source] += own[chosen]
    columns = [
        pa.array(lists["list_index"].to_numpy()[list_of[chosen]], pa.int32()),
        pa.array(product_of[chosen], pa.int32()),
        pa.array(ranks, pa.int32()),
        pa.array(totals[chosen]),
        pa.array(cascade_scores(source_ranks, log_rank, level, ranks, cascade)),
        pa.array(np.bincount(proposals.candidates, minlength=len(totals))[chosen], pa.int32()),
        *(arrays(table) for table in (part, log_rank, z_score)),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=POOL_SCHEMA)


def blended_parts(lists: pa.Table, proposals: Proposals) -> tuple[np.ndarray, dict[int, np.ndarray]]:
    """Weight × score on the scale of the list: of each proposal, shape (proposals,), and of each candidate by its whole rank.

    The second is by position of the source, shape (candidates,) each. On the scale log_rank a source that ranks all products
    counts there alone, on others among the proposals alone.
    """
    weights = lists["weights"].combine_chunks().flatten().to_numpy().reshape(len(lists), -1)
    starts, sizes = proposals.groups
    scales = lists["normalisation"].to_numpy()
    own_weights = weights[proposals.lists[starts], proposals.sources[starts]]
    is_whole = np.isin(proposals.sources[starts], list(proposals.whole)) & (scales == "log_rank")[proposals.lists[starts]]
    parts = np.repeat(np.where(is_whole, 0, own_weights), sizes)
    for scale in sorted(set(scales)):
        of_scale = np.repeat((scales == scale)[proposals.lists[starts]], sizes)
        values = proposals.on_scale(scale)
        if of_scale.all():
            parts *= values
        else:
            parts[of_scale] *= values[of_scale]
    list_of = proposals.lists[proposals.firsts]
    whole_weights = np.where((scales == "log_rank")[:, None], weights, 0)
    return parts, {source: whole_weights[list_of, source] * own for source, (_, own) in proposals.whole.items()}


def new_ones(proposals: Proposals, totals: np.ndarray, is_new: np.ndarray, tastes: Sequence[int], count: int) -> np.ndarray:
    """Candidates that are new products, the ``count`` per list that are closest to taste, then by the blend.

    ``tastes`` are the sources that know taste, by position; what none of them proposes comes last.
    """
    new = np.flatnonzero(is_new[proposals.products[proposals.firsts]])
    closeness = np.full(len(proposals.firsts), -1.0)
    told = np.isin(proposals.sources, tastes)
    np.maximum.at(closeness, proposals.candidates[told], proposals.levels[told])
    lists = proposals.lists[proposals.firsts][new]
    order = np.lexsort((new, -totals[new], -closeness[new], lists))
    ranks = ranks_of_groups(lists[order])
    return new[order[ranks <= count]]


def cascade_scores(
    source_ranks: np.ndarray, log_rank: np.ndarray, level: np.ndarray, ranks: np.ndarray, cascade: Cascade
) -> np.ndarray:
    """Scores of the cascade: above 3 for what is ranked again, above 2 for the rest the retrieving source knows, else 1 / rank.

    Parameters
    ----------
    source_ranks, log_rank, level
        Of each candidate by each source, shape (candidates, sources), 0 where the source doesn't know it. The retrieving source
        counts by its log ranks, others by their scores.
    ranks
        Place of the candidate in the pool.
    cascade
        As in :func:`pool`.
    """
    if cascade.retrieval is None:
        return 1.0 / ranks
    own = log_rank[:, cascade.retrieval].astype(np.float64)
    parts = level * cascade.shares
    parts[:, cascade.retrieval] = own * cascade.shares[cascade.retrieval]
    is_again = (own > 0) & (source_ranks[:, cascade.retrieval] <= cascade.depth)
    return np.where(is_again, 3 + parts.sum(axis=1), np.where(own > 0, 2 + own, 1.0 / ranks))


def tuning_pool(
    lists: pa.Table, inputs: Inputs, labels: pa.Table, *, source_count: int, product_count: int, candidates_per_source: int
) -> Iterator[pa.RecordBatch]:
    """Candidates of some lists with their label and what each source says of them: what the blend is learnt from.

    Those are what is relevant, and what some source ranks among its first ``TUNING_DEPTH``: no mix puts others near the top.

    Parameters
    ----------
    lists
        ``TUNING_COLUMNS``.
    inputs, product_count, candidates_per_source
        As in :func:`pool`.
    labels
        ``LABEL_COLUMNS``: what is relevant.
    source_count
        Sources in use.

    Yields
    ------
    pyarrow.RecordBatch
        Rows of ``TUNING_SCHEMA``, by list.
    """

    def candidates_of(block: pa.Table, proposals: Proposals) -> pa.RecordBatch:
        products, list_of = proposals.products[proposals.firsts], proposals.lists[proposals.firsts]
        is_relevant = labelled(block["list_index"].to_numpy()[list_of], products, labels)
        is_near_top = np.zeros(len(products), bool)
        is_near_top[proposals.candidates[proposals.ranks <= TUNING_DEPTH]] = True
        chosen = np.flatnonzero(is_relevant | is_near_top)
        known = block.take(pa.array(list_of[chosen])).combine_chunks()
        columns = {name: known[name].combine_chunks() for name in TUNING_SCHEMA.names if name in block.column_names}
        columns["product_index"] = pa.array(products[chosen], pa.int32())
        columns["is_relevant"] = pa.array(is_relevant[chosen])
        values = (proposals.ranks, proposals.levels, proposals.on_scale("z_score"))
        tables = [
            *proposals.side_by_side(source_count, *values, chosen=chosen),
            proposals.ranks_side_by_side(source_count, chosen)[1],
        ]
        columns |= {name: arrays(table) for name, table in zip(TUNING_SCHEMA.names[-4:], tables, strict=True)}
        return pa.RecordBatch.from_arrays([columns[field.name].cast(field.type) for field in TUNING_SCHEMA], schema=TUNING_SCHEMA)

    yield from in_blocks(candidates_of, lists, inputs, product_count=product_count, depth=candidates_per_source)


def source_lists(
    lists: pa.Table, inputs: Inputs, *, sources: Sequence[str], product_count: int, candidates_per_source: int
) -> Iterator[pa.RecordBatch]:
    """What each source alone would list.

    Parameters
    ----------
    lists
        ``LIST_COLUMNS`` of :mod:`warehouse_recommender.ranking.proposals`.
    inputs, sources, product_count, candidates_per_source
        As in :func:`pool`.

    Yields
    ------
    pyarrow.RecordBatch
        Rows of ``SOURCE_LIST_SCHEMA``: one per list and source that proposes something, best first.
    """
    names = np.array(sources, object)

    def lists_of(block: pa.Table, proposals: Proposals) -> pa.RecordBatch:
        starts, _ = proposals.groups
        offsets = pa.array(np.append(starts, len(proposals.ranks)), pa.int32())
        columns = [
            pa.array(block["list_index"].to_numpy()[proposals.lists[starts]], pa.int32()),
            pa.array(names[proposals.sources[starts]], pa.string()),
            pa.ListArray.from_arrays(offsets, pa.array(proposals.products, pa.int32())),
        ]
        return pa.RecordBatch.from_arrays(columns, schema=SOURCE_LIST_SCHEMA)

    yield from in_blocks(lists_of, lists, inputs, product_count=product_count, depth=candidates_per_source)
