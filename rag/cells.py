"""A row of a table -> the cell of it that a question means, and the unit and scale that it is stated in."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.lexical import analyse
from index.tables import Line, find_row, is_number, read_lines
from index.types import Cell, Document, Range, Table
from rag.english.question import AskedFor

HELD = 0.15
"""What the number that a reader proposes itself has before the others of its row: less than a column that is named."""

MOST_HEADERS = 100
"""Cells of a header row in which years are looked for that stand over several columns."""

_SCALE = re.compile(
    r"(?:hundred million|ten thousand|hundred|thousand|million|billion|trillion)s?\b|['’]?\b000s?\b", re.I
)
_UNIT = re.compile(
    r"%|\bper ?cent\b|percentage points?|(?:US|HK|NZ|A|C)\$|[$€£¥₹]|\b(?:RMB|USD|EUR|GBP|CNY|HKD|JPY|CHF)\b"
    r"|\b(?:dollars|euros?|yuan|pounds|yen|francs|shares|tonnes|tons|barrels|persons|people|employees)\b",
    re.I,
)
_EXCEPT = re.compile(r"\bexcept\b", re.I)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DAY = re.compile(
    r"\b(?:(?:years?|months|weeks|quarter|period)\s+ended\s+)?(?:\d{1,2}\s+)?(?:January|February|March|April|May|June|July"
    r"|August|September|October|November|December)\b(?:\s+\d{1,2}\b)?",
    re.I,
)
_CHANGE = re.compile(r"\b(?:change|increase|decrease|vs|versus|variance|growth)\b", re.I)
_SHARE = re.compile(r"%|\bper ?cent", re.I)
_RATE = re.compile(r"%|\bper ?cent|\b(?:rate|ratio|margin|yield|volatility|proportion)s?\b", re.I)
_CURRENCY = re.compile(r"[$€£¥]")
_REFERENCE = re.compile(r"(?:notes?|ref\.?|pages?)\W*", re.I)
_NIL = re.compile(r"[-–—−]+\s*%?|n/?[am]\.?|nm|nil", re.I)


@dataclass(frozen=True, slots=True)
class Column:
    """What names a column: the places of its header cells, their words and terms, and the years that it is of.

    `signed` tells that a per cent sign stands in one of its values.
    """

    places: tuple[Range, ...] = ()
    words: str = ""
    terms: frozenset[str] = frozenset()
    years: frozenset[str] = frozenset()
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table by number; `years` are all that any is of, `own` those of the table as a whole."""

    named: Mapping[int, Column]
    years: frozenset[str]
    own: frozenset[str]

    def of(self, cell: Cell) -> Column:
        """Return the first column that the cell stands in."""
        return self.named.get(cell.column, _NO_COLUMN)


_NO_COLUMN = Column()


def read_columns(document: Document, table: Table) -> Columns:
    """Return the columns of a table; years of a header that is centred over several count for the nearest ones too."""
    heads: dict[int, list[Range]] = {}
    for row in table.headers:
        for cell in row.cells:
            for column in range(cell.column, cell.column + cell.span):
                heads.setdefault(column, []).append((cell.start, cell.end))
    cells = [cell for row in table.rows for cell in row.cells if cell.column]
    signed = {cell.column for cell in cells if "%" in document.text[cell.start : cell.end]}
    named = {
        column: _name_column(document, table, column, heads.get(column, ()), column in signed)
        for column in sorted({cell.column for cell in cells})
    }
    years = frozenset(year for column in named.values() for year in column.years)
    places = [*heads.get(0, ()), *([table.title] if table.title else [])]
    own = (frozenset(_YEAR.findall(document.text, *place)) for place in places)
    return Columns(named, years, next((found for found in own if found), frozenset()))


def _name_column(document: Document, table: Table, column: int, places: Sequence[Range], signed: bool) -> Column:
    text = document.text
    words = " ".join(text[start:end] for start, end in places)
    years = set(_YEAR.findall(words))
    for row in table.headers if not years else ():
        dated = [cell for cell in row.cells[:MOST_HEADERS] if cell.column and _YEAR.search(text, cell.start, cell.end)]
        if len(dated) > 1:
            near = min(dated, key=lambda cell: max(cell.column - column, column - cell.column - cell.span + 1))
            years |= set(_YEAR.findall(text[near.start : near.end]))
    terms = frozenset(analyse(_DAY.sub(" ", words)))
    return Column(tuple(places), words, terms, frozenset(years), signed)


