"""Scopes of a run: what each scope builds, whether a refresh gives the lists of a full run, and how it treats other tables."""

import csv
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from tests.conftest import PROJECT, Run, publish, run_dbt
from warehouse_operations.publishing.release import DATABASE, differences

THREADS = ("--threads", "1")
REFRESH = ("build", "--selector", "refresh", "--exclude-resource-type", "unit_test", *THREADS)
SERVED = (
    *("recommendations", "recommendation_reasons", "recommendation_evidence", "marketing_recommendations", "short_lists"),
    "customers",
)
PREFIX = "model.warehouse_recommender."


@pytest.fixture(scope="module")
def nodes(demo_build: Run) -> dict[str, dict]:
    """Nodes that a build can run; a manifest also lists the tests of models that are off."""
    found = json.loads((demo_build.target / "manifest.json").read_text())["nodes"]
    return {name: node for name, node in found.items() if node["config"]["enabled"]}


def selected(selector: str, folder: Path) -> set[str]:
    """Return models, seeds and data tests of a selector."""
    kinds = ("--resource-type", "model", "--resource-type", "seed", "--resource-type", "test")
    run = run_dbt(folder, "ls", "--selector", selector, *kinds, "--output", "json", "--output-keys", "unique_id")
    return {json.loads(line)["unique_id"] for line in run.output.splitlines() if line.startswith("{")}


@pytest.fixture(scope="module")
def scopes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    folder = tmp_path_factory.mktemp("ls")
    return {name: selected(name, folder) for name in ("all", "lists", "refresh")}


def models(names: set[str]) -> set[str]:
    return {name for name in names if name.startswith("model.")}


def inputs(test: dict) -> set[str]:
    """Return the models and seeds that a test reads."""
    return {name for name in test["depends_on"]["nodes"] if name.startswith(("model.", "seed."))}


def test_scopes_hold_the_core_and_only_capability_models_that_they_read(
    scopes: dict[str, set[str]], nodes: dict[str, dict]
) -> None:
    core = {name for name in models(nodes.keys()) if nodes[name]["fqn"][1] == "core"}
    learned = {name for name in core if "learned" in nodes[name]["tags"]}
    built = {name for name, node in nodes.items() if node["resource_type"] in ("model", "seed", "test")}
    assert scopes["all"] == {name for name in built if nodes[name]["fqn"][1] != "macros"}
    assert core | {f"{PREFIX}gate_results"} <= scopes["lists"]
    assert len(learned) > 5
    assert core - learned <= scopes["refresh"]
    assert scopes["refresh"] & learned == set()
    assert scopes["refresh"] < scopes["lists"] < scopes["all"]
    for scope in ("lists", "refresh"):
        read = {parent for name in models(scopes[scope]) for parent in nodes[name]["depends_on"]["nodes"]}
        leaves = models(scopes[scope]) - core - read - {f"{PREFIX}gate_results"}
        assert leaves == set(), scope


def test_scopes_test_all_published_tables_that_they_build(scopes: dict[str, set[str]], nodes: dict[str, dict]) -> None:
    for scope in ("lists", "refresh"):
        built = models(scopes[scope])
        tests = {name: nodes[name] for name in scopes["all"] if name.startswith("test.")}
        public = {name for name in built if nodes[name]["config"]["access"] == "public" and nodes[name]["schema"] == "marts"}
        of_public = {name for name, test in tests.items() if test.get("attached_node") in public}
        possible = {name for name in of_public if set(models(set(tests[name]["depends_on"]["nodes"]))) <= built}
        assert possible <= scopes[scope], possible - scopes[scope]
        run = [tests[name] for name in scopes[scope] if name.startswith("test.")]
        assert all(scopes[scope] & set(test["depends_on"]["nodes"]) for test in run), "a test reads no node of its scope"
        singular = {name for name, test in tests.items() if not test.get("test_metadata")}
        across = {name for name in singular if models(set(tests[name]["depends_on"]["nodes"])) & built}
        possible = {name for name in across if inputs(tests[name]) <= scopes[scope]}
        assert possible <= scopes[scope], possible - scopes[scope]


