"""Lines of a region -> paragraphs, and what of them goes on over an edge of page or column."""

import re
import statistics
from collections.abc import Sequence
from itertools import pairwise

from index.formats.pdf_headings import DATE_LINE
from index.formats.pdf_lines import Line

_LIST_START = re.compile(r"(?:[•·▪◦●○■□–—*\uf000-\uf0ff]|\(?(?:\d{1,3}|[A-Za-z]|[ivx]{1,5})[.)])\s")
_SENTENCE_END = re.compile(r"[.!?…:;。！？][”’\"')\]]*\s?\d{0,2}$")
_FRAGMENT_WORDS = 8


def split_paragraphs(lines: Sequence[Line], body_size: float) -> list[list[Line]]:
    """Return the lines of each paragraph, in order; `body_size` is the height of the document's usual letters."""
    pitches = [a.y0 - b.y0 for a, b in pairwise(lines) if 0 < a.y0 - b.y0 < 2 * a.size]
    usual = statistics.median_low(pitches) if pitches else 0.0
    chunks: list[list[Line]] = []
    for i, line in enumerate(lines):
        if i and not _is_apart(lines[i - 1], line, usual):
            chunks[-1].append(line)
        else:
            chunks.append([line])
    return [paragraph for chunk in chunks for paragraph in _split_chunk(chunk, body_size)]


def _is_apart(above: Line, line: Line, usual: float) -> bool:
    """Tell whether a wide gap, other type or a list mark parts two lines."""
    pitch = above.y0 - line.y0
    usual = min(max(usual, 0.9 * line.size), 1.7 * line.size)
    if pitch > 1.3 * usual or pitch < -0.2 * line.size or _LIST_START.match(line.text):
        return True
    if abs(above.size - line.size) > 0.12 * max(above.size, line.size):
        return True
    return not line.text[0].islower() and (above.bold != line.bold or above.italic != line.italic)


def _split_chunk(lines: Sequence[Line], body_size: float) -> list[list[Line]]:
    right = max(line.x1 for line in lines)
    paragraphs: list[list[Line]] = [[lines[0]]]
    for above, line in pairwise(lines):
        word = line.segments[0].words[0]
        # The first word had room on the line above: the line end was meant.
        room = right - above.x1 > word.x1 - word.x0 + 2 * line.size
        indented = line.x0 > above.x0 + 0.7 * line.size and bool(_SENTENCE_END.search(above.text))
        shown = line.bold or line.size > 1.08 * body_size or line.text.isupper()
        dated = DATE_LINE.fullmatch(line.text) and shown
        if dated or ((room or indented) and not shown and not line.text[0].islower()):
            paragraphs.append([line])
        else:
            paragraphs[-1].append(line)
    return paragraphs


def is_fragment(text: str) -> bool:
    """Tell whether a paragraph is a torn piece, as out of a drawing: few words and no end."""
    return len(text.split()) < _FRAGMENT_WORDS and not _SENTENCE_END.search(text) and not _LIST_START.match(text)


def goes_on(before: Sequence[Line], after: Sequence[Line], right: float) -> bool:
    """Tell whether a paragraph goes on with `after` on the next page or column; `right` is the edge of its own."""
    last, first = before[-1], after[0]
    if abs(last.size - first.size) > 0.12 * last.size or _LIST_START.match(first.text) or last.bold != first.bold:
        return False
    if _SENTENCE_END.search(last.text):
        return False
    words = sum(len(segment.words) for line in before for segment in line.segments)
    full = last.x1 > right - 0.12 * (right - before[0].x0)
    return words >= _FRAGMENT_WORDS and (first.text[0].islower() or full)
