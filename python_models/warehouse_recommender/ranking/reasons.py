"""Choose one reason per served product, so that the reasons of a list differ and reflect the contributions to the list."""

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

OPTION_COLUMNS = (
    *("cutoff_id", "customer_index", "list_rank", "product_index", "source", "evidence_rank", "evidence_index"),
    *("preference", "strength", "reason_code", "reason_text"),
)
REASON_SCHEMA = pa.schema(
    [
        ("cutoff_id", pa.string()),
        ("customer_index", pa.int32()),
        ("product_index", pa.int32()),
        ("source", pa.string()),
        ("evidence_index", pa.int32()),
        ("reason_code", pa.string()),
        ("reason_text", pa.string()),
    ]
)
LISTS_AT_A_TIME = 20_000  # lists whose options are in memory


def choose(blocks: Iterable[pa.Table]) -> Iterator[pa.RecordBatch]:
    """Choose the reason of each served product, from the first to the last position of each list.

    Of its options, a product takes the text used least often in the list so far. Ties go to the option whose evidence was named
    least often. Further ties go to the largest quotient: strength / (1 + number of products in the list that the source explains
    already). A source therefore explains products in proportion to its contributions (D'Hondt's method), as far as the texts
    allow. Remaining ties go to the stronger option, then to the first by source, evidence_rank, preference and text.

    Parameters
    ----------
    blocks
        ``OPTION_COLUMNS`` in any order; each table contains whole lists. ``evidence_index`` is the history product named in the
        text, NULL if none; ``strength`` is 0 or more, comparable within a list.

    Yields
    ------
    pyarrow.RecordBatch
        ``REASON_SCHEMA``, one row per product with at least one option, by cutoff, customer and rank.
    """
    for options in blocks:
        yield from choose_in_block(options).to_batches()


def choose_in_block(options: pa.Table) -> pa.Table:
    """Choose the reasons of some whole lists; see :func:`choose`."""
    keys = ["cutoff_id", "customer_index", "list_rank"]
    ties = ["source", "evidence_rank", "preference", "reason_text"]
    options = options.sort_by(
        [*((name, "ascending") for name in keys), ("strength", "descending"), *((n, "ascending") for n in ties)]
    )
    if not len(options):
        return REASON_SCHEMA.empty_table()
    lists = codes(options["cutoff_id"]) * (1 + pc.max(options["customer_index"]).as_py()) + options["customer_index"].to_numpy()
    lists = np.unique(lists, return_inverse=True)[1]
    ranks, strengths = options["list_rank"].to_numpy(), options["strength"].to_numpy()
    texts, sources = (within(lists, codes(options[name])) for name in ("reason_text", "source"))
    evidence = within(lists, options["evidence_index"].fill_null(-1).to_numpy())
    names_evidence = options["evidence_index"].is_valid().to_numpy()
    uses = [np.zeros(1 + column.max(), np.int64) for column in (texts, evidence, sources)]

    chosen = []
    order = np.argsort(ranks, kind="stable")
    for rows in np.split(order, 1 + np.flatnonzero(np.diff(ranks[order]))):
        named = np.where(names_evidence[rows], uses[1][evidence[rows]], 0)
        quotients = strengths[rows] / (1 + uses[2][sources[rows]])
        best = rows[np.lexsort((-quotients, named, uses[0][texts[rows]], lists[rows]))]
        best = best[np.append(True, np.diff(lists[best]) != 0)]
        chosen.append(best)
        for counts, column in zip(uses, (texts, evidence, sources), strict=True):
            counts[column[best]] += 1
    return options.take(np.sort(np.concatenate(chosen))).select(REASON_SCHEMA.names).cast(REASON_SCHEMA)


def codes(texts: pa.ChunkedArray) -> np.ndarray:
    """Encode the texts as integers from 0, shape (rows,)."""
    return texts.combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int64)


def within(lists: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Encode the pairs of list and value as integers from 0, shape (rows,)."""
    smallest = values.min()
    return np.unique(lists * (1 + values.max() - smallest) + values - smallest, return_inverse=True)[1]
