"""Fairness gates stay silent where groups are equal by construction, and find what is planted."""

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from tests.conftest import Run, run_dbt

STORES = 200  # equal by construction
UNEQUAL_STORES = 20  # in which the women's lists hit half as often and they are heard half as much
MOST_FALSE_ALARMS = 0.05  # share of the equal stores
CUSTOMERS = 200  # per store
PRODUCTS = 48  # per store
BRANDS = 6
LENGTH = 10
AUDITED = ("bootstrap_weights", "representation_amounts", "representation_audit", "fairness_sums", "fairness_terms")
AUDITED += ("fairness_replicates", "fairness_values", "fairness_nulls", "fairness_index", "fairness_estimates", "fairness_audits")


def simulated_tables(rng: np.random.Generator) -> dict[str, pa.Table]:
    """What the audits read, for stores that are cutoffs: `test` and `live` of each share its number. Groups are dealt at random;
    what customers do, and what their lists hold, knows nothing of them but in the last stores, called `unequal`."""
    stores = STORES + UNEQUAL_STORES
    count = stores * CUSTOMERS
    store = np.repeat(np.arange(stores), CUSTOMERS)
    is_unequal = store >= STORES
    gender = rng.integers(2, size=count)
    age = rng.integers(4, size=count)
    is_harmed = is_unequal & (gender == 0)

    popularity = np.tile(1 / (1 + np.arange(PRODUCTS // BRANDS)), BRANDS)  # the same within every brand
    keys = np.log(popularity) + rng.gumbel(size=(count, PRODUCTS))
    lists = np.argsort(-keys, axis=1)[:, :LENGTH]
    relevant = np.zeros((count, PRODUCTS), bool)
    rows = np.arange(count)
    for number in range(3):
        from_list = rng.random(count) < np.where(is_harmed, 0.15, 0.45)
        listed = lists[rows, rng.integers(LENGTH, size=count)]
        other = np.argmax(np.log(popularity) + rng.gumbel(size=(count, PRODUCTS)), axis=1)
        wanted = rng.random(count) < (1.0, 0.5, 0.25)[number]
        relevant[rows[wanted], np.where(from_list, listed, other)[wanted]] = True
    hits = np.take_along_axis(relevant, lists, axis=1)
    gains = 1 / np.log2(np.arange(LENGTH) + 2)
    ideal = np.cumsum(gains)[np.minimum(relevant.sum(axis=1), LENGTH) - 1]

    customer = pa.array([f"s{s:03d}-c{c:03d}" for s, c in zip(store, rows % CUSTOMERS, strict=True)])
    test = pa.array([f"{'unequal' if s >= STORES else 'equal'}-{s:03d}" for s in store])
    live = pa.array([f"live-{'unequal' if s >= STORES else 'equal'}-{s:03d}" for s in store])
    product = np.array([f"p{p:02d}" for p in range(PRODUCTS)])
    weight = rng.lognormal(size=count) * np.where(is_harmed, 0.4, 1)

    def text(value: str, length: int) -> pa.Array:
        return pa.repeat(pa.scalar(value), length)

    cutoffs = sorted({*test.to_pylist(), *live.to_pylist()})
    catalogue = {
        "brand": [f"b{p // (PRODUCTS // BRANDS)}" for p in range(PRODUCTS)],
        "category": [f"k{p % 4}" for p in range(PRODUCTS)],
        "popularity": ["head" if p % 8 == 0 else "tail" if p % 8 > 5 else "middle" for p in range(PRODUCTS)],
    }
    groups = [(c, a, catalogue[a][p], product[p]) for c in cutoffs for a in catalogue for p in range(PRODUCTS)]
    listed_rows = np.repeat(rows, LENGTH)
    relevant_rows, relevant_products = np.nonzero(relevant)
    members = [
        ("gender", np.array(["female", "male"])[gender]),
        ("age", np.array(["under 30", "30 to 44", "45 to 59", "60 and over"])[age]),
        ("gender & age", np.array(["female & ", "male & "])[gender].astype(object) + age.astype(str).astype(object)),
    ]
    return {
        "interactions.cutoffs": pa.table(
            {"cutoff_id": cutoffs, "purpose": ["live" if c.startswith("live") else "test" for c in cutoffs]}
        ),
        "marts.customer_metrics": pa.table(
            {
                "cutoff_id": test,
                "mode": text("all", count),
                "source": text("assembled", count),
                "customer_id": customer,
                "k": pa.repeat(pa.scalar(LENGTH), count),
                "ndcg_at_k": (hits * gains).sum(axis=1) / ideal,
                "hit_rate_at_k": hits.any(axis=1).astype(float),
                "customer_coverage_share": np.ones(count),
            }
        ),
        "evaluation.evaluated_lists": pa.table(
            {
                "cutoff_id": test.take(listed_rows),
                "mode": text("all", count * LENGTH),
                "source": text("assembled", count * LENGTH),
                "customer_id": customer.take(listed_rows),
                "list_rank": np.tile(np.arange(LENGTH) + 1, count),
                "product_id": product[lists.ravel()],
            }
        ),
        "evaluation.evaluation_labels": pa.table(
            {
                "cutoff_id": test.take(relevant_rows),
                "mode": text("all", len(relevant_rows)),
                "customer_id": customer.take(relevant_rows),
                "product_id": product[relevant_products],
            }
        ),
        "features.customer_groups": pa.table(
            {
                "customer_id": pa.concat_arrays([customer] * len(members)),
                "attribute": [attribute for attribute, _ in members for _ in range(count)],
                "protected_group": [group for _, values in members for group in values],
            }
        ),
        "features.product_groups": pa.table(
            dict(zip(("cutoff_id", "attribute", "protected_group", "product_id"), zip(*groups, strict=True), strict=True))
        ),
        "features.customer_tastes": pa.table(
            {
                "cutoff_id": test,
                "customer_id": customer,
                "attribute": text("category", count),
                "attribute_value": np.array(catalogue["category"])[lists[:, 0]],
                "strength_share": np.ones(count),
            }
        ),
        "ranking.customer_rungs": pa.table(
            {
                "cutoff_id": test,
                "customer_id": customer,
                "rung": np.where(rng.random(count) < 0.9, "history", "popularity"),
            }
        ),
        "ranking.candidate_sources": pa.table({"source": ["popularity"], "needs_history": [False]}),
        "interactions.cutoff_customers": pa.table({"cutoff_id": live, "customer_id": customer}),
        "interactions.customer_product_strengths": pa.table(
            {
                "cutoff_id": live,
                "customer_id": customer,
                "product_id": product[lists[:, 0]],
                "interaction_count": np.ceil(weight).astype(int),
            }
        ),
        "candidates.als_cells": pa.table(
            {"cutoff_id": live, "customer_id": customer, "product_id": product[lists[:, 0]], "weight": weight}
        ),
        "assembly.assembled_lists": pa.table(
            {
                "cutoff_id": live.take(listed_rows),
                "mode": text("all", count * LENGTH),
                "customer_id": customer.take(listed_rows),
                "list_rank": np.tile(np.arange(LENGTH) + 1, count),
                "product_id": product[lists.ravel()],
            }
        ),
    }


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The audits, as they are, of all simulated stores at once."""
    folder = tmp_path_factory.mktemp("simulated")
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        for name, rows in simulated_tables(np.random.default_rng(7)).items():
            connection.register("rows", rows)
            connection.execute(f"create schema if not exists {name.split('.')[0]}; create table {name} as select * from rows")
    run = run_dbt(
        folder, "build", "--select", "protected_groups", "fairness_checks", *AUDITED, "--resource-type", "seed", "model"
    )
    assert run.succeeded, run.output
    return run


def alarmed_stores(run: Run, kind: str, condition: str = "true") -> set[str]:
    """Numbers of the stores of a kind in which a gate fails."""
    return {
        store
        for (store,) in run.query(
            f"""select distinct right(cutoff_id, 3) from marts.fairness_audits
            where is_gate and status = 'fail' and cutoff_id like '%{kind}-%' and {condition}
            and (cutoff_id like '{kind}%' or cutoff_id like 'live-{kind}%')"""
        )
    }


def test_equal_groups_set_off_an_alarm_in_at_most_one_store_of_twenty(simulated: Run) -> None:
    judged = simulated.query(
        "select count(distinct cutoff_id) from marts.fairness_audits where is_gate and severity = 'fail' and status <> 'not_enough_data'"
    )
    assert judged == [(2 * (STORES + UNEQUAL_STORES),)]
    assert len(alarmed_stores(simulated, "equal")) <= MOST_FALSE_ALARMS * STORES


def test_unequal_groups_do_set_off_the_alarm(simulated: Run) -> None:
    assert (
        len(alarmed_stores(simulated, "unequal", "metric = 'representation_ratio' and protected_group = 'female'"))
        >= 0.9 * UNEQUAL_STORES
    )
    assert (
        len(alarmed_stores(simulated, "unequal", "metric <> 'representation_ratio' and attribute = 'gender'"))
        >= 0.8 * UNEQUAL_STORES
    )
    assert alarmed_stores(simulated, "unequal", "attribute = 'brand'") == set()
