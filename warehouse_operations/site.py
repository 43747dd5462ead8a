"""`python -m warehouse_operations.site`, as `make site` calls it: builds docs/ as a web site; broken links fail.

The pages use plain relative links, which the code host follows without a build. A link to a file outside docs/ works there
too. The site can hold pages of one folder only, so the build copies docs/ and each linked file to target/site and adapts the
links.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).parent.parent
DOCS = PROJECT / "docs"
SETTINGS = DOCS / "zensical.toml"
TARGET = PROJECT / "target" / "site"
ZENSICAL = PROJECT / ".venv" / "site" / "bin" / "zensical"  # an environment of its own, see pyproject.toml
LINK = re.compile(r"(!?)\[([^\]]*)\]\((?!\w+:)([^)#\s]*)(#[^)\s]*)?\)")
FENCE = re.compile(r"(^ *```.*?^ *```$)", re.DOTALL | re.MULTILINE)


def broken_links(page: Path) -> Iterator[str]:
    """One sentence for each relative link of a Markdown file whose file or anchor does not exist."""
    for part in FENCE.split(page.read_text())[::2]:
        for _, _, path, anchor in LINK.findall(part):
            file = (page.parent / path).resolve() if path else page
            if not file.exists():
                yield f"{page.relative_to(PROJECT)} links to {path}, which does not exist."
            elif anchor and file.suffix == ".md" and anchor[1:] not in anchors(file):
                yield f"{page.relative_to(PROJECT)} links to {path}{anchor}, but the page has no such heading."


def anchors(page: Path) -> set[str]:
    """The anchors of the headings of a page, as the code host and the site form them."""
    headings = re.findall(r"^#+ (.*)$", "".join(FENCE.split(page.read_text())[::2]), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def copy_pages(folder: Path) -> list[str]:
    """Copy docs/ and the linked files outside it to a folder, with adapted links; returns the broken links."""
    broken: list[str] = []
    waiting = sorted(path for path in DOCS.rglob("*") if path.is_file() and path != SETTINGS)
    done: set[Path] = set()
    while waiting:
        file = waiting.pop(0)
        if file in done:
            continue
        done.add(file)
        copy = folder / _site_path(file)
        copy.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix != ".md":
            shutil.copyfile(file, copy)
            continue
        broken += broken_links(file)
        parts = FENCE.split(file.read_text())
        for place in range(0, len(parts), 2):
            waiting += [path for _, _, link, _ in LINK.findall(parts[place]) if link and (path := _linked(file, link)).is_file()]
            parts[place] = LINK.sub(lambda link, page=file: _adapted(page, link), parts[place])
        copy.write_text("".join(parts))
    return broken


def build(target: Path = TARGET) -> int:
    """Build the site in target/html; returns the exit status."""
    shutil.rmtree(target, ignore_errors=True)
    broken = copy_pages(target / "docs")
    if broken:
        print(*broken, sep="\n")
        return 1
    shutil.copyfile(SETTINGS, target / SETTINGS.name)
    command = [str(ZENSICAL), "build", "--strict", "--config-file", str(target / SETTINGS.name)]
    done = subprocess.run(command, capture_output=True, text=True)
    print(done.stdout + done.stderr if done.returncode else f"Open {(target / 'html' / 'index.html').relative_to(PROJECT)}")
    return done.returncode


def _site_path(file: Path) -> Path:
    return file.relative_to(DOCS) if file.is_relative_to(DOCS) else "repository" / file.relative_to(PROJECT)


def _linked(page: Path, link: str) -> Path:
    return (page.parent / link).resolve()


def _adapted(page: Path, link: re.Match[str]) -> str:
    """The link as the copy of the page needs it; a link to a folder becomes its text."""
    mark, label, path, anchor = link.groups()
    if not path:
        return link[0]
    linked = _linked(page, path)
    if linked.is_dir():
        return label
    return f"{mark}[{label}]({os.path.relpath(_site_path(linked), _site_path(page).parent)}{anchor or ''})"


if __name__ == "__main__":
    sys.exit(build())
