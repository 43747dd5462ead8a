"""The entry point of make reads the data set's file and passes names and paths unchanged, whatever characters they contain."""

import json
import os
import stat
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.conftest import PROJECT
from warehouse_operations import __main__ as entry
from warehouse_operations import project


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "DATASET",
        "RAW",
        "TUNED",
        "WAREHOUSE_PATH",
        "PUBLISHED_PATH",
        "DBT_TARGET_PATH",
        "DBT_TARGET",
        "SPARK_WAREHOUSE",
        "CUSTOMER",
        "WHY",
        "FILE",
        "TO",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of mapping files that replaces the project's own."""
    monkeypatch.setattr(project, "DATA_SETS", tmp_path)
    return tmp_path


def vars_of(step: list[str]) -> dict:
    return yaml.safe_load(step[step.index("--vars") + 1])


def test_folder_with_quotes_and_file_without_final_newline_are_accepted(folder: Path) -> None:
    (folder / "shop.yml").write_text("dataset: shop\nraw: {order_lines: {file: <raw_path>/lines.csv}}")
    (step,), _ = entry.plan(["--dataset", "shop", "--raw", '/raw/o\'neil "x" $HOME', "build"])
    assert vars_of(step) == {
        "dataset": "shop",
        "raw": {"order_lines": {"file": "<raw_path>/lines.csv"}},
        "raw_path": '/raw/o\'neil "x" $HOME',
    }


@pytest.mark.parametrize("text", [b"dataset: shop\r\nlist_length: 5\r\n", b"\xef\xbb\xbfdataset: shop\nlist_length: 5\n"])
def test_file_with_crlf_or_byte_order_mark_is_read(text: bytes, folder: Path) -> None:
    (folder / "shop.yml").write_bytes(text)
    assert project.data_set("shop").variables == {"dataset": "shop", "list_length": 5}


def test_data_set_and_folder_of_the_environment_are_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "my shop.yml").write_text("list_length: 5")
    monkeypatch.setenv("DATASET", "my shop")
    monkeypatch.setenv("RAW", str(folder))
    (step,), paths = entry.plan(["dbt", "build", "--selector", "lists"])
    assert step[1:4] == ["build", "--selector", "lists"]
    assert vars_of(step) == {"dataset": "my shop", "list_length": 5, "raw_path": str(folder)}
    assert paths == {
        "WAREHOUSE_PATH": "warehouse/my shop.duckdb",
        "PUBLISHED_PATH": "published/my shop",
        "DBT_TARGET_PATH": "target/my shop",
    }


def test_paths_with_spaces_are_kept_and_releases_are_beside_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAREHOUSE_PATH", "/raw dirs/w.duckdb")
    (step,), _ = entry.plan(["releases"])
    assert step[-2:] == ["--folder", "/raw dirs/published"]
    (step,), _ = entry.plan(["dashboard", "--customers", "3"])
    assert step[step.index("--published") + 1] == "/raw dirs/published"
    (step,), _ = entry.plan(["timings"])
    assert step[-2:] == ["--warehouse", "/raw dirs/w.duckdb"]


def test_paths_on_spark(monkeypatch: pytest.MonkeyPatch) -> None:
    """The warehouse is a folder with an absolute path, because executors run in other folders, and may be an object store."""
    monkeypatch.setenv("DBT_TARGET", "spark")
    (step,), paths = entry.plan(["publish"])
    assert paths == {
        "SPARK_WAREHOUSE": str(PROJECT / "warehouse" / "demo.spark"),
        "PUBLISHED_PATH": "published",
        "DBT_TARGET_PATH": "target/demo.spark",
    }
    assert step[step.index("--warehouse") + 1] == paths["SPARK_WAREHOUSE"]
    monkeypatch.setenv("SPARK_WAREHOUSE", "/shared/store")
    _, paths = entry.plan(["build"])
    assert (paths["SPARK_WAREHOUSE"], paths["PUBLISHED_PATH"]) == ("/shared/store", "/shared/published")


def test_release_from_an_object_store_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    monkeypatch.setenv("DBT_TARGET", "spark")
    monkeypatch.setenv("SPARK_WAREHOUSE", "s3a://bucket/warehouse")
    assert entry.main(["publish"]) == 2
    assert "SPARK_WAREHOUSE is s3a://bucket/warehouse" in capsys.readouterr().err


