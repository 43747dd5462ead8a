"""`python -m warehouse_operations.lineage prepare|finish|check <target>`, as `make docs` calls it.

`prepare` writes a manifest and a catalog for dbt-colibri that include the columns of the raw sources. These are files, which no
database catalog contains. `finish` adds diagrams and links to the front page of the docs, and makes the column lineage open at
the lists. `check` fails if the page lacks lineage that dbt knows: dbt-colibri reports success even if it could not read some
models.
"""

import json
import os
import sys
from pathlib import Path

from warehouse_operations.lineage.pictures import page_text

PICTURES = "The docs that `make docs` writes include diagrams of the layers."  # sentences of overview.md that finish replaces
LINKS = "The docs that `make docs` writes link to the dashboard and to the published file."
START = "recommendations"  # the model at which the column lineage opens
SILENT = 3  # maximum number of SQL models without column origins: they consist of literals


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


def finish(target: Path) -> None:
    """Add diagrams and links to the front page of the docs, and make the column lineage open at `START`.

    Parameters
    ----------
    target
        Folder of the docs, named after the data set.

    Raises
    ------
    ValueError
        If a page lacks the text to replace.
    """
    manifest = json.loads((target / "manifest.json").read_text())
    _replace(target / "static_index.html", {PICTURES: page_text(manifest), LINKS: _links(target)})
    (model,) = [key for key, node in manifest["nodes"].items() if node["resource_type"] == "model" and node["name"] == START]
    page = target / "lineage" / "index.html"
    text = page.read_text(encoding="utf-8")
    script = f'<script>location.search||history.replaceState(null,"",location.pathname+"?model={model}&parents=1")</script>'
    if script not in text:
        if "<head>" not in text:
            raise ValueError(f"{page} has no <head>.")
        page.write_text(text.replace("<head>", f"<head>{script}", 1), encoding="utf-8")


def _replace(page: Path, texts: dict[str, str]) -> None:
    """Replace sentences within the JSON that dbt embeds in its page."""
    text = page.read_text(encoding="utf-8")
    for sentence, new in texts.items():
        if sentence not in text:
            raise ValueError(f"{page} doesn't contain {sentence!r}; models/docs/overview.md must contain it.")
        text = text.replace(sentence, json.dumps(new)[1:-1].replace("<", "\\u003c"))
    page.write_text(text, encoding="utf-8")


def _links(target: Path) -> str:
    """Markdown links from the front page of the docs to the other pages of a data set.

    The data set module is imported here, because the environment of dbt-colibri, in which `prepare` runs, lacks its dependencies.
    """
    from warehouse_operations.project import DataSetError, data_set

    name = target.name
    links = {
        "Column lineage": ("lineage/index.html", "from the raw columns to the lists; it opens at `recommendations`"),
        "Dashboard": (f"../dashboard/{name}.html", "results of the release in words and charts; written by `make dashboard`"),
    }
    try:
        file = Path(data_set(name).published) / "recommendations.duckdb"
        links["Published file"] = (os.path.relpath(file, target), "for DuckDB clients and BI tools; start with `from start_here`")
    except DataSetError:
        pass
    return "\n".join(f"- [{title}]({address}): {said}" for title, (address, said) in links.items())


def _read(reader: dict, source: dict) -> set[str]:
    """Columns of a source that a model reads; sqlglot is installed in the environment of dbt-colibri."""
    import sqlglot
    from sqlglot import exp

    found = set()
    for select in sqlglot.parse_one(reader["compiled_code"], read="duckdb").find_all(exp.Select):
        origin = select.args.get("from_") or select.args.get("from")
        if origin and isinstance(origin.this, exp.Table) and origin.this.name == source["identifier"]:
            found |= {column.name for column in select.find_all(exp.Column)}
    return found


def check(target: Path) -> list[str]:
    """Return the gaps of the page; empty if lineage connects the columns of the raw sources with the exposures."""
    manifest = json.loads((target / "manifest.json").read_text())
    page = json.loads((target / "lineage" / "colibri-manifest.json").read_text())
    edges = page["lineage"]["edges"]
    said = []
    errors = target / "lineage" / "colibri-parsing-errors.json"
    if errors.exists() and (unread := [error["node_id"] for error in json.loads(errors.read_text())]):
        said.append(f"unreadable models: {', '.join(unread)}")
    reached = {edge["target"] for edge in edges if edge["targetColumn"]}
    silent = [
        name
        for name, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and node["language"] == "sql" and node["depends_on"]["nodes"] and name not in reached
    ]
    if len(silent) > SILENT:
        said.append(f"models whose columns have no origin: {', '.join(silent)}")
    left = {edge["source"] for edge in edges if edge["sourceColumn"]}
    if lost := sorted(manifest["sources"].keys() - left):
        said.append(f"sources without a dependent column: {', '.join(lost)}")
    if unread := sorted(manifest["exposures"].keys() - {edge["target"] for edge in edges}):
        said.append(f"exposures without lineage: {', '.join(unread)}")
    return said


def main() -> int:
    command, target = sys.argv[1], Path(sys.argv[2])
    if command == "prepare":
        prepare(target)
        return 0
    if command == "finish":
        finish(target)
        return 0
    said = check(target)
    for line in said:
        print(f"Column lineage: {line}", file=sys.stderr)
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
