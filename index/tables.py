"""Rows of cells -> what names their columns, what gives their unit, and what belongs to one value among them."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from index.types import Cell, Document, Range, Related, Row, Table

_NUMBER = re.compile(
    r"[^\w]*(?:(?:RMB|USD|EUR|GBP|CNY|HKD|JPY|US|HK|NT|A|C)\s?)?[^\w]*\d[\d.,’' ]*"
    r"(?:%?\s*(?:[-–—]|to)\s*[$€£¥]?\d[\d.,]*)?\s*(?:%|x|pp|bps|[kmb]n?)?[^\w]*",
    re.I,
)
_YEAR = re.compile(r"[^\w]*(?:19|20)\d\d[^\w%]*(?:[AEF]|[-–/]\d\d(?:\d\d)?)?[^\w%]*")
_SCALE = r"(?:thousand|million|billion|trillion|hundred million|ten thousand|10,000)s?"
_CURRENCY = r"(?:RMB|USD|EUR|GBP|CNY|HKD|JPY|CHF|US\$|HK\$|[$€£¥])"
_UNIT = re.compile(
    rf"\([^()\n\t]{{0,80}}?(?:\b{_SCALE}\b|\bpercent(?:age)?\b|['’]?\b000s?\b)[^()\n\t]{{0,80}}\)"
    rf"|\(\s*(?:%|{_CURRENCY})\s*\)"
    r"|\bunits?\s*[:：]\s*[^\n\t()]{1,40}"
    rf"|\b(?:(?:expressed|stated|amounts?|figures?|dollars|all)\s+)?in\s+(?:{_CURRENCY}\s?)?(?:[\w.]+\s+){{0,2}}?{_SCALE}\b"
    r"(?:\s+of\s+[\w.]+(?:\s+dollars)?|\s+(?:metric\s+)?(?:tonnes|tons|barrels|shares|persons|people|units))?"
    rf"|{_CURRENCY}\s?(?:['’]?000s?|{_SCALE}|mn?|bn)\b"
    r"|['’]000s?\b",
    re.I,
)
_SIGN = re.compile(rf"%|{_CURRENCY}")
_MARK = re.compile(rf"\W?(?:%|{_CURRENCY})\W?")
_SCALE_WORD = re.compile(rf"\b{_SCALE}\b|\b000s?\b", re.I)
_COUNTED = re.compile(
    r"\b(?:numbers?|no\.|stores|employees|persons|people|square|in years|in months|rate|ratio|margin|growth"
    r"|shares(?! [(]in)|per ?cent\w*)(?!\w)",
    re.I,
)
"""What is named so is counted or measured, and in no currency."""

_TOTAL = re.compile(r"[|\s]*(?:\w+ )?(?:total|net|balance)\b", re.I)
_LONG_WORD = re.compile(r"[a-z]{4,}")
_VAGUE = {"data", "amounts", "amount", "information", "where"}
_ANY_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_BALANCE = re.compile(r"(?:closing |ending )?balances?\b|end of\b", re.I)
_MAX_HEADER_ROWS = 10
_CAPTION_WORDS = 40
_NUMBER_CHARACTERS = 80


def is_number(text: str) -> bool:
    """Tell whether a cell holds a bare number, with its sign, currency or share; a year alone names a column."""
    # The bound keeps the time of the patterns bounded too.
    return len(text) < _NUMBER_CHARACTERS and bool(_NUMBER.fullmatch(text)) and not _YEAR.fullmatch(text)


def count_header_rows(rows: Sequence[Sequence[str]]) -> int:
    """Return how many of the first rows name the columns; each row has one text a column, "" for an empty one.

    They end where the first number stands beside a label. A table without numbers has one, if its cells are short.
    """
    first = next((i for i, row in enumerate(rows) if any(is_number(cell) for cell in row[1:])), None)
    if first is None or first > _MAX_HEADER_ROWS:
        short = all(len(cell.split()) <= 8 and cell for cell in rows[0]) if rows else False
        return int(short and len(rows) > 1)
    # A label alone, just above the first numbers, opens a group of rows and names no column.
    while (
        first > 1 and rows[first - 1][0] and not any(rows[first - 1][1:]) and any(any(row[1:]) for row in rows[:first])
    ):
        first -= 1
    return first


def find_units(text: str, places: Sequence[Range]) -> tuple[Range, ...]:
    """Return the ranges of words in `places` that give a unit or a scale: "(in millions)", "RMB billion", "Unit: t"."""
    found = []
    for start, end in places:
        for match in _UNIT.finditer(text, start, end):
            stop = match.start() + len(match.group().rstrip())
            found.append((match.start(), stop))
    return tuple(dict.fromkeys(found))


def find_title(text: str, start: int, end: int) -> Range | None:
    """Return what of the paragraph `text[start:end]`, just above a table, introduces it; None if nothing does."""
    words = text[start:end].split()
    if not words:
        return None
    if re.match(r"(?:table|exhibit|figure|chart)\b", words[0], re.I) and len(words) <= _CAPTION_WORDS:
        return start, end
    if words[-1].endswith((":", "：")):
        # The last sentence: what stands before it speaks of other things.
        stops = [match.end() for match in re.finditer(r"[.!?。]\s+(?=[A-Z\W])", text[start:end])]
        return start + (stops[-1] if stops else 0), end
    if len(words) <= _CAPTION_WORDS // 2 and not re.search(r"[.!?。]$", words[-1]):
        return start, end
    return None


def find_table(document: Document, position: int) -> Table | None:
    """Return the table that the character at `position` stands in; None if it stands in none."""
    i = bisect_right([table.start for table in document.tables], position) - 1
    return document.tables[i] if i >= 0 and position < document.tables[i].end else None


def find_row(document: Document, position: int) -> tuple[Table, Row] | None:
    """Return the table and the row of it that the character at `position` stands in; None outside of rows."""
    table = find_table(document, position)
    row = next((row for row in table.rows if row.start <= position < row.end), None) if table else None
    return (table, row) if table and row else None


@dataclass(frozen=True, slots=True)
class Line:
    """A row that holds values, with its label and the label above it that opens its group, if any.

    `years` are those that its values are of, as far as the row or its neighbours say; `balance` tells that it closes
    or opens an account of what happened in a year.
    """

    row: Row
    label: Range | None
    group: Range | None
    values: tuple[Cell, ...]
    years: frozenset[str]
    balance: bool = False


def read_lines(document: Document, table: Table) -> list[Line]:
    """Return the rows of a table that hold values, in order.

    A row's years are those of its label, or of its group's; else, where a balance closes rows that name none, its.
    """
    lines: list[Line] = []
    group: Range | None = None
    of_group: frozenset[str] = frozenset()
    for row in table.rows:
        if not row.cells:
            continue
        first = row.cells[0]
        if len(row.cells) == 1 and first.column == 0:
            group = (first.start, first.end)
            of_group = _years_in(document, group) or of_group
            continue
        label = (first.start, first.end) if first.column == 0 else None
        values = row.cells[1:] if label else row.cells
        years = _years_in(document, label) or of_group
        lines.append(Line(row, label, group, values, years))
    closing: frozenset[str] = frozenset()
    for i, line in reversed(list(enumerate(lines))):
        if line.label and line.years and _BALANCE.match(document.text, *line.label):
            closing = line.years
            lines[i] = replace(line, balance=True)
        elif not line.years:
            lines[i] = replace(line, years=closing)
    return lines


def _years_in(document: Document, place: Range | None) -> frozenset[str]:
    return frozenset(_ANY_YEAR.findall(document.text, *place)) if place else frozenset()


def headers_over(table: Table, cells: Iterable[Cell]) -> list[Range]:
    """Return the ranges of the header cells that stand over the columns of `cells`, in order."""
    columns = _columns_of(cells)
    return [
        (head.start, head.end) for header in table.headers for head in header.cells if columns & _columns_of([head])
    ]


def relate_value(document: Document, start: int, end: int) -> tuple[Related, ...]:
    """Return what belongs to the value `text[start:end]` of a table, to be cited beside it; nothing outside of tables.

    First its row (role "row"), then the header cells over its columns ("header"), what gives its unit and scale
    ("unit"), and the title and the group of its row ("context"). A header that is only a mark such as "£" or "%" is a
    unit; so is the mark of another cell of its column where the value itself has none.
    """
    found = find_row(document, start)
    if found is None:
        return ()
    table, row = found
    cells = [cell for cell in row.cells if cell.start < end and start < cell.end]
    heads = headers_over(table, cells)
    units = units_of(document, table, row, cells)
    around = [("row", (row.start, row.end)), *(("header", head) for head in heads if head not in units)]
    around += [("unit", unit) for unit in units]
    around += [(role, place) for role, place in relate_rows(table, row.start) if role == "context"]
    return tuple(Related(role, left, right, document.text[left:right]) for role, (left, right) in around)


def units_of(document: Document, table: Table, row: Row, cells: Sequence[Cell]) -> list[Range]:
    """Return the ranges outside of `cells` of one row that say in what unit and scale their values are, in order."""
    text = document.text
    values = [value for cell in cells if re.search(r"\d", value := text[cell.start : cell.end])]
    if not values:
        return []
    heads = headers_over(table, cells)
    named = " ".join(text[left:right] for left, right in [(row.cells[0].start, row.cells[0].end), *heads])
    units = [unit for unit in table.units if _holds_for(text, table, unit, cells, named)]
    if all("%" in value for value in values):
        return [unit for unit in units if "%" in text[slice(*unit)]]
    if any(_SIGN.search(value) for value in values):
        return units
    marks = [head for head in heads if _MARK.fullmatch(text[slice(*head)])]
    if marks or any(_SIGN.search(text[slice(*unit)]) for unit in units):
        return sorted({*units, *marks})
    sign = _sign_of_column(text, table, row, cells, named)
    return sorted([*units, sign] if sign else units)


def _holds_for(text: str, table: Table, unit: Range, cells: Sequence[Cell], named: str) -> bool:
    """Tell whether a unit of the table is that of the values in `cells`, whose row and columns are `named` so.

    A sign in the header of other columns is not, nor is a unit that excepts what is named.
    """
    words = text[slice(*unit)]
    head = next((cell for row in table.headers for cell in row.cells if cell.start <= unit[0] < cell.end), None)
    if head and head.column and _SIGN.search(words) and not _SCALE_WORD.search(words):
        return not _columns_of(cells).isdisjoint(_columns_of([head]))
    excepted = re.search(r"\bexcept\b(.*)", words, re.I | re.S)
    names = set(_LONG_WORD.findall(excepted[1].lower())) - _VAGUE if excepted else set()
    return names.isdisjoint(_LONG_WORD.findall(named.lower()))


def _sign_of_column(text: str, table: Table, row: Row, cells: Sequence[Cell], named: str) -> Range | None:
    """Return the sign that the values in `cells` share with others of their column, if any.

    The nearest currency above, or that of a total below, unless things are counted; else a per cent sign above.
    """
    here = table.rows.index(row)
    above = _signs_in(text, reversed(table.rows[:here]), cells)
    totals = [other for other in table.rows[here + 1 :] if _TOTAL.match(text, other.start, other.end)]
    money = [sign for sign in [*above, *_signs_in(text, totals, cells)] if text[slice(*sign)] != "%"]
    if money:
        return None if _COUNTED.search(named) else money[0]
    return above[0] if above else None


def _signs_in(text: str, rows: Iterable[Row], cells: Sequence[Cell]) -> list[Range]:
    """Return the signs of the values that stand in the columns of `cells`, row by row."""
    columns = _columns_of(cells)
    values = [cell for row in rows for cell in row.cells if cell.column and columns & _columns_of([cell])]
    return [sign.span() for cell in values if (sign := _SIGN.search(text, cell.start, cell.end))]


def _columns_of(cells: Iterable[Cell]) -> set[int]:
    return {column for cell in cells for column in range(cell.column, cell.column + cell.span)}


def relate_rows(table: Table, start: int) -> list[tuple[str, Range]]:
    """Return role and range of what the rows from `start` on need: headers, units, title, and their group's label."""
    headers = [("header", (row.start, row.end)) for row in table.headers]
    units = [("unit", unit) for unit in table.units]
    title = [("context", table.title)] if table.title else []
    group = _group_of(table, start)
    return headers + units + title + ([("context", (group.start, group.end))] if group else [])


def _group_of(table: Table, start: int) -> Row | None:
    group = None
    for row in table.rows:
        if row.start >= start:
            break
        if len(row.cells) == 1 and row.cells[0].column == 0:
            group = row
    return group
