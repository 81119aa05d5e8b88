"""Rows of cells -> what names their columns, what gives their unit, and what belongs to one value among them."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

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


def headers_over(table: Table, cells: Iterable[Cell]) -> list[Range]:
    """Return the ranges of the header cells that stand over the columns of `cells`, in order."""
    columns = {column for cell in cells for column in range(cell.column, cell.column + cell.span)}
    return [
        (head.start, head.end)
        for header in table.headers
        for head in header.cells
        if columns.intersection(range(head.column, head.column + head.span))
    ]


def relate_value(document: Document, start: int, end: int) -> tuple[Related, ...]:
    """Return what belongs to the value `text[start:end]` of a table, to be cited beside it; nothing outside of tables.

    First its row (role "row"), then the header cells over its columns ("header"), the units ("unit"), and the title and
    the group of its row ("context").
    """
    found = find_row(document, start)
    if found is None:
        return ()
    table, row = found
    heads = headers_over(table, [cell for cell in row.cells if cell.start < end and start < cell.end])
    around = [("row", (row.start, row.end)), *(("header", head) for head in heads)]
    around += [(role, place) for role, place in relate_rows(table, row.start) if role != "header"]
    return tuple(Related(role, left, right, document.text[left:right]) for role, (left, right) in around)


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
