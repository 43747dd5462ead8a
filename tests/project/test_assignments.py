"""Assignment of customers to variants, and lists with the settings of a variant, beside lists with those of the project."""

import datetime
import shutil
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from scipy import stats

from tests.conftest import Run, run_dbt
from warehouse_recommender.experiments import assignment

# --- assignments, by the compiled SQL over made-up customers ---

CUSTOMERS = 20_000
LEAST_P = 1e-4  # p-value below which counts do not follow from the stated probabilities
START = datetime.date(2026, 1, 1)
PLAN = {"one": ("lists", 0.4, None), "two": ("lists", 0.3, None), "banner": ("banner", 1.0, None)}
ARMS = {
    "one": {"control": 0.5, "a": 0.25, "b": 0.25},
    "two": {"control": 0.5, "new": 0.5},
    "three": {"control": 0.5, "new": 0.5},
    "banner": {"control": 0.5, "red": 0.5},
}
Assigned = dict[tuple[str, int], tuple[str, str]]  # (layer, customer): experiment and variant


@pytest.fixture(scope="module")
def compiled(demo_build: Run) -> str:
    folder = demo_build.target / "compiled" / "warehouse_recommender" / "models" / "capabilities" / "experiments"
    return (folder / "drawn_variants.sql").read_text()


def assign(compiled: str, plan: dict = PLAN, arms: dict = ARMS, customers: int = CUSTOMERS) -> Assigned:
    """Return the assignments of a plan of experiments: layer, traffic share and last day; they start one day after the other."""
    starts = {name: START + datetime.timedelta(number) for number, name in enumerate(plan)}
    rows = [(name, layer, share, starts[name], end) for name, (layer, share, end) in plan.items()]
    types = (pa.string(), pa.string(), pa.float64(), pa.date32(), pa.date32())
    columns = [pa.array(column, kind) for column, kind in zip(zip(*rows, strict=True), types, strict=True)]
    with duckdb.connect(":memory:") as connection:
        connection.execute("attach ':memory:' as warehouse; use warehouse")
        connection.execute("create schema cleaning; create schema reference; create schema experiments")
        connection.register("planned", pa.table(columns, assignment.EXPERIMENT_COLUMNS))
        connection.register("slices", assignment.layer_slices(pa.table(columns, assignment.EXPERIMENT_COLUMNS)))
        connection.execute(
            f"""create table cleaning.as_of as select timestamp '2026-03-01 12:00:00' as as_of;
            create table cleaning.clean_customers as select 'c' || i as customer_id, i as customer_index,
                true as is_personalisation_granted, true as is_analytics_granted from range({customers}) as numbers (i);
            create table reference.experiments as select *, 'salt of ' || experiment as salt from planned;
            create table experiments.layer_slices as select * from slices;
            create table reference.experiment_variants (experiment varchar, variant varchar, planned_share double)"""
        )
        for name in plan:
            rows = [(name, variant, share) for variant, share in arms[name].items()]
            connection.executemany("insert into reference.experiment_variants values (?, ?, ?)", rows)
        found = connection.execute(f"select layer, customer_index, experiment, variant from ({compiled})").fetchall()
    assigned = {(layer, customer): (experiment, variant) for layer, customer, experiment, variant in found}
    assert len(assigned) == len(found), "a customer has two experiments in one layer"
    return assigned


@pytest.fixture(scope="module")
def assigned(compiled: str) -> Assigned:
    return assign(compiled)


