"""Real annual reports -> questions about cells of their tables, made by rule, and the cells that answer them.

No data set at hand asks about tables of whole reports, and how sure one can be of a cell is another matter than how
sure of a sentence. So a row, its column and its year are put into words, some of which are dropped or replaced by
others, and what is asked of the wrong report or for a year that no table has is absent.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from index.formats import read_document
from index.lexical import analyse
from index.tables import Line, is_number, read_lines
from index.types import Cell, Document
from rag.cells import Column, read_columns
from training.apart import read_labelled_values
from training.worlds import Asked

SOURCE = "tables of reports"
PARTS = {"calibrate": slice(0, 2), "report": slice(2, 4)}
"""The reports in the order of their names: which of them belong to a part."""

MOST_OF_A_TABLE = 6
ABSENT_SHARE = 0.5
"""Of the known questions, how many are asked of another report, and how many for another year."""

DROPPED, REPLACED, MISTYPED = 0.12, 0.35, 0.04
"""How often a word of a label is left out, put in other words where there are some, or mistyped."""

_OTHER_WORDS = {
    "revenue": "sales", "revenues": "sales", "sales": "revenue", "expenses": "costs", "expense": "cost",
    "costs": "expenses", "cost": "expense", "purchase": "buying", "purchases": "buying", "proceeds": "money received",
    "payments": "money paid", "property": "land and buildings", "employees": "staff", "compensation": "pay",
    "salaries": "wages", "income": "earnings", "loss": "deficit", "cash": "money", "current": "short-term",
    "liabilities": "debts", "borrowings": "loans", "dividends": "payouts", "issuance": "issue", "taxes": "tax",
    "repayment": "paying back", "acquisition": "takeover", "depreciation": "write-downs", "investments": "holdings",
    "receivable": "owed to it", "payable": "owed", "total": "all", "stock": "shares", "operating": "running",
    "average": "mean", "beginning": "start", "increase": "rise", "decrease": "fall", "administrative": "admin",
    "inventories": "stock on hand", "equity": "capital",
}  # fmt: skip
_ASKING = (
    "What was {what}{when}?", "What were {what}{when}?", "How much was {what}{when}?", "{what}{when}",
    "What is the figure for {what}{when}?", "How much did the company report for {what}{when}?",
)  # fmt: skip
_NOTE = re.compile(r"\(\w{1,3}\)|[*†‡:]+|\$")
_MOST_WORDS = 14
_VAGUE = frozenset(analyse("total other net balance amount sub all"))


@dataclass(frozen=True, slots=True)
class _Place:
    """A cell with its row and column, and what names it."""

    line: Line
    cell: Cell
    column: Column
    years: frozenset[str]
    label: str


def read_reports(data: Path, part: str) -> list[Document]:
    """Return the whole reports of one part; a damaged file is no report.

    Raises:
        FileNotFoundError: the folder holds no PDF.
    """
    paths = [path for path in sorted((data / "pdf").glob("*.pdf")) if re.match(r"\w-", path.name)][PARTS[part]]
    if not paths:
        raise FileNotFoundError(f"{data / 'pdf'} holds no report for the part {part!r}")
    return [read_document(path.read_bytes(), path.stem)[0] for path in paths]


def ask_tables(documents: Sequence[Document], seed: int) -> list[Asked]:
    """Return the questions about cells of `documents`, known ones and absent ones, in an order given by the seed."""
    random = Random(seed)
    labelled = read_labelled_values()
    known: list[Asked] = []
    places = {document.document_id: list(_find_places(document, labelled, random)) for document in documents}
    labels = {name: {_key(place.label) for place in found} for name, found in places.items()}
    for document in documents:
        own = places[document.document_id]
        known += [asked for place in own if (asked := _ask_known(document, place, random))]
    absent = []
    for document in documents:
        years = set(re.findall(r"\b20\d\d\b", document.text))
        own = places[document.document_id]
        others = [(place, name) for name, found in places.items() for place in found if name != document.document_id]
        for place in random.sample(own, round(len(own) * ABSENT_SHARE)):
            unknown = [str(year) for year in range(2009, 2027) if str(year) not in years]
            if place.years and unknown and not re.search(r"20\d\d", place.label):
                absent.append(_asked(document, _word(place.label, random.choice(unknown), random), None))
        for place, _ in random.sample(others, min(len(others), round(len(own) * ABSENT_SHARE))):
            if len(_key(place.label)) > 1 and not any(
                _key(place.label) <= label for label in labels[document.document_id]
            ):
                absent.append(_asked(document, _word(place.label, _pick(place.years), random), None))
    asked = known + absent
    random.shuffle(asked)
    return asked


def _find_places(document: Document, labelled: Mapping[str, set[str]], random: Random) -> Iterator[_Place]:
    """Yield up to `MOST_OF_A_TABLE` cells with a number of three digits or more from each table of the document."""
    for table in document.tables:
        columns, found = read_columns(document, table), []
        for line in read_lines(document, table):
            label = _fold(document.text[slice(*line.label)]) if line.label else ""
            words = document.text[line.row.start : line.row.end]
            named = re.match(r"[A-Za-z]{3}", label) and 1 <= len(_key(label) - _VAGUE) <= _MOST_WORDS
            if not named or any(value in words for value in labelled[document.document_id]):
                continue
            for cell in line.values:
                value = document.text[cell.start : cell.end]
                column = columns.of(cell)
                if is_number(value) and sum(char.isdigit() for char in value) > 2:
                    found.append(_Place(line, cell, column, column.years or line.years or columns.own, label))
        yield from random.sample(found, min(len(found), MOST_OF_A_TABLE))


def _ask_known(document: Document, place: _Place, random: Random) -> Asked | None:
    """Return a question that only this value answers in its report, or None where another does as well."""
    value = document.text[place.cell.start : place.cell.end]
    for other in _namesakes(document, place):
        if other != value:
            return None
    heads = [term for term in place.column.words.split() if not term.isdigit()]
    year = _pick(place.years)
    if not year and not heads:
        return None
    return _asked(document, _word(place.label, year, random, " ".join(heads) if not year else ""), value)


def _namesakes(document: Document, place: _Place) -> Iterator[str]:
    """Yield the values of all cells of the document whose row and year are named as this one's."""
    for table in document.tables:
        columns = read_columns(document, table)
        for line in read_lines(document, table):
            label = _fold(document.text[slice(*line.label)]) if line.label else ""
            if _key(label) != _key(place.label):
                continue
            for cell in line.values:
                column = columns.of(cell)
                years = column.years or line.years or columns.own
                if years == place.years and column.terms == place.column.terms:
                    yield document.text[cell.start : cell.end]


