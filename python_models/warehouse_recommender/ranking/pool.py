"""The pool of each list: the best candidates of all sources by the weighted blend, computed in blocks of lists."""

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
TUNING_DEPTH = 30  # products per source and list from which blend weights are learned; nDCG is measured on the first ten


@dataclass(frozen=True)
class Cascade:
    """Ranking in two stages: one source retrieves products, and a weighted sum of the scores of all sources re-ranks them.

    Attributes
    ----------
    retrieval
        Position of the source that retrieves products, from 0; None if that source is not in use.
    depth
        Number of products that it retrieves.
    shares
        Weight of each source in the score of the second stage, shape (sources,).
    """

    retrieval: int | None
    depth: int
    shares: np.ndarray

    @classmethod
    def of(cls, sources: pa.Table) -> "Cascade":
        """Create a cascade from rows of ``CASCADE_COLUMNS`` in the order of the sources."""
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
    """Blend the proposals of the sources and keep the best candidates of each list.

    Parameters
    ----------
    lists
        ``LIST_COLUMNS``: the lists to fill, with the normalisation of the scores and one weight per source.
    inputs
        Readers of the proposals.
    new_products
        ``NEW_COLUMNS``: products that are new at a cutoff.
    sources
        Names of the sources, in the order of the weights.
    product_count, candidates_per_source
        ``product_count`` and ``depth`` of :func:`warehouse_recommender.ranking.proposals.in_blocks`.
    depth
        Number of products kept per list.
    new_count
        Number of new products kept per list, whatever their rank: those closest to the customer's taste.
    cascade
        Alternative ranking of the same products.

    Yields
    ------
    pyarrow.RecordBatch
        Rows of ``POOL_SCHEMA``. ``source_parts`` add up to ``weighted_score``. Products with equal scores keep the order in which
        the sources propose them.
    """

    def pool_of_block(block: pa.Table, proposals: Proposals) -> pa.RecordBatch:
        is_new = is_new_at(new_products, block, product_count)
        return pool_of_lists(block, proposals, is_new, sources=sources, depth=depth, new_count=new_count, cascade=cascade)

    yield from in_blocks(pool_of_block, lists, inputs, product_count=product_count, depth=candidates_per_source)


def is_new_at(new_products: pa.Table, lists: pa.Table, product_count: int) -> np.ndarray:
    """Return whether each product is new at the cutoff of the lists: bool, shape (products,)."""
    own = new_products.filter(pc.equal(new_products["cutoff_id"], lists["cutoff_id"][0]))
    is_new = np.zeros(product_count, bool)
    is_new[own["product_index"].to_numpy()] = True
    return is_new


def pool_of_lists(
    lists: pa.Table,
    proposals: Proposals,
    is_new: np.ndarray,
    *,
    sources: Sequence[str],
    depth: int,
    new_count: int,
    cascade: Cascade,
) -> pa.RecordBatch:
    """Compute the pool of one block of lists of one cutoff; see :func:`pool`."""
    parts, whole_parts = blended_parts(lists, proposals)
    totals = np.bincount(proposals.candidates, parts, minlength=len(proposals.firsts))
    for own in whole_parts.values():
        totals += own
    list_of, product_of = proposals.lists[proposals.firsts], proposals.products[proposals.firsts]
    kept = best_in_rows(list_of, totals, depth, len(lists))
    if new_count:
        kept[nearest_new_products(proposals, totals, is_new, places_of(sources, "content", "survey"), new_count)] = True
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
    """Compute weight × score under the normalisation of the list, which each source adds to the blend.

    A source that ranks all products contributes by that rank to lists with the normalisation log_rank, also to candidates that
    it doesn't propose. In all other cases a source contributes by the scores of its proposals.

    Returns
    -------
    parts
        Contribution of each proposal, shape (proposals,).
    whole_parts
        Contributions by rank among all products, by position of the source, shape (candidates,) each.
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


def nearest_new_products(
    proposals: Proposals, totals: np.ndarray, is_new: np.ndarray, tastes: Sequence[int], count: int
) -> np.ndarray:
    """Find the ``count`` new products per list that are closest to the customer's taste, ties by the blend.

    ``tastes`` are the positions of the sources that measure closeness to taste. New products that none of them proposes come
    last. The result contains numbers of candidates.
    """
    new = np.flatnonzero(is_new[proposals.products[proposals.firsts]])
    closeness = np.full(len(proposals.firsts), -1.0)
    knows_taste = np.isin(proposals.sources, tastes)
    np.maximum.at(closeness, proposals.candidates[knows_taste], proposals.levels[knows_taste])
    lists = proposals.lists[proposals.firsts][new]
    order = np.lexsort((new, -totals[new], -closeness[new], lists))
    ranks = ranks_of_groups(lists[order])
    return new[order[ranks <= count]]


def cascade_scores(
    source_ranks: np.ndarray, log_rank: np.ndarray, level: np.ndarray, ranks: np.ndarray, cascade: Cascade
) -> np.ndarray:
    """Scores of the cascade: above 3 for re-ranked products, above 2 for other products of the retrieving source, else 1 / rank.

    Parameters
    ----------
    source_ranks, log_rank, level
        Rank, log rank and scaled score of each candidate by each source, shape (candidates, sources); 0 if the source neither
        proposes nor knows the candidate. The second stage uses log ranks of the retrieving source and scaled scores of
        the others.
    ranks
        Rank of each candidate in the pool, 1 = best, shape (candidates,).
    cascade
        As in :func:`pool`.
    """
    if cascade.retrieval is None:
        return 1.0 / ranks
    own = log_rank[:, cascade.retrieval].astype(np.float64)
    parts = level * cascade.shares
    parts[:, cascade.retrieval] = own * cascade.shares[cascade.retrieval]
    is_reranked = (own > 0) & (source_ranks[:, cascade.retrieval] <= cascade.depth)
    return np.where(is_reranked, 3 + parts.sum(axis=1), np.where(own > 0, 2 + own, 1.0 / ranks))


def tuning_pool(
    lists: pa.Table, inputs: Inputs, labels: pa.Table, *, source_count: int, product_count: int, candidates_per_source: int
) -> Iterator[pa.RecordBatch]:
    """Candidates of the lists with their labels and the scores of each source: the training data of the blend.

    The candidates are the relevant ones, and those that some source ranks among its first ``TUNING_DEPTH``. No blend puts other
    candidates near the top.

    Parameters
    ----------
    lists
        ``TUNING_COLUMNS``.
    inputs, product_count, candidates_per_source
        As in :func:`pool`.
    labels
        ``LABEL_COLUMNS``: the relevant products of each list.
    source_count
        Number of sources in use.

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
    """List the products that each source would recommend alone.

    Parameters
    ----------
    lists
        ``LIST_COLUMNS`` of :mod:`warehouse_recommender.ranking.proposals`.
    inputs, sources, product_count, candidates_per_source
        As in :func:`pool`.

    Yields
    ------
    pyarrow.RecordBatch
        Rows of ``SOURCE_LIST_SCHEMA``: one per list and source with proposals; products are ordered, best first.
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
