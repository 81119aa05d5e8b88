"""Lines of a region -> tables: cells that stand under one another in columns."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.formats.grid import GridCell
from index.formats.pdf_lines import Line
from index.formats.pdf_rows import Grid, continues, merge_rows
from index.formats.pdf_segments import Segment, Word
from index.tables import is_number

_LIST_MARK = re.compile(r"[•·▪◦●○■□–—*o§-]|\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)]|\[\d+\]")
_OPENING = re.compile(r"[$€£¥(]+|RMB|US\$|HK\$")
_CLOSING = re.compile(r"[)%]+")
_NUMERIC_WORD = re.compile(r"[($€£¥+\-–—]*\d[\d.,]*[)%]*|[-–—]+%?|\(\d")
_SPLIT_GAP = 0.45
_MAX_BETWEEN = 5
_MAX_PITCH = 2.6
_PROSE_WORDS = 14


@dataclass(slots=True)
class _Item:
    words: list[Word]
    text: str

    @property
    def x0(self) -> float:
        return self.words[0].x0

    @property
    def x1(self) -> float:
        return self.words[-1].x1

    @property
    def number(self) -> bool:
        return is_number(self.text) or bool(re.fullmatch(r"[-–—]+%?|n/?[am]\.?|nil", self.text, re.I))


@dataclass(slots=True)
class FoundTable:
    """A table in `lines[first:last]` of a region: its rows, how many of the first are headers, its columns' edges."""

    first: int
    last: int
    grid: Grid
    columns: list[tuple[float, float]]


def find_tables(lines: Sequence[Line]) -> list[FoundTable]:
    """Return the tables among the lines of one region, from the top down."""
    items = [_read_items(line) for line in lines]
    tables: list[FoundTable] = []
    i = 0
    while i < len(lines):
        last = _extend(lines, items, i) if len(items[i]) > 1 else i
        columns = _find_columns(items[i:last]) if last - i > 1 else []
        if not columns:
            i += 1
            continue
        first = _include_headers(lines, items, i, columns, tables[-1].last if tables else 0)
        grid = [_place(row, columns) for row in items[first:last]]
        tables.append(FoundTable(first, last, merge_rows(grid), columns))
        i = last
    return tables


def _read_items(line: Line) -> list[_Item]:
    """Return the cells of a line: currencies and brackets joined to their numbers, numbers side by side parted."""
    items: list[_Item] = []
    for segment in line.segments:
        for words in _part_numbers(segment, len(line.segments) > 2):
            item = _Item(words, " ".join(word.text for word in words))
            before = items[-1] if items else None
            opened = before and _OPENING.fullmatch(before.text) and item.text[:1] in "(-–—.0123456789"
            closed = before and _CLOSING.fullmatch(item.text) and before.text[-1:].isdigit()
            if opened or closed:
                items[-1] = _Item(before.words + item.words, before.text + item.text)
            elif len(items) == 1 and _LIST_MARK.fullmatch(items[0].text) and not item.number:
                items[-1] = _Item(before.words + item.words, f"{before.text} {item.text}")
            else:
                items.append(item)
    return items


def _part_numbers(segment: Segment, among_cells: bool) -> list[list[Word]]:
    """Return the words of a segment parted between numbers; `among_cells` also where one meets words."""
    parts: list[list[Word]] = [[segment.words[0]]]
    for word in segment.words[1:]:
        before = parts[-1][-1]
        wide = word.x0 - before.x1 > _SPLIT_GAP * segment.size
        number, follows = _NUMERIC_WORD.fullmatch(before.text), _NUMERIC_WORD.fullmatch(word.text)
        both = wide and ((number and follows) or (among_cells and bool(number) != bool(follows)))
        if both or (number and len(before.text) > 3 and _OPENING.fullmatch(word.text)):
            parts.append([word])
        else:
            parts[-1].append(word)
    return parts


def _extend(lines: Sequence[Line], items: Sequence[Sequence[_Item]], first: int) -> int:
    """Return where the run of rows that begins at line `first` stops; single cells may stand between rows."""
    last = j = first + 1
    right = max(line.x1 for line in lines)
    left = min(line.x0 for line in lines)
    while j < len(lines) and j - last < _MAX_BETWEEN:
        pitch = lines[j - 1].y0 - lines[j].y0
        if pitch > _MAX_PITCH * 1.35 * max(lines[j].size, lines[j - 1].size):
            break
        if len(items[j]) > 1:
            if not any(item.number for item in items[j][1:]) and any(
                len(item.words) > _PROSE_WORDS for item in items[j]
            ):
                break
            last = j + 1
        elif lines[j].x1 - lines[j].x0 > 0.7 * (right - left) or len(items[j][0].words) > _PROSE_WORDS:
            break
        j += 1
    # A label that stands alone below the last row may be the end of that row's label.
    if last < len(lines) and len(items[last]) == 1 and last < j and continues(items[last][0].text):
        last += 1
    return last


