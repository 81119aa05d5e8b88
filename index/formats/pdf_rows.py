"""Lines of a table, cell by cell -> its rows: labels and cells over several lines made whole, stacked tables parted."""

from collections.abc import Sequence

from index.formats.grid import GridCell, spread
from index.tables import count_header_rows, is_number

Grid = list[list[GridCell]]


def continues(text: str) -> bool:
    """Tell whether a label goes on with one above it."""
    return text[:1].islower() or text[:1] in "(&"


def merge_rows(grid: Sequence[list[GridCell]]) -> Grid:
    """Return the rows with labels and cells that ran over two lines made whole."""
    merged: Grid = []
    for row in grid:
        before = merged[-1] if merged else None
        label, alone = row[0].text if row[0].column == 0 else "", len(row) == 1
        before_alone = before is not None and len(before) == 1 and before[0].column == 0
        if before_alone and not label and not before[0].text.endswith(":"):
            merged[-1] = [*before, *row]
        elif before is not None and label and before[0].column == 0 and continues(label) and before_alone != alone:
            head = before[0]
            joined = GridCell(f"{head.text} {label}", 0, max(head.span, row[0].span))
            merged[-1] = [joined, *(row[1:] if before_alone else before[1:])]
        elif before is not None and _is_rest(row, before):
            rest = {cell.column: cell.text for cell in row}
            merged[-1] = [
                GridCell(f"{cell.text} {rest[cell.column]}", cell.column, cell.span) if cell.column in rest else cell
                for cell in before
            ]
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
