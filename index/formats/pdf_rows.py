"""Lines of a table, cell by cell -> its rows: labels and cells over several lines made whole, stacked tables parted."""

import re
from collections.abc import Sequence

from index.formats.grid import GridCell, spread
from index.tables import count_header_rows, is_number

Grid = list[list[GridCell]]

_NOTE = re.compile(r"\(\w{1,3}\)\s")
"""A note or a numbered heading begins so, which stands below a table and is not of it."""

_KEY = re.compile(r"[†‡*]?\(?(?=[\w.-]*\d|\w\W)[\w.-]{1,9}[).]?[†‡*]{0,2}")
_MANY_KEYS = 3


def is_key(text: str) -> bool:
    """Tell whether a cell is a number or another short key, such as an exhibit's, that opens what it stands before."""
    return bool(_KEY.fullmatch(text))


def continues(text: str) -> bool:
    """Tell whether a label goes on with one above it."""
    return text[:1].islower() or (text[:1] in "(&" and not _NOTE.match(text))


def merge_rows(grid: Sequence[list[GridCell]]) -> Grid:
    """Return the rows with labels and cells that ran over two lines made whole."""
    merged: Grid = []
    keys = sum(is_key(row[0].text) for row in grid if row[0].column == 0)
    keyed = keys >= _MANY_KEYS and 2 * keys > sum(row[0].column == 0 for row in grid)
    for row in grid:
        before = merged[-1] if merged else None
        label, alone = row[0].text if row[0].column == 0 else "", len(row) == 1
        before_alone = before is not None and len(before) == 1 and before[0].column == 0
        if before_alone and not label and not before[0].text.endswith(":"):
            merged[-1] = [*before, *row]
        elif before is not None and label and continues(label) and _takes_on(before, alone):
            head = before[0]
            joined = GridCell(f"{head.text} {label}", 0, max(head.span, row[0].span))
            merged[-1] = [joined, *(row[1:] if before_alone else before[1:])]
        elif before is not None and (_is_rest(row, before) or (keyed and _is_keyed_rest(row, before))):
            merged[-1] = _join(before, row)
        else:
            merged.append(list(row))
    return merged


def part_stacked(grid: Grid) -> list[Grid]:
    """Return the tables in `grid`: where the words of a header row come again, another table begins."""
    heads = count_header_rows(spread(grid)) if len(grid) > 1 else 0
    named = [[(cell.column, cell.text) for cell in row if cell.column > 0] for row in grid[:heads]]
    starts = [0]
    for i in range(heads + 1, len(grid)):
        words = {(cell.column, cell.text) for cell in grid[i] if cell.column > 0}
        again = next((j for j, cells in enumerate(named) if len(words.intersection(cells)) > 1), None)
        if again is None or i - again <= starts[-1] + heads:
            continue
        start = i - again
        # A label alone just above, such as another date, is the new table's.
        if len(grid[start - 1]) == 1 and grid[start - 1][0].column == 0 and start - 1 > starts[-1] + heads:
            start -= 1
        starts.append(start)
    return [grid[first:last] for first, last in zip(starts, [*starts[1:], len(grid)], strict=True)]


def _takes_on(before: Sequence[GridCell], alone: bool) -> bool:
    """Tell whether the row before may have the rest of its label in the next line, which holds a label `alone` or not.

    One that ends with a colon stands whole above others.
    """
    if before[0].column:
        return False
    return alone != (len(before) == 1) or (alone and not before[0].text.endswith(":"))


def _is_keyed_rest(row: Sequence[GridCell], before: Sequence[GridCell]) -> bool:
    """Tell whether `row` goes on with one that a key opened: it has none itself, and words, or what is below words."""
    words = {cell.column for cell in before if not is_number(cell.text)}
    covered = {column for cell in before for column in range(cell.column + 1, cell.column + cell.span)}
    opened = before[0].column == 0 and is_key(before[0].text)
    return opened and all(
        cell.column > 0
        and cell.span == 1
        and cell.column not in covered
        and (cell.column in words or not is_number(cell.text))
        for cell in row
    )


def _join(before: Sequence[GridCell], row: Sequence[GridCell]) -> list[GridCell]:
    cells = {cell.column: cell for cell in before}
    for cell in row:
        above = cells.get(cell.column)
        cells[cell.column] = GridCell(f"{above.text} {cell.text}", above.column, above.span) if above else cell
    return [cells[column] for column in sorted(cells)]


def _is_rest(row: Sequence[GridCell], before: Sequence[GridCell]) -> bool:
    """Tell whether all cells of `row` stand below ones of the row before and at least one goes on with its words."""
    columns = {cell.column for cell in before}
    beyond = [cell for cell in row if cell.column > 0]
    return (
        len(before) > 2
        and bool(beyond)
        and any(cell.text[:1].islower() for cell in beyond)
        and all(cell.column in columns and not is_number(cell.text) for cell in row)
    )
