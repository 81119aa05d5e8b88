"""Lines -> the cells on them: currencies and brackets joined to their numbers, numbers side by side parted."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.formats.pdf_lines import Line
from index.formats.pdf_segments import Segment, Word
from index.tables import is_number

_BULLET = r"[•·▪◦●○■□–—*\uf000-\uf0ff]"
"""Symbol fonts have their bullets in the private range."""

_LIST_MARK = re.compile(_BULLET + r"|[o§-]|\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)]|\[\d+\]")
_SYMBOL = re.compile(r"[•▪●■\uf000-\uf0ff]")
_OPENING = re.compile(r"[$€£¥(]+|RMB|US\$|HK\$")
_CLOSING = re.compile(r"[)%]+")
_NUMERIC_WORD = re.compile(r"[($€£¥+\-–—]*\d[\d.,]*[)%]*|[$€£¥]?[-–—]+%?|\(\d")
_NO_VALUE = re.compile(r"[$€£¥]?\s?[-–—]+\s?%?|n/?[am]\.?|nil", re.I)
_SPLIT_GAP = 0.45


@dataclass(slots=True)
class Item:
    """A cell as it stands on one line."""

    words: list[Word]
    text: str

    @property
    def x0(self) -> float:
        """The left edge."""
        return self.words[0].x0

    @property
    def x1(self) -> float:
        """The right edge."""
        return self.words[-1].x1

    @property
    def number(self) -> bool:
        """Whether it is a number, or the mark that stands where there is none."""
        return is_number(self.text) or bool(_NO_VALUE.fullmatch(self.text))


def read_items(line: Line) -> list[Item]:
    """Return the cells of a line from left to right."""
    items: list[Item] = []
    for segment in line.segments:
        for words in _part_numbers(segment, len(line.segments) > 2):
            item = Item(words, " ".join(word.text for word in words))
            before = items[-1] if items else None
            opened = before and _OPENING.fullmatch(before.text) and item.text[:1] in "(-–—.0123456789"
            closed = before and _CLOSING.fullmatch(item.text) and re.search(r"\d\)?$|[-–—]$", before.text)
            if opened or closed:
                items[-1] = Item(before.words + item.words, before.text + item.text)
            elif before and _marks(before, item, first=len(items) == 1):
                items[-1] = Item(before.words + item.words, f"{before.text} {item.text}")
            else:
                items.append(item)
    return items


def _marks(before: Item, item: Item, first: bool) -> bool:
    """Tell whether `before` only marks what follows; further right on the line a mark may be a cell, as for "yes"."""
    if first:
        return bool(_LIST_MARK.fullmatch(before.text)) and not item.number
    return bool(_SYMBOL.fullmatch(before.text)) and len(item.words) > 1 and not item.number


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


def merge_intervals(intervals: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the stretches that the intervals cover together, from left to right."""
    merged: list[tuple[float, float]] = []
    for left, right in sorted(intervals):
        if merged and left < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(right, merged[-1][1]))
        else:
            merged.append((left, right))
    return merged


def overlaps(item: Item, column: tuple[float, float]) -> bool:
    """Tell whether the item stands over a part of the column."""
    return item.x0 < column[1] and column[0] < item.x1
