"""Open a dashboard page in headless Chromium, for test_dashboard_page.py and for the pictures of the documentation.

`python -m tests.dashboard_browser <page> <folder>`, as `make screenshots` calls it, takes the pictures.
"""

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DRAWN_WITHIN = 60_000  # milliseconds; allows for a busy machine
SHOTS = {  # file: tab, colours, width, height
    "glance.png": ("glance", "light", 1280, 810),
    "fairness-dark.png": ("fairness", "dark", 1280, 1000),
    "lists-phone.png": ("lookup", "light", 390, 844),
}


def chromium() -> str | None:
    """Return the path of a Chromium: the variable CHROMIUM, one on the PATH, or the one that playwright installed."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        return found
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


@contextlib.contextmanager
def browser(executable: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        try:
            yield launched
        finally:
            launched.close()


def visit(launched: Browser, path: Path, width: int = 1280, height: int = 900, colours: str = "light") -> tuple[Page, list[str]]:
    """Open a page from its file and wait until it is drawn.

    Returns
    -------
    tuple[Page, list[str]]
        The page, and its console errors, warnings and requests to other addresses. The list is empty if there are none; it
        grows while the page stays open.
    """
    page = launched.new_page(viewport={"width": width, "height": height}, color_scheme=colours)
    complaints: list[str] = []
    page.on("console", lambda said: said.type in ("error", "warning") and complaints.append(f"{said.type}: {said.text}"))
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
    page.on("request", lambda asked: asked.url != path.as_uri() and complaints.append(f"request: {asked.url}"))
    page.goto(path.as_uri())
    page.wait_for_selector('html[data-drawn="true"]', timeout=DRAWN_WITHIN)
    return page, complaints


def take_screenshots(launched: Browser, path: Path, folder: Path) -> None:
    """Take the pictures of the README and the documentation."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (tab, colours, width, height) in SHOTS.items():
        page, _ = visit(launched, path, width, height, colours)
        page.click(f"#tab-{tab}")
        if tab == "lookup":
            page.fill("#list-search", "next purchase tea")
            page.locator("#list-table summary").first.click()
            page.locator("#list-table li details > summary").first.click()
            page.evaluate("document.getElementById('list-table').scrollIntoView()")
        page.screenshot(path=folder / name)
        page.close()


if __name__ == "__main__":
    with browser(chromium() or sys.exit("No Chromium was found. Set CHROMIUM=<path>.")) as launched:
        take_screenshots(launched, Path(sys.argv[1]).resolve(), Path(sys.argv[2]))
