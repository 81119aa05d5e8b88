"""Mutated files of every format: each gives a document that holds together, or an error of ours, in bounded time.

`FOOTNOTE_FUZZ_SECONDS` says how long each format is tried (make fuzz); the seed is printed with what is found.
"""

import os
import random
import time

import pytest
from test_index_format_properties import check_document
from test_index_formats import MARKED, WEB, make_docx, write_report
from test_index_pdf import make_aligned_table, make_pdf, make_ruled_table

from index.errors import UnknownFormat, UnreadableFile
from index.parse import ParseLimits, Parser

SECONDS = float(os.environ.get("FOOTNOTE_FUZZ_SECONDS", "2"))
FILES = {
    "pdf": [
        make_ruled_table(),
        make_aligned_table(),
        make_pdf([[(50, 700, "Ships came.")], []], outline=[(0, "A", 1)]),
    ],
    "docx": [make_docx(write_report)],
    "html": [WEB.encode()],
    "markdown": [MARKED.encode()],
    "text": [
        b"Report\n\nCargo in tonnes\na\t2017\nb\t1\nc\t2\n\nEnd.\n",
        "1. Größe\n\nDer Hafen – 5 %.\n".encode("utf-16"),
    ],
}
TOKENS = {
    "pdf": [
        b" 0 obj",
        b"endobj",
        b"stream",
        b"<<",
        b">>",
        b"/Kids",
        b"/Parent 1 0 R",
        b"-1",
        b"999999999",
        b"[",
        b"Tf",
        b"Tm",
    ],
    "docx": [b"PK\x05\x06", b"PK\x01\x02", b"\xff\xff\xff\xff"],
    "html": [
        b"<table>",
        b"</table>",
        b"<td rowspan=9>",
        b"<tr>",
        b"<li>",
        b"</p>",
        b"<h1>",
        b"<!--",
        b"&#x",
        b"<pre>",
        b"<br>",
    ],
    "markdown": [b"|", b"|---|---|", b"```", b"> ", b"- ", b"1. ", b"<!--", b"[a]: b", b"    ", b"\n===\n", b"\\|"],
    "text": [b"\t", b"|", b"\xff\xfe", b"\x00", b"\r", b"\n\n\n\n", b"# ", b"I. "],
}
FOUND: dict[str, list[bytes]] = {
    "html": [b"<html><table><tr><td rowspan=9><table></table></p><li>x</table></td>y", b"<html><pre></pre></ol><li>1"],
    "markdown": [b"# \n\n| a |\n|---|---|\n```", b"| a | b |\n|---|---|", b"[a]: b\n[a]: c\n\nwords\n"],
    "text": [b"\t|\n|\t|\n|1|\t2", b"a|b\n--|--\n1|2\n", b"a\t1\n-----\nb\t2"],
}
"""What a fuzzer or a reviewer has thought of once; each is tried always."""


def mutate(content, tokens, chance):
    made = bytearray(content)
    for _ in range(chance.choice([1, 1, 2, 4, 16])):
        place, length = chance.randrange(len(made) + 1), chance.choice([1, 2, 8, 64, 512])
        kind = chance.randrange(6)
        if kind == 0:
            made[place : place + 1] = bytes([chance.randrange(256)])
        elif kind == 1:
            del made[place : place + length]
        elif kind == 2:
            made[place:place] = chance.choice(tokens) * chance.choice([1, 1, 3, 50])
        elif kind == 3:
            made[place:place] = made[place : place + length] * chance.choice([1, 2, 20])
        elif kind == 4:
            del made[max(1, place) :]
        else:
            other = chance.randrange(len(made) + 1)
            made[place:place] = made[other : other + length]
    return bytes(made)


def check(parser, content):
    unforeseen = False
    try:
        document, _ = parser.read(content, "mutated")
    except (UnreadableFile, UnknownFormat) as problem:
        # An error that none of the formats has foreseen is a bug of ours.
        unforeseen = "cannot be read (" in str(problem)
        document = None
    assert not unforeseen
    if document:
        check_document(document)


@pytest.mark.parametrize("kind", FILES)
def test_mutated_files(kind):
    seed = random.randrange(1 << 32) if "FOOTNOTE_FUZZ_SECONDS" in os.environ else 7
    chance = random.Random(seed)
    stop = time.monotonic() + SECONDS
    with Parser(ParseLimits(seconds=20, memory_bytes=1 << 30, inline_bytes=0)) as parser:
        for content in FOUND.get(kind, []):
            check(parser, content)
        while time.monotonic() < stop:
            content = mutate(chance.choice(FILES[kind]), TOKENS[kind], chance)
            try:
                check(parser, content)
            except AssertionError as problem:
                raise AssertionError(f"seed {seed}, {kind} {content!r}") from problem
