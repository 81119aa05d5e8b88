"""Lines of a region -> tables: cells that stand under one another in columns."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.formats.grid import GridCell
from index.formats.pdf_items import Item, merge_intervals, overlaps, read_items
from index.formats.pdf_lines import Line
from index.formats.pdf_rows import Grid, is_key, merge_rows
from index.formats.pdf_runs import extend, include_headers

_PERIOD = re.compile(
    r"\b(?:years?|months?|quarters?|period) ?(?:end(?:ed|ing)|to)\b|\bas (?:at|of)\b|^(?:january|february|march|april"
    r"|may|june|july|august|september|october|november|december) \d\d?,?$",
    re.I,
)
_MIDDLE = 0.06
_KEYED_WORDS = 5
"""Words that follow the key of a list, such as an exhibit's number, are more than that on average."""


@dataclass(slots=True)
class FoundTable:
    """A table in `lines[first:last]` of a region: its rows and its columns' edges."""

    first: int
    last: int
    grid: Grid
    columns: list[tuple[float, float]]


def find_tables(lines: Sequence[Line]) -> list[FoundTable]:
    """Return the tables among the lines of one region, from the top down."""
    items = [read_items(line) for line in lines]
    tables: list[FoundTable] = []
    i = 0
    while i < len(lines):
        last = extend(lines, items, i) if len(items[i]) > 1 else i
        columns = _find_columns(items[i:last]) if last - i > 1 else []
        if not columns:
            i += 1
            continue
        first = include_headers(lines, items, i, columns, tables[-1].last if tables else 0)
        grid = [_place_over_all(row, columns) or _place(row, columns) for row in items[first:last]]
        tables.append(FoundTable(first, last, merge_rows(grid), columns))
        i = last
    return tables


def _find_columns(rows: Sequence[Sequence[Item]]) -> list[tuple[float, float]]:
    """Return the edges of the columns from left to right; none where the lines are no table."""
    full = [row for row in rows if len(row) > 1]
    if len(full) < 2 or _is_keyed_list(full):
        return []
    numbers = [item for row in full for item in row[1:] if item.number]
    with_numbers = sum(any(item.number for item in row[1:]) for row in full)
    merged = merge_intervals([(item.x0, item.x1) for item in numbers])
    columns = [part for column in merged for part in _part_column(column, full)]
    stacked = any(sum(overlaps(item, column) for item in numbers) > 1 for column in columns)
    if with_numbers * 4 >= len(full) and ((with_numbers > 1 and stacked) or _is_named_row(full, columns)):
        others = [item for row in full for item in row if not any(overlaps(item, column) for column in columns)]
        return sorted([*columns, *merge_intervals([(item.x0, item.x1) for item in others])])
    if (
        len(full) < 3
        or 2 * len(full) < len(rows)
        or sum(len(item.text.split()) for row in full for item in row) > 9 * sum(map(len, full))
    ):
        return []
    columns = merge_intervals([(item.x0, item.x1) for row in full for item in row])
    aligned = sum(_is_aligned(row, full) for row in full)
    return columns if 1 < len(columns) < 9 and aligned * 10 > 7 * len(full) else []


def _is_keyed_list(full: Sequence[Sequence[Item]]) -> bool:
    """Tell whether each line is a number or another short key and then words, as in a list of exhibits."""
    return all(len(row) == 2 and is_key(row[0].text) and not row[1].number for row in full) and sum(
        len(row[1].words) for row in full
    ) > _KEYED_WORDS * len(full)


def _part_column(column: tuple[float, float], rows: Sequence[Sequence[Item]]) -> list[tuple[float, float]]:
    """Return the columns that one stretch of numbers is made of: several rows hold two numbers apart in it.

    They ran together because a number of one column reaches over the edge of the other, in another row.
    """
    inside = [[item for item in row[1:] if item.number and overlaps(item, column)] for row in rows]
    gaps = [(a.x1, b.x0) for row in inside for a, b in pairwise(row)]
    items = [item for row in inside for item in row]
    # To half a point, so that a page has no more of them than it is wide.
    edges = {round(left + right) / 2 for left, right in gaps}
    held = {edge: sum(left < edge < right for left, right in gaps) for edge in edges}
    cut = {edge: sum(item.x0 < edge < item.x1 for item in items) for edge in edges}
    best = min(edges, key=lambda edge: (cut[edge] - held[edge], edge), default=None)
    if best is None or held[best] < 2 or cut[best] * 2 > held[best]:
        return [column]
    return [*_part_column((column[0], best), rows), *_part_column((best, column[1]), rows)]


def _is_named_row(full: Sequence[Sequence[Item]], columns: Sequence[tuple[float, float]]) -> bool:
    """Tell whether one row of numbers stands below a line with a name over each of them."""
    named = [row for row in full if not any(item.number for item in row)]
    return len(columns) > 1 and any(
        all(any(overlaps(item, column) and len(item.words) < 4 for item in row) for column in columns) for row in named
    )


def _is_aligned(row: Sequence[Item], rows: Sequence[Sequence[Item]]) -> bool:
    """Tell whether a later cell of the row begins, ends or is centred where one of another row does."""
    return any(
        min(abs(item.x0 - other.x0), abs(item.x1 - other.x1), abs(item.x0 + item.x1 - other.x0 - other.x1) / 2) < 3
        for item in row[1:]
        for neighbour in rows
        if neighbour is not row
        for other in neighbour[1:]
    )


def _place_over_all(row: Sequence[Item], columns: Sequence[tuple[float, float]]) -> list[GridCell]:
    """Return the cell of a line that names a period, alone and in the middle over all numbers; else nothing."""
    if len(row) != 1 or not _PERIOD.search(row[0].text) or len(columns) < 3 or row[0].x0 < columns[0][1]:
        return []
    left, right = columns[1][0], columns[-1][1]
    aside = abs(row[0].x0 + row[0].x1 - left - right) / 2
    return [GridCell(row[0].text, 1, len(columns) - 1)] if aside < _MIDDLE * (right - left) else []


def _place(row: Sequence[Item], columns: Sequence[tuple[float, float]]) -> list[GridCell]:
    placed: list[GridCell] = []
    for item in row:
        pieces = _part_over_columns(item, columns)
        if len(pieces) > 1:
            placed += [cell for piece in pieces for cell in _place([piece], columns)]
            continue
        over = [i for i, column in enumerate(columns) if overlaps(item, column)]
        if item.number and len(over) > 1:
            # A number is of one column, though it may reach over the edge of another.
            over = [max(over, key=lambda i: min(item.x1, columns[i][1]) - max(item.x0, columns[i][0]))]
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


def _part_over_columns(item: Item, columns: Sequence[tuple[float, float]]) -> list[Item]:
    """Return the names of several columns that stand close together, each over its own; one item where they do not."""
    over = [i for i, column in enumerate(columns) if overlaps(item, column)]
    gaps = sorted(b.x0 - a.x1 for a, b in pairwise(item.words))
    if len(over) < 2 or len(gaps) < 2:
        return [item]
    parts = [[item.words[0]]]
    for before, word in pairwise(item.words):
        if word.x0 - before.x1 > max(1.3 * gaps[len(gaps) // 4], 0.5):
            parts.append([word])
        else:
            parts[-1].append(word)
    pieces = [Item(words, " ".join(word.text for word in words)) for words in parts]
    places = [[i for i, column in enumerate(columns) if overlaps(piece, column)] for piece in pieces]
    apart = all(place and place[0] > before[-1] for before, place in pairwise(places) if before)
    return pieces if apart and all(places) else [item]