def test_reasons_with_quotes_are_passed_unchanged(monkeypatch: pytest.MonkeyPatch) -> None:
    """The id stays in the environment: dbt writes arguments to run_results.json, and process lists show them."""
    monkeypatch.setenv("CUSTOMER", "o'neil")
    monkeypatch.setenv("WHY", 'asked "why" by phone: 3 $')
    (step,), _ = entry.plan(["reidentify"])
    assert json.loads(step[step.index("--args") + 1]) == {"why": 'asked "why" by phone: 3 $'}
    assert not [argument for argument in step if "neil" in argument]
    assert step[step.index("--log-level-file") + 1] == "none"
    assert "--no-write-json" in step


def test_export_reads_its_arguments_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {"TO": "a folder/lists.csv", "WHY": 'the "spring" mailing', "FIELDS": "customer_id, rank", "CONSENT": "none"}
    for name, value in asked.items():
        monkeypatch.setenv(name, value)
    (step,), _ = entry.plan(["export"])
    assert step[step.index("run-operation") + 1] == "export_lists"
    assert json.loads(step[step.index("--args") + 1]) == {
        "to": str(Path.cwd() / "a folder" / "lists.csv"),
        "why": 'the "spring" mailing',
        "columns": "customer_id, rank",
        "consent": "none",
    }


