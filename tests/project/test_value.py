"""Lists ordered by value: products exchange positions within a list, scores and relevances stay, and expected revenue rises."""

import shutil

import pytest

from tests.conftest import Run, run_dbt

# The seam ordered_pool and the models that it changes. An earlier build has learned the curves.
MODELS = ("scored_candidates", "purchase_probabilities", "valued_candidates", "list_candidates", "candidate_dispositions")


@pytest.fixture(scope="module")
def valued(demo_build: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The demo store with lists ordered by expected revenue, up to the candidates of the assembly; runs the seam's unit tests."""
    folder = tmp_path_factory.mktemp("valued")
    shutil.copy(demo_build.warehouse, folder / "warehouse.duckdb")
    run = run_dbt(folder, "build", "--select", *MODELS, variables={"value_weight": 1})
    assert run.succeeded, run.output
    return run


def test_order_by_value_keeps_scores_and_relevances(demo_build: Run, valued: Run) -> None:
    """Fails if explanations no longer add up, or if rules, fatigue and diversity meet another scale."""
    for columns in ("list_index, product_index, blend_rank, score", "list_index, relevance"):
        query = f"select {columns} from assembly.list_candidates order by all"
        assert valued.query(query) == demo_build.query(query), columns


def test_order_by_value_raises_expected_revenue_of_every_list(demo_build: Run, valued: Run) -> None:
    """The first ten products by relevance, before rules; equal relevances keep the order of the ranking method."""
    top = """
        select list_index, product_index, price, probability from (
            select *, row_number() over (partition by list_index order by relevance desc, blend_rank, product_index) as place
            from assembly.list_candidates
            inner join evaluation.product_values using (cutoff_id, product_index)
            inner join probabilities using (list_index, product_index)
        ) where place <= 10
    """
    query = f"""
        with probabilities as (select list_index, product_index, probability from evaluation.purchase_probabilities),
        top as ({top})
        select list_index, sum(price * probability) from top group by list_index order by list_index
    """
    ordered = dict(valued.query(query))
    purposes = dict(valued.query("select list_index, purpose from ranking.lists"))
    assert {purposes[number] for number in ordered} == {"test", "live"}
    changed = 0
    for number, revenue in demo_build.query(query):
        assert ordered[number] >= revenue - 1e-6, number
        changed += ordered[number] > revenue + 1e-6
    assert changed > 100


def test_lists_without_probabilities_keep_their_order(demo_build: Run, valued: Run) -> None:
    query = """
        select list_index, product_index, relevance from assembly.list_candidates
        inner join ranking.lists using (list_index) where not has_history order by all
    """
    kept = valued.query(query)
    assert kept
    assert kept == demo_build.query(query)
