"""`python -m warehouse_operations.lineage prepare|finish|check <target>`, as `make docs` calls it.

`prepare` writes manifest and catalog anew for dbt-colibri, with the columns of the raw sources: these are files, which no catalog
of a database knows. `finish` puts pictures and links into the front page of the docs, and lets the lineage of columns open at the
lists. `check` fails where the page lost what dbt knows: dbt-colibri reports success over models it could not read.
"""

import json
import os
import sys
from pathlib import Path

from warehouse_operations.lineage.pictures import page_text

PICTURES = "The docs that `make docs` writes include diagrams of the layers."  # sentences of overview.md that finish replaces
LINKS = "The docs that `make docs` writes link to the dashboard and to the published file."
START = "recommendations"  # the model at which the lineage of columns opens
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


def finish(target: Path) -> None:
    """Put pictures and links into the front page of the docs, and let the lineage of columns open at `START`.

    Parameters
    ----------
    target
        Folder of the docs, named as the data set.

    Raises
    ------
    ValueError
        If a page lacks the place for it.
    """
    manifest = json.loads((target / "manifest.json").read_text())
    _replace(target / "static_index.html", {PICTURES: page_text(manifest), LINKS: _links(target)})
    (model,) = [key for key, node in manifest["nodes"].items() if node["resource_type"] == "model" and node["name"] == START]
    page = target / "lineage" / "index.html"
    text = page.read_text(encoding="utf-8")
    script = f'<script>location.search||history.replaceState(null,"",location.pathname+"?model={model}&parents=1")</script>'
    if script not in text:
        if "<head>" not in text:
            raise ValueError(f"{page} has no head.")
        page.write_text(text.replace("<head>", f"<head>{script}", 1), encoding="utf-8")


def _replace(page: Path, texts: dict[str, str]) -> None:
    """Replace sentences within the JSON that dbt puts into its page."""
    text = page.read_text(encoding="utf-8")
    for sentence, new in texts.items():
        if sentence not in text:
            raise ValueError(f"{page} does not say {sentence!r}; models/docs/overview.md must.")
        text = text.replace(sentence, json.dumps(new)[1:-1].replace("<", "\\u003c"))
    page.write_text(text, encoding="utf-8")


def _links(target: Path) -> str:
    """Markdown that leads from the front page of the docs to the other things to read of a data set.

    The environment of dbt-colibri, in which `prepare` runs, lacks what the module of data sets imports.
    """
    from warehouse_operations.project import DataSetError, data_set

    name = target.name
    links = {
        "Lineage of columns": ("lineage/index.html", "from the raw columns to the lists; it opens at `recommendations`"),
        "Dashboard": (f"../dashboard/{name}.html", "the result of the release in words and charts; `make dashboard` writes it"),
    }
    try:
        file = Path(data_set(name).published) / "recommendations.duckdb"
        links["Published file"] = (os.path.relpath(file, target), "for DuckDB clients and BI tools; begin with `from start_here`")
    except DataSetError:
        pass
    return "\n".join(f"- [{title}]({address}): {said}" for title, (address, said) in links.items())


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
    if command == "finish":
        finish(target)
        return 0
    said = check(target)
    for line in said:
        print(f"Lineage of columns: {line}", file=sys.stderr)
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
