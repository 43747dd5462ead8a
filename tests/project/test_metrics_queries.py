"""MetricFlow answers metric queries from the published file, through the semantic models in models/marts."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PROJECT, Run
from tests.project.test_publishing import query

MF = Path(sys.executable).parent / "mf"
READ = ("dbt_project.yml", "profiles.yml", "selectors.yml", ".dbtignore", "models", "python_models", "macros", "seeds", "tests")


@pytest.fixture(scope="module")
def project(demo_build: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with its own folder for dbt's files, parsed against the published file."""
    if not MF.exists():
        pytest.skip("MetricFlow isn't installed; uv sync --group metrics does it")
    folder = tmp_path_factory.mktemp("metrics")
    for name in READ:
        (folder / name).symlink_to(PROJECT / name)
    environment = {**os.environ, "DBT_TARGET": "published", "PUBLISHED_PATH": str(demo_build.published)}
    subprocess.run([MF.parent / "dbt", "--quiet", "parse"], cwd=folder, env=environment, check=True)
    return folder


def ask(project: Path, published: Path, *arguments: str) -> list[dict[str, str]]:
    """Return the rows of `mf query`."""
    answer = project / "answer.csv"
    environment = {**os.environ, "DBT_TARGET": "published", "PUBLISHED_PATH": str(published)}
    command = [str(MF), "query", *arguments, "--csv", str(answer)]
    asked = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert asked.returncode == 0, asked.stdout + asked.stderr
    with answer.open(newline="") as file:
        return list(csv.DictReader(file))


def test_facts_can_be_grouped_by_joined_dimensions(demo_build: Run, project: Path) -> None:
    rows = ask(
        project,
        demo_build.published,
        *("--metrics", "recommendation_count,exploration_share,listed_product_count"),
        *("--group-by", "customer__segment,product__category"),
    )
    expected = query(
        demo_build.published,
        """select customers.segment, products.category, count(*), count(*) filter (is_exploration) / count(*),
            count(distinct product_id)
        from marts.recommendations join marts.customers using (customer_id) join marts.products using (product_id)
        group by all order by all""",
    )
    found = sorted(
        (
            row["customer__segment"],
            row["product__category"],
            int(float(row["recommendation_count"])),
            float(row["exploration_share"]),
            int(float(row["listed_product_count"])),
        )
        for row in rows
    )
    assert [row[:3] + row[4:] for row in found] == [row[:3] + row[4:] for row in expected]
    assert [row[3] for row in found] == pytest.approx([row[3] for row in expected], abs=1e-6)


def test_backtest_metric_applies_its_own_filter(demo_build: Run, project: Path) -> None:
    rows = ask(
        project, demo_build.published, "--metrics", "backtest_ndcg_at_10", "--group-by", "metric_time__day,backtest__source"
    )
    expected = query(
        demo_build.published,
        """select source, value from marts.backtest_results
        where metric = 'ndcg_at_k' and k = 10 and mode = 'all' order by all""",
    )
    found = sorted((row["backtest__source"], float(row["backtest_ndcg_at_10"])) for row in rows)
    assert [source for source, _ in found] == [source for source, _ in expected]
    assert [value for _, value in found] == pytest.approx([value for _, value in expected], abs=1e-5)