def moves(before: Assigned, after: Assigned) -> set[tuple[tuple[str, str] | None, tuple[str, str] | None]]:
    """Return the pairs of assignments, before and after, of the customers whose assignment differs."""
    return {(before.get(key), after.get(key)) for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


def test_variants_have_their_planned_shares(assigned: Assigned) -> None:
    expected = {
        (experiment, variant): CUSTOMERS * PLAN[experiment][1] * share
        for experiment in PLAN
        for variant, share in ARMS[experiment].items()
    }
    rest = CUSTOMERS * (1 - 0.4 - 0.3)
    counts = {cell: sum(found == cell for found in assigned.values()) for cell in expected}
    in_lists = [cell for cell in expected if cell[0] != "banner"]
    observed = [counts[cell] for cell in in_lists]
    test = stats.chisquare([*observed, CUSTOMERS - sum(observed)], [*(expected[cell] for cell in in_lists), rest])
    assert test.pvalue > LEAST_P
    assert stats.binomtest(counts["banner", "red"], CUSTOMERS).pvalue > LEAST_P


def test_layers_are_independent(assigned: Assigned) -> None:
    cells: dict[tuple, int] = {}
    for customer in range(CUSTOMERS):
        cell = assigned.get(("lists", customer)), assigned["banner", customer]
        cells[cell] = cells.get(cell, 0) + 1
    rows = sorted({cell[0] for cell in cells}, key=str)
    table = [[cells.get((row, ("banner", variant)), 0) for variant in ARMS["banner"]] for row in rows]
    assert len(table) == 6
    assert stats.chi2_contingency(table).pvalue > LEAST_P


def test_new_customers_and_experiments_move_nobody(compiled: str, assigned: Assigned) -> None:
    fewer = assign(compiled, customers=CUSTOMERS // 2)
    assert fewer == {key: found for key, found in assigned.items() if key[1] < CUSTOMERS // 2}
    wider = assign(compiled, PLAN | {"three": ("lists", 0.3, None)})
    assert {before for before, _ in moves(assigned, wider)} == {None}
    assert {after[0] for _, after in moves(assigned, wider) if after} == {"three"}


def test_end_of_an_experiment_moves_only_its_own_customers(compiled: str, assigned: Assigned) -> None:
    ended = assign(compiled, PLAN | {"one": ("lists", 0.4, datetime.date(2026, 2, 1))})
    assert {(before[0], after) for before, after in moves(assigned, ended) if before} == {("one", None)}
    assert not any(before is None for before, _ in moves(assigned, ended))


def test_higher_share_of_a_variant_moves_customers_only_into_it(compiled: str, assigned: Assigned) -> None:
    raised = assign(compiled, arms=ARMS | {"one": {"control": 0.5, "a": 0.5, "b": 0.25}})
    assert {after for _, after in moves(assigned, raised)} == {("one", "a")}
    assert {before for before, _ in moves(assigned, raised)} == {("one", "control"), ("one", "b")}
    fourth = assign(compiled, arms=ARMS | {"one": ARMS["one"] | {"c": 0.25}})
    assert {after for _, after in moves(assigned, fourth)} == {("one", "c")}


def test_higher_traffic_of_the_last_experiment_only_adds_customers(compiled: str, assigned: Assigned) -> None:
    more = assign(compiled, PLAN | {"two": ("lists", 0.6, None)})
    assert {before for before, _ in moves(assigned, more)} == {None}
    assert {after[0] for _, after in moves(assigned, more) if after} == {"two"}


# --- lists of the demo store ---

SETTINGS = {
    "plain": '{"diversity_lambda": 1, "exploration_slots": 0, "fatigue_factor": 1}',
    "cascade": '{"ranking_method": "cascade", "repeat_policy": "always", "exploration_slots": 3}',
}
MODELS = (
    *("layer_slices", "drawn_variants", "experiment_assignments", "variant_settings", "list_inputs", "ranking_features"),
    *("ranker_scores", "ranked_pool", "list_candidates", "candidate_dispositions", "diversified_candidates", "assembled_lists"),
    *("explained_lists", "list_contributions", "recommendation_reasons", "list_ids", "recommendations"),
    "assert_experiments_are_valid",
)
VARIABLES = {"experiment_lists": True, "experiment_holdout_share": 0.1}


def plan(warehouse: Path, settings: dict[str, str]) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            """delete from reference.experiments;
            delete from reference.experiment_variants;
            insert into reference.experiments (experiment, layer, salt, unit, starts_on)
            values ('lists', 'lists', 's', 'customer', date '2020-01-01')"""
        )
        rows = [("lists", name, 0.3, text) for name, text in {"control": None, **settings}.items()]
        connection.executemany(
            "insert into reference.experiment_variants (experiment, variant, planned_share, settings) values (?, ?, ?, ?)", rows
        )


@pytest.fixture(scope="module")
def varied(demo_build: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The demo store's lists, built again with an experiment of three variants."""
    folder = tmp_path_factory.mktemp("variants")
    plan(Path(shutil.copy(demo_build.warehouse, folder / "warehouse.duckdb")), SETTINGS)
    kinds = ("--resource-type", "model", "--resource-type", "test")
    run = run_dbt(folder, "build", "--select", *MODELS, *kinds, variables=VARIABLES)
    assert run.succeeded, run.output
    return run


def lists(run: Run, columns: str = "product_id, score, reason_text") -> dict[str, list[tuple]]:
    found: dict[str, list[tuple]] = {}
    for customer, *row in run.query(f"select customer_id, {columns} from marts.recommendations order by customer_id, rank"):
        found.setdefault(customer, []).append(tuple(row))
    return found


def test_lists_of_control_holdout_and_refusing_customers_are_those_without_experiments(demo_build: Run, varied: Run) -> None:
    variants = dict(varied.query("select distinct customer_id, variant from marts.recommendations"))
    own, project = lists(varied), lists(demo_build)
    assert own.keys() == project.keys()
    usual = [customer for customer, variant in variants.items() if variant in (None, "control")]
    assert len(usual) > 200
    assert [customer for customer in usual if own[customer] != project[customer]] == []
    for name in SETTINGS:
        changed = [own[customer] != project[customer] for customer, variant in variants.items() if variant == name]
        assert sum(changed) > 0.9 * len(changed) > 90


def test_lists_follow_the_settings_of_their_variant(varied: Run) -> None:
    found = varied.query(
        """select variant, max(explored), bool_and(is_in_order) from (
            select variant, customer_id, count(*) filter (is_exploration) as explored,
                list(adjusted_score order by rank) = list_reverse_sort(list(adjusted_score)) as is_in_order
            from marts.recommendations where rule_id is null group by all  -- rules pin products
        ) group by all order by 1"""
    )
    assert found == [("cascade", 3, False), ("control", 1, False), ("plain", 0, True), (None, 1, False)]
    methods = "select distinct variant, method from explanations.explained_lists left join experiments.variant_settings"
    known = varied.query(f"{methods} using (customer_index) where tier = 'history'")
    assert {method for variant, method in known if variant == "cascade"} == {"cascade"}
    assert len({method for variant, method in known if variant != "cascade"}) == 1
    withheld = varied.query(
        """select variant, count(*) filter (withheld_reason = 'not_due') > 0 from assembly.candidate_dispositions
        inner join experiments.variant_settings using (customer_index) where cutoff_id = 'live' group by all order by 1"""
    )
    assert withheld == [("cascade", False), ("control", True), ("plain", True)]


def test_variant_is_published_without_revealing_refusals(varied: Run) -> None:
    """Customers who refuse consent have the control or, as others, the holdout, and are not assigned."""
    refusing = """select customer_id from cleaning.clean_customers
        where not (is_personalisation_granted and is_analytics_granted)"""
    assert varied.query(f"select customer_id from restricted.experiment_assignments intersect ({refusing})") == []
    shown = f"select distinct variant from marts.recommendations where customer_id in ({refusing}) order by 1"
    assert varied.query(shown) == [("control",), (None,)]
    others = f"select count(*) from marts.recommendations where variant = 'control' and customer_id not in ({refusing})"
    assert varied.query(others)[0][0] > 100
    differing = """select lists.customer_id from marts.recommendations as lists
        inner join restricted.experiment_assignments as assigned using (customer_id)
        where lists.variant is distinct from assigned.variant"""
    assert varied.query(differing) == []
    ((holdout, measured),) = varied.query("select count(*) filter (is_holdout), count(*) from restricted.experiment_assignments")
    assert stats.binomtest(holdout, measured, 0.1).pvalue > LEAST_P


def test_refresh_computes_the_lists_of_customers_with_a_changed_variant(demo_build: Run, varied: Run) -> None:
    """The digest of list_inputs decides: it differs for the customers with a variant, and for no other."""
    query = "select customer_id, digest from features.list_inputs where customer_id is not null"
    before, after = dict(demo_build.query(query)), dict(varied.query(query))
    with_variant = varied.query(
        "select customer_id from cleaning.clean_customers inner join experiments.variant_settings using (customer_index)"
    )
    assert {customer for customer in before if before[customer] != after[customer]} == {customer for (customer,) in with_variant}


def test_invalid_settings_stop_the_build_before_customers_are_assigned(varied: Run, tmp_path: Path) -> None:
    plan(Path(shutil.copy(varied.warehouse, tmp_path / "warehouse.duckdb")), {"new": '{"diversity_lambda": 2}'})
    models = ("drawn_variants", "variant_settings", "assert_experiments_are_valid")
    run = run_dbt(
        tmp_path, "build", "--select", *models, "--resource-type", "model", "--resource-type", "test", variables=VARIABLES
    )
    assert not run.succeeded
    message = "Seed experiment_variants, row lists, new, column settings: diversity_lambda is 2. Accepted: number >= 0 <= 1."
    assert message in " ".join(run.output.split())
    assert "SKIP relation experiments.drawn_variants" in run.output
