"""Reading in a process of its own: the same documents, and limits of time, memory and size that name the file."""

import os
import signal
import time
from contextlib import suppress

import pytest
from made_files import make_docx, make_flowing_pdf, make_pdf
from test_index_formats import rewrite_part

from index.build import GivenFile
from index.errors import UnknownFormat, UnreadableFile
from index.formats import read_document
from index.parse import ParseLimits, Parser

PDF = make_pdf([[(50, 700, "The harbour office counted 4,812 ships.")], []])
FILES = {
    "pdf": PDF,
    "set": make_flowing_pdf([("Heading1", "Cargo"), ("table", [["", "2017"], ["Grain", "12"], ["Ore", "7"]])]),
    "docx": make_docx(lambda document: document.add_paragraph("Ships came.")),
    "html": b"<html><h1>Ships</h1><p>They came.</p><table><tr><td>a<td>1<tr><td>b<td>2</table>",
    "markdown": b"# Ships\n\n**They** came.\n\n| a | b |\n|---|---|\n| c | 1 |\n",
    "text": b"Ships\n\nThey came.\n",
}
ODD = "שלום \u202e e\u0301\u0301 👩‍👩‍👧 \U0010ffff İ ﬁ".encode()


@pytest.mark.parametrize("name", FILES)
def test_process_reads_what_is_read_without_it(name):
    with Parser(ParseLimits(inline_bytes=0)) as parser:
        assert parser.read(FILES[name], name) == read_document(FILES[name], name)


def test_one_process_reads_many_files_and_goes_at_the_end():
    with Parser(ParseLimits(inline_bytes=0)) as parser:
        for i in range(20):
            parser.read(b"Ships came. " + ODD + str(i).encode(), f"text-{i}")
        process = parser._process
        assert process.poll() is None
    assert process.poll() is not None


def test_small_texts_need_no_process():
    with Parser() as parser:
        parser.read(b"Ships came.", "text")
        assert parser._process is None


def test_errors_of_the_process_are_those_of_the_formats():
    with Parser(ParseLimits(inline_bytes=0)) as parser:
        with pytest.raises(UnknownFormat, match="the file is a PNG image"):
            parser.read(b"\x89PNG\r\n", "picture")
        with pytest.raises(UnreadableFile, match="'cut' is a damaged PDF"):
            parser.read(PDF[:300], "cut")
        assert parser.read(b"Ships came.", "text")[0].text == "Ships came."


def test_time_is_limited():
    slow = b"<html>" + b"<p><b>word</b> " * 3_000_000
    started = time.monotonic()
    with Parser(ParseLimits(seconds=1.0)) as parser:
        with pytest.raises(UnreadableFile, match="'slow' took longer to read than the limit of 1 s and was given up"):
            parser.read(slow, "slow")
        assert parser.read(b"Ships came.", "text")[0].text == "Ships came."
    assert time.monotonic() - started < 20


def test_memory_is_limited():
    large = b"<html>" + b"<p>word</p>" * 1_000_000
    with Parser(ParseLimits(memory_bytes=100 << 20, inline_bytes=0)) as parser:
        with pytest.raises(UnreadableFile, match=r"'large'.* the limit of 100 MiB|'large' is .*HTML"):
            parser.read(large, "large")
        assert parser.read(b"Ships came.", "text")[0].text == "Ships came."


def test_size_is_limited():
    with (
        Parser(ParseLimits(file_bytes=10)) as parser,
        pytest.raises(UnreadableFile, match="'text' has 11 bytes, at most 10 are read; give it in parts"),
    ):
        parser.read(b"Ships came.", "text")


def test_process_that_is_killed_is_named_and_started_again():
    with Parser(ParseLimits(inline_bytes=0)) as parser:
        parser.read(b"Ships came.", "text")
        os.kill(parser._process.pid, signal.SIGSTOP)
        stopped = parser._process
        os.kill(stopped.pid, signal.SIGKILL)
        os.kill(stopped.pid, signal.SIGCONT)
        # It is dead, but the parser may not have been told yet.
        with suppress(UnreadableFile):
            parser.read(b"Ships came.", "text")
        assert parser.read(b"Ships came.", "text")[0].text == "Ships came."


def test_million_words_in_one_sentence_are_read():
    words = b"ship " * 1_000_000
    with Parser() as parser:
        document, _ = parser.read(b"Report\n\n" + words + b".", "long")
    assert len(document.blocks) == 1


def test_many_megabytes_on_one_line_are_refused():
    with Parser() as parser, pytest.raises(UnreadableFile, match="has 21000000 characters, at most 20000000 are read"):
        parser.read(b"ship " * 4_200_000, "line")


def test_zip_bomb_is_refused():
    bomb = rewrite_part(FILES["docx"], "word/document.xml", lambda _: b"<a>" + b" " * (130 << 20) + b"</a>")
    assert len(bomb) < 1 << 20
    with (
        Parser() as parser,
        pytest.raises(UnreadableFile, match=r"'bomb': .* unpacks to more than 128 MiB, as in a zip bomb"),
    ):
        parser.read(bomb, "bomb")


def test_entities_that_multiply_are_not_followed():
    entities = '<!ENTITY a "ships">' + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    part = (
        f'<!DOCTYPE d [{entities}]><w:document xmlns:w="{word}"><w:body><w:p><w:r><w:t>Came &i;</w:t></w:r></w:p>'
        "</w:body></w:document>"
    )
    content = rewrite_part(FILES["docx"], "word/document.xml", lambda _: part.encode())
    with Parser() as parser:
        try:
            words = parser.read(content, "bomb")[0].text
        except UnreadableFile as problem:
            words = str(problem)
    assert len(words) < 500


def test_one_bad_file_stops_no_other(index):
    files = [
        GivenFile("good.html", FILES["html"]),
        GivenFile("cut.pdf", PDF[:300]),
        GivenFile("../../up.md", FILES["markdown"]),
        GivenFile("half.pdf", PDF),
        GivenFile("good.docx", FILES["docx"]),
        GivenFile("empty.docx", b""),
    ]
    outcomes = index.add(files)
    assert [(outcome.document_id, outcome.state) for outcome in outcomes] == [
        ("good", "ready"), (None, "rejected"), ("up", "ready"), ("half", "ready"), (None, "rejected"),
        (None, "rejected"),
    ]  # fmt: skip
    assert "no text layer on page(s) 2" in outcomes[3].problem
    assert index.open().documents["half"].notes
    assert index.verify() == index.build()