def _asked(document: Document, question: str, value: str | None) -> Asked:
    """Return the question; it is answered anywhere in the document by the value, which has three digits at least."""
    return Asked(
        text=question,
        source=SOURCE,
        document_id=document.document_id,
        paragraph=(0, len(document.text)),
        answers=(_fold(re.sub(r"[$£€%]", " ", value)),) if value else (),
        gold=((0, len(document.text)),) if value else (),
    )


def _word(label: str, year: str, random: Random, column: str = "") -> str:
    words = _NOTE.sub(" ", label).split()
    kept = [word for word in words if len(words) < 3 or random.random() >= DROPPED] or words
    told = []
    for word in kept:
        other = _OTHER_WORDS.get(word.lower().strip(",."))
        if other and random.random() < REPLACED:
            word = other
        elif len(word) > 5 and word.isalpha() and random.random() < MISTYPED:
            i = random.randrange(1, len(word) - 1)
            word = word[:i] + word[i + 1 :]
        told.append(word)
    what = " ".join(told)
    what = what[:1].lower() + what[1:] if what[1:2].islower() else what
    when = f" in {year}" if year else f" ({column})" if column else ""
    return " ".join(random.choice(_ASKING).format(what=what, when=when).split())


def _pick(years: frozenset[str]) -> str:
    return max(years, default="")


def _key(label: str) -> frozenset[str]:
    return frozenset(analyse(_NOTE.sub(" ", label)))


def _fold(text: str) -> str:
    return " ".join(text.split())
