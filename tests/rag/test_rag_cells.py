"""Answers in rows of a table: the cell that is meant, its unit and scale, and what is cited beside it."""

import pytest

from index.formats import read_document
from index.tables import find_row
from rag.cells import choose_cell, find_measures
from rag.compose import compose
from rag.english.question import parse_question
from rag.types import Candidate

TABLE = """# Harbours of Norwick

Ships and dues (RMB millions)

| Harbour | 2019 | 2020 |
|---|---|---|
| North | 1,204 | 1,377 |
| South | 88 | 91 |

The north harbour is the older one.
"""


@pytest.fixture
def document():
    found, media_type = read_document(TABLE.encode(), "harbours")
    assert media_type == "text/markdown"
    return found


def place(document, words):
    start = document.text.index(words)
    return start, start + len(words)


@pytest.mark.parametrize(
    ("question", "answer", "cell"),
    [
        ("How much did the north harbour take in 2020?", "1,204", "1,377"),
        ("How much did the north harbour take in 2019?", "1,377", "1,204"),
        ("How much did the north harbour take in 2019?", "North", "1,204"),
        ("How much did the north harbour take?", "1,377", "1,377"),
        ("How much did the north harbour take?", "1,204", "1,204"),
        ("How much did the north harbour take?", "North", "1,377"),
        ("Which harbour took 1,377?", "North", "North"),
    ],
)
def test_cell_of_the_column_that_is_asked_for(document, question, answer, cell):
    found = choose_cell(document, place(document, answer), parse_question(question))
    assert document.text[slice(*found)] == cell


@pytest.mark.parametrize(
    ("question", "answer", "cell"),
    [
        ("By what percentage did dues grow?", "40", "60%"),
        ("How much did dues grow?", "60%", "+15"),
        ("How many years do the pilots serve?", "3-5 years", "3-5 years"),
    ],
)
def test_shares_changes_and_values_that_are_no_bare_number(question, answer, cell):
    text = (
        "# Dues\n\n| | 2020 | Change | % Change | Note |\n|---|---|---|---|---|\n| Dues | 40 | +15 | 60% | 7 |\n"
        "| Pilots' service | 3-5 years | 1 | | 8 |\n"
    )
    document, _ = read_document(text.encode(), "dues")
    found = choose_cell(document, place(document, answer), parse_question(question))
    assert document.text[slice(*found)] == cell


def test_outside_of_rows_the_answer_stays(document):
    answer = place(document, "older")
    assert find_row(document, answer[0]) is None
    assert choose_cell(document, answer, parse_question("How many harbours?")) == answer


def test_units_and_scales(document):
    unit = place(document, "(RMB millions)")
    assert [(role, document.text[slice(*where)]) for role, where in find_measures(document, unit)] == [
        ("unit", "RMB"),
        ("scale", "millions"),
    ]


def test_exceptions_are_no_units():
    text = "# Shares\n\nDues (in thousands, except shares)\n\n| Harbour | Dues |\n|---|---|\n| North | $3 |\n"
    document, _ = read_document(text.encode(), "shares")
    unit = place(document, "(in thousands, except shares)")
    assert [document.text[slice(*where)] for _, where in find_measures(document, unit)] == ["thousands"]


def test_value_of_a_table_is_cited_with_row_header_and_unit(document):
    table, row = find_row(document, place(document, "1,377")[0])
    said = compose(
        [Candidate("harbours", (row.start, row.end), place(document, "1,377"), 1.0, {})], {"harbours": document}
    )
    roles = {citation.role: citation.cited_text for citation in said.citations}
    assert roles["row"] == document.text[row.start : row.end]
    assert roles["header"] == "2020"
    assert "RMB millions" in roles["unit"]
    parts = {part.role: part for part in said.parts}
    assert {role: part.text for role, part in parts.items()} == {"value": "1,377", "unit": "RMB", "scale": "millions"}
    for part in said.parts:
        citation = said.citations[part.citation]
        assert citation.start <= part.start < part.end <= citation.end
    assert said.answer.startswith("1,377")
    assert all(words in said.statement for words in ("2020", "1,377", "RMB millions", "North"))
    assert table.rows[0].start <= row.start


@pytest.mark.parametrize(("value", "said"), [("35", "35%"), ("7", "£7"), ("(4)", "£(4)"), ("60%", "60%")])
def test_sign_of_the_column_is_said_with_the_value(value, said):
    text = (
        "# Dues\n\n| Harbour | Dues | Share |\n|---|---|---|\n| North | £12 | 60% |\n| South | 7 | 35 |\n"
        "| West | (4) | 5% |\n"
    )
    document, _ = read_document(text.encode(), "dues")
    start = document.text.index(f"| {value} |") + 2
    _, row = find_row(document, start)
    answer = Candidate("dues", (row.start, row.end), (start, start + len(value)), 1.0, {})
    told = compose([answer], {"dues": document})
    assert told.answer == said
    for part in told.parts:
        assert document.text[part.start : part.end] == part.text
