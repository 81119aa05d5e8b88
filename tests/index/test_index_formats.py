"""Which format has a file? By its bytes, whatever its name says; and what is found in Markdown, HTML and DOCX."""

import io
import zipfile

import pytest
from made_files import fill_docx_table, make_docx, make_pdf, paths_of, rows_of, words_of

from index.errors import UnknownFormat, UnreadableFile
from index.formats import DOCX, HTML, MARKDOWN, PDF, TEXT, read_document, recognise_media_type

PAGE = b"<html><head><title>Harbour</title></head><body><p>Ships came.</p></body></html>"


def read(content):
    return read_document(content if isinstance(content, bytes) else content.encode(), "made-file")[0]


def text_at(document, place):
    return document.text[place[0] : place[1]]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (make_pdf([[(50, 700, "Ships came.")]]), PDF),
        (b"\n\n" + make_pdf([[(50, 700, "Ships came.")]]), PDF),
        (make_docx(lambda document: document.add_paragraph("Ships came.")), DOCX),
        (PAGE, HTML),
        (b"\xef\xbb\xbf  <!-- made --> <!DOCTYPE html>\n<p>x", HTML),
        (
            b"<?xml version='1.0' encoding='utf-8'?>\n<html xmlns='http://www.w3.org/1999/xhtml'><body>x</body></html>",
            HTML,
        ),
        ("<HTML><p>Größe".encode("utf-16"), HTML),
        (b"# Harbour\n\nSee [the map](map.png).\n", MARKDOWN),
        (b"Ships\n\n| a | b |\n|---|---|\n| 1 | 2 |\n", MARKDOWN),
        (b"# Harbour\n\nOnly a line with a hash.\n", TEXT),
        (b"1 < 2 and <b> is a tag; %PDF- is a mark.", TEXT),
        (b"The word obj stands near %PDF-1.4 in this sentence of no PDF.", TEXT),
    ],
)
def test_format_is_told_by_content(content, expected):
    assert recognise_media_type(content) == expected


def test_zip_that_is_no_docx_is_refused():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    with pytest.raises(UnknownFormat, match=r"a ZIP container .* and no DOCX: save or export it as text"):
        read(content.getvalue())


MARKED = """# Harbour report

Ships **came** and
went.

## Traffic

- grain ships
- ore ships
  that came late

Cargo (million tonnes):

| Cargo | 2016 | 2017 |
|-------|-----:|-----:|
| Grain | 1.2  | 1.5  |
| Ore \\| coal | 0.7 |  |

<!-- not shown -->

```
code stays
```

### Nothing below

## Works

> The basin was dredged.
"""


def test_markdown_keeps_the_text_of_the_file():
    document = read(MARKED)
    assert document.text == MARKED
    assert document.title == "Harbour report"
    assert words_of(document) == [
        "Ships **came** and\nwent.", "- grain ships", "- ore ships\n  that came late", "Cargo (million tonnes):",
        "| Cargo | 2016 | 2017 |", "| Grain | 1.2  | 1.5  |", "| Ore \\| coal | 0.7 |  |", "code stays",
        "### Nothing below", "The basin was dredged.",
    ]  # fmt: skip
    assert paths_of(document) == [("Harbour report",), ("Harbour report", "Traffic"), ("Harbour report", "Works")]
    (table,) = document.tables
    assert rows_of(document, table) == [
        [[(0, "Cargo"), (1, "2016"), (2, "2017")]],
        [[(0, "Grain"), (1, "1.2"), (2, "1.5")], [(0, "Ore \\| coal"), (1, "0.7")]],
    ]
    assert text_at(document, table.title) == "Cargo (million tonnes):"
    assert [text_at(document, unit) for unit in table.units] == ["(million tonnes)"]


def test_deep_lists_of_markdown_lose_no_word():
    document = read("# H\n\n| a | b |\n|---|---|\n\n" + "".join("> " * i + f"word{i}\n\n" for i in range(130)))
    found = "\n".join(words_of(document))
    assert all(f"word{i}" in found for i in range(130))


WEB = """<!DOCTYPE html><html><head><title>Harbour | Town</title><style>.off, #gone {display: none}</style>
<script>var hidden = 'script'</script></head><body>
<h1>Harbour  report</h1><p>First <b>bold</b> words<sup>1</sup>, 5&nbsp;km<sup>2</sup>.<br>Next line.</p>
<p hidden>secret one</p><p style="display:none">secret two</p><p class="off">secret three</p>
<div id=gone>secret four</div>
<div>Loose words<p>Inner paragraph</p>tail words</div>
<h2>Traffic</h2><ul><li>grain</li><li><p>ore</p></li></ul><ol><li>one</li><li>two</li></ol>
<pre>  a
    b</pre>
<p>Cargo by kind, in thousands:</p>
<table><caption>Table 1 Cargo</caption>
<tr><th></th><th colspan=2>2017</th><th>2016</th></tr>
<tr><td>Grain</td><td>$</td><td>1,234</td><td>(56</td><td>)</td></tr>
<tr><td>Ore</td><td></td><td>12</td><td>7</td><td>%</td></tr></table>
<table><tr><td>Only</td><td>layout</td></tr></table>
<template>secret five</template><noscript>secret six</noscript><textarea>secret seven</textarea>
</body></html>"""


