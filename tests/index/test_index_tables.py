"""Tables: what names columns, what is a unit or a title; rows as passages; what belongs to one value."""

import time

import pytest

from index.build import GivenFile
from index.formats import read_document
from index.passages import PassageSettings, cut_passages, searchable_text
from index.tables import count_header_rows, find_table, find_units, is_number, read_lines, relate_value

REPORT = """# Harbour

## Traffic

Words before the table.

Cargo by kind (in thousands):

| Cargo | 2017 | 2016 |
|-------|------|------|
| Imports | | |
| Grain | 12 | 11 |
| Ore | 7 | 8 |
| Coal | 5 | 6 |
| Oil | 4 | 3 |
| Total | 28 | 28 |

Words after the table.
"""


def read(text, name="made"):
    return read_document(text.encode(), name)[0]


def count_words(text):
    return len(text.split())


def cut(document):
    return cut_passages(document, PassageSettings(), count_words, count_words, 256)


@pytest.mark.parametrize(
    "text", ["1,234", "(56)", "$ 7.5", "12%", "US$3.1", "1-2", "90 - 97%", "−4.2", "£12m", "3.5x", "RMB 5", "2017%"]
)
def test_numbers(text):
    assert is_number(text)


@pytest.mark.parametrize(
    "text", ["2017", "FY 2017", "2016/17", "2017E", "Grain", "31 December 2017", "", "—", "Note 7"]
)
def test_what_is_no_number(text):
    assert not is_number(text)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["", "2017", "2016"], ["Grain", "1", "2"]], 1),
        ([["", "Year ended", ""], ["", "2017", "2016"], ["Income", "", ""], ["Grain", "1", "2"]], 2),
        ([["Grain", "1", "2"], ["Ore", "3", "4"]], 0),
        ([["Name", "Place"], ["Harbour", "North"]], 1),
        ([["Income", ""], ["Grain", "1"]], 1),
        ([["Name", "Place"]], 0),
    ],
)
def test_header_rows(rows, expected):
    assert count_header_rows(rows) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sales (in millions, except per share data)", ["(in millions, except per share data)"]),
        ("Sales in thousands of dollars", ["in thousands of dollars"]),
        ("Unit: 10,000 tonnes", ["Unit: 10,000 tonnes"]),
        ("Sales, RMB million", ["RMB million"]),
        ("Share (%)", ["(%)"]),
        ("£’000", ["£’000"]),
        ("Sales in 2017", []),
        ("Ships of the inner basin (see note 4)", []),
    ],
)
def test_units(text, expected):
    assert [text[start:end] for start, end in find_units(text, [(0, len(text))])] == expected


@pytest.mark.parametrize("separator", ["\t", " | "])
def test_tables_of_plain_text(separator):
    rows = [["Cargo", "2017", "2016"], ["Grain", "12", "11"], ["Ore", "7", "8"]]
    body = "\n".join(separator.join(row) for row in rows)
    document = read(f"Harbour\n\nWords before.\n\nCargo in tonnes\n{body}\n\nWords after the rows.\n")
    (table,) = document.tables
    texts = [[document.text[cell.start : cell.end] for cell in row.cells] for row in [*table.headers, *table.rows]]
    assert texts == rows
    assert document.text[slice(*table.title)] == "Cargo in tonnes"
    assert [document.text[block.start : block.end] for block in document.blocks][-2:] == [
        separator.join(rows[2]), "Words after the rows."
    ]  # fmt: skip


def test_text_without_rows_has_no_table():
    assert read("One | two words in a line.\n\nA\ttab in a line.\nNo tab here.\n").tables == ()


@pytest.mark.parametrize(
    "line",
    [" " * 100_000, "-" * 100_000, "|" * 20_000, "a\t" + "-" * 100_000, "[" * 100_000, "**" * 50_000, "(" * 100_000,
     "in " * 30_000, "---|---" + " " * 100_000 + "x", "1\t" * 50_000],
)  # fmt: skip
def test_long_lines_of_marks_take_no_long_time(line):
    started = time.process_time()
    read(f"Harbour\n\nCargo in tonnes\n{line}\n{line}\n{line}\n\nWords after.\n")
    assert time.process_time() - started < 5


def test_rows_are_passages_that_carry_what_they_need():
    document = read(REPORT)
    passages = [passage for passage in cut(document) if passage.kind == "rows"]
    assert [len(passage.sentences) for passage in passages] == [5, 2]
    first, second = passages
    assert first.text.startswith("| Cargo | 2017 | 2016 |")
    assert [related.text for related in first.related if related.role != "unit"] == ["Cargo by kind (in thousands):"]
    assert [(related.role, related.text) for related in second.related] == [
        ("header", "| Cargo | 2017 | 2016 |"), ("unit", "(in thousands)"), ("context", "Cargo by kind (in thousands):"),
        ("context", "| Imports | | |"),
    ]  # fmt: skip
    for passage in passages:
        for related in passage.related:
            assert document.text[related.start : related.end] == related.text
    searched = searchable_text(second, PassageSettings(), count_words, 256)
    for word in ("Harbour", "Traffic", "Cargo by kind", "in thousands", "2017", "2016", "Total", "Imports"):
        assert word in searched


def test_related_words_never_push_a_row_over_the_limit():
    wide = "| " + " | ".join(f"column number {i}" for i in range(60)) + " |"
    rule = "|" + "---|" * 60
    row = "| " + " | ".join(str(i) for i in range(60)) + " |"
    document = read(f"# H\n\n{wide}\n{rule}\n{row}\n{row}\n{row}\n{row}\n{row}\n")
    for limit in (8, 32, 256):
        for passage in cut_passages(document, PassageSettings(), count_words, count_words, limit):
            assert count_words(searchable_text(passage, PassageSettings(), count_words, limit)) <= limit


