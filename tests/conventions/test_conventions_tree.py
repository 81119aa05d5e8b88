"""What no file of the tree holds, and what the README must."""

import re

import pytest

from api.settings import Settings
from index.sentences import split_sentences

REGISTRIES = [
    "pypi" + ".org",
    "python" + "hosted",
    "npm" + "js",
    "artifact" + "ory",
    "index" + "-url",
    "extra" + "-index",
]
MACHINE_PATHS = re.compile(
    r"(?<![\w.~])/(?:"
    + "|".join(
        [
            "work/" + "main",
            "work/" + "shared",
            "tmp/" + "w/",
            "root/",
            "home/" + r"\w+/",
            "opt/" + "pypi",
            "opt/" + "wheels",
            "Users/" + r"\w+/",
        ]
    )
    + r")"
)


@pytest.mark.parametrize("host", REGISTRIES)
def test_no_file_names_a_package_registry(files, host):
    assert [name for name, text in files.items() if host in text.lower()] == []


def test_no_file_names_a_path_of_one_machine(files):
    assert [(name, found.group()) for name, text in files.items() for found in MACHINE_PATHS.finditer(text)] == []


@pytest.mark.parametrize("field", Settings.model_fields)
def test_every_setting_is_in_the_table_of_the_readme(files, field):
    rows = [line for line in files["README.md"].splitlines() if line.startswith(f"| `FOOTNOTE_{field.upper()}` |")]
    assert len(rows) == 1


def test_readme_names_no_setting_that_is_not(files):
    named = set(re.findall(r"\| `FOOTNOTE_(\w+)` \|", files["README.md"]))
    assert named == {field.upper() for field in Settings.model_fields}


def test_every_setting_says_what_it_is():
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_no_sentence_of_the_shipped_report_is_in_the_code_that_is_fitted(files, report):
    """The reader and what fits it must not know the report that they are measured on."""
    code = {
        name: " ".join(text.split()).casefold()
        for name, text in files.items()
        if name.startswith(("training/", "rag/")) and not name.endswith(".md")
    }
    assert "rag/confidence.json" in code
    sentences = [
        " ".join(report.text[start:end].split()).casefold()
        for block in report.blocks
        for start, end in split_sentences(report.text, block.start, block.end)
    ]
    long_ones = [sentence for sentence in sentences if len(sentence.split()) > 8]
    assert len(long_ones) > 100
    assert [(name, sentence) for name, text in code.items() for sentence in long_ones if sentence in text] == []


def test_text_files_end_with_one_line_end_and_hold_no_blanks_at_line_ends(files):
    python = {name: text for name, text in files.items() if name.endswith((".py", ".toml"))}
    assert [name for name, text in python.items() if text and (not text.endswith("\n") or text.endswith("\n\n"))] == []
    assert [name for name, text in python.items() if re.search(r"[ \t]$", text, re.MULTILINE)] == []
