"""Cells in rows and columns -> what of them belongs together, and the Table that they are in the text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.formats.characters import clean_text
from index.tables import find_title, find_units
from index.types import Block, Range, Row, Table

_OPENING_MARK = re.compile(r"[$€£¥(\[]|RMB|US\$|HK\$|[$€£¥]\s?\(")
_CLOSING_MARK = re.compile(r"[)\]%*]+|\)%")


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell before it has a place in the text."""

    text: str
    column: int
    span: int = 1


def join_marks(cells: Sequence[GridCell]) -> list[GridCell]:
    """Return the cells that are not empty, on one line each; a currency or bracket alone belongs to its number."""
    joined: list[GridCell] = []
    for cell in cells:
        text = " ".join(clean_text(cell.text).split())
        if not text:
            continue
        before = joined[-1] if joined else None
        opening = (
            before
            and re.match(r"[(\d.–—-]", text)
            and len(joined) > 1 - (before.column > 0)
            and _OPENING_MARK.fullmatch(before.text)
        )
        if before and (opening or (_CLOSING_MARK.fullmatch(text) and before.text[-1:].isalnum())):
            end = max(before.column + before.span, cell.column + cell.span)
            joined[-1] = GridCell(before.text + text, before.column, end - before.column)
        else:
            joined.append(GridCell(text, cell.column, max(1, cell.span)))
    return joined


def spread(rows: Sequence[Sequence[GridCell]]) -> list[list[str]]:
    """Return the texts of each row by column, "" for the empty ones; columns that no row begins in are left out."""
    columns = sorted({cell.column for row in rows for cell in row})
    by_column = [{cell.column: cell.text for cell in row} for row in rows]
    return [[texts.get(column, "") for column in columns] for texts in by_column]


def describe_table(
    text: str,
    offset: int,
    rows: Sequence[Row],
    headers: Sequence[Row],
    above: Sequence[Block],
    heading: Range | None = None,
) -> Table:
    """Return the table of these rows.

    `text` begins at `offset` of the document and holds what precedes the rows: the blocks `above` or the `heading`.
    """
    units = list(find_units(text, [(heading[0] - offset, heading[1] - offset)])) if heading else []
    title = None
    for block in reversed(above):
        left, right = block.start - offset, block.end - offset
        found = find_units(text, [(left, right)])
        named = sum(end - start for start, end in found)
        bare = bool(found) and right - left - named < 5
        if bare and not title:
            units += found
            continue
        title = find_title(text, left, right)
        if title:
            units += [unit for unit in found if unit[0] >= title[0]]
        break
    units += find_units(text, [(row.start - offset, row.end - offset) for row in headers])
    whole = [*headers, *rows]
    return Table(
        start=whole[0].start,
        end=whole[-1].end,
        rows=tuple(rows),
        headers=tuple(headers),
        units=tuple(sorted((start + offset, end + offset) for start, end in units)),
        title=(title[0] + offset, title[1] + offset) if title else None,
    )
