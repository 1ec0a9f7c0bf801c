"""A real browser that opens a page and says what it shows."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
BUDGET_MS = 5000
"""Time as the page sees it: the browser does not wait for it, it runs ahead."""

WITHIN_S = 60


def shown_by_browser(page: Path, fragment: str = "") -> str:
    """Return the page as its script left it; skip where there is no browser."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip("needs Chromium on the path: whoever changes the page opens it")
    done = subprocess.run(
        [
            program,
            *("--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"),
            f"--virtual-time-budget={BUDGET_MS}",
            f"{page.as_uri()}#{fragment}",
        ],
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=True,
    )
    return done.stdout


def text_of(html: str, name: str) -> str:
    """Return the words inside the element of an id, without its marks."""
    inside = rf'id="{name}"[^>]*>(.*?)(?:</output>|</tbody>|</h2>|<h2)'
    found = re.search(inside, html, re.DOTALL)
    assert found, f"expected an element {name}"
    return " ".join(re.sub(r"<[^>]+>", " ", found.group(1)).split())
