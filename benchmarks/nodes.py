"""Run Python nodes outside dbt, on copies of the tables of a warehouse as Parquet files, with DuckDB or with Spark."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pyarrow as pa

PROJECT = Path(__file__).parent.parent
# Columns that identify a customer, a list or an order, and the column that numbers their copies.
NUMBERS = ("customer_index", "list_index")
TEXTS = ("customer_id", "order_id", "record_id")


class Nodes:
    """Python nodes of a built warehouse, and the tables that they read.

    Parameters
    ----------
    warehouse, target
        The database, and the folder with the manifest of its build.
    folder
        Folder for the Parquet files; a file that exists is used again.
    copies
        Number of copies of each customer, so that tables of customers have a multiple of their rows.
    kept
        Tables that are not copied: the project bounds their number of customers.
    """

    def __init__(self, warehouse: Path, target: Path, folder: Path, copies: int = 1, kept: frozenset[str] = frozenset()) -> None:
        nodes = json.loads((target / "manifest.json").read_text())["nodes"].values()
        self.nodes = {node["name"]: node for node in nodes if node["resource_type"] in ("model", "seed")}
        self.connection = duckdb.connect(str(warehouse), read_only=True)
        self.connection.execute("set TimeZone = 'UTC'")
        self.folder, self.copies, self.kept = folder, copies, kept
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def python(self) -> list[str]:
        """Names of the enabled Python nodes, by name."""
        return sorted(name for name, node in self.nodes.items() if node.get("language") == "python")

    def table(self, name: str) -> str:
        """The table of a model or seed, quoted."""
        return f'"{self.nodes[name]["schema"]}"."{self.nodes[name]["alias"]}"'

    def stored(self, name: str) -> pa.Table:
        """Rows of a table of the warehouse."""
        return self.connection.query(f"select * from {self.table(name)}").to_arrow_table()

    def file(self, name: str) -> Path:
        """Parquet file of a table, with its copies; written once."""
        path = self.folder / f"{name}.parquet"
        if not path.exists():
            rows = self.connection.query(f"select * from {self.table(name)}")
            changed = [column for column in rows.columns if column in (*NUMBERS, *TEXTS)]
            copies = 1 if name in self.kept or not changed else self.copies
            values = ["case when copy = 0 then sample_rank end as sample_rank"] if "sample_rank" in rows.columns else []
            values += [
                f"{column} + copy * (select 1 + max({column}) from {self.table(name)}) as {column}"
                if column in NUMBERS
                else f"{column} || case when copy > 0 then '-' || copy else '' end as {column}"
                for column in changed
            ]
            replaced = f" replace ({', '.join(values)})" if copies > 1 else ""
            copied = f"select * exclude (copy){replaced} from {self.table(name)} cross join range({copies}) as copies (copy)"
            self.connection.execute(f"copy ({copied}) to '{path}' (format parquet)")
        return path

    def run(self, name: str, session: Any, ref: Callable[[str], Any]) -> Any:
        """Call the function ``model`` of a node and return its result.

        ``session`` is a DuckDB connection or a Spark session, and ``ref`` reads a table. No earlier build exists.
        """
        node = self.nodes[name]
        path = PROJECT / node["original_file_path"]
        module: dict[str, Any] = {"__name__": "node"}  # not importable, so that Spark sends its functions to the executors
        exec(compile(path.read_text(), str(path), "exec"), module)
        config = SimpleNamespace(meta_get=node["config"]["meta"].get)
        return module["model"](SimpleNamespace(ref=ref, config=config, is_incremental=False, this=node["alias"]), session)
