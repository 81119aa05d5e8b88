import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from browsing import BROWSER, FLAGS
from playwright.sync_api import expect, sync_playwright
from processes import ROOT, environment

from index.encoder import DEFAULT_MODEL, open_encoder


@pytest.fixture(scope="session")
def models():
    folder = Path(os.environ.get("FOOTNOTE_TEST_MODELS", ROOT / ".footnote" / "models")).absolute()
    open_encoder(DEFAULT_MODEL, folder)
    return folder


@pytest.fixture(scope="session")
def make_workplace(models):
    """Make a working folder as a newcomer's, except that the encoder is compiled: reports/ and an empty .footnote/."""

    def make(folder):
        shutil.copytree(ROOT / "reports", folder / "reports")
        (folder / ".footnote").mkdir()
        (folder / ".footnote" / "models").symlink_to(models)
        return folder

    return make


@pytest.fixture
def workplace(tmp_path, make_workplace):
    return make_workplace(tmp_path)


@pytest.fixture
def footnote(workplace):
    """Run the command in the workplace and return what it said."""

    def run(*arguments, check=None):
        command = [sys.executable, "-m", "api.cli", *arguments]
        done = subprocess.run(command, cwd=workplace, env=environment(), capture_output=True, text=True, timeout=120)
        if check is not None:
            assert done.returncode == check, done.stderr
        assert "Traceback" not in done.stderr
        return done

    return run


@pytest.fixture(scope="session")
def browser():
    # A step ends when it has happened; on a machine that is busy that takes longer than the usual five seconds.
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=FLAGS)
        yield browser
        browser.close()
