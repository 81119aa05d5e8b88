"""What holds for any document of any format: its parts hold its text, offsets are right, and no word is lost."""

import re
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_files import fill_docx_table, make_docx, make_flowing_pdf
from test_index_properties import check_passages, count_fake_pieces

from index.errors import UnreadableFile
from index.formats.docx import read_docx
from index.formats.html import read_html
from index.formats.markdown import read_markdown
from index.formats.pdf import read_pdf
from index.formats.text import read_text
from index.passages import PassageSettings
from index.records import document_from, document_record

ODD = [
    "e\u0301\u0301",
    "שלום",
    "عام",
    "知识产权。",
    "😀",
    "👩‍👩‍👧",
    "ﬁ",
    "İ",
    "\u00ad",
    "\u202eabc\u202c",
    "x" * 90,
    "|",
    "*",
    "#",
]
PLAIN = ["Ships", "came", "in", "4,812", "2017.", "Grain", "(see", "note", "3)", "rose", "5%", "co-", "The", "RMB"]
LINES = st.lists(st.sampled_from(PLAIN + ODD), min_size=1, max_size=30).map(" ".join)
LATIN_LINES = st.lists(st.sampled_from(PLAIN), min_size=1, max_size=60).map(" ".join)


def parts_of(lines):
    """Return a strategy for lists of (kind, what): headings with their level, paragraphs, and rows of a table."""
    headings = st.tuples(st.just("heading"), st.tuples(st.integers(1, 4), lines))
    paragraphs = st.tuples(st.just("paragraph"), lines)
    sizes = st.tuples(st.integers(2, 4), st.integers(2, 5))
    tables = sizes.flatmap(
        lambda size: st.lists(st.lists(lines, min_size=size[0], max_size=size[0]), min_size=size[1], max_size=size[1])
    )
    return st.lists(st.one_of(paragraphs, paragraphs, headings, st.tuples(st.just("table"), tables)), max_size=8)


def check_document(document):
    """Assert what holds for every document, whatever it was read from."""
    text = document.text
    assert document_from(document_record(document)) == document
    text.encode("utf-8")
    reached = 0
    for block in document.blocks:
        assert reached <= block.start < block.end <= len(text)
        assert text[block.start : block.end].strip() == text[block.start : block.end]
        reached = block.end
    reached = 0
    for section in document.sections:
        assert reached <= section.start < section.end <= len(text)
        reached = section.end
    for block in document.blocks if document.sections else ():
        assert sum(section.start <= block.start and block.end <= section.end for section in document.sections) == 1
    if document.pages:
        assert "".join(text[page.start : page.end] for page in document.pages) == text
        assert [page.number for page in document.pages] == list(range(1, len(document.pages) + 1))
    check_tables(document)
    check_passages(document, PassageSettings(), count_fake_pieces, 256, marks=True)
    check_passages(document, PassageSettings(5, 0, 4), count_fake_pieces, 8, marks=True)


def check_tables(document):
    blocks = {(block.start, block.end) for block in document.blocks}
    reached = 0
    for table in document.tables:
        assert reached <= table.start < table.end <= len(document.text)
        reached = table.end
        for row in table.rows:
            assert table.start <= row.start < row.end <= table.end
        for row in [*table.headers, *table.rows]:
            assert (row.start, row.end) in blocks
            place, column = row.start, -1
            for cell in row.cells:
                assert place <= cell.start < cell.end <= row.end
                assert column < cell.column
                place, column = cell.end, cell.column + cell.span - 1
        for start, end in [*table.units, *([table.title] if table.title else [])]:
            assert 0 <= start < end <= len(document.text)


def words_of(text):
    return re.sub(r"[\s\x00-\x1f\u2028\x85]+", "", text)


def read_or_none(read, content):
    try:
        document = read(content, "any")
    except UnreadableFile:
        return None
    check_document(document)
    return document


def expect_words(document, parts, marks=""):
    """Assert that all words of the parts are in the text in their order, and nothing else besides `marks`."""
    expected = "".join(
        "".join(cell for row in what for cell in row) if kind == "table" else what[1] if kind == "heading" else what
        for kind, what in parts
    )
    assert re.sub(marks, "", words_of(document.text)) if marks else words_of(document.text) == words_of(expected)


@given(parts_of(LINES))
@settings(max_examples=60, deadline=None)
def test_any_html(parts):
    body = ""
    for kind, what in parts:
        if kind == "table":
            body += "<table>" + "".join(
                "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in what
            )
            body += "</table>"
        else:
            name, text = (f"h{what[0]}", what[1]) if kind == "heading" else ("p", what)
            body += f"<{name}>{escape(text)}</{name}>"
    document = read_or_none(read_html, f"<html><meta charset=utf-8><body>{body}</body></html>".encode())
    if document:
        expect_words(document, [(k, w) for k, w in parts if k != "heading" or re.search(r"\w", w[1])])


@given(parts_of(LINES))
@settings(max_examples=40, deadline=None)
def test_any_docx(parts):
    def write(made):
        for kind, what in parts:
            if kind == "table":
                fill_docx_table(made, what)
            elif kind == "heading":
                made.add_heading(what[1], what[0])
            else:
                made.add_paragraph(what)

    document = read_or_none(read_docx, make_docx(write))
    if document:
        expect_words(document, [(k, w) for k, w in parts if k != "heading" or re.search(r"\w", w[1])])


@given(parts_of(LINES))
@settings(max_examples=80, deadline=None)
def test_any_markdown(parts):
    written = []
    for kind, what in parts:
        if kind == "table":
            rows = ["| " + " | ".join(row) + " |" for row in what]
            written.append("\n".join([rows[0], "|" + "---|" * len(what[0]), *rows[1:]]))
        else:
            written.append("#" * what[0] + " " + what[1] if kind == "heading" else what)
    text = "\n\n".join(written)
    document = read_or_none(read_markdown, text.encode())
    if document:
        assert document.text == text


@given(
    st.lists(st.lists(st.sampled_from([*PLAIN, *ODD, "", "-", "12", "---"]), max_size=5), max_size=12),
    st.sampled_from("\t|"),
)
@settings(max_examples=80, deadline=None)
def test_any_rows_of_plain_text(rows, separator):
    text = "\n".join(separator.join(row) for row in rows)
    document = read_or_none(read_text, text.encode())
    if document:
        assert document.text == text


@given(parts_of(LATIN_LINES), st.integers(1, 2))
@settings(max_examples=30, deadline=None)
def test_any_pdf(parts, columns):
    styles = {1: "Heading1", 2: "Heading2", 3: "Heading3", 4: "Heading4"}
    made = [
        ("BodyText", what) if kind == "paragraph" else (styles[what[0]], what[1])
        for kind, what in parts
        if kind != "table"
    ]
    if not made:
        return
    document = read_or_none(read_pdf, make_flowing_pdf(made, columns))
    beside = "".join(running.text for running in document.running)
    expected = "".join(text for _, text in made) + beside
    assert sorted(words_of(document.text + beside)) == sorted(words_of(expected)) or sorted(
        words_of(document.text + beside)
    ) == sorted(words_of(expected + "".join(str(page.number) for page in document.pages)))


@pytest.mark.parametrize("text", ["", " ", "\n", "\u3000", "\ufeff"])
def test_blank_markdown_is_refused(text):
    with pytest.raises(UnreadableFile, match="'any' holds no text"):
        read_markdown(text.encode(), "any")
