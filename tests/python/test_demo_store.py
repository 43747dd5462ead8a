"""The demo store is reproducible, SQL over the raw files counts its dirt, and its planted structure can be recovered."""

from __future__ import annotations

import csv
import json
from itertools import pairwise
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scipy.cluster.vq import kmeans2

from warehouse_operations.demo_store import (
    COLUMNS,
    TABLES,
    Settings,
    plan,
    planted_product_truth,
    planted_truth,
    write_store,
)
from warehouse_operations.demo_store.__main__ import main
from warehouse_operations.demo_store.dirt import spoil_table
from warehouse_operations.demo_store.settings import chunks, dirt_total, numbers_with_gaps, portion
from warehouse_operations.demo_store.visits import draw_coded, positions_within

COMMITTED = Path(__file__).parents[2] / "seeds" / "demo"
MAX_COMMITTED_BYTES = 1_800_000
SMALL = Settings(customers=2_000, products=240, orders_per_customer=2.0, seed=3)

# --- dirt, counted by plain SQL over the raw text ---------------------------------------------------------------------


def in_list(column: str, values: object) -> str:
    """Return the SQL condition that a text is one of some values."""
    texts = ", ".join("'" + str(value).replace("'", "''") + "'" for value in values)
    return f"{column} in ({texts})"


def exact_duplicates(table: str) -> str:
    """Return the SQL that counts rows repeated verbatim."""
    return f"select count(*) - (select count(*) from (select distinct * from {table})) from {table}"


def rows_where(table: str, condition: str) -> str:
    """Return the SQL that counts distinct rows under a condition."""
    return f"select count(*) from (select distinct * from {table}) where {condition}"


KNOWN_PRODUCT = "product_id in (select product_id from products)"
FUTURE = f"'{np.datetime64(plan.AS_OF, 's')}'"
AMOUNT = "try_cast(quantity as double) * try_cast(unit_price as double)"

