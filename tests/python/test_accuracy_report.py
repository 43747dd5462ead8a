"""The accuracy report states the measured figures, the baseline they are compared with, and missing data sets."""

from pathlib import Path
from typing import Any

import pytest

from benchmarks import accuracy
from benchmarks.accuracy import Row

RAW = {"events": {"file": "<raw_path>/ratings.parquet"}, "products": {"file": "<raw_path>/items.parquet"}}


def row(source: str, value: float, **others: Any) -> Row:
    cell = {
        "data_set": "sequence",
        "customers": "50",
        "code": "abc",
        "slice": "with_history",
        "mode": "all",
        "metric": "ndcg_at_k",
    }
    none = dict.fromkeys(("ci_low", "ci_high", "difference", "difference_low", "difference_high"))
    return {**cell, **none, "source": source, "value": value, "customer_count": 40, "is_chosen": False, **others}


def gap(source: str, value: float, difference: float, low: float, high: float) -> Row:
    return row(source, value, difference=difference, difference_low=low, difference_high=high)


ROWS = [
    gap("als", 0.25, 0.05, -0.01, 0.11),
    gap("ease", 0.2, 0.1, 0.04, 0.16),
    gap("weighted", 0.28, 0.02, 0.01, 0.03),
    row("stacked", 0.3, is_chosen=True),
    row("hybrid", 0.3),
    row("assembled", 0.27),
    row("oracle", 0.6),
]


def line(text: str, start: str) -> str:
    (found,) = [line for line in text.splitlines() if line.startswith(start)]
    return found


def test_best_source_excludes_methods_and_the_oracle() -> None:
    assert accuracy.best_source(accuracy.cells_of(ROWS, "with_history", "all", "ndcg_at_k")) == "als"


def test_report_compares_hybrid_with_best_source_and_baseline() -> None:
    before = [row("als", 0.25), gap("ease", 0.26, -0.01, -0.02, 0.0), row("hybrid", 0.25), row("weighted", 0.28)]
    text = accuracy.report(ROWS, before)
    assert line(text, "| `als`").startswith("| `als` | 0.2500 | - |")
    assert line(text, "| `ease`").startswith("| `ease` | 0.2600 → 0.2000 |")
    assert line(text, "| nDCG@10, all").endswith("| -0.0100 [-0.0200, +0.0000] (`ease`) | +0.0500 [-0.0100, +0.1100] (`als`) |")
    assert "`stacked` in mode `all`" in line(text, "Chosen method")
    assert line(text, "| upper bound").startswith("| upper bound: oracle | 0.6000 |")


@pytest.mark.parametrize("other", [{"customers": "60"}, {"data_set": "dense"}])
def test_baseline_of_another_store_is_not_compared(other: dict[str, str]) -> None:
    text = accuracy.report(ROWS, [{**row("als", 0.9), **other}])
    assert line(text, "| `als`").startswith("| `als` | 0.2500 |")


def test_data_sets_without_figures_are_listed_as_not_measured() -> None:
    text = accuracy.report(ROWS, [])
    assert text.count("Not measured") == len(accuracy.DATA_SETS) - 1
    assert all(kind.title in text for kind in accuracy.DATA_SETS.values())


def test_figures_survive_writing_and_reading(tmp_path: Path) -> None:
    accuracy.write_rows(tmp_path / "figures.csv", ROWS)
    assert accuracy.read_rows(tmp_path / "figures.csv") == ROWS
    assert accuracy.read_rows(tmp_path / "none.csv") == []


def test_raw_files_are_found_in_the_folder_or_a_subfolder(tmp_path: Path) -> None:
    folder, half = tmp_path / "films", tmp_path / "a_half"
    for path in (folder / "ratings.parquet", folder / "items.parquet", half / "items.parquet"):
        path.parent.mkdir(exist_ok=True)
        path.touch()
    assert accuracy.folder_of(RAW, str(tmp_path)) == folder.resolve()
    assert accuracy.folder_of(RAW, str(folder)) == folder.resolve()
    assert accuracy.folder_of(RAW, str(half)) is None
    assert accuracy.folder_of(RAW, "") is None


def test_data_set_without_raw_files_is_skipped_with_a_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = accuracy.parser().parse_args(["--store", str(tmp_path)])
    assert accuracy.measure("online_retail", tmp_path / "online_retail", options) == []
    assert "skipped" in capsys.readouterr().out
    assert not list(tmp_path.iterdir())


def test_measuring_one_data_set_keeps_the_figures_of_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FIGURES_FILE", "BASELINE", "REPORT"):
        monkeypatch.setattr(accuracy, name, tmp_path / name)
    others = [{**line, "data_set": "dense"} for line in ROWS]
    accuracy.write_rows(tmp_path / "FIGURES_FILE", [*others, row("als", 0.1)])
    monkeypatch.setattr(accuracy, "measure", lambda name, *_: ROWS if name == "sequence" else [])
    monkeypatch.setattr(accuracy, "PROJECT", tmp_path)
    assert accuracy.main(["--data-sets", "sequence", "repeat", "--keep-as-baseline"]) == 0
    assert accuracy.read_rows(tmp_path / "FIGURES_FILE") == [*ROWS, *others]
    assert (tmp_path / "BASELINE").read_text() == (tmp_path / "FIGURES_FILE").read_text()
