"""Lines of all pages -> which of them are running headers, footers and page numbers."""

import re
from collections import Counter
from collections.abc import Sequence

from index.formats.pdf_lines import Line

_EDGE_LINES = 6
_MIN_PAGES = 3
_SAME_PLACE = 6.0
_NUMBER = re.compile(
    r"(?:page\s*)?[-–—|\s]*(?P<prefix>[A-Z]{1,2}[-–])?(?P<value>\d{1,4}|[ivxlc]{1,7})[-–—|\s]*(?:(?:of|/)\s*\d{1,4})?",
    re.I,
)
_CONTINUED = re.compile(r"[(\[]?\s*(?:continued|cont[’'.]?d?\.?)\s*[)\]]?\s*$", re.I)
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


def find_running(pages: Sequence[Sequence[Line]]) -> list[set[int]]:
    """Return for each page the numbers of its lines (from the top, 0-based) that are running headers or footers.

    Such a line stands at the edge with only others of its kind outside of it, and repeats on other pages at the same
    height; or it is a page number that counts with the pages, alone or beside words that repeat; or it is a heading
    "(continued)" at the top of a page.
    """
    tops = [_edge(lines, top=True) for lines in pages]
    bottoms = [_edge(lines, top=False) for lines in pages]
    offsets = _count_offsets([*tops, *bottoms], len(pages))
    needed = _MIN_PAGES if len(pages) > 4 else 2
    found: list[set[int]] = [set() for _ in pages]
    for edges, top in ((tops, True), (bottoms, False)):
        places: dict[tuple, list[float]] = {}
        for edge in edges:
            for key, height in {key: line.y0 for _, line in edge for key in _keys(line)}.items():
                places.setdefault(key, []).append(height)
        for page, edge in enumerate(edges):
            for number, line in edge:
                exact, loose = _keys(line)
                near = sum(abs(height - line.y0) <= _SAME_PLACE for height in places[exact])
                repeats = near >= _needed_for(line, needed, len(pages))
                follows = any(offsets[offset] >= needed for offset in _offsets_of(line, page))
                counted = (follows and len(places[loose]) >= needed) or _is_lone_number(line, page, pages[page])
                goes_on = top and len(line.segments) < 3 and len(line.text) < 200 and bool(_CONTINUED.search(line.text))
                if not (repeats or counted or goes_on) or (repeats and not counted and _is_bare_number(line)):
                    break
                found[page].add(number)
    # A page that is nothing but its edges is a page of its own kind, as a cover that says its title alone.
    return [numbers if len(numbers) < len(lines) else set() for numbers, lines in zip(found, pages, strict=True)]


def _edge(lines: Sequence[Line], top: bool) -> list[tuple[int, Line]]:
    numbered = list(enumerate(lines))
    return numbered[:_EDGE_LINES] if top else numbered[: -_EDGE_LINES - 1 : -1]


def _keys(line: Line) -> tuple[tuple, tuple]:
    """Return what lines of the same words share, and what those share that differ in their numbers only."""
    text, size = " ".join(line.text.split()).casefold(), round(line.size)
    return (text, size), (re.sub(r"\d+|^[ivxlc]+$", "0", text), size, "numbers aside")


def _needed_for(line: Line, needed: int, pages: int) -> int:
    """Return on how many pages a line must stand; one with many cells may be a table's header that comes again."""
    return needed if len(line.segments) < 3 else max(needed, pages // 2)


def _is_lone_number(line: Line, page: int, lines: Sequence[Line]) -> bool:
    """Tell whether a line is nothing but its page's own number, far from all others; for files too short to compare."""
    near = any(other is not line and abs(other.y0 - line.y0) < 3 * line.size for other in lines)
    return line.text.strip() == str(page + 1) and not near


def _is_bare_number(line: Line) -> bool:
    return bool(re.fullmatch(r"[\W\d]+", line.text))


def _offsets_of(line: Line, page: int) -> list[tuple[str, int]]:
    """Return by how much each number that may be the page's own runs ahead of the page's place, with its prefix."""
    found = []
    whole = _NUMBER.fullmatch(line.text.strip())
    candidates = [whole] if whole else []
    if not whole and len(line.text) < 160:
        words = [word for segment in line.segments for word in segment.words]
        candidates = [_NUMBER.fullmatch(word.text) for word in (words[0], words[-1])]
    for match in candidates:
        value = _read_number(match.group("value")) if match else None
        if value is not None:
            found.append(((match.group("prefix") or "") + ("" if whole else "+"), value - page))
    return found


def _read_number(written: str) -> int | None:
    if written.isdigit():
        return int(written)
    values = [_ROMAN[letter] for letter in written.lower()]
    return sum(-value if value < max(values[i:]) else value for i, value in enumerate(values))


def _count_offsets(edges: Sequence[Sequence[tuple[int, Line]]], pages: int) -> Counter[tuple[str, int]]:
    counts: Counter[tuple[str, int]] = Counter()
    for i, edge in enumerate(edges):
        # The outermost two only: deeper numbers are those of tables.
        counts.update({offset for _, line in edge[:2] for offset in _offsets_of(line, i % pages)})
    return counts