COUNTS = {
    "customers": {
        "exact_duplicate": exact_duplicates("customers"),
        "near_duplicate": """
            select count(*) - count(distinct (lower(trim(full_name)), lower(trim(email))))
            from (select distinct * from customers) where email is not null""",
        "impossible_age": rows_where("customers", "birth_date is null and cast(age as int) > 120"),
        "birth_date_in_future": rows_where("customers", f"cast(birth_date as timestamp) > {FUTURE}"),
        "gender_spelling": rows_where("customers", f"not {in_list('gender', plan.GENDERS)}"),
        "country_spelling": rows_where("customers", f"not {in_list('country', plan.COUNTRIES)}"),
        "missing_email": rows_where("customers", "email is null"),
        "missing_birth_date_and_age": rows_where("customers", "birth_date is null and age is null"),
        "missing_gender": rows_where("customers", "gender is null"),
        "untrimmed_text": rows_where(
            "customers",
            " or ".join(rf"{column} <> regexp_replace(trim({column}), '\s+', ' ', 'g')" for column in ("full_name", "city")),
        ),
        "missing_key": rows_where("customers", "customer_id is null"),
    },
    "products": {
        "exact_duplicate": exact_duplicates("products"),
        "near_duplicate": r"""
            select count(*) - count(distinct (regexp_replace(lower(trim(name)), '\s+', ' ', 'g'), size, size_unit))
            from (select distinct * from products)""",
        "brand_spelling": rows_where("products", f"not {in_list('brand', plan.BRANDS)}"),
        "category_spelling": rows_where("products", f"not {in_list('category', plan.CATEGORY_NAMES)}"),
        "size_in_other_unit": rows_where("products", f"not {in_list('size_unit', plan.UNIT_CONVERSIONS)}"),
        "price_in_other_currency": rows_where("products", "currency <> 'EUR'"),
        "missing_price": rows_where("products", "price is null"),
        "missing_description": rows_where("products", "description is null"),
        "missing_category": rows_where("products", "category is null"),
    },
    "order_lines": {
        "exact_duplicate": exact_duplicates("order_lines"),
        "conflicting_duplicate": """
            select count(*) - count(distinct (order_id, product_id))
            from (select distinct * from order_lines) where order_id is not null and product_id is not null""",
        "missing_key": rows_where("order_lines", "order_id is null or product_id is null"),
        "missing_time": rows_where("order_lines", "ordered_at is null"),
        "unreadable_time": rows_where("order_lines", "ordered_at is not null and try_cast(ordered_at as timestamp) is null"),
        "negative_quantity": rows_where("order_lines", "cast(quantity as int) < 0 and status <> 'cancelled'"),
        "missing_quantity": rows_where("order_lines", "quantity is null"),
        "zero_price": rows_where("order_lines", "try_cast(unit_price as double) = 0"),
        # A robust z score of the log amount. One threshold must find every planted outlier and no other line.
        "outlier_amount": f"""
            with amounts as (
                select ln({AMOUNT}) as log_amount from (select distinct * from order_lines) where {AMOUNT} > 0
            )
            select count(*) from amounts, (select median(log_amount) as middle, mad(log_amount) as spread from amounts)
            where abs(log_amount - middle) > 5 * 1.4826 * spread""",
        "cancelled": rows_where("order_lines", "status = 'cancelled'"),
        "netted_by_cancellation": """
            select count(distinct bought.order_id || bought.product_id)
            from order_lines as bought inner join order_lines as cancelled using (customer_id, product_id, unit_price)
            where cancelled.status = 'cancelled' and bought.status <> 'cancelled'
                and cast(cancelled.quantity as int) < 0 and cast(bought.quantity as int) = -cast(cancelled.quantity as int)
                and bought.ordered_at < cancelled.ordered_at""",
        "unknown_product": rows_where("order_lines", f"not {KNOWN_PRODUCT}"),
        "in_future": rows_where("order_lines", f"try_cast(ordered_at as timestamp) >= {FUTURE}"),
        "other_currency": rows_where("order_lines", "currency <> 'EUR'"),
        "unreadable_number": rows_where("order_lines", "try_cast(unit_price as double) is null"),
    },
    "events": {
        "exact_duplicate": exact_duplicates("events"),
        # Only known types: a view and a cart event with the same misspelt type are not near duplicates.
        "near_duplicate": f"""
            select count(*) from (
                select epoch(cast(occurred_at as timestamp)) - lag(epoch(cast(occurred_at as timestamp))) over (
                    partition by customer_id, product_id, event_type order by occurred_at, event_id
                ) as seconds
                from (select distinct * from events)
                where event_id is not null and occurred_at is not null and {in_list("event_type", plan.EVENT_TYPES)}
            ) where seconds < 60""",
        "bot_event": """
            select sum(events) from (
                select count(*) as events, max(occurred_at) as last_at, min(occurred_at) as first_at
                from events group by session_id
            ) where events > 30 and events > epoch(cast(last_at as timestamp) - cast(first_at as timestamp)) / 2""",
        "unknown_product": rows_where("events", f"not {KNOWN_PRODUCT}"),
        "unknown_event_type": rows_where("events", f"not {in_list('event_type', plan.EVENT_TYPES)}"),
        "in_future": rows_where("events", f"cast(occurred_at as timestamp) >= {FUTURE}"),
        "missing_key": rows_where("events", "event_id is null"),
        "missing_time": rows_where("events", "occurred_at is null"),
    },
    "feedback": {
        "exact_duplicate": exact_duplicates("feedback"),
        "unknown_verdict": rows_where("feedback", f"not {in_list('verdict', plan.VERDICTS)}"),
    },
    "impressions": {
        "exact_duplicate": exact_duplicates("impressions"),
        "clicked_before_shown": rows_where("impressions", "clicked_at < shown_at"),
    },
    "consents": {"exact_duplicate": exact_duplicates("consents")},
    "erasure_requests": {},
}


