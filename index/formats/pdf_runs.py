"""Lines of a region -> which of them are the rows of one table: where it begins, and where the next one does."""

import statistics
from collections.abc import Sequence
from itertools import pairwise

from index.formats.pdf_items import Item, merge_intervals, overlaps
from index.formats.pdf_lines import Line
from index.formats.pdf_rows import continues

_MAX_BETWEEN = 5
_MAX_PITCH = 2.6
_PROSE_WORDS = 14
_LABEL_WORDS = 25
_APART = 1.35
"""A pitch so many times the usual one parts two tables below each other."""


def extend(lines: Sequence[Line], items: Sequence[Sequence[Item]], first: int) -> int:
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
        elif items[j][0].number and _ends_as(items[j], items[first:j]) and pitch < _MAX_PITCH * lines[j].size:
            # A sum without a label.
            last = j + 1
        elif _is_wide(lines[j], right - left) and not _is_long_label(lines, items, first, j):
            break
        j += 1
    last = _stop_before_next(lines, items, first, last)
    # A label that stands alone below the last row may be the end of that row's label.
    if last < len(lines) and len(items[last]) == 1 and last < j and continues(items[last][0].text):
        last += 1
    return last


def include_headers(
    lines: Sequence[Line],
    items: Sequence[Sequence[Item]],
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


def _is_wide(line: Line, width: float) -> bool:
    return line.x1 - line.x0 > 0.7 * width or sum(len(segment.words) for segment in line.segments) > _PROSE_WORDS


def _is_long_label(lines: Sequence[Line], items: Sequence[Sequence[Item]], first: int, j: int) -> bool:
    """Tell whether a wide line is a label within a table: above and below it, numbers end at the same places.

    It may run over to one more line; a sentence with its full stop is none.
    """
    below = next((k for k in range(j + 1, min(j + 3, len(lines))) if _has_number(items[k])), None)
    if below is None or lines[j].text.endswith(".") or len(lines[j].text.split()) > _LABEL_WORDS:
        return False
    if any(len(items[k]) > 1 for k in range(j + 1, below)) or _is_wide_gap(lines, first, j, below):
        return False
    return _ends_as(items[below][1:], items[first:j])


def _ends_as(row: Sequence[Item], rows: Sequence[Sequence[Item]]) -> bool:
    """Tell whether each number of `row` ends where one of the rows does."""
    ends = [item.x1 for other in rows for item in other[1:] if item.number]
    return all(any(abs(item.x1 - end) < 4 for end in ends) for item in row if item.number)


def _stop_before_next(lines: Sequence[Line], items: Sequence[Sequence[Item]], first: int, last: int) -> int:
    """Return where the first table of the run stops: lines set apart that name columns anew open another one."""
    numbered = [k for k in range(first, last) if _has_number(items[k])]
    for above, below in pairwise(numbered):
        between = range(above + 1, below)
        if above == numbered[0] or not between or not _is_wide_gap(lines, first, above, below):
            continue
        values = [item for k in numbered if k >= below for item in items[k][1:] if item.number]
        columns = merge_intervals([(item.x0, item.x1) for item in values])
        if any(_names(items[k], columns, lines[below].x0 + 20) for k in between):
            return next(k for k in range(above + 1, below) if not items[k][0].number)
    return last


def _names(row: Sequence[Item], columns: Sequence[tuple[float, float]], left: float) -> bool:
    """Tell whether the cells of a row name columns of numbers: all that stand right of `left` are over one."""
    heads = [item for item in row if item.x0 > left]
    return any(not item.number for item in heads) and all(
        len(item.words) < 5 and any(overlaps(item, column) for column in columns) for item in heads
    )


def _is_wide_gap(lines: Sequence[Line], first: int, above: int, below: int) -> bool:
    """Tell whether one of the lines after `above` down to `below` is set apart, as the rows so far are not."""
    usual = statistics.median([a.y0 - b.y0 for a, b in pairwise(lines[first : above + 1])] or [0.0])
    return any(a.y0 - b.y0 > _APART * max(usual, lines[above].size) for a, b in pairwise(lines[above : below + 1]))


def _has_number(row: Sequence[Item]) -> bool:
    return any(item.number for item in row[1:])
