"""Cells of an HTML table -> a grid with columns, or the paragraphs that it only lays out."""

import re

from lxml import etree

from index.formats.grid import GridCell

CELLS = frozenset({"td", "th"})
_BULLET = re.compile(r"[•·▪◦●○■–—*-]|\(?[\dA-Za-z]{1,3}[.)]")
_PROSE_WORDS = 40


class TableReader:
    """Collects the cells of one table while the walk is inside it; `outside` are the parts before it."""

    def __init__(self, outside: list[tuple]) -> None:
        self.outside = outside
        self._rows: list[list[tuple[GridCell, bool]]] = []
        self._inner: list[tuple] = []
        self._caption = ""
        self._below: dict[int, int] = {}
        self._cell = (0, 1, 1, False)
        self._header_rows = 0

    def open(self, name: str, element: etree._Element) -> None:
        """Begin a row or a cell."""
        if name == "tr":
            self._rows.append([])
            self._below = {column: left - 1 for column, left in self._below.items() if left > 1}
        elif name in CELLS:
            if not self._rows:
                self._rows.append([])
            row = self._rows[-1]
            column = row[-1][0].column + row[-1][0].span if row else 0
            while self._below.get(column, 0) > 0:
                column += 1
            self._cell = (column, _read_span(element, "colspan"), _read_span(element, "rowspan"), name == "th")

    def close(self, name: str, parts: list[tuple]) -> list[tuple]:
        """End a cell or the caption, which hold `parts`; return the empty list for what follows."""
        text = " ".join(str(part[1]) for part in parts if part[0] != "table")
        if name == "caption":
            self._caption = text
            return []
        column, span, rows, is_header = self._cell
        if self._rows:
            self._rows[-1].append((GridCell(text, column, span), is_header))
            self._below |= {column + i: rows for i in range(min(span, 50)) if rows > 1}
        self._inner += parts
        return []

    def finish(self, rest: list[tuple]) -> list[tuple]:
        """Return the parts that the table is: a table, or what its cells hold where it only lays out a page."""
        grid = [[cell for cell, _ in row] for row in self._rows]
        filled = [[cell for cell in row if cell.text.strip()] for row in grid]
        words = sorted(len(cell.text.split()) for row in filled for cell in row)
        structured = any(kind in ("table", "heading") for kind, *_ in self._inner)
        columns = {cell.column for row in filled for cell in row}
        prose = words and words[len(words) // 2] > _PROSE_WORDS
        if structured or len(columns) < 2 or sum(len(row) > 1 for row in filled) < 2 or prose:
            caption = [("text", self._caption, False)] if self._caption else []
            return [*caption, *(self._inner if structured else self._as_paragraphs(filled)), *rest]
        named = 0
        for row in self._rows:
            if not row or not all(is_header or not cell.text.strip() for cell, is_header in row):
                break
            named += 1
        return [*rest, ("table", grid, (named or None, self._caption))]

    def _as_paragraphs(self, filled: list[list[GridCell]]) -> list[tuple]:
        if filled and all(len(row) < 2 or _BULLET.fullmatch(row[0].text.strip()) for row in filled if row):
            return [("text", " ".join(cell.text.strip() for cell in row), False) for row in filled if row]
        return self._inner


def _read_span(element: etree._Element, name: str) -> int:
    value = element.get(name, "1").strip()
    return min(int(value), 1000) if value.isdecimal() and len(value) < 9 and int(value) > 0 else 1