def _find_columns(rows: Sequence[Sequence[_Item]]) -> list[tuple[float, float]]:
    """Return the edges of the columns from left to right; none where the lines are no table."""
    full = [row for row in rows if len(row) > 1]
    if len(full) < 2:
        return []
    numbers = [item for row in full for item in row[1:] if item.number]
    with_numbers = sum(any(item.number for item in row[1:]) for row in full)
    columns = _merge_intervals([(item.x0, item.x1) for item in numbers])
    stacked = any(sum(_overlaps(item, column) for item in numbers) > 1 for column in columns)
    if with_numbers * 4 >= len(full) and ((with_numbers > 1 and stacked) or _is_named_row(full, columns)):
        others = [item for row in full for item in row if not any(_overlaps(item, column) for column in columns)]
        return sorted([*columns, *_merge_intervals([(item.x0, item.x1) for item in others])])
    if (
        len(full) < 3
        or 2 * len(full) < len(rows)
        or sum(len(item.text.split()) for row in full for item in row) > 9 * sum(map(len, full))
    ):
        return []
    columns = _merge_intervals([(item.x0, item.x1) for row in full for item in row])
    aligned = sum(_is_aligned(row, full) for row in full)
    return columns if 1 < len(columns) < 9 and aligned * 10 > 7 * len(full) else []


def _is_named_row(full: Sequence[Sequence[_Item]], columns: Sequence[tuple[float, float]]) -> bool:
    """Tell whether one row of numbers stands below a line with a name over each of them."""
    named = [row for row in full if not any(item.number for item in row)]
    return len(columns) > 1 and any(
        all(any(_overlaps(item, column) and len(item.words) < 4 for item in row) for column in columns) for row in named
    )


def _is_aligned(row: Sequence[_Item], rows: Sequence[Sequence[_Item]]) -> bool:
    """Tell whether a later cell of the row begins, ends or is centred where one of another row does."""
    return any(
        min(abs(item.x0 - other.x0), abs(item.x1 - other.x1), abs(item.x0 + item.x1 - other.x0 - other.x1) / 2) < 3
        for item in row[1:]
        for neighbour in rows
        if neighbour is not row
        for other in neighbour[1:]
    )


def _merge_intervals(intervals: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for left, right in sorted(intervals):
        if merged and left < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(right, merged[-1][1]))
        else:
            merged.append((left, right))
    return merged


def _overlaps(item: _Item, column: tuple[float, float]) -> bool:
    return item.x0 < column[1] and column[0] < item.x1


def _include_headers(
    lines: Sequence[Line],
    items: Sequence[Sequence[_Item]],
    first: int,
    columns: Sequence[tuple[float, float]],
    edge: int,
) -> int:
    """Return the first of the lines just above that name columns: few words, right of the labels, close above."""
    while first > edge:
        above, below = lines[first - 1], lines[first]
        words = sum(len(item.text.split()) for item in items[first - 1])
        close = above.y0 - below.y0 < 1.8 * 1.35 * max(above.size, below.size)
        if not close or words > 10 or above.x0 < columns[0][1] - 3 or above.x0 < columns[0][0] + 20:
            break
        first -= 1
    return first


def _place(row: Sequence[_Item], columns: Sequence[tuple[float, float]]) -> list[GridCell]:
    placed: list[GridCell] = []
    for item in row:
        pieces = _part_over_columns(item, columns)
        if len(pieces) > 1:
            placed += [cell for piece in pieces for cell in _place([piece], columns)]
            continue
        over = [i for i, column in enumerate(columns) if _overlaps(item, column)]
        if not over:
            over = [min(range(len(columns)), key=lambda i: abs(sum(columns[i]) - item.x0 - item.x1))]
        first = over[0]
        if placed and placed[-1].column + placed[-1].span > first:
            first = placed[-1].column + placed[-1].span
        if first > over[-1]:
            before = placed[-1]
            placed[-1] = GridCell(f"{before.text} {item.text}", before.column, before.span)
        else:
            placed.append(GridCell(item.text, first, over[-1] - first + 1))
    return placed


def _part_over_columns(item: _Item, columns: Sequence[tuple[float, float]]) -> list[_Item]:
    """Return the names of several columns that stand close together, each over its own; one item where they do not."""
    over = [i for i, column in enumerate(columns) if _overlaps(item, column)]
    gaps = sorted(b.x0 - a.x1 for a, b in pairwise(item.words))
    if len(over) < 2 or len(gaps) < 2:
        return [item]
    parts = [[item.words[0]]]
    for before, word in pairwise(item.words):
        if word.x0 - before.x1 > max(1.3 * gaps[len(gaps) // 4], 0.5):
            parts.append([word])
        else:
            parts[-1].append(word)
    pieces = [_Item(words, " ".join(word.text for word in words)) for words in parts]
    places = [[i for i, column in enumerate(columns) if _overlaps(piece, column)] for piece in pieces]
    apart = all(place and place[0] > before[-1] for before, place in pairwise(places) if before)
    return pieces if apart and all(places) else [item]
