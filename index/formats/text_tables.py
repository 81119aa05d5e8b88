"""Lines of plain text with tabs or bars between cells -> tables over the text as it stands."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from index.formats.grid import describe_table
from index.tables import count_header_rows, is_number
from index.types import Block, Cell, Row, Table

_RULE = re.compile(r"[\s|+:=_-]+")
_SEPARATORS = ("|", "\t")


def find_tables(text: str, blocks: Sequence[Block]) -> tuple[list[Table], list[Block]]:
    """Return the tables of `text` and its blocks, those of a table cut into one for each row.

    A table is at least three lines on end, or two where one holds a number beside a label, with as many cells each.
    """
    runs = _find_runs(text)
    if not runs:
        return [], list(blocks)
    rows = [Block(row.start, row.end) for run in runs for row in run]
    body = _cut_out(text, blocks, rows)
    starts = [block.start for block in body]
    tables: list[Table] = []
    for lines in runs:
        placed = [row for row in lines if not _is_rule(text, row)]
        count = min(count_header_rows([_texts(text, row) for row in placed]), len(placed) - 1)
        edge = tables[-1].end if tables else 0
        before = body[: bisect_left(starts, lines[0].start)][-2:]
        above = [block for block in before if block.start >= edge and lines[0].start - before[-1].end < 4]
        table = describe_table(text, 0, placed[count:], placed[:count], above)
        tables.append(replace(table, start=lines[0].start, end=lines[-1].end))
    return tables, sorted([*body, *rows], key=lambda block: block.start)


def place_row(text: str, start: int, end: int, separator: str) -> Row:
    """Return the row `text[start:end]` with its cells, parted by `separator`; empty ones count as columns."""
    cells = []
    # A bar at the beginning opens the first column and does not end one.
    column = -1 if separator == "|" and text[start : start + 1] == "|" else 0
    position = start
    for piece in re.split(r"(?<!\\)\|" if separator == "|" else separator, text[start:end]):
        words = piece.strip()
        if words:
            left = position + len(piece) - len(piece.lstrip())
            cells.append(Cell(left, left + len(words), column))
        position += len(piece) + 1
        column += 1
    return Row(start, end, tuple(cells))


def _find_runs(text: str) -> list[list[Row]]:
    """Return the runs of lines that are tables, rules between rows included."""
    runs: list[list[Row]] = []
    run: list[Row] = []
    kind = ""
    position = 0
    for line in text.split("\n"):
        words = line.strip(" \r\f\v")
        start = position + len(line) - len(line.lstrip())
        row_kind = next((mark for mark in _SEPARATORS if mark in words.strip()), "")
        row = place_row(text, start, position + len(line.rstrip()), row_kind) if row_kind and words.strip() else None
        rule = bool(run) and bool(words.strip()) and bool(_RULE.fullmatch(words))
        if row and (rule or (len(row.cells) > 1 and row_kind == kind)):
            run.append(row)
        elif rule:
            run.append(Row(start, position + len(line.rstrip()), ()))
        else:
            runs.append(run)
            run, kind = ([row], row_kind) if row and len(row.cells) > 1 else ([], "")
        position += len(line) + 1
    runs.append(run)
    return [run for run in runs if _is_table(text, run)]


def _is_table(text: str, run: Sequence[Row]) -> bool:
    rows = [row for row in run if not _is_rule(text, row)]
    counts = sorted(len(row.cells) for row in rows)
    if len(rows) < 2 or counts[len(counts) // 2] < 2:
        return False
    alike = sum(abs(count - counts[len(counts) // 2]) <= 1 for count in counts)
    numbers = any(is_number(cell) for row in rows for cell in _texts(text, row)[1:])
    return alike * 2 > len(rows) and (len(rows) > 2 or numbers)


def _is_rule(text: str, row: Row) -> bool:
    return bool(_RULE.fullmatch(text[row.start : row.end]))


def _texts(text: str, row: Row) -> list[str]:
    return [text[cell.start : cell.end] for cell in row.cells]


def _cut_out(text: str, blocks: Sequence[Block], rows: Sequence[Block]) -> list[Block]:
    """Return what of `blocks` lies outside of `rows`, which are in order."""
    starts = [row.start for row in rows]
    kept: list[Block] = []
    for block in blocks:
        first, last = bisect_left(starts, block.start), bisect_left(starts, block.end)
        inside = [row for row in rows[max(0, first - 1) : last] if row.end > block.start]
        edges = [block.start, *(edge for row in inside for edge in (row.start, row.end)), block.end]
        for left, right in zip(edges[::2], edges[1::2], strict=True):
            words = text[left:right]
            if not inside or words.strip():
                right = left + len(words.rstrip()) if inside else right
                kept.append(replace(block, start=left + len(words) - len(words.lstrip()), end=right))
    return kept
