"""The reasons of a list vary as much as possible and follow the contributions of the sources."""

import numpy as np
import pyarrow as pa

from warehouse_recommender.ranking import reasons

TYPES = (
    *(pa.string(), pa.int32(), pa.int64(), pa.int32(), pa.string(), pa.int64(), pa.int32()),
    *(pa.int64(), pa.float64(), pa.string(), pa.string()),
)
SCHEMA = pa.schema(list(zip(reasons.OPTION_COLUMNS, TYPES, strict=True)))


def options(*rows: tuple) -> pa.Table:
    """Make options of rows (customer, rank, source, evidence, strength, text); the product is 10 × its rank."""
    columns = [
        ("live", customer, rank, 10 * rank, source, place, evidence, 1, strength, source, text)
        for place, (customer, rank, source, evidence, strength, text) in enumerate(rows)
    ]
    return pa.table(
        [pa.array(column, kind) for column, kind in zip(zip(*columns, strict=True), TYPES, strict=True)], schema=SCHEMA
    )


def chosen(*blocks: pa.Table) -> pa.Table:
    return pa.Table.from_batches(reasons.choose(blocks), schema=reasons.REASON_SCHEMA)


def texts(table: pa.Table) -> list[str]:
    return chosen(table)["reason_text"].to_pylist()


def test_text_is_repeated_only_if_a_product_has_no_other() -> None:
    rows = [(1, rank, "als", 7, 0.9, "Because of tea") for rank in (1, 2, 3)] + [(1, 2, "trending", None, 0.1, "Rising")]
    assert texts(options(*rows)) == ["Because of tea", "Rising", "Because of tea"]


def test_unused_text_about_an_unnamed_product_is_preferred() -> None:
    rows = [
        (1, 1, "als", 7, 0.5, "Because of tea"),
        (1, 2, "content", 7, 0.75, "Like tea"),
        (1, 2, "als", 8, 0.25, "Because of milk"),
    ]
    assert texts(options(*rows)) == ["Because of tea", "Because of milk"]


def test_sources_explain_products_in_proportion_to_their_contributions() -> None:
    """D'Hondt: shares of 0.75 and 0.25 of eight products give six and two."""
    rows = [(1, rank, *of, f"{of[0]} {rank}") for rank in range(1, 9) for of in (("als", None, 0.75), ("ease", None, 0.25))]
    assert sorted(chosen(options(*rows))["source"].to_pylist()) == ["als"] * 6 + ["ease"] * 2


def test_reasons_of_lists_are_independent() -> None:
    rows = [(customer, 1, "als", 7, 0.5, "Because of tea") for customer in (1, 2)] + [(2, 1, "ease", None, 0.1, "Follows")]
    assert texts(options(*rows)) == ["Because of tea", "Because of tea"]
    blocks = [options(*(row for row in rows if row[0] == customer)) for customer in (1, 2)]
    assert chosen(*blocks).equals(chosen(options(*rows)))


def test_choice_does_not_depend_on_row_order() -> None:
    random = np.random.default_rng(3)
    rows = [
        (customer, rank, source, evidence, 0.25, f"{source} {evidence}")
        for customer in range(4)
        for rank in range(1, 6)
        for source in ("als", "ease")
        for evidence in (random.integers(3), random.integers(3))
    ]
    table = options(*rows).drop_columns("evidence_rank").add_column(5, "evidence_rank", pa.array([1] * len(rows), pa.int64()))
    shuffled = table.take(random.permutation(len(table)))
    assert chosen(table).equals(chosen(shuffled))


def test_no_options_give_no_reasons() -> None:
    assert chosen(SCHEMA.empty_table()).equals(reasons.REASON_SCHEMA.empty_table())
    assert chosen().equals(reasons.REASON_SCHEMA.empty_table())
