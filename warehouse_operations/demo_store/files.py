"""Write tables in pieces, as CSV or Parquet, and compare two directories of tables."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

FORMATS = ("csv", "parquet")
EXPECTED_FILE = "expected.json"
PARQUET_COMPRESSION = "zstd"


class CsvTable:
    """A CSV file written in pieces: UTF-8, LF, empty fields for null, quotes only if needed."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file, lineterminator="\n")
        self._writer.writerow(schema.names)

    def append(self, table: pa.Table) -> None:
        """Append all rows of a table."""
        columns = [column.to_pylist() for column in table.columns]
        self._writer.writerows(zip(*columns, strict=True))

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


class ParquetTable:
    """A Parquet file written in pieces, one row group per piece."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._writer = pq.ParquetWriter(path, schema, compression=PARQUET_COMPRESSION)

    def append(self, table: pa.Table) -> None:
        """Append all rows of a table as one row group."""
        self._writer.write_table(table, row_group_size=max(1, table.num_rows))

    def close(self) -> None:
        """Finish the file."""
        self._writer.close()


WRITERS = {"csv": CsvTable, "parquet": ParquetTable}


class TableFiles:
    """One file per table in a directory, opened at its first piece; all files are closed on exit."""

    def __init__(self, directory: Path, file_format: str) -> None:
        self._directory = directory
        self._format = file_format
        self._open: dict[str, CsvTable | ParquetTable] = {}

    def __enter__(self) -> Self:
        self._directory.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *exception: object) -> None:
        for table in self._open.values():
            table.close()

    def append(self, name: str, table: pa.Table) -> None:
        """Append rows to the file of a table."""
        if name not in self._open:
            path = self._directory / f"{name}.{self._format}"
            self._open[name] = WRITERS[self._format](path, table.schema)
        self._open[name].append(table)


def write_expected(directory: Path, expected: dict) -> None:
    """Write the facts that readers of the store must find, as JSON."""
    text = json.dumps(expected, indent=2, ensure_ascii=False)
    (directory / EXPECTED_FILE).write_text(f"{text}\n", encoding="utf-8")


def differing_files(actual: Path, wanted: Path) -> list[str]:
    """Return the names of files in `wanted` that are missing in `actual` or have different bytes."""
    return [
        path.name
        for path in sorted(wanted.iterdir())
        if not (actual / path.name).is_file() or (actual / path.name).read_bytes() != path.read_bytes()
    ]
