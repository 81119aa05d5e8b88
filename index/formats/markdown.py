"""Markdown -> Document: the text is the file's own, so that a citation can be found in it; marks are in no block."""

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from index.errors import UnreadableFile
from index.formats.builder import Level, Mark, drop_headings_without_body, nest_sections
from index.formats.characters import name_of
from index.formats.grid import describe_table
from index.formats.text import read_characters
from index.formats.text_tables import place_row
from index.types import Block, Document, Table

_SIGNS = (
    re.compile(r"^#{1,6} \S.*$", re.M),
    re.compile(r"^(?:```|~~~)", re.M),
    re.compile(r"(?<!\\)!?\[[^\]\n]{1,200}\]\((?:https?:|[#./\w])[^)\n]{0,400}\)"),
    re.compile(r"(?<![\w*])\*\*[^\s*][^*\n]{0,200}\*\*(?![\w*])"),
    re.compile(r"^\S.*\n(?:={3,}|-{3,})[ \t]*$", re.M),
)
_TABLE_RULE = re.compile(r"^[ \t]*(?:\|[ \t]*)?:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)+(?:\|[ \t]*)?$", re.M)


def looks_like_markdown(text: str) -> bool:
    """Tell whether the text shows a table's rule with bars, or headings by hashes beside another mark of Markdown."""
    start = text[:65536]
    if _TABLE_RULE.search(start):
        return True
    return bool(_SIGNS[0].search(start)) and any(sign.search(start) for sign in _SIGNS[1:])


def read_markdown(content: bytes, document_id: str) -> Document:
    """Return the document of a Markdown file: headings, paragraphs, list items, code and tables of pipes.

    Raises:
        UnreadableFile: the bytes are no text, or hold nothing but marks.
    """
    text = read_characters(content, document_id)
    references: dict = {}
    parser = MarkdownIt("commonmark", {"maxNesting": 100}).enable("table").disable("inline")
    reader = _TokenReader(text)
    reader.read(parser.parse(text, references))
    reader.add_forgotten([tuple(found["map"]) for found in references.get("references", {}).values()])
    marks, blocks = drop_headings_without_body(reader.marks, sorted(reader.blocks, key=_start), len(text))
    if not blocks:
        raise UnreadableFile(f"'{document_id}' holds no text besides marks: give a file with text in it")
    return Document(
        document_id=document_id,
        title=reader.marks[0].name if reader.marks else name_of(document_id),
        text=text,
        blocks=tuple(blocks),
        sections=tuple(nest_sections(marks, blocks)),
        tables=tuple(reader.tables),
    )


class _TokenReader:
    """Turns the parser's blocks, which it places by lines, into ranges of characters."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = [0, *(match.end() for match in re.finditer("\n", text)), len(text) + 1]
        self._seen = bytearray(len(self._lines))
        self.blocks: list[Block] = []
        self.marks: list[Mark] = []
        self.tables: list[Table] = []

    def read(self, tokens: Sequence[Token]) -> None:
        """Collect headings, blocks and tables."""
        level: Level | None = None
        item = None
        rows: list[tuple[int, int]] | None = None
        for token in tokens:
            if token.map and token.type in ("heading_open", "table_open", "fence", "code_block", "html_block", "hr"):
                self._see(*token.map)
            if token.type == "heading_open":
                level = (int(token.tag[1]),)
            elif token.type == "list_item_open":
                item = token.map[0]
            elif token.type == "table_open":
                rows = []
            elif token.type == "tr_open" and rows is not None:
                rows.append(tuple(token.map))
            elif token.type == "table_close":
                self._add_table(rows or [])
                rows = None
            elif token.type == "inline" and token.map and rows is None:
                self._add_lines(*token.map, level, item)
                level = item = None
            elif token.type in ("fence", "code_block", "html_block") and token.map:
                self._add_code(token)

    def _add_lines(self, first: int, last: int, level: Level | None, item: int | None) -> None:
        self._see(first, last)
        start, end = self._range(first, last)
        if level is not None:
            name = re.sub(r"^\s{0,3}#{1,6}\s+|\s+#+\s*$|\n.*$|\*\*|__", "", self._text[start:end]).strip()
            if re.search(r"\w", name):
                self.marks.append(Mark(start, end, level, " ".join(name.split())))
                return
        # A list item's mark is part of it, as it is of the text.
        if item != first:
            start += len(re.match(r"[>\s]*", self._text[start:end]).group())
        if start < end:
            self.blocks.append(Block(start, end))

    def _add_code(self, token: Token) -> None:
        first, last = token.map
        if token.type == "fence":
            first, last = first + 1, max(first + 1, last - (self._line(last - 1).strip()[:3] in ("```", "~~~")))
        start, end = self._range(first, last)
        hidden = token.type == "html_block" and re.match(r"<(?:!--|script|style)", self._text[start:end], re.I)
        if start < end and not hidden:
            self.blocks.append(Block(start, end, detached=True))

    def _add_table(self, lines: Sequence[tuple[int, int]]) -> None:
        placed = [place_row(self._text, *self._range(*line), "|") for line in lines]
        placed = [row for row in placed if row.cells]
        if not placed:
            return
        edge = max([mark.end for mark in self.marks[-1:]] + [table.end for table in self.tables[-1:]], default=0)
        above = [block for block in self.blocks[-2:] if block.start >= edge]
        heads = placed[:1] if len(placed) > 1 and lines[0][0] + 1 < lines[1][0] else []
        self.tables.append(describe_table(self._text, 0, placed[len(heads) :], heads, above))
        self.blocks += [Block(row.start, row.end) for row in placed]

    def add_forgotten(self, references: Sequence[tuple[int, int]]) -> None:
        """Make blocks of lines with words that the parser put nowhere, as where lists nest deeper than it goes."""
        for first, last in references:
            self._see(first, last)
        for number in range(len(self._lines) - 1):
            start, end = self._range(number, number + 1)
            if not self._seen[number] and re.search(r"\w", self._text[start:end]):
                self.blocks.append(Block(start, end, detached=True))

    def _see(self, first: int, last: int) -> None:
        self._seen[first:last] = b"\1" * (last - first)

    def _line(self, number: int) -> str:
        return self._text[self._lines[number] : self._lines[number + 1] - 1]

    def _range(self, first: int, last: int) -> tuple[int, int]:
        start, end = self._lines[first], max(self._lines[first], self._lines[last] - 1)
        words = self._text[start:end]
        return start + len(words) - len(words.lstrip()), start + len(words.rstrip()) if words.strip() else start


def _start(block: Block) -> int:
    return block.start
