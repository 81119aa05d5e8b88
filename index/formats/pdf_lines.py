"""Segments of a page -> lines in reading order, in one column or several."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from index.formats.pdf_segments import Segment

_MIN_GUTTER = 8.0
_MIN_COLUMN_LINES = 4
_MIN_SHARED_STARTS = 3
_PROSE_WORDS = 3.5
"""Lines of a column of prose have more words than that on average; cells of a table have fewer."""


@dataclass(slots=True)
class Line:
    """Segments that stand side by side, from left to right."""

    segments: list[Segment]

    @property
    def x0(self) -> float:
        """The left edge."""
        return self.segments[0].x0

    @property
    def x1(self) -> float:
        """The right edge."""
        return max(segment.x1 for segment in self.segments)

    @property
    def y0(self) -> float:
        """The lower edge of the longest segment's letters."""
        return self._longest.y0

    @property
    def size(self) -> float:
        """The height of the longest segment's letters."""
        return self._longest.size

    @property
    def _longest(self) -> Segment:
        return max(self.segments, key=lambda segment: segment.x1 - segment.x0)

    @property
    def bold(self) -> bool:
        """Whether every word is bold."""
        return all(segment.bold for segment in self.segments)

    @property
    def italic(self) -> bool:
        """Whether every word is italic."""
        return all(segment.italic for segment in self.segments)

    @property
    def text(self) -> str:
        """The words, with blanks between."""
        return " ".join(segment.text for segment in self.segments)


def make_lines(segments: Sequence[Segment]) -> list[Line]:
    """Return the lines from the top down: what shares half of its height stands on one line."""
    lines: list[Line] = []
    for segment in sorted(segments, key=lambda segment: -(segment.y0 + segment.y1)):
        line = next((line for line in reversed(lines[-3:]) if _is_beside(line.segments[0], segment)), None)
        if line:
            line.segments.append(segment)
        else:
            lines.append(Line([segment]))
    for line in lines:
        line.segments.sort(key=lambda segment: segment.x0)
    return lines


@dataclass(slots=True)
class Region:
    """A column, or a stretch over the full width; `rows` pair the cells of a table whose cells are paragraphs."""

    lines: list[Line]
    rows: list[tuple[str, str]] = field(default_factory=list)


def order_regions(lines: Sequence[Line], depth: int = 3) -> list[Region]:
    """Return the regions of a page in reading order."""
    regions: list[Region] = []
    i = 0
    while i < len(lines):
        stop, gutter = _find_band(lines, i) if depth else (i, None)
        middle = sum(gutter) / 2 if gutter else 0.0
        # What stands above on one side alone, as the end of a paragraph, is no part of the band.
        if gutter is None or not lines[i].x0 < middle < lines[i].x1:
            if not regions or regions[-1].lines[-1] is not lines[i - 1]:
                regions.append(Region([]))
            regions[-1].lines.append(lines[i])
            i += 1
            continue
        inside = [segment for line in lines[i:stop] for segment in line.segments]
        left = make_lines([segment for segment in inside if segment.x1 <= middle])
        right = make_lines([segment for segment in inside if segment.x1 > middle])
        rows = _pair_paragraphs(left, right)
        if rows:
            regions.append(Region(list(lines[i:stop]), rows))
        else:
            regions += order_regions(left, depth - 1) + order_regions(right, depth - 1)
        i = stop
    return regions


def _pair_paragraphs(left: Sequence[Line], right: Sequence[Line]) -> list[tuple[str, str]]:
    """Return the rows of a table with a paragraph in each cell; none where two columns of text run side by side.

    Paragraphs of a table begin at the same height, again and again; those of columns do not.
    """
    sides = (_find_starts(left), _find_starts(right))
    shared = [y for y in sides[0] if any(abs(y - other) < 0.35 * left[0].size for other in sides[1])]
    if len(shared) < _MIN_SHARED_STARTS or 5 * len(shared) < 4 * min(map(len, sides)):
        return []
    edges = [math.inf, *(y + 0.4 * left[0].size for y in shared[1:]), -math.inf]
    return [
        tuple(" ".join(line.text for line in side if below <= line.y0 < above) for side in (left, right))
        for above, below in pairwise(edges)
    ]


def _find_starts(lines: Sequence[Line]) -> list[float]:
    pitches = [above.y0 - line.y0 for above, line in pairwise(lines)]
    usual = statistics.median_low(pitches) if pitches else 0.0
    return [lines[0].y0] + [line.y0 for above, line in pairwise(lines) if above.y0 - line.y0 > 1.15 * usual]


def _is_beside(first: Segment, second: Segment) -> bool:
    shared = min(first.y1, second.y1) - max(first.y0, second.y0)
    return shared > 0.5 * min(first.y1 - first.y0, second.y1 - second.y0)


def _find_band(lines: Sequence[Line], first: int) -> tuple[int, tuple[float, float] | None]:
    """Return where the longest band of prose columns from line `first` on stops, and its gutter; None if none."""
    free = [(lines[first].x0, max(line.x1 for line in lines[first:]))]
    stop = first
    while stop < len(lines):
        left_free = _cut_free(free, lines[stop].segments)
        if not _inner_gutters(left_free, lines[first : stop + 1]):
            # Lines of one side alone say nothing yet about a gutter.
            if len(lines[stop].segments) > 1 or not left_free:
                break
            if not any(right - left >= _MIN_GUTTER for left, right in left_free):
                break
        free = left_free
        stop += 1
    if stop == first:
        return first, None
    for gutter in sorted(_inner_gutters(free, lines[first:stop]), key=lambda gap: gap[0] - gap[1]):
        if _is_prose_on_both_sides(lines[first:stop], gutter):
            return stop, gutter
    return first, None


def _cut_free(free: list[tuple[float, float]], segments: Sequence[Segment]) -> list[tuple[float, float]]:
    for segment in segments:
        pieces = []
        for left, right in free:
            if segment.x1 <= left or segment.x0 >= right:
                pieces.append((left, right))
            else:
                pieces += [(left, segment.x0), (segment.x1, right)]
        free = [(left, right) for left, right in pieces if right - left >= _MIN_GUTTER]
    return free


def _inner_gutters(free: list[tuple[float, float]], lines: Sequence[Line]) -> list[tuple[float, float]]:
    left_edge = min(line.x0 for line in lines)
    right_edge = max(line.x1 for line in lines)
    return [(left, right) for left, right in free if left > left_edge and right < right_edge]


def _is_prose_on_both_sides(lines: Sequence[Line], gutter: tuple[float, float]) -> bool:
    middle = (gutter[0] + gutter[1]) / 2
    for left in (True, False):
        sides = [[segment for segment in line.segments if (segment.x1 <= middle) == left] for line in lines]
        filled = sum(map(bool, sides))
        words = [word.text for side in sides for segment in side for word in segment.words]
        if filled < _MIN_COLUMN_LINES or len(words) < _PROSE_WORDS * filled:
            return False
        text = "".join(words)
        if 4 * sum(map(str.isdigit, text)) > sum(map(str.isalpha, text)):
            return False
    return True