def score_cell(document: Document, line: Line, cell: Cell, columns: Columns, asked: AskedFor) -> float:
    """Return how well a cell's column fits the question, compared with others of its row: no unit, higher is better."""
    column = columns.of(cell)
    text = document.text[cell.start : cell.end]
    if _REFERENCE.fullmatch(column.words):
        return -2.0
    shared = column.terms.intersection(asked.terms) - asked.years
    words = [term for term in column.terms if not term.isdigit()]
    score = 0.3 * min(len(shared), 3) + (0.1 * sum(term in shared for term in words) / len(words) if words else 0.0)
    score += _score_years(column.years or line.years or columns.own, columns.years, asked)
    share = bool("%" in text or _SHARE.search(column.words))
    if share != asked.share:
        score -= 0.3
    if asked.count and _CURRENCY.search(text + column.words):
        score -= 0.3
    if _CHANGE.search(column.words):
        score += 0.2 if asked.change else -0.4
    if not is_number(text) and not _YEAR.fullmatch(text):
        counted = asked.kind in ("number", "money", "share")
        score -= 0.3 if _NIL.fullmatch(text) or (counted and any(char.isdigit() for char in text)) else 0.8 * counted
    if "total" in column.terms and "total" not in shared and not columns.years:
        score += 0.1
    return score - 0.001 * cell.column


def is_share(document: Document, table: Table, line: Line, cell: Cell, columns: Columns) -> bool:
    """Tell whether a cell may be a share: a sign or a word for one stands in its column or in what names it."""
    column = columns.of(cell)
    places = [(cell.start, cell.end), *column.places, *table.units]
    places += [place for place in (line.label, line.group, table.title) if place]
    bare = not _CURRENCY.search(document.text, cell.start, cell.end)
    return (bare and column.signed) or any(_RATE.search(document.text, *place) for place in places)


def _score_years(years: frozenset[str], all_years: frozenset[str], asked: AskedFor) -> float:
    if asked.years:
        return 0.0 if not years else 0.5 if years & asked.years else -0.5
    return 0.1 if years and all_years and max(all_years) in years else 0.0


def choose_cell(document: Document, answer: Range, asked: AskedFor) -> Range:
    """Return the number in the answer's row whose column fits the question best.

    The answer itself where it is in no row, or where neither it nor what is asked for is a number.
    """
    found = find_row(document, answer[0])
    numeric = asked.kind in ("number", "money", "share") or is_number(document.text[slice(*answer)])
    if found is None or not numeric or asked.sentence:
        return answer
    table, row = found
    line = next((line for line in read_lines(document, table) if line.row == row), None)
    if line is None:
        return answer
    columns = read_columns(document, table)
    values = [cell for cell in line.values if (cell.start, cell.end) == answer or _is_number(document, cell)]
    shares = [cell for cell in values if asked.share and is_share(document, table, line, cell, columns)]
    if not values:
        return answer
    held = next((cell for cell in values if cell.start < answer[1] and answer[0] < cell.end), None)
    scores = {cell: score_cell(document, line, cell, columns, asked) for cell in shares or values}
    best = max(scores, key=lambda cell: (scores[cell] + HELD * (cell == held), -cell.column))
    return best.start, best.end


def _is_number(document: Document, cell: Cell) -> bool:
    return is_number(document.text[cell.start : cell.end])


def find_measures(document: Document, unit: Range) -> list[tuple[str, Range]]:
    """Return role ("unit" or "scale") and range of the words in the range `unit` that say so, in order.

    What is named as an exception, as in "in millions, except shares", is none of them.
    """
    excepted = _EXCEPT.search(document.text, *unit)
    place = (unit[0], excepted.start() if excepted else unit[1])
    found = [("unit", match.span()) for match in _UNIT.finditer(document.text, *place)]
    found += [("scale", match.span()) for match in _SCALE.finditer(document.text, *place)]
    return sorted(found, key=lambda measure: measure[1])