def test_html_is_read_as_it_is_shown():
    document = read(WEB)
    assert "secret" not in document.text
    assert "script" not in document.text
    assert document.title == "Harbour report"
    assert words_of(document) == [
        "First bold words 1, 5 km2.\nNext line.", "Loose words", "Inner paragraph", "tail words", "• grain", "• ore",
        "1. one", "2. two", "a\n    b", "Cargo by kind, in thousands:", "Table 1 Cargo", "2017\t2016",
        "Grain\t$1,234\t(56)", "Ore\t12\t7%", "Only", "layout",
    ]  # fmt: skip
    assert paths_of(document) == [("Harbour report",), ("Harbour report", "Traffic")]
    (table,) = document.tables
    assert rows_of(document, table) == [
        [[(1, "2017"), (3, "2016")]],
        [[(0, "Grain"), (1, "$1,234"), (3, "(56)")], [(0, "Ore"), (2, "12"), (3, "7%")]],
    ]
    assert text_at(document, table.title) == "Table 1 Cargo"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<html><meta charset=iso-8859-1><p>caf\xe9 \x96 5".encode("latin-1"), "café – 5"),
        ("<html><meta charset=utf-8><p>caf\xe9 au lait, d\xe9j\xe0 vu".encode("latin-1"), "café au lait, déjà vu"),
        ("<html><p>שלום עולם e\u0301 😀".encode(), "שלום עולם e\u0301 😀"),
        (b"<html><p>a&#0;b&#xD800;c", "a\ufffdb\ufffdc"),
        (b"<p>unclosed <b>bold <i>italic", "unclosed bold italic"),
        (b"<p>Ships<p>2017.", "Ships\n\n2017."),
        (b"<html><ul><li></li></ul><p>words", "words"),
    ],
)
def test_html_of_any_encoding_and_form(content, expected):
    assert read(content).text == expected


def test_bold_lines_are_the_headings_of_html_that_has_none():
    document = read("<html><p><b>PART ONE</b></p><p><b>Ships</b></p><p>Many came.</p><p><b>Works</b></p><p>None.</p>")
    assert paths_of(document) == [("PART ONE",), ("PART ONE", "Ships"), ("PART ONE", "Works")]


def test_deep_html_is_read_or_refused_but_never_cut():
    assert read(b"<html>" + b"<div>" * 1500 + b"deep words").text == "deep words"
    with pytest.raises(UnreadableFile, match=r"over a limit of its parser .*depth.*; save it as text"):
        read(b"<html>" + b"<div>" * 100_000 + b"deep words")


@pytest.mark.parametrize("content", [b"<html></html>", b"<html><script>x</script><p hidden>y</p>", b"<!doctype html>"])
def test_page_that_shows_nothing_is_refused(content):
    with pytest.raises(UnreadableFile, match="'made-file' holds no text"):
        read(content)


def write_report(document):
    document.core_properties.title = "Word Document"
    document.add_heading("Harbour report", 0)
    document.add_heading("Traffic", 1)
    paragraph = document.add_paragraph("Ships ")
    paragraph.add_run("came").bold = True
    paragraph.add_run(" secretly").font.hidden = True
    paragraph.add_run(".\tThen they left.")
    document.add_paragraph("grain", style="List Bullet")
    document.add_paragraph("first", style="List Number")
    document.add_paragraph("second", style="List Number")
    document.add_paragraph("Cargo in thousand tonnes")
    fill_docx_table(document, [["", "2017", "2016"], ["Grain", "12", "11"], ["Ore", "3", "4"]])
    document.add_heading("Grain", 2)
    document.add_paragraph("Grain came from the north.")
    document.sections[0].header.paragraphs[0].text = "Harbour office"


def test_docx_is_read_with_styles_lists_and_tables():
    document = read(make_docx(write_report))
    assert document.title == "Harbour report"
    assert words_of(document) == [
        "Ships came.\tThen they left.", "• grain", "1. first", "2. second", "Cargo in thousand tonnes", "2017\t2016",
        "Grain\t12\t11", "Ore\t3\t4", "Grain came from the north.",
    ]  # fmt: skip
    assert paths_of(document) == [
        ("Harbour report",), ("Harbour report", "Traffic"), ("Harbour report", "Traffic", "Grain")
    ]  # fmt: skip
    (table,) = document.tables
    assert rows_of(document, table)[0] == [[(1, "2017"), (2, "2016")]]
    assert [text_at(document, unit) for unit in table.units] == ["in thousand tonnes"]
    assert [(running.page, running.text) for running in document.running] == [(None, "Harbour office")]


def rewrite_part(content, name, change):
    """Return the DOCX with one part changed, or added where `change` is given b""."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, change(old.read(name) if name in old.namelist() else b""))
    return made.getvalue()


def test_notes_deletions_and_text_boxes_of_docx():
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = (
        "<w:p><w:r><w:t>Ships came</w:t></w:r><w:del><w:r><w:delText>never</w:delText></w:r></w:del><w:ins><w:r>"
        '<w:t xml:space="preserve"> early</w:t></w:r></w:ins><w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
        "<w:p><w:r><w:t>Outer</w:t></w:r><w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>In a box"
        "</w:t></w:r></w:p></w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent><w:p><w:r><w:t>In a box</w:t></w:r>"
        "</w:p></w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>"
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>In a control</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    )
    names = f'xmlns:w="{word}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    content = make_docx(lambda document: document.add_paragraph("x"))
    content = rewrite_part(
        content, "word/document.xml", lambda _: f"<w:document {names}><w:body>{body}</w:body></w:document>".encode()
    )
    note = '<w:footnote w:id="2"><w:p><w:r><w:t>From the log.</w:t></w:r></w:p></w:footnote>'
    content = rewrite_part(
        content, "word/footnotes.xml", lambda _: f"<w:footnotes {names}>{note}</w:footnotes>".encode()
    )
    assert words_of(read(content)) == ["Ships came early", "From the log.", "Outer", "In a box", "In a control"]
