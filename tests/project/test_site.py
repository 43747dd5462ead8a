"""The documentation: no broken links, every page reachable, and a README that stays short."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from warehouse_operations import site

DOCS = PROJECT / "docs"
PAGES = [*PROJECT.glob("*.md"), *PROJECT.glob("benchmarks/*.md"), *DOCS.rglob("*.md")]
MOST_README_BYTES = 6 * 1024


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_links_of_a_page_have_targets(page: Path) -> None:
    assert list(site.broken_links(page)) == []


def test_broken_link_and_broken_anchor_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site, "PROJECT", tmp_path)
    page = tmp_path / "page.md"
    page.write_text("# A page\n[a](missing.md) [b](#nowhere) [c](#a-page) [d](https://example.com/x)\n```\n[e](code.md)\n```\n")
    assert list(site.broken_links(page)) == [
        "page.md links to missing.md, which does not exist.",
        "page.md links to #nowhere, but the page has no such heading.",
    ]


def test_links_of_the_copied_pages_have_targets(tmp_path: Path) -> None:
    copied = tmp_path / "docs"
    assert site.copy_pages(copied) == []
    missing = [
        f"{page.relative_to(copied)}: {path}"
        for page in copied.rglob("*.md")
        for part in site.FENCE.split(page.read_text())[::2]
        for _, _, path, _ in site.LINK.findall(part)
        if path and not (page.parent / path).exists()
    ]
    assert missing == []


def test_navigation_has_every_page() -> None:
    navigation = str(tomllib.loads(site.SETTINGS.read_text())["project"]["nav"])
    pages = {str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md")}
    listed = set(re.findall(r"'([\w./-]+\.md)'", navigation))
    assert listed <= pages
    assert {page for page in pages - listed if not page.startswith("decisions/")} == set()


def test_readme_is_short() -> None:
    assert len((PROJECT / "README.md").read_bytes()) <= MOST_README_BYTES
