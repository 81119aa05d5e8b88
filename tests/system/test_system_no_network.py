"""Ingest, question and refusal in a network namespace without a network, from the installed package on."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ISOLATE = ["unshare", "--net", "--map-root-user"]


def can_isolate():
    return shutil.which("unshare") and subprocess.run([*ISOLATE, "true"], capture_output=True).returncode == 0


SCRIPT = """
set -eu
! python -c 'import socket; socket.create_connection(("192.0.2.1", 80), 3)' 2>offline.txt
grep -q -e 'Network is unreachable' offline.txt
footnote index add mine.txt
footnote ask 'How many patent disputes were there?' > known.txt
footnote ask 'How many bridges does Norwick have?' > mine-known.txt
footnote ask 'How many patent disputes were there in 2015?' > absent.txt && exit 9 || test $? = 3
footnote index verify
"""


@pytest.mark.skipif(not can_isolate(), reason="needs unshare and the right to make a network namespace")
def test_nothing_is_fetched_at_run_time(tmp_path):
    """The encoder is compiled in there too: the package that carries the weights is all that it needs."""
    site = tmp_path / "site"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    source = tmp_path / "source"
    ignored = shutil.ignore_patterns(".git", ".venv", ".footnote", "*.egg-info", "build", "__pycache__")
    shutil.copytree(ROOT, source, ignore=ignored)
    subprocess.run([*install, "--target", str(site), str(source)], check=True)
    shutil.rmtree(source)
    work = tmp_path / "work"
    shutil.copytree(ROOT / "reports", work / "reports")
    (work / "mine.txt").write_text("The town of Norwick has 17 bridges. They were built by masons.\n")
    home = tmp_path / "home"
    home.mkdir()
    path = f"{site / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {"PATH": path, "PYTHONPATH": str(site), "HOME": str(home), "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [*ISOLATE, "sh", "-c", SCRIPT], cwd=work, env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (work / "mine-known.txt").read_text().startswith("17")
    assert (work / "known.txt").read_text().startswith("28,157")