# A refresh


@pytest.fixture(scope="module")
def refreshed(demo_build: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A refresh after a full build, on the same raw files."""
    folder = tmp_path_factory.mktemp("refreshed")
    shutil.copy(demo_build.warehouse, folder / "warehouse.duckdb")
    run = run_dbt(folder, *REFRESH)
    assert run.succeeded, run.output
    return run


def test_refresh_gives_the_same_lists_as_the_full_run(demo_build: Run, refreshed: Run) -> None:
    assert "The build of scope refresh is complete." in refreshed.output
    for table in SERVED:
        rows = f"select * from marts.{table} order by all"
        assert refreshed.query(rows) == demo_build.query(rows), table


def test_refresh_computes_only_live_and_keeps_learned_tables(demo_build: Run, refreshed: Run) -> None:
    assert refreshed.query("select cutoff_id from interactions.cutoffs") == [("live",)]
    for table in ("ranking.blend_trials", "features.scaling_parameters", "marts.cutoff_moments", "marts.model_performance"):
        assert refreshed.query(f"select * from {table} order by all") == demo_build.query(
            f"select * from {table} order by all"
        ), table
    run_models = "select distinct node from operations.node_runs where scope = 'refresh' and node like '%.segment_fits'"
    assert refreshed.query(run_models) == []


def test_published_refresh_names_the_run_of_each_table(demo_build: Run, refreshed: Run) -> None:
    status, said = publish(refreshed)
    assert status == 0, said
    assert "made by a run of scope refresh" in said
    assert differences(refreshed.published / "current") == []
    with duckdb.connect(str(refreshed.published / DATABASE), read_only=True) as connection:
        made = dict(connection.execute("select table_name, scope from marts.publication_tables").fetchall())
        ((release, learned, scope),) = connection.execute(
            "select release, learned_release, scope from marts.publication"
        ).fetchall()
    assert {made[table] for table in SERVED} == {"refresh"}
    assert {made[table] for table in ("gate_results", "model_performance", "segment_profiles", "scaling_parameters")} == {"all"}
    assert scope == "refresh"
    ((full,),) = demo_build.query("select release from marts.publication")
    assert learned == full != release


@dataclass(frozen=True)
class Delivery:
    """A refresh on the demo's raw files of the next day; customers are given by their raw ids.

    Attributes
    ----------
    before
        The warehouse before the refresh.
    run
        The refresh.
    raw
        Folder of the raw files.
    erased, refusing, buying
        Customers of the new rows: one who requested erasure, one who withdrew consent, one who ordered.
    withdrawn
        A product of a few lists that became unavailable.
    """

    before: Path
    run: Run
    raw: Path
    erased: str
    refusing: str
    buying: str
    withdrawn: str


def append(path: Path, row: dict[str, str]) -> None:
    with path.open(newline="") as file:
        names = next(csv.reader(file))
    with path.open("a", newline="") as file:
        csv.DictWriter(file, names, lineterminator="\n").writerow({**dict.fromkeys(names), **row})


@pytest.fixture(scope="module")
def delivery(refreshed: Run, tmp_path_factory: pytest.TempPathFactory) -> Delivery:
    folder = tmp_path_factory.mktemp("delivery")
    before = shutil.copy(refreshed.warehouse, folder / "before.duckdb")
    raw = shutil.copytree(PROJECT / "seeds" / "demo", folder / "raw")
    measured = "select customer_id from evaluation.customer_metrics intersect select customer_id from marts.customer_embeddings"
    ((erased,), (refusing,), (buying,)) = refreshed.query_raw_ids(f"{measured} order by 1 limit 3")
    ((withdrawn,),) = refreshed.query("select product_id from marts.recommendations group by 1 order by count(*), 1 limit 1")
    day = "2026-04-01 09:00:00"
    append(raw / "erasure_requests.csv", {"customer_id": erased, "requested_at": day})
    for purpose in ("personalisation", "analytics"):
        row = {"customer_id": refusing, "is_granted": "false", "changed_at": day, "purpose": purpose}
        append(raw / "consents.csv", row)
    with (raw / "order_lines.csv").open(newline="") as file:
        bought = [line for line in csv.DictReader(file) if line["customer_id"] == buying and line["status"] == "completed"]
    append(raw / "order_lines.csv", {**bought[-1], "order_id": "O-next-day", "ordered_at": "2026-04-01 12:00:00"})
    with (raw / "products.csv").open(newline="") as file:
        products = list(csv.DictReader(file))
    with (raw / "products.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, products[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(row | ({"is_available": "false"} if row["product_id"] == withdrawn else {}) for row in products)
    run = run_dbt(refreshed.warehouse.parent, *REFRESH, variables={"raw_path": str(raw)})
    assert run.succeeded, run.output
    return Delivery(Path(before), run, raw, erased, refusing, buying, withdrawn)


def test_refresh_makes_only_the_lists_that_change(delivery: Delivery, tmp_path: Path) -> None:
    """Fails in one of these cases:

    - a list differs from that of a refresh of all lists;
    - a list is kept although its customer or one of its products changed;
    - a list is made although nothing changed.
    """
    shutil.copy(delivery.before, tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        ids = dict(connection.execute("select raw_customer_id, customer_id from restricted.customer_identities").fetchall())
        tables = "marts.recommendations where product_id = $1", "marts.recommendation_evidence where evidence_product_id = $1"
        holding = {
            customer
            for table in tables
            for (customer,) in connection.execute(f"select customer_id from {table}", [delivery.withdrawn]).fetchall()
        }
        connection.execute("drop table operations.listed_inputs")  # without it a refresh makes all lists
    whole = run_dbt(tmp_path, *REFRESH, "--exclude-resource-type", "test", variables={"raw_path": str(delivery.raw)})
    assert whole.succeeded, whole.output
    made = {customer for (customer,) in delivery.run.query("select customer_id from features.list_customers")}
    assert made == (holding | {ids[delivery.refusing], ids[delivery.buying]}) - {ids[delivery.erased]}
    with duckdb.connect() as connection:
        for name, path in (("before", delivery.before), ("now", delivery.run.warehouse), ("whole", whole.warehouse)):
            connection.execute(f"attach '{path}' as {name} (read_only)")
        for table in SERVED:
            for other, condition in (("whole", "in"), ("before", "not in")):
                rows = [
                    connection.execute(
                        f"""select * from {database}.marts.{table}
                        where
                            customer_id {condition} (select customer_id from now.features.list_customers)
                            and customer_id <> ?
                        order by all""",
                        [ids[delivery.erased]],
                    ).fetchall()
                    for database in ("now", other)
                ]
                # The last digits of single-precision sums depend on how many customers are scored at a time.
                assert len(rows[0]) == len(rows[1]), (table, other)
                for now, then in zip(*rows, strict=True):
                    assert now == pytest.approx(then, abs=1e-5) if other == "whole" else now == then, (table, other)
        moments = connection.execute(
            "select as_of, count(distinct customer_id) from now.marts.recommendations group by 1 order by 1"
        )
        assert [count for _, count in moments.fetchall()][-1] == len(made)
    assert delivery.run.query(f"select * from marts.recommendations where product_id = '{delivery.withdrawn}'") == []


def test_refresh_removes_erased_customers_from_tables_it_keeps(delivery: Delivery) -> None:
    """Fails if tables of the last full run, or releases of them, hold an erased customer or the profile of one who refuses."""
    run, erased, refusing = delivery.run, delivery.erased, delivery.refusing
    with duckdb.connect(str(delivery.before), read_only=True) as connection:
        pseudonyms = dict(
            connection.execute("select raw_customer_id, customer_id from restricted.customer_identities").fetchall()
        )
    assert publish(run)[0] == 0
    assert run.query("select as_of from cleaning.as_of")[0][0].isoformat() == "2026-04-01T12:00:00"
    with duckdb.connect(str(run.published / DATABASE), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name || '.' || table_name from duckdb_columns() where column_name = 'customer_id' and not internal"
        ).fetchall()
        holding = {
            raw: {
                table
                for (table,) in tables
                if connection.execute(f"from {table} where customer_id = ?", [pseudonyms[raw]]).fetchall()
            }
            for raw in (erased, refusing)
        }
        ages = connection.execute("select distinct scope, cast(as_of as date) from marts.publication_tables order by 1")
        ages = [(scope, str(day)) for scope, day in ages.fetchall()]
    assert holding[erased] == set()
    assert "marts.recommendations" in holding[refusing]
    profiles = {"evaluation.customer_metrics", "marts.customer_embeddings", "marts.segment_history", "marts.customer_features"}
    assert holding[refusing] & profiles == set()
    assert ages == [("all", "2026-03-31"), ("refresh", "2026-04-01")]
    assert pseudonyms[erased].encode() not in run.warehouse.read_bytes()
    assert run.query("select distinct object from operations.audit_log where action = 'erase'") != []


def test_refresh_removes_unavailable_products_from_tables_it_keeps(delivery: Delivery) -> None:
    """Fails if a product page of the last full run offers an unavailable product."""
    for table, column in (
        ("similar_products", "similar_id"),
        ("bought_together", "companion_id"),
        ("popular_products", "product_id"),
        ("contextual_recommendations", "product_id"),
    ):
        offered = f"select count(*), count(*) filter (where {column} = '{delivery.withdrawn}') from marts.{table}"
        ((rows, withdrawn),) = delivery.run.query(offered)
        assert rows > 0
        assert withdrawn == 0, table
    pages = f"select count(*) from marts.similar_products where product_id = '{delivery.withdrawn}'"
    assert delivery.run.query(pages) != [(0,)]


def test_refresh_before_a_full_run_is_refused(tmp_path: Path) -> None:
    run = run_dbt(tmp_path, *REFRESH)
    assert not run.succeeded
    assert "no run has learned them yet. Run make lists (or make build) first." in run.output
    assert "START" not in run.output.split("on-run-start")[-1].replace("START hook", ""), "a node started before the refusal"


def with_other_vars(run: Run) -> tuple[str, dict]:
    return "vars, macros, numerics or versions have changed since they were learned", {"list_length": 9}


def after_an_edit(run: Run) -> tuple[str, dict]:
    with duckdb.connect(str(run.warehouse)) as connection:
        connection.execute(f"update operations.node_runs set checksum = 'other' where node = '{PREFIX}blend_trials'")
    return f"{PREFIX}blend_trials changed since they were learned", {}


def after_a_failure(run: Run) -> tuple[str, dict]:
    with duckdb.connect(str(run.warehouse)) as connection:
        connection.execute("update operations.node_runs set status = 'fail' where node like 'test.%assert_gates_hold%'")
    return "the last run of scope all failed", {}


@pytest.mark.parametrize("changed", [with_other_vars, after_an_edit, after_a_failure])
def test_refresh_with_outdated_learned_tables_is_refused(demo_build: Run, tmp_path: Path, changed: object) -> None:
    shutil.copy(demo_build.warehouse, tmp_path / "warehouse.duckdb")
    why, variables = changed(Run(True, "", tmp_path / "warehouse.duckdb", tmp_path / "target", tmp_path / "published"))
    run = run_dbt(tmp_path, *REFRESH, variables=variables)
    assert not run.succeeded
    assert f"but {why}. Run make lists" in run.output


def test_retention_and_date_vars_do_not_block_a_refresh(demo_build: Run, tmp_path: Path) -> None:
    """Fails if vars that nothing learned depends on, such as `as_of`, count as a change."""
    shutil.copy(demo_build.warehouse, tmp_path / "warehouse.duckdb")
    variables = {"releases_kept": 2, "oldest_audit_days": 3, "as_of": "2026-03-31 23:26:36"}
    query = "select '{% if execute %}{{ run_settings() }}{% endif %}' as settings"
    shown = run_dbt(tmp_path, "show", "--output", "json", "--inline", query, variables=variables)
    ((settings,),) = demo_build.query("select distinct settings from operations.node_runs")
    assert settings in shown.output
