"""One variant: the damages to raw files, the dbt run on the damaged files, and the verdict on its result."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.conftest import PROJECT, Run, run_dbt
from tests.fuzz.corruptions import CORRUPTIONS, FILE_DAMAGES, MEANINGS, REWRITINGS, TABLES, VALUE_DAMAGES

DEMO = PROJECT / "seeds" / "demo"
SAMPLE_ROWS = 200  # approximate number of rows sampled from each demo file
BLOCK = 10  # consecutive rows that are sampled together, so that orders keep several lines
WHOLE_TABLES = {"customers", "products"}  # kept whole, because the rows of the other tables refer to them
# Mean number of damages per variant, by kind. Each damage hits a random table. A refused damage hides all others, so file damages
# are few.
MEAN_DAMAGES = [(FILE_DAMAGES, 1.5), (VALUE_DAMAGES, 3), (REWRITINGS, 3)]
MOST_DAMAGES = 6
LARGE_SHARE = 0.2  # share of a table's rows that one rule, or all rules together, may reject without a message
FEWEST_ROWS = 20  # fewer rejected rows never need a message
UNREADABLE_COLUMN = re.compile(r"Dataset 'fuzz'[^,]*, table '(\w+)': \d+ of \d+ values of column '[^\n]*")
STRANGE_IDS = re.compile(r"Failed: \w+ of (\w+) and of (\w+) hardly overlap: [^\n]*")
LINE_END = re.compile(rb"\r\n|\n|\r")
ACCOUNTED, REFUSED = "accounted", "refused"
LOST, SILENT, TRACEBACK, UNEXPLAINED, MISREAD = "LOST", "SILENT", "TRACEBACK", "UNEXPLAINED", "MISREAD"
VERDICTS = [ACCOUNTED, REFUSED, LOST, SILENT, TRACEBACK, UNEXPLAINED, MISREAD]
SELECTION = ["+cleaning_ledger", "+rejected_records"]
TYPED_COLUMNS = {
    "order_lines": ["quantity", "unit_price", "ordered_at"],
    "events": ["occurred_at"],
    "customers": ["age", "birth_date", "signed_up_at"],
    "products": ["price", "size", "launched_at"],
    "feedback": ["given_at"],
    "impressions": ["position", "propensity", "shown_at", "clicked_at", "purchased_at"],
    "consents": ["changed_at"],
    "erasure_requests": ["requested_at"],
}


@dataclass(frozen=True)
class Damage:
    """A corruption, by name, of the file of one raw table."""

    table: str
    corruption: str

    def __str__(self) -> str:
        return f"{self.corruption} in {self.table}"


@dataclass(frozen=True)
class Outcome:
    """The verdict on a variant, one of VERDICTS; only ACCOUNTED and REFUSED are acceptable.

    LOST: the ledger does not contain every record. SILENT: a rule rejects a large share of a table without a message.
    TRACEBACK: the output contains a traceback. UNEXPLAINED: the run failed without naming a damaged table. MISREAD: a rewriting
    that keeps the meaning of the values (MEANINGS) changes the ledger, or a rewritten value is read as another value.
    """

    verdict: str
    explanation: str

    @property
    def is_acceptable(self) -> bool:
        return self.verdict in (ACCOUNTED, REFUSED)


def sample_store() -> dict[str, bytes]:
    """Return about SAMPLE_ROWS rows of each raw file of the demo store, by table.

    The rows are spread over the file and include its last rows. No value contains a line break. Customer ids are whole numbers
    and product ids begin with a letter, so that both kinds of ids are damaged.
    """
    store = {}
    for path in sorted(DEMO.glob("*.csv")):
        header, *rows = re.sub(rb"\bC(\d{5})\b", rb"1\1", path.read_bytes()).splitlines(keepends=True)
        every = 1 if path.stem in WHOLE_TABLES else -(-len(rows) // SAMPLE_ROWS)
        kept = (row for index, row in enumerate(rows) if (len(rows) - 1 - index) // BLOCK % every == 0)
        store[path.stem] = b"".join([header, *kept])
    return store


def random_damages(rng: np.random.Generator, tables: list[str]) -> list[Damage]:
    """Draw one to MOST_DAMAGES damages of one kind in random order; several may hit the same table."""
    kind, mean = MEAN_DAMAGES[int(rng.integers(len(MEAN_DAMAGES)))]
    count = min(int(rng.geometric(1 / mean)), MOST_DAMAGES)
    corruptions = [str(rng.choice(list(kind))) for _ in range(count)]
    return [Damage(str(rng.choice(TABLES.get(corruption, tables))), corruption) for corruption in corruptions]


def damaged(
    store: dict[str, bytes], damages: list[Damage], seed: Sequence[int], replacements: dict | None = None
) -> dict[str, bytes]:
    """Return the store after the damages, applied in order; `store` is not changed.

    Each damage has its own random generator. `replacements` replace the corruptions of the same name.
    """
    files = dict(store)
    for index, damage in enumerate(damages):
        corruption = {**CORRUPTIONS, **(replacements or {})}[damage.corruption]
        if files[damage.table] and corruption:
            files[damage.table] = corruption(files[damage.table], np.random.default_rng([*seed, index]))
    return files


def record_count(content: bytes) -> int:
    """Count the records of a CSV file: the lines after the header, without blank lines.

    The count is correct as long as no value may contain a line break, which is the default of the mapping file. In a file with
    one column, a blank line is a record whose only value is missing.
    """
    header, *lines = LINE_END.split(content)
    if lines and not lines[-1]:
        lines.pop()
    return len(lines) if b"," not in header else sum(1 for line in lines if line)


def run_variant(files: dict[str, bytes], folder: Path) -> Run:
    """Write the raw files and run dbt up to the ledger.

    Vars and target stay the same, so dbt parses the project only once. Each variant is a different store, so the run is a full
    refresh: an incremental build would not read old rows again. Seeds are loaded once.
    """
    raw_path = folder / "raw"
    raw = {table: {"file": f"<raw_path>/{table}.csv"} for table in files}
    variables = {"dataset": "fuzz", "raw_path": str(raw_path), "raw": raw}
    if not raw_path.exists():
        write_files(sample_store(), raw_path)
        run_dbt(folder, "seed", "--select", *SELECTION, variables=variables)
    write_files(files, raw_path)
    selection = ["--select", *SELECTION, "--indirect-selection", "cautious"]
    without = ["--exclude", "test_type:generic", "resource_type:seed", "--exclude-resource-type", "unit_test"]
    return run_dbt(
        folder, "build", "--full-refresh", "--no-write-json", "--use-fast-test-edges", *selection, *without, variables=variables
    )


def write_files(files: dict[str, bytes], folder: Path) -> None:
    folder.mkdir(exist_ok=True, parents=True)
    for table, content in files.items():
        (folder / f"{table}.csv").write_bytes(content)


def check_variant(store: dict[str, bytes], damages: list[Damage], seed: Sequence[int], folder: Path, known: dict) -> Outcome:
    """Run dbt on the damaged store and return the verdict.

    If all damages are rewritings, the results are also compared with those of the store without the damages that keep its
    meaning. `known` caches the results of the undamaged store; it is empty at first.
    """
    files = damaged(store, damages, seed)
    run = run_variant(files, folder)
    outcome = judge(run, files, damages)
    names = {damage.corruption for damage in damages}
    if not outcome.is_acceptable or not names <= REWRITINGS.keys():
        return outcome
    found = read_results(run) if outcome.verdict == ACCOUNTED else None
    meant = damaged(store, damages, seed, dict.fromkeys(REWRITINGS) | MEANINGS)
    if meant == store and "undamaged" in known:
        expected = known["undamaged"]
    else:
        meant_run = run_variant(meant, folder)
        expected = read_results(meant_run) if judge(meant_run, meant, damages).verdict == ACCOUNTED else None
        if meant == store:
            known["undamaged"] = expected
    counts, expected_counts = (results[0] if results else set() for results in (found, expected))
    if names <= MEANINGS.keys() and counts != expected_counts:
        rows = sorted(counts ^ expected_counts)
        return Outcome(MISREAD, f"{outcome.explanation}: the ledger differs from the ledger without the damage: {rows}")
    if found and expected and found[1] - expected[1]:
        return Outcome(MISREAD, f"values that are not in the files: {sorted(found[1] - expected[1])[:10]}")
    return outcome


def read_results(run: Run) -> tuple[set[tuple], set[tuple]]:
    """Return the counts of each rule and table, and each number and time that staging read: (table, column, value).

    Kept and corrected counts are left out: if two rows of one key have the same time, the kept row depends on their spelling.
    """
    counts = "raw_table, rule, found_count, rejected_count"
    values = " union ".join(
        f"select '{table}', '{column}', cast({column} as varchar) from staging.stg_{table} where {column} is not null"
        for table, columns in TYPED_COLUMNS.items()
        for column in columns
    )
    return set(run.query(f"select {counts} from marts.cleaning_ledger")), set(run.query(values))


def judge(run: Run, files: dict[str, bytes], damages: list[Damage]) -> Outcome:
    """Return whether the run accounts for every record of the files, or names the file and table that it refuses."""
    if "Traceback" in run.output:
        return Outcome(TRACEBACK, run.output)
    if run.succeeded:
        return _judge_ledger(run, files)
    tables = {damage.table for damage in damages}
    unreadable = UNREADABLE_COLUMN.search(run.output)
    if unreadable and unreadable[1] in tables:
        return Outcome(REFUSED, unreadable[0])
    strangers = STRANGE_IDS.search(run.output)
    if strangers and tables & {*strangers.groups()}:
        return Outcome(REFUSED, strangers[0])
    message = " ".join(run.output.partition("Encountered an error:")[2].split())
    names_a_damage = any(f"table '{table}'" in message and f"{table}.csv" in message for table in tables)
    if " OK created " in run.output or not names_a_damage:
        return Outcome(UNEXPLAINED, run.output)
    refusal = re.search(r"Dataset 'fuzz'.*?(?= > in macro|$)", message)
    return Outcome(REFUSED, refusal.group(0) if refusal else message)


def _judge_ledger(run: Run, files: dict[str, bytes]) -> Outcome:
    ledger = run.query("select raw_table, rule, rows_in, kept_count, rejected_count from marts.cleaning_ledger order by all")
    booked = {table: kept + rejected for table, rule, _, kept, rejected in ledger if rule == "all"}
    delivered = {table: record_count(content) for table, content in files.items()}
    wrong = [
        f"{table}: {delivered[table]} delivered, {booked.get(table, 0)} in the ledger"
        for table in files
        if delivered[table] != booked.get(table, 0)
    ]
    if wrong:
        return Outcome(LOST, "; ".join(wrong))
    silent = [
        f"{rejected} of {rows_in} rows of {table} rejected as {rule}"
        for table, rule, rows_in, _, rejected in ledger
        if rejected >= FEWEST_ROWS and rejected > LARGE_SHARE * rows_in
        if not re.search(rf"Warning: .* of the rows of {table} .* rejected{'' if rule == 'all' else f'.* {rule}'}\b", run.output)
    ]
    if silent:
        return Outcome(SILENT, f"{'; '.join(silent)}\n{run.output}")
    return Outcome(ACCOUNTED, f"{sum(delivered.values())} records")
