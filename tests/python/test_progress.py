"""Progress prints while a block runs, also between its reports, and stops with the block."""

import threading
import time

import pytest

from warehouse_recommender import progress
from warehouse_recommender.progress import Progress


def test_progress_prints_the_state_while_the_block_is_busy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_LINES", 0.05)
    with Progress("als, cutoff live") as shown:
        shown.state = "3 of 15 sweeps done"
        time.sleep(0.5)
    lines = capsys.readouterr().err.splitlines()
    assert 2 <= len(lines) <= 10
    assert set(lines) <= {"als, cutoff live: 3 of 15 sweeps done, 0 s", "als, cutoff live: 3 of 15 sweeps done, 1 s"}


def test_progress_of_a_short_block_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    before = threading.active_count()
    with Progress("als"):
        pass
    assert capsys.readouterr().err == ""
    assert threading.active_count() == before


def test_progress_ends_when_the_block_fails() -> None:
    before = threading.active_count()
    with pytest.raises(ZeroDivisionError), Progress("als"):
        1 / 0  # noqa: B018
    assert threading.active_count() == before
