"""A real browser on the page, watched; a module of its own, since conftest.py cannot be imported by name."""

import os
import shutil
from contextlib import contextmanager

import pytest

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
# CI has Chromium or fails; a machine without it can still run everything else.
in_browser = pytest.mark.skipif(
    BROWSER is None and not os.environ.get("CI"), reason="needs Chromium; `make test` installs it where apt-get can"
)
SIZES = [(1400, 900), (360, 740)]


@contextmanager
def watched_page(browser, server, size, expected_words=None):
    """Open the page; at its end it must fit its width, have asked no other host and made no unexpected complaint."""
    width, height = size
    page = browser.new_page(viewport={"width": width, "height": height})
    asked, complaints = [], []
    page.on("request", lambda sent: asked.append(sent.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(server)
    yield page
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert [address for address in asked if not address.startswith(server)] == []
    assert [words for words in complaints if expected_words is None or expected_words not in words] == []
    page.close()