def open_store(directory: Path, file_format: str) -> duckdb.DuckDBPyConnection:
    """Return a connection with the raw tables, all columns text."""
    connection = duckdb.connect()
    for table in TABLES:
        path = directory / f"{table}.{file_format}"
        reader = f"read_csv('{path}', all_varchar = true)" if file_format == "csv" else f"read_parquet('{path}')"
        connection.execute(f"create table {table} as select * from {reader}")
    return connection


@pytest.fixture(scope="module")
def demo() -> duckdb.DuckDBPyConnection:
    """Return the committed store with the planted truth of its customers and products."""
    connection = open_store(COMMITTED, "csv")
    connection.register("customer_truth", planted_truth(Settings()))
    connection.register("product_truth", planted_product_truth(Settings()))
    return connection


@pytest.fixture(scope="module")
def expected() -> dict:
    return json.loads((COMMITTED / "expected.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("table", "kind"), [(table, kind) for table in TABLES for kind in plan.DIRT[table]])
def test_sql_counts_the_expected_dirt(demo: duckdb.DuckDBPyConnection, expected: dict, table: str, kind: str) -> None:
    (counted,) = demo.execute(COUNTS[table][kind]).fetchall()[0]
    assert counted == expected["tables"][table]["dirt"][kind] == plan.DIRT[table][kind]


@pytest.mark.parametrize("table", TABLES)
def test_tables_have_the_expected_rows_and_columns(demo: duckdb.DuckDBPyConnection, expected: dict, table: str) -> None:
    (rows,) = demo.execute(f"select count(*) from {table}").fetchall()[0]
    assert rows == expected["tables"][table]["rows"]
    with (COMMITTED / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        assert tuple(next(csv.reader(file))) == COLUMNS[table]


def test_every_kind_of_dirt_has_a_query() -> None:
    assert {table: set(kinds) for table, kinds in COUNTS.items()} == {table: set(plan.DIRT[table]) for table in TABLES}


# --- reproducible -----------------------------------------------------------------------------------------------------


def test_committed_files_equal_generated_files() -> None:
    assert main(["--check", "--out", str(COMMITTED)]) == 0


def test_committed_files_are_small() -> None:
    assert max(path.stat().st_size for path in COMMITTED.iterdir()) < MAX_COMMITTED_BYTES


@pytest.mark.parametrize("file_format", ["csv", "parquet"])
def test_equal_settings_give_equal_bytes(tmp_path: Path, file_format: str) -> None:
    settings = Settings(customers=300, products=120, orders_per_customer=2.0, seed=11)
    for name in ("one", "two"):
        write_store(settings, tmp_path / name, file_format)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_another_seed_gives_another_store(tmp_path: Path) -> None:
    for seed in (1, 2):
        write_store(Settings(customers=100, products=120, seed=seed), tmp_path / str(seed))
    assert (tmp_path / "1" / "order_lines.csv").read_bytes() != (tmp_path / "2" / "order_lines.csv").read_bytes()


@pytest.fixture(scope="module")
def parquet_store(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    """Write a store in several chunks; ids and counts must be consistent across chunks."""
    directory = tmp_path_factory.mktemp("parquet")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan, "CHUNK_CUSTOMERS", 700)
        return directory, write_store(SMALL, directory, "parquet")


@pytest.fixture(scope="module")
def parquet_tables(parquet_store: tuple[Path, dict]) -> duckdb.DuckDBPyConnection:
    return open_store(parquet_store[0], "parquet")


@pytest.mark.parametrize(("table", "kind"), [(table, kind) for table in TABLES for kind in plan.DIRT[table]])
def test_sql_counts_the_expected_dirt_across_chunks(
    parquet_store: tuple[Path, dict], parquet_tables: duckdb.DuckDBPyConnection, table: str, kind: str
) -> None:
    ((counted,),) = parquet_tables.execute(COUNTS[table][kind]).fetchall()
    assert counted == parquet_store[1]["tables"][table]["dirt"][kind] == dirt_total(SMALL, table, kind)


@pytest.mark.parametrize("table", TABLES)
def test_parquet_has_the_columns_and_rows_of_the_contract(parquet_store: tuple[Path, dict], table: str) -> None:
    directory, expected = parquet_store
    file = pq.ParquetFile(directory / f"{table}.parquet")
    assert tuple(file.schema_arrow.names) == COLUMNS[table]
    assert file.metadata.num_rows == expected["tables"][table]["rows"]
    assert file.num_row_groups == (1 if table == "products" else 3)


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("customers", "customer_id"),
        ("products", "product_id"),
        ("events", "event_id"),
        ("impressions", "impression_id"),
    ],
)
def test_keys_are_unique_across_chunks(parquet_store: tuple[Path, dict], table: str, key: str) -> None:
    directory, expected = parquet_store
    rows, distinct = duckdb.execute(f"select count({key}), count(distinct {key}) from '{directory / table}.parquet'").fetchall()[
        0
    ]
    assert rows - distinct == expected["tables"][table]["dirt"]["exact_duplicate"]


def test_orders_belong_to_one_customer_across_chunks(parquet_store: tuple[Path, dict]) -> None:
    (customers,) = duckdb.execute(
        f"""select max(customers) from (
            select count(distinct customer_id) as customers
            from '{parquet_store[0]}/order_lines.parquet' where order_id is not null group by order_id)"""
    ).fetchall()[0]
    assert customers == 1


def test_rows_are_in_time_order(demo: duckdb.DuckDBPyConnection) -> None:
    readable = "try_cast({0} as timestamp) < " + FUTURE
    for table, column in (
        ("order_lines", "ordered_at"),
        ("events", "occurred_at"),
        ("impressions", "shown_at"),
        ("feedback", "given_at"),
        ("consents", "changed_at"),
    ):
        times = demo.execute(f"select {column} from {table} where {readable.format(column)}").fetchnumpy()[column]
        assert (times[1:] >= times[:-1]).all(), table


# --- clean rows -------------------------------------------------------------------------------------------------------


def test_new_identities_of_near_duplicates_have_no_orders(demo: duckdb.DuckDBPyConnection) -> None:
    truth = set(planted_truth(Settings())["customer_id"].to_pylist())
    ordering = {row[0] for row in demo.execute("select distinct customer_id from order_lines").fetchall()}
    assert ordering <= truth
    in_table = {row[0] for row in demo.execute("select customer_id from customers").fetchall()} - {None}
    assert len(in_table - truth) == plan.DIRT["customers"]["near_duplicate"]
    assert truth <= in_table


def test_store_has_enough_cold_customers_and_products(demo: duckdb.DuckDBPyConnection) -> None:
    ids = in_list("customer_id", planted_truth(Settings())["customer_id"].to_pylist())
    (customers,) = demo.execute(
        f"""select count(distinct customer_id) from customers where {ids}
        and customer_id not in (select customer_id from order_lines)
        and customer_id not in (select customer_id from events)"""
    ).fetchall()[0]
    (products,) = demo.execute(
        """select count(*) from products where launched_at >= '2026-03-01'
        and product_id not in (select product_id from order_lines where product_id is not null)"""
    ).fetchall()[0]
    (unavailable,) = demo.execute("select count(distinct product_id) from products where is_available = 'false'").fetchall()[0]
    assert customers >= 40
    assert products >= 15
    assert 0.03 < unavailable / Settings().products < 0.08


def test_no_purchase_precedes_sign_up_or_launch(demo: duckdb.DuckDBPyConnection) -> None:
    (early,) = demo.execute(
        """select count(*) from order_lines join customers using (customer_id) join products using (product_id)
        where ordered_at < signed_up_at or ordered_at < launched_at"""
    ).fetchall()[0]
    assert early == 0


def test_erased_customers_have_no_later_orders(demo: duckdb.DuckDBPyConnection) -> None:
    (requests, late) = demo.execute(
        f"""select count(distinct erasure_requests.customer_id), count(ordered_at) from erasure_requests
        left join order_lines on order_lines.customer_id = erasure_requests.customer_id
        and ordered_at > requested_at and try_cast(ordered_at as timestamp) < {FUTURE}"""
    ).fetchall()[0]
    assert (requests, late) == (8, 0)


def test_bought_impressions_have_their_order(demo: duckdb.DuckDBPyConnection) -> None:
    bought, ordered = demo.execute(
        """select count(*), count(order_lines.customer_id)
        from (select distinct * from impressions where purchased_at is not null) as shown
        left join (select distinct customer_id, ordered_at from order_lines) as order_lines
        on order_lines.customer_id = shown.customer_id and ordered_at = purchased_at"""
    ).fetchall()[0]
    assert 0.9 * bought < ordered <= bought


# --- planted structure ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def purchases(demo: duckdb.DuckDBPyConnection) -> dict[str, np.ndarray]:
    """Return clean order lines with the planted truth of customer and product, one array per column."""
    return demo.execute(
        f"""select lines.customer_id, lines.product_id, order_id, cast(ordered_at as timestamp) as bought_at, device,
            segment, customer_truth.style as customer_style, product_truth.style as product_style, category
        from (select distinct order_id, customer_id, product_id, ordered_at, device from order_lines
              where try_cast(ordered_at as timestamp) < {FUTURE} and order_id is not null) as lines
        join customer_truth using (customer_id) join product_truth using (product_id)
        order by customer_id, product_id, bought_at, order_id"""
    ).fetchnumpy()


def test_customers_buy_their_own_style_far_above_chance(purchases: dict[str, np.ndarray]) -> None:
    own = np.mean(purchases["customer_style"] == purchases["product_style"])
    assert own > 2 * (1 / len(plan.STYLES))


@pytest.mark.parametrize(("category", "cycle"), plan.CONSUMABLE_CYCLES.items())
def test_repeat_gaps_are_near_the_cycle(purchases: dict[str, np.ndarray], category: str, cycle: int) -> None:
    same = (purchases["customer_id"][1:] == purchases["customer_id"][:-1]) & (
        purchases["product_id"][1:] == purchases["product_id"][:-1]
    )
    gaps = (np.diff(purchases["bought_at"]) / np.timedelta64(1, "D"))[same & (purchases["category"][1:] == category)]
    assert abs(np.median(gaps) / cycle - 1) < 0.1
    assert np.mean(np.abs(gaps / cycle - 1) < plan.REFILL_JITTER + 0.05) > 0.6


def test_dayparts_and_devices_shift_categories(purchases: dict[str, np.ndarray]) -> None:
    hour = purchases["bought_at"].astype("datetime64[h]").astype(int) % 24
    morning, evening = hour < 12, hour >= 18
    is_coffee, is_candles = purchases["category"] == "coffee", purchases["category"] == "candles"
    assert is_coffee[morning].mean() > 1.5 * is_coffee[evening].mean()
    assert is_candles[evening].mean() > 1.5 * is_candles[morning].mean()
    is_mobile = purchases["device"] == "mobile"
    assert (purchases["category"] == "cosmetics")[is_mobile].mean() > 1.5 * (purchases["category"] == "cosmetics")[
        ~is_mobile
    ].mean()


def test_complementary_categories_share_baskets(purchases: dict[str, np.ndarray]) -> None:
    """The median lift between a category and its complement within one order is clearly above independence."""
    orders, order = np.unique(purchases["order_id"], return_inverse=True)
    holds = np.zeros((orders.size, len(plan.CATEGORIES)))
    code = {name: index for index, name in enumerate(plan.CATEGORY_NAMES)}
    holds[order, [code[name] for name in purchases["category"]]] = 1
    share = holds.mean(axis=0)
    together = holds.T @ holds / orders.size
    lifts = [
        together[code[category.name], code[category.goes_with]] / (share[code[category.name]] * share[code[category.goes_with]])
        for category in plan.CATEGORIES
    ]
    assert np.median(lifts) > 1.2


def test_most_purchases_follow_a_view(demo: duckdb.DuckDBPyConnection) -> None:
    (share,) = demo.execute(
        f"""select count(*) filter (where exists (
                select 1 from events where events.customer_id = lines.customer_id
                and events.product_id = lines.product_id and event_type in ('view', 'search_click')
                and cast(occurred_at as timestamp)
                    between cast(ordered_at as timestamp) - interval 1 hour and cast(ordered_at as timestamp)
            )) / count(*)
        from order_lines as lines where try_cast(ordered_at as timestamp) < {FUTURE}"""
    ).fetchall()[0]
    assert share > 0.5


def test_click_rates_equal_planted_rates(demo: duckdb.DuckDBPyConnection) -> None:
    """Clicks per variant are within four standard errors of the planted rates, and the effect of the variant is visible."""
    rates = {}
    for variant, base in zip(plan.VARIANTS, plan.CLICK_RATES, strict=True):
        shown = demo.execute(
            "select cast(position as int) as position, clicked_at is not null as is_clicked "
            "from (select distinct * from impressions) where variant = ?",
            [variant],
        ).fetchnumpy()
        probability = base / np.log2(1 + shown["position"])
        error = np.sqrt(np.sum(probability * (1 - probability)))
        assert abs(shown["is_clicked"].sum() - probability.sum()) < 4 * error
        rates[variant] = shown["is_clicked"].mean()
    assert rates["treatment"] > 1.2 * rates["control"]


def test_propensities_agree_with_impression_counts(demo: duckdb.DuckDBPyConnection) -> None:
    """The count of impressions per product agrees with its logged propensity times the number of lists."""
    shown = demo.execute("select product_id, cast(propensity as double) as p from (select distinct * from impressions)")
    shown = shown.fetchnumpy()
    lists = shown["p"].size / plan.LIST_LENGTH
    products, first, count = np.unique(shown["product_id"].astype(str), return_index=True, return_counts=True)
    predicted = lists * shown["p"][first]
    assert np.all(np.abs(count - predicted) < 5 * np.sqrt(predicted) + 1)
    assert products.size > 0.5 * Settings().products


def test_likes_and_dislikes_follow_taste(demo: duckdb.DuckDBPyConnection) -> None:
    rows = demo.execute(
        """select verdict, avg(case when customer_truth.style = product_truth.style then 1 else 0 end)
        from feedback join customer_truth using (customer_id) join product_truth using (product_id)
        where verdict in ('like', 'dislike')
            and customer_id not in (select customer_id from feedback group by customer_id having count(*) > 100)
        group by verdict"""
    ).fetchall()
    assert dict(rows) == {"like": 1.0, "dislike": 0.0}


def test_picky_customers_only_dislike_nearly_all_products(demo: duckdb.DuckDBPyConnection) -> None:
    rows = demo.execute(
        """select customer_id, count(*), count(*) filter (where verdict = 'dislike') from feedback
        where customer_id not in (select customer_id from order_lines where customer_id is not null)
        group by customer_id having count(*) > 100"""
    ).fetchall()
    assert len(rows) == plan.PICKY_CUSTOMERS
    assert {tuple(counts) for _, *counts in rows} == {(Settings().products - plan.PICKY_LEFT,) * 2}


def test_survey_answers_agree_with_purchases(demo: duckdb.DuckDBPyConnection, purchases: dict[str, np.ndarray]) -> None:
    rows = demo.execute("select customer_id, preferred_categories from customers").fetchall()
    named = {customer: answer.split("|") for customer, answer in rows if answer is not None}
    hits = [
        category in named[customer]
        for customer, category in zip(purchases["customer_id"], purchases["category"], strict=True)
        if customer in named
    ]
    assert np.mean(hits) > 0.5


def test_consents_are_withdrawn_and_given_again(demo: duckdb.DuckDBPyConnection) -> None:
    withdrawn, again = demo.execute(
        """with own as (select distinct * from consents where purpose = 'personalisation'),
        last_withdrawn as (
            select customer_id, max(changed_at) as withdrawn_at from own where is_granted = 'false' group by customer_id
        )
        select count(*), count(*) filter (where exists (
            select 1 from own where own.customer_id = last_withdrawn.customer_id and changed_at > withdrawn_at))
        from last_withdrawn"""
    ).fetchall()[0]
    assert 0.06 < withdrawn / Settings().customers < 0.14
    assert 0 < again < withdrawn


def customer_product_matrix(rows: dict[str, np.ndarray], keep: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Return a 0/1 matrix of the products that customers bought in the kept rows."""
    matrix = np.zeros(shape)
    matrix[rows["customer"][keep], rows["product"][keep]] = 1
    return matrix


def hit_rate(score: np.ndarray, bought: np.ndarray, size: int = 10) -> float:
    """Return the share of buying customers with at least one hit among the `size` best products."""
    buying = bought.any(axis=1)
    top = np.argsort(-score[buying], axis=1, kind="stable")[:, :size]
    return float(np.take_along_axis(bought[buying], top, axis=1).any(axis=1).mean())


@pytest.mark.parametrize("only_new", [False, True])
def test_co_occurrence_beats_popularity_on_the_last_month(purchases: dict[str, np.ndarray], only_new: bool) -> None:
    customers, customer = np.unique(purchases["customer_id"].astype(str), return_inverse=True)
    products, product = np.unique(purchases["product_id"].astype(str), return_inverse=True)
    rows, shape = {"customer": customer, "product": product}, (customers.size, products.size)
    before = purchases["bought_at"] < np.datetime64("2026-03-01")
    history = customer_product_matrix(rows, before, shape)
    future = customer_product_matrix(rows, ~before, shape) * history.any(axis=1, keepdims=True)
    popularity = history.sum(axis=0)
    similarity = history.T @ history / (np.sqrt(np.outer(popularity, popularity)) + 5)
    np.fill_diagonal(similarity, 0)
    if only_new:
        future = future * (1 - history)
    hidden = np.where(only_new & (history > 0), np.inf, 0.0)
    by_popularity = hit_rate(popularity - hidden, future)
    by_co_occurrence = hit_rate(history @ similarity - hidden, future)
    assert by_co_occurrence > 1.5 * by_popularity


def test_clusters_of_category_shares_recover_segments(purchases: dict[str, np.ndarray]) -> None:
    customers, first, customer = np.unique(purchases["customer_id"].astype(str), return_index=True, return_inverse=True)
    code = {name: index for index, name in enumerate(plan.CATEGORY_NAMES)}
    counts = np.zeros((customers.size, len(code)))
    np.add.at(counts, (customer, [code[name] for name in purchases["category"]]), 1)
    known = counts.sum(axis=1) >= 5
    shares = counts[known] / counts[known].sum(axis=1, keepdims=True)
    _, cluster = kmeans2(np.sqrt(shares), len(plan.SEGMENTS), minit="++", seed=1)
    _, segment = np.unique(purchases["segment"][first][known].astype(str), return_inverse=True)
    table = np.zeros((len(plan.SEGMENTS), len(plan.SEGMENTS)))
    np.add.at(table, (cluster, segment), 1)
    assert table.max(axis=1).sum() / table.sum() > 0.8


def test_segments_differ_in_frequency_and_basket(purchases: dict[str, np.ndarray]) -> None:
    lines, orders, people = {}, {}, {}
    for segment in np.unique(purchases["segment"].astype(str)):
        own = purchases["segment"] == segment
        lines[segment] = own.sum()
        orders[segment] = np.unique(purchases["order_id"][own].astype(str)).size
        people[segment] = np.unique(purchases["customer_id"][own].astype(str)).size
    frequency = [orders[segment] / people[segment] for segment in orders]
    basket = [lines[segment] / orders[segment] for segment in orders]
    assert max(frequency) > 2 * min(frequency)
    assert max(basket) > 1.5 * min(basket)


def test_popularity_is_long_tailed_within_categories(purchases: dict[str, np.ndarray]) -> None:
    for category in plan.CATEGORY_NAMES:
        _, counts = np.unique(purchases["product_id"][purchases["category"] == category].astype(str), return_counts=True)
        top = np.sort(counts)[::-1][: max(1, counts.size // 5)]
        assert top.sum() / counts.sum() > 0.35, category


# --- small parts ------------------------------------------------------------------------------------------------------


def test_spoiled_rows_are_disjoint_and_taken_rows_are_kept() -> None:
    """Each kind of dirt uses its own rows, copies follow their original, and rows marked as taken do not change."""
    rows = [{"customer_id": f"C{row}", "product_id": "P1", "verdict": "like", "given_at": "2025-01-01"} for row in range(60)]
    taken = np.arange(60) < 30
    wanted = {"exact_duplicate": 10, "unknown_verdict": 20}
    spoiled_table = spoil_table("feedback", pa.Table.from_pylist(rows), wanted, taken, np.random.default_rng(5))
    assert spoiled_table.counts == wanted
    assert spoiled_table.table.num_rows == 70
    assert spoiled_table.table.slice(0, 30).to_pylist() == rows[:30]
    spoiled = {row["customer_id"] for row in spoiled_table.table.to_pylist() if row["verdict"] != "like"}
    customers = spoiled_table.table["customer_id"].to_pylist()
    copied = {one for one, following in pairwise(customers) if one == following}
    assert (len(spoiled), len(copied), len(spoiled & copied)) == (20, 10, 0)


def test_portions_add_up_over_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "CHUNK_CUSTOMERS", 33)
    settings = Settings(customers=1_000)
    cut = chunks(settings)
    assert sum(chunk.size for chunk in cut) == 1_000
    assert max(chunk.size for chunk in cut) <= 33
    for total in (0, 1, 7, 1_000):
        assert sum(portion(total, chunk, settings) for chunk in cut) == total


def test_numbers_with_gaps_and_spare_numbers_cover_the_range() -> None:
    numbers, spare = numbers_with_gaps(np.random.default_rng(0), first=5, count=30, gaps=4)
    assert sorted([*numbers, *spare]) == list(range(5, 39))
    assert (np.diff(numbers) > 0).all()


def test_positions_within_restart_in_each_run() -> None:
    assert positions_within(np.array([2, 0, 3])).tolist() == [0, 1, 0, 1, 2]


def test_draw_coded_never_draws_a_zero_share() -> None:
    shares = np.tile([0.0, 1.0, 0.0, 2.0], (5_000, 1))
    codes = draw_coded(np.random.default_rng(0), shares)
    assert set(codes.tolist()) == {1, 3}
    assert abs(np.mean(codes == 3) - 2 / 3) < 0.03


# --- command line -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--customers", "5"], "customers must be between 100 and 1e+07, got 5"),
        (["--products", "10"], "products must be between 120 and 100000, got 10"),
        (["--orders-per-customer", "nan"], "orders per customer must be between 1 and 100, got nan"),
        (["--seed", "-1"], "seed must be 0 or more, got -1"),
        (["--customers", "many"], "invalid int value: 'many'"),
        (["--format", "xml"], "invalid choice: 'xml'"),
    ],
)
def test_invalid_arguments_are_refused(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert message in capsys.readouterr().err


def test_output_path_that_is_a_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "store"
    path.write_text("")
    with pytest.raises(SystemExit):
        main(["--out", str(path)])
    assert "is a file, not a directory" in capsys.readouterr().err


def test_check_names_differing_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--out", str(tmp_path), "--customers", "100", "--products", "120"]
    assert main(arguments) == 0
    assert main([*arguments, "--check"]) == 0
    with (tmp_path / "events.csv").open("a", encoding="utf-8") as file:
        file.write("E9,,,,,,,,\n")
    (tmp_path / "feedback.csv").unlink()
    capsys.readouterr()
    assert main([*arguments, "--check"]) == 1
    message = capsys.readouterr().err
    assert "events.csv differs" in message
    assert "feedback.csv differs" in message
    assert "order_lines.csv" not in message
