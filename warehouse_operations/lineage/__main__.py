"""`python -m warehouse_operations.lineage prepare|check <target>`, as `make docs` calls it.

`prepare` writes manifest and catalog anew for dbt-colibri, with the columns of the raw sources: these are files, which no catalog
of a database knows. `check` fails where the page lost what dbt knows: dbt-colibri reports success over models it could not read.
"""

import json
import sys
from pathlib import Path

SILENT = 3  # SQL models at most whose columns may come from nowhere: they consist of literals


def prepare(target: Path) -> None:
    manifest, catalog = (json.loads((target / f"{name}.json").read_text()) for name in ("manifest", "catalog"))
    for name, source in manifest["sources"].items():
        readers = [node for node in manifest["nodes"].values() if name in node.get("depends_on", {}).get("nodes", [])]
        columns = sorted({column for reader in readers if reader.get("compiled_code") for column in _read(reader, source)})
        catalog["sources"][name] = {
            "metadata": {"type": "FILE", "schema": source["schema"], "name": source["name"], "database": source["database"]},
            "columns": {column: {"type": "VARCHAR", "index": place, "name": column} for place, column in enumerate(columns, 1)},
            "stats": {},
            "unique_id": name,
        }
    folder = target / "lineage"
    folder.mkdir(exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "catalog.json").write_text(json.dumps(catalog))


def _read(reader: dict, source: dict) -> set[str]:
    """Columns of a source that a model reads; sqlglot is there in the environment of dbt-colibri."""
    import sqlglot
    from sqlglot import exp

    found = set()
    for select in sqlglot.parse_one(reader["compiled_code"], read="duckdb").find_all(exp.Select):
        origin = select.args.get("from_") or select.args.get("from")
        if origin and isinstance(origin.this, exp.Table) and origin.this.name == source["identifier"]:
            found |= {column.name for column in select.find_all(exp.Column)}
    return found


def check(target: Path) -> list[str]:
    """Say what the page lacks; empty where lineage reaches from the raw sources' columns to the exposures."""
    manifest = json.loads((target / "manifest.json").read_text())
    page = json.loads((target / "lineage" / "colibri-manifest.json").read_text())
    edges = page["lineage"]["edges"]
    said = []
    errors = target / "lineage" / "colibri-parsing-errors.json"
    if errors.exists() and (unread := [error["node_id"] for error in json.loads(errors.read_text())]):
        said.append(f"could not be read: {', '.join(unread)}")
    reached = {edge["target"] for edge in edges if edge["targetColumn"]}
    silent = [
        name
        for name, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and node["language"] == "sql" and node["depends_on"]["nodes"] and name not in reached
    ]
    if len(silent) > SILENT:
        said.append(f"no column comes from anywhere: {', '.join(silent)}")
    left = {edge["source"] for edge in edges if edge["sourceColumn"]}
    if lost := sorted(manifest["sources"].keys() - left):
        said.append(f"no column leads on from {', '.join(lost)}")
    if unread := sorted(manifest["exposures"].keys() - {edge["target"] for edge in edges}):
        said.append(f"nothing leads to {', '.join(unread)}")
    return said


def main() -> int:
    command, target = sys.argv[1], Path(sys.argv[2])
    if command == "prepare":
        prepare(target)
        return 0
    said = check(target)
    for line in said:
        print(f"Lineage of columns: {line}", file=sys.stderr)
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