def test_what_belongs_to_a_value():
    document = read(REPORT)
    place = document.text.index("8 |\n| Coal")
    related = [(related.role, related.text) for related in relate_value(document, place, place + 1)]
    assert related == [
        ("row", "| Ore | 7 | 8 |"), ("header", "2016"), ("unit", "(in thousands)"),
        ("context", "Cargo by kind (in thousands):"), ("context", "| Imports | | |"),
    ]  # fmt: skip
    outside = document.text.index("Words after")
    assert relate_value(document, outside, outside + 5) == ()
    assert find_table(document, outside) is None


DUES = """# Dues

Dues (in thousands, except ships):

| | 2021 | Ships | Share |
|---|---|---|---|
| North | $12 | 40 | 60% |
| South | 7 | 31 | 35 |
| Number of quays | 4 | | |
| Total | $19 | 71 | 95 |
| After the total | 3 | | |
"""


@pytest.mark.parametrize(
    ("row", "value", "units"),
    [
        ("| North | $12", "$12", ["(in thousands, except ships)"]),
        ("| South | 7", "7", ["(in thousands, except ships)", "$"]),
        ("| South | 7 | 31", "31", []),
        ("| South | 7 | 31 | 35", "35", ["(in thousands, except ships)", "%"]),
        ("| North | $12 | 40 | 60%", "60%", []),
        ("| Number of quays | 4", "4", ["(in thousands, except ships)"]),
        ("| After the total | 3", "3", ["(in thousands, except ships)", "$"]),
    ],
)
def test_units_of_a_value_are_its_own_or_its_column_s(row, value, units):
    document = read(DUES)
    start = document.text.index(row) + len(row) - len(value)
    related = relate_value(document, start, start + len(value))
    assert [place.text for place in related if place.role == "unit"] == units
    for place in related:
        assert document.text[place.start : place.end] == place.text


def test_sign_of_the_nearest_row_above_else_of_a_total_below():
    rows = "| Cargo | Dues |\n|---|---|\n| Grain | {} |\n| Ore | 7 |\n| {} | $19 |\n"
    for first, last, place in (("$12", "Total", 0), ("12", "Total", 1), ("12", "Oil", None)):
        document = read(f"# Dues\n\n{rows.format(first, last)}")
        start = document.text.index("7 |")
        signs = [related.start for related in relate_value(document, start, start + 1) if related.role == "unit"]
        found = [i for i, char in enumerate(document.text) if char == "$"]
        assert signs == ([] if place is None else [found[0]])


def test_header_that_is_a_sign_is_the_unit_of_its_column():
    rows = [["", "Dues", "Share"], ["", "£", "%"], ["Grain", "12", "60"], ["Ore", "8", "40"]]
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    document = read(f"<html><body><h1>Dues</h1><p>Dues of the harbour:</p><table>{cells}</table></body></html>")
    roles = {}
    for value in ("8", "40"):
        start = document.text.rindex(value)
        roles[value] = [(place.role, place.text) for place in relate_value(document, start, start + len(value))]
    assert ("unit", "£") in roles["8"]
    assert ("unit", "%") in roles["40"]
    assert not any(role == "header" and text in "£%" for found in roles.values() for role, text in found)


def test_lines_of_a_table_know_label_group_and_year():
    document = read(
        "# Equity\n\n| | Capital | Total |\n|---|---|---|\n| Year ended 30 June 2020: | | |\n| Dues | 5 | 6 |\n"
        "| Later: | | |\n| Repairs | 1 | 2 |\n"
    )
    lines = read_lines(document, document.tables[0])
    assert [document.text[slice(*line.label)] for line in lines] == ["Dues", "Repairs"]
    assert [document.text[slice(*line.group)] for line in lines] == ["Year ended 30 June 2020:", "Later:"]
    assert [line.years for line in lines] == [{"2020"}, {"2020"}]
    rolled = read(
        "# Equity\n\n| | Capital | Total |\n|---|---|---|\n| Balance at 1 May 2019 | 5 | 6 |\n| Dues | 1 | 2 |\n"
        "| Balance at 1 May 2020 | 6 | 8 |\n| Repairs | 1 | 1 |\n"
    )
    lines = read_lines(rolled, rolled.tables[0])
    assert [line.years for line in lines] == [{"2019"}, {"2020"}, {"2020"}, set()]
    assert [line.balance for line in lines] == [True, False, True, False]


def test_snapshot_keeps_tables_pages_and_rows(index):
    index.add([GivenFile("made.md", REPORT.encode()), GivenFile("plain.txt", b"Ships came. They left.")])
    snapshot = index.open()
    assert snapshot.documents["made"] == read(REPORT)
    assert [passage for passage in snapshot.passages if passage.document_id == "made"] == cut_passages(
        read(REPORT), PassageSettings(), count_tokens_of(index), index.encoder.count_pieces, index.encoder.max_pieces
    )
    lines = (index.folder / "snapshots" / snapshot.digest / "documents.jsonl").read_text("utf-8").splitlines()
    assert '"tables"' in lines[0]
    assert not any(name in lines[1] for name in ('"tables"', '"running"', '"notes"'))


def count_tokens_of(_):
    from index.tokens import count_tokens

    return count_tokens
