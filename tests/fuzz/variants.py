"""One variant: which damage is done to which raw file, what dbt makes of it, and whether that is acceptable."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.conftest import PROJECT, Run, run_dbt
from tests.fuzz.corruptions import CORRUPTIONS

DEMO = PROJECT / "seeds" / "demo"
SAMPLE_ROWS = 200  # rows of each demo file that a variant starts from
MOST_DAMAGES = 3  # damages per variant, each to a table of its own choice
UNREADABLE_COLUMN = re.compile(r"Dataset 'fuzz'[^,]*, table '(\w+)': \d+ of \d+ values of column '[^\n]*")
STRANGE_IDS = re.compile(r"Failed: \w+ of (\w+) and of (\w+) hardly meet: [^\n]*")
LINE_END = re.compile(rb"\r\n|\n|\r")
ACCOUNTED, REFUSED, UNACCOUNTED = "accounted", "refused", "UNACCOUNTED"
SELECTION = ["+cleaning_ledger", "+rejected_records"]


@dataclass(frozen=True)
class Damage:
    """One corruption by name and the raw table whose file it hits."""

    table: str
    corruption: str

    def __str__(self) -> str:
        return f"{self.corruption} in {self.table}"


@dataclass(frozen=True)
class Outcome:
    """`verdict` is ACCOUNTED, REFUSED or UNACCOUNTED; `explanation` is the message, or what doesn't add up."""

    verdict: str
    explanation: str


def sample_store() -> dict[str, bytes]:
    """The first SAMPLE_ROWS rows of each raw file of the demo, by table; no value of these rows holds a line break."""
    return {
        path.stem: b"".join(path.read_bytes().splitlines(keepends=True)[: SAMPLE_ROWS + 1]) for path in sorted(DEMO.glob("*.csv"))
    }


def random_damages(rng: np.random.Generator, tables: list[str]) -> list[Damage]:
    """One to MOST_DAMAGES damages in random order, mostly one; several may hit the same table."""
    count = min(int(rng.geometric(0.6)), MOST_DAMAGES)
    return [Damage(str(rng.choice(tables)), str(rng.choice(list(CORRUPTIONS)))) for _ in range(count)]


def damaged(store: dict[str, bytes], damages: list[Damage], rng: np.random.Generator) -> dict[str, bytes]:
    """The store after the damages, applied in their order; `store` stays as it is."""
    files = dict(store)
    for damage in damages:
        if files[damage.table]:
            files[damage.table] = CORRUPTIONS[damage.corruption](files[damage.table], rng)
    return files


def record_count(content: bytes) -> int:
    """Records of a CSV file by counting its lines: each line behind the header is one, blank lines are none.

    That holds as long as no value may hold a line break, which is the mapping's default. In a file of one column a blank
    line is a record whose only value is missing.
    """
    header, *lines = LINE_END.split(content)
    if lines and not lines[-1]:
        lines.pop()
    return len(lines) if b"," not in header else sum(1 for line in lines if line)


def run_variant(files: dict[str, bytes], folder: Path) -> Run:
    """Write the raw files and run dbt up to the ledger. Vars and target stay the same, so dbt parses the project only once.

    Each variant is another store, so nothing of the one before may be left: an incremental build would not read old rows again.
    """
    raw_path = folder / "raw"
    raw_path.mkdir(exist_ok=True, parents=True)
    for table, content in files.items():
        (raw_path / f"{table}.csv").write_bytes(content)
    raw = {table: {"file": f"<raw_path>/{table}.csv"} for table in files}
    variables = {"dataset": "fuzz", "raw_path": str(raw_path), "raw": raw}
    selection = ["--select", *SELECTION, "--indirect-selection", "cautious", "--exclude", "test_type:generic"]
    return run_dbt(folder, "build", "--full-refresh", *selection, "--exclude-resource-type", "unit_test", variables=variables)


def judge(run: Run, files: dict[str, bytes], damages: list[Damage]) -> Outcome:
    """Whether the run accounts for every record of the files, or says which file and table it refuses."""
    if run.succeeded:
        return _judge_ledger(run, files)
    unreadable = UNREADABLE_COLUMN.search(run.output)
    if unreadable and "Traceback" not in run.output and any(damage.table == unreadable[1] for damage in damages):
        return Outcome(REFUSED, unreadable[0])
    strangers = STRANGE_IDS.search(run.output)
    if strangers and "Traceback" not in run.output and any(damage.table in strangers.groups() for damage in damages):
        return Outcome(REFUSED, strangers[0])
    message = " ".join(run.output.partition("Encountered an error:")[2].split())
    names_a_damage = any(f"table '{d.table}'" in message and f"{d.table}.csv" in message for d in damages)
    if "Traceback" in run.output or " OK created " in run.output or not names_a_damage:
        return Outcome(UNACCOUNTED, run.output)
    refusal = re.search(r"Dataset 'fuzz'.*?(?= > in macro|$)", message)
    return Outcome(REFUSED, refusal.group(0) if refusal else message)


def _judge_ledger(run: Run, files: dict[str, bytes]) -> Outcome:
    booked = dict(run.query("select raw_table, kept_count + rejected_count from marts.cleaning_ledger where rule = 'all'"))
    delivered = {table: record_count(content) for table, content in files.items()}
    wrong = [
        f"{table}: {delivered[table]} delivered, {booked.get(table, 0)} in the ledger"
        for table in files
        if delivered[table] != booked.get(table, 0)
    ]
    return Outcome(UNACCOUNTED, "; ".join(wrong)) if wrong else Outcome(ACCOUNTED, f"{sum(delivered.values())} records")