def test_metrics_arguments_are_split_as_in_a_shell(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    condition = "{{ Dimension('customer__segment') }} = 'O''Brien'"
    monkeypatch.setenv("ASK", f'--metrics recommendation_count --where "{condition}"; touch x')
    monkeypatch.setattr(Path, "exists", lambda _: True)  # as if a release existed
    (_, step), _ = entry.plan(["metrics"])
    assert step[2:] == ["--metrics", "recommendation_count", "--where", f"{condition};", "touch", "x"]
    monkeypatch.setenv("ASK", '--metrics "recommendation_count')
    assert entry.main(["metrics"]) == 2
    assert "ASK can't be read: No closing quotation." in capsys.readouterr().err


def test_only_published_files_are_readable_by_others(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "shop.yml").write_text("list_length: 5")
    project_folder = folder / "project"
    (project_folder / "target").mkdir(parents=True, mode=0o755)
    monkeypatch.setattr(entry, "PROJECT", project_folder)
    monkeypatch.setattr(entry.os, "execv", lambda *_: None)
    monkeypatch.setattr(entry.os, "environ", dict(os.environ))
    monkeypatch.chdir(folder)
    before = os.umask(0o022)
    try:
        for command, mask in (("publish", 0o022), ("timings", 0o077)):
            entry.main(["--dataset", "shop", command])
            assert os.umask(0o022) == mask
    finally:
        os.umask(before)
    assert stat.S_IMODE((project_folder / "target").stat().st_mode) == 0o700


def test_tuned_vars_override_those_of_the_file(folder: Path) -> None:
    (folder / "shop.yml").write_text("als_factors: 8\nlist_length: 5\n")
    (folder / "shop.tuned.yml").write_text("als_factors: 16\n")
    (step,), _ = entry.plan(["--dataset", "shop", "--tuned", "dbt", "ls"])
    assert vars_of(step) == {"dataset": "shop", "als_factors": 16, "list_length": 5}


REFUSED = {
    "no such file": ({"shop.yml": "{}"}, ["nope", "docs"], "No mapping file datasets/nope.yml. Available data sets: shop."),
    "path outside the folder": (
        {"shop.yml": "{}"},
        ["nothing/../shop", "docs"],
        "No mapping file datasets/nothing/../shop.yml.",
    ),
    "no folder of raw files": (
        {"shop.yml": "raw: {order_lines: {file: <raw_path>/lines.csv}}"},
        ["shop", "build"],
        "no folder is set for it: make build DATASET=shop RAW=<folder>",
    ),
    "nothing was tuned": ({"shop.yml": "list_length: 5"}, ["shop", "--tuned"], "Write it with: make tune DATASET=shop."),
    "name of the engine": ({"temp.yml": "list_length: 5"}, ["temp"], "A database can't be named temp"),
    "schema of the engine": ({"Main.yml": "list_length: 5"}, ["Main"], "A database can't be named Main"),
    "quote in the name": ({"o'neil.yml": "list_length: 5"}, ["o'neil"], "A database can't be named o'neil"),
    "file of another folder": (
        {"shop.yml": "list_length: 5"},
        ["../shop"],
        "No mapping file datasets/../shop.yml. Available data sets: shop.",
    ),
    "empty file": ({"shop.yml": ""}, ["shop"], "datasets/shop.yml must contain vars"),
    "two names": ({"shop.yml": "dataset: store"}, ["shop"], "datasets/shop.yml sets `dataset: store`"),
    "invalid YAML": ({"shop.yml": "raw: {order_lines: [}"}, ["shop"], "datasets/shop.yml is not valid YAML"),
    "no vars": ({"shop.yml": "order_lines.csv"}, ["shop"], "datasets/shop.yml must contain vars"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_unusable_data_set_is_refused_with_a_message(case: str, folder: Path, capsys: pytest.CaptureFixture) -> None:
    files, (name, *more), said = REFUSED[case]
    for file, text in files.items():
        (folder / file).write_text(text)
    options = [option for option in more if option.startswith("--")]
    command = next((word for word in more if word in entry.COMMANDS), "dbt")
    assert entry.main(["--dataset", name, *options, command]) == 2
    assert said in capsys.readouterr().err


def test_project_data_sets_are_usable() -> None:
    for file in (PROJECT / "datasets").glob("*.yml"):
        if not file.stem.endswith(".tuned"):
            assert project.data_set(file.stem).variables["dataset"] == file.stem


def make(*arguments: str, **environment: str) -> tuple[int, str]:
    """Run a make target without installing anything; return its exit status and output."""
    given = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL")}
    installed = ["-o", ".venv/.installed", "-o", ".venv/.tuning"]
    run = subprocess.run(
        ["make", *installed, *arguments], cwd=PROJECT, env=given | environment, capture_output=True, text=True, timeout=60
    )
    return run.returncode, run.stdout + run.stderr


@pytest.mark.parametrize(
    "target",
    [
        "build",
        "check",
        "dashboard",
        "docs",
        "lists",
        "metrics",
        "publish",
        "refresh",
        "reidentify",
        "releases",
        "timings",
        "tune",
    ],
)
def test_make_with_an_unknown_data_set_lists_the_known_ones(target: str) -> None:
    status, said = make(target, "DATASET=nope")
    assert status == 2
    assert "No mapping file datasets/nope.yml. Available data sets: demo, " in said
    assert "Traceback" not in said


BEFORE_A_BUILD = {
    "timings": (2, "There is no warehouse {folder}/w.duckdb"),
    "releases": (0, "There is no release in {folder}/published"),
    "dashboard": (2, "{folder}/published: there is no release"),
    "publish": (2, "There is no warehouse {folder}/w.duckdb"),
    "metrics": (2, "There is no release in {folder}/published"),
}


@pytest.mark.parametrize("target", BEFORE_A_BUILD)
def test_make_before_a_build_reports_what_is_missing(target: str, tmp_path: Path) -> None:
    status, expected = BEFORE_A_BUILD[target]
    folder = tmp_path / "raw dirs; o'neil $HOME ü"
    ended, said = make(target, WAREHOUSE_PATH=f"{folder}/w.duckdb")
    assert ended == status
    assert expected.format(folder=folder) in said
    assert "Traceback" not in said


def test_make_without_a_folder_of_raw_files_asks_for_it() -> None:
    for target in ("build", "check", "lists", "refresh"):
        status, said = make(target, "DATASET=online_retail")
        assert status == 2
        assert "no folder is set for it: make build DATASET=online_retail RAW=<folder>" in said


def test_make_passes_names_and_folders_unchanged(tmp_path: Path) -> None:
    stub = tmp_path / "python"
    stub.write_text('#!/bin/sh\nprintf "%s|" "$DATASET" "$RAW" "$@"\n')
    stub.chmod(0o755)
    for name in ("o'neil", "my shop", "ü", "a;b", '"quoted"', "$HOME"):
        for given in ({"DATASET": name, "RAW": f"/raw/{name}"}, {}):
            arguments = [] if given else [f"DATASET={name}", f"RAW=/raw/{name}"]
            status, said = make("check", *arguments, f"BIN={tmp_path}", **given)
            assert (status, said) == (0, f"{name}|/raw/{name}|-m|warehouse_operations|check|")
