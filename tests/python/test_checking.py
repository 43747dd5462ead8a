"""Output of `make check` for staging and cleaning tables of a few rows."""

import duckdb
import pytest

from warehouse_operations.checking import report


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    """Five order lines, one of them unreadable, and a catalogue that has one of their two products."""
    connection = duckdb.connect()
    connection.execute(
        """
        create schema staging; create schema cleaning; create schema reference;
        create table staging.stg_products as select 'p1' as product_id, 'r' as record_id union all select 'p9', 's';
        create table staging.stg_order_lines as
        select
            'r' || i as record_id, 1 as copy_number, 'c' || i % 2 as customer_id, 'p' || 1 + i % 2 as product_id,
            case when i < 4 then 'wc-completed' else 'wc-failed' end as status, cast(null as varchar) as channel,
            case when i < 3 then timestamp '2025-01-01' + interval 1 day * i end as ordered_at,
            case when i = 3 then 'unit_price=£1; 5; ordered_at=31/02/25' end as unreadable_values
        from range(5) as t(i);
        create view cleaning.order_line_dispositions as
        select case when product_id = 'p2' then 'unknown_product' end as rejection_reason from staging.stg_order_lines;
        create table reference.cleaning_rules as
        select 'order_lines' as raw_table, 'unknown_product' as rule, 'The catalogue does not know it.' as why
        """
    )
    return connection


def test_check_describes_columns_rejections_and_common_ids(connection: duckdb.DuckDBPyConnection) -> None:
    lines = [line.strip() for line in report(connection, ["products", "order_lines"])]
    described = {line.split()[0]: line.partition(" ")[2].strip() for line in lines if line}
    assert "order_lines: 5 rows" in lines
    assert (
        described["ordered_at"] == "2025-01-01 00:00:00 to 2025-01-03 00:00:00; 1 missing; 1 unreadable, for example '31/02/25'"
    )
    assert described["status"] == "wc-completed 4, wc-failed 1"
    assert described["channel"] == "empty"
    assert "rejected by rule unknown_product: 2 (40.0%). The catalogue does not know it." in lines
    assert "product_id: order_lines has 2, products has 2, 1 are in both" in lines


def test_check_omits_tables_that_were_not_built(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("drop view cleaning.order_line_dispositions")
    lines = list(report(connection, ["order_lines", "events"]))
    assert not any("events" in line or "rejected" in line for line in lines)
