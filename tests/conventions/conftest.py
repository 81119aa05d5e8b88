import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOT_TRACKED = {"build", "dist", "__pycache__"}
"""Folders that git ignores besides the hidden ones."""


def list_files():
    found = []
    for folder, folders, names in os.walk(ROOT):
        visible = Path(folder) != ROOT
        folders[:] = sorted(
            name
            for name in folders
            if name not in NOT_TRACKED
            and not name.endswith(".egg-info")
            and (not name.startswith(".") or (name in (".ci", ".github") and not visible))
        )
        found += [Path(folder, name) for name in sorted(names)]
    return found


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def files():
    """Every file of the tree that is or may be tracked, with its text; binary ones are left out."""
    texts = {}
    for path in list_files():
        try:
            texts[path.relative_to(ROOT).as_posix()] = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
    assert "pyproject.toml" in texts
    assert "index/build.py" in texts
    return texts
