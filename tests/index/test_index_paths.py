from pathlib import Path

import pytest

from index.errors import FootnoteError
from index.paths import find_files


@pytest.fixture
def folder(tmp_path):
    for name in ("b.txt", "a/z.txt", "a/y.pdf", ".hidden", ".git/config", "a/.x", "odd[1].txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


def names(*paths):
    return [name for name, _ in find_files(paths)]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("", ["a/y.pdf", "a/z.txt", "b.txt", "odd[1].txt"]),
        ("a", ["y.pdf", "z.txt"]),
        ("a/z.txt", ["z.txt"]),
        ("*.txt", ["b.txt", "odd[1].txt"]),
        ("**/*.txt", ["a/z.txt", "b.txt", "odd[1].txt"]),
        ("*/?.pdf", ["a/y.pdf"]),
        ("[ab]*", ["a/y.pdf", "a/z.txt", "b.txt"]),
        ("odd[1].txt", ["odd[1].txt"]),
    ],
)
def test_files_folders_and_patterns_are_found_in_order(folder, pattern, expected):
    assert names(folder / pattern) == expected


def test_what_is_named_twice_is_one_file(folder):
    assert names(folder / "b.txt", folder / "b.txt", folder / "*.txt") == ["b.txt", "odd[1].txt"]


def test_relative_patterns_start_in_the_working_folder(folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert names(Path("*.txt")) == ["b.txt", "odd[1].txt"]


@pytest.mark.parametrize(
    ("path", "words"), [("none.txt", "none.txt does not exist"), ("none*", r"nothing fits .*none\*")]
)
def test_what_is_not_there_is_named(folder, path, words):
    with pytest.raises(FootnoteError, match=words):
        find_files([folder / path])
