"""An answer in a row of a table -> the cell that the question means, and the unit and scale that it is stated in."""

import re
from collections import Counter

from index.lexical import analyse
from index.tables import find_row, headers_over, is_number
from index.types import Cell, Document, Range, Table
from rag.english.question import AskedFor

_SCALE = re.compile(
    r"(?:hundred million|ten thousand|hundred|thousand|million|billion|trillion)s?\b|['’]?\b000s?\b", re.I
)
_UNIT = re.compile(
    r"%|\bper ?cent\b|percentage points?|(?:US|HK|NZ|A|C)\$|[$€£¥₹]|\b(?:RMB|USD|EUR|GBP|CNY|HKD|JPY|CHF)\b"
    r"|\b(?:dollars|euros?|yuan|pounds|yen|francs|shares|tonnes|tons|barrels|persons|people|employees)\b",
    re.I,
)


def choose_cell(document: Document, answer: Range, asked: AskedFor) -> Range:
    """Return the number in the answer's row whose column's header shares most with the question.

    The answer itself where it is in no row, where neither it nor what is asked for is a number, or where no column is
    named and it is a number; the first number of the row where no column is named and it is none.
    """
    found = find_row(document, answer[0])
    numeric = asked.kind in ("number", "money", "share") or is_number(document.text[slice(*answer)])
    if found is None or not numeric or asked.sentence:
        return answer
    table, row = found
    cells = [cell for cell in row.cells[1:] if is_number(document.text[cell.start : cell.end])]
    if not cells:
        return answer
    shared = Counter({i: _shared_terms(document, table, cell, asked) for i, cell in enumerate(cells)})
    (best, most), *others = shared.most_common(2)
    held = next((cell for cell in cells if cell.start < answer[1] and answer[0] < cell.end), None)
    named = most and (not others or others[0][1] < most)
    chosen = cells[best] if named else held or cells[0]
    return chosen.start, chosen.end


def find_measures(document: Document, unit: Range) -> list[tuple[str, Range]]:
    """Return role ("unit" or "scale") and range of the words in the range `unit` that say so, in order."""
    found = [("unit", match.span()) for match in _UNIT.finditer(document.text, *unit)]
    found += [("scale", match.span()) for match in _SCALE.finditer(document.text, *unit)]
    return sorted(found, key=lambda measure: measure[1])


def _shared_terms(document: Document, table: Table, cell: Cell, asked: AskedFor) -> int:
    words = " ".join(document.text[start:end] for start, end in headers_over(table, [cell]))
    return len(set(analyse(words)) & set(asked.terms))
