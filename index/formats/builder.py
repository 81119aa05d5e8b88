"""Headings, paragraphs, rows and page edges in reading order -> the text of a Document and its tables of offsets."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from index.errors import UnreadableFile
from index.formats.characters import check_length, clean_text, name_of
from index.formats.grid import GridCell, describe_table, join_marks, spread
from index.tables import count_header_rows
from index.types import Block, Cell, Document, Page, Range, Row, Running, Section, Table

Level = tuple[int, ...]
"""Depth of a heading; one closes those that stand above it with the same or a greater level."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A heading in the text."""

    start: int
    end: int
    level: Level
    name: str


class TextBuilder:
    """Writes the parts of a document one after the other; `finish` returns the whole."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []
        self._marks: list[Mark] = []
        self._tables: list[Table] = []
        self._pages: list[list[int]] = []
        self._waiting: list[int] = []

    def start_page(self, number: int) -> None:
        """Begin page `number`; what is written next stands on it."""
        self._waiting.append(number)

    def add_heading(self, text: str, level: Level) -> None:
        """Write a heading; one without a word is left out."""
        text = clean_text(text)
        if re.search(r"\w", text):
            start = self._write(text)
            self._marks.append(Mark(start, self._length, level, " ".join(text.split())))

    def add_paragraph(self, text: str, detached: bool = False, goes_on: bool = False) -> None:
        """Write a paragraph as a block; with `goes_on` it goes on with the block before, after a line end."""
        text = clean_text(text)
        if not text:
            return
        if goes_on and self._blocks and self._blocks[-1].end == self._length:
            self._write(text, "\n")
            self._blocks[-1] = Block(self._blocks[-1].start, self._length, self._blocks[-1].detached)
        else:
            start = self._write(text)
            self._blocks.append(Block(start, self._length, detached))

    def add_table(
        self,
        grid: Sequence[Sequence[GridCell]],
        headers: int | None = None,
        caption: str = "",
        like: Table | None = None,
    ) -> Table | None:
        """Write a table, a row a line and tabs between its cells, and return it; None where no cell holds a word.

        `headers` says how many rows name the columns; None leaves that to be found. A table without any that goes on
        from the page before takes those of `like`. The title is the caption, or what stands just above.
        """
        rows = [row for cells in grid if (row := join_marks(cells))]
        if not rows:
            return None
        if caption:
            self.add_paragraph(caption, detached=True)
        above, near = self._blocks_above(), self._heading_above()
        placed = [self._write_row(row, "\n\n" if i == 0 else "\n") for i, row in enumerate(rows)]
        count = count_header_rows(spread(rows)) if headers is None else min(headers, len(rows) - 1)
        heads = tuple(placed[:count])
        first = near[0] if near else above[0].start if above else placed[0].start
        table = describe_table(self._tail(first), first, placed[count:], heads, above, near)
        if like and not heads:
            table = Table(table.start, table.end, table.rows, like.headers, like.units, like.title)
        self._tables.append(table)
        return table

    def finish(
        self, document_id: str, title: str, running: Sequence[Running] = (), notes: Sequence[str] = ()
    ) -> Document:
        """Return the document.

        Raises:
            UnreadableFile: nothing was written, or more than is read.
        """
        check_length(self._length, document_id)
        if not self._parts:
            raise UnreadableFile(f"'{document_id}' holds no text: give a file with text in it")
        marks, blocks = drop_headings_without_body(self._marks, self._blocks, self._length)
        starts = [(number, start) for number, start in self._pages] + [(n, self._length) for n in self._waiting]
        edges = [0, *(start for _, start in starts[1:]), self._length]
        return Document(
            document_id=document_id,
            title=" ".join(clean_text(title).split()) or name_of(document_id),
            text="".join(self._parts),
            blocks=tuple(blocks),
            sections=tuple(nest_sections(marks, blocks)),
            pages=tuple(Page(number, edges[i], edges[i + 1]) for i, (number, _) in enumerate(starts)),
            tables=tuple(self._tables),
            running=tuple(running),
            notes=tuple(notes),
        )

    def _write(self, text: str, separator: str = "\n\n") -> int:
        if self._parts:
            self._parts.append(separator)
            self._length += len(separator)
        start = self._length
        self._pages += [[number, start] for number in self._waiting]
        self._waiting = []
        self._parts.append(text)
        self._length += len(text)
        return start

    def _write_row(self, cells: Sequence[GridCell], separator: str) -> Row:
        start = position = self._write("\t".join(cell.text for cell in cells), separator)
        placed = []
        for cell in cells:
            placed.append(Cell(position, position + len(cell.text), cell.column, cell.span))
            position += len(cell.text) + 1
        self._blocks.append(Block(start, self._length))
        return Row(start, self._length, tuple(placed))

    def _tail(self, start: int) -> str:
        length, first = self._length, len(self._parts)
        while length > start:
            first -= 1
            length -= len(self._parts[first])
        return "".join(self._parts[first:])[start - length :]

    def _heading_above(self) -> Range | None:
        """Return the last heading if nothing stands below it."""
        last = self._marks[-1] if self._marks else None
        return (last.start, last.end) if last and last.end == self._length else None

    def _blocks_above(self) -> list[Block]:
        """Return the last two blocks, as far as neither a heading nor a table stands below them."""
        edge = max([mark.end for mark in self._marks[-1:]] + [table.end for table in self._tables[-1:]], default=0)
        return [block for block in self._blocks[-2:] if block.start >= edge]


def drop_headings_without_body(
    marks: Sequence[Mark], blocks: Sequence[Block], end: int
) -> tuple[list[Mark], list[Block]]:
    """Return the headings that have words or deeper headings below, and the blocks, the other headings among them."""
    kept, body = [], list(blocks)
    starts = [block.start for block in blocks]
    for i, mark in enumerate(marks):
        following = marks[i + 1] if i + 1 < len(marks) else None
        first = bisect_left(starts, mark.end)
        has_body = first < len(starts) and starts[first] < (following.start if following else end)
        if has_body or (following and following.level > mark.level):
            kept.append(mark)
        else:
            body.append(Block(mark.start, mark.end, detached=True))
    return kept, sorted(body, key=lambda block: block.start)


def nest_sections(marks: Sequence[Mark], blocks: Sequence[Block]) -> list[Section]:
    """Return the sections that the headings open, in order; they cover the blocks."""
    if not blocks:
        return []
    body_end = max(blocks[-1].end, marks[-1].end if marks else 0)
    edges = [*(mark.start for mark in marks), body_end]
    sections = [Section((), blocks[0].start, edges[0])] if blocks[0].start < edges[0] else []
    above: list[Mark] = []
    for mark, end in zip(marks, edges[1:], strict=True):
        while above and above[-1].level >= mark.level:
            above.pop()
        above.append(mark)
        sections.append(Section(tuple(heading.name for heading in above), mark.start, end))
    return sections
