"""A question + the tables among its hits -> the cell of each table that is meant, and the sentence that says it."""

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from index.lexical import analyse
from index.tables import Line, find_table, read_lines, units_of
from index.types import Cell, Document, Hit, Range, Table
from rag.cells import is_share, read_columns, score_cell
from rag.english.question import AskedFor
from rag.span_model import Reading

Idf = Callable[[str], float]
"""A term -> its weight in the snapshot."""

ROWS_READ = 3
"""How many of a table's rows, the best matching ones, the span model reads."""

TITLE_CHARACTERS = 160
"""Of what names a table, how much is read before a row."""

MOST_CELLS = 2000
"""Values of the largest table all of whose rows are matched with a question."""

VALUE_CHARACTERS = 40
"""A cell with more is no value."""

LEAD_WEIGHT = 0.05
"""What the log odds that a row's sentence answers count beside how well its words match."""

ONLY = 2.0
"""The margin of a row that no other comes near."""

NO_LEAD = -20.0
"""The lead of a sentence in which nothing answers at all."""

_IN_ROW, _IN_HEADER, _IN_GROUP, _IN_CONTEXT = 1.0, 0.9, 0.8, 0.5
_PRECISION = 0.6
_MOMENT = 0.15
_MEANING = 0.5
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Entry:
    """The cell of a row that may answer, the headers over it, its years, and how well they match the question.

    `match` has no unit; higher is better.
    """

    table: Table
    line: Line
    cell: Cell
    heads: tuple[Range, ...]
    years: frozenset[str]
    match: float


@dataclass(frozen=True, slots=True)
class TableHit:
    """A table among the hits: those in it, best first, its best entries, and the sentence that says each."""

    document: Document
    hits: tuple[Hit, ...]
    entries: tuple[Entry, ...]
    texts: tuple[str, ...]


def find_tables(
    asked: AskedFor, hits: Sequence[Hit], documents: Mapping[str, Document], idf: Idf
) -> tuple[list[TableHit], list[Hit]]:
    """Return the tables that are read cell by cell, best hit first, and the hits that are read as they stand.

    Sentences, names and dates are read as they stand, and so are tables of words. Of a table of values that holds no
    share, though one is asked for, nothing is read.
    """
    found: dict[tuple[str, int], tuple[Document, Table, list[Hit]]] = {}
    plain, tables = [], []
    for hit in hits:
        document = documents.get(hit.passage.document_id)
        table = find_table(document, hit.passage.start) if document and hit.passage.kind == "rows" else None
        if not document or not table or asked.sentence or asked.kind in ("name", "date"):
            plain.append(hit)
            continue
        found.setdefault((document.document_id, table.start), (document, table, []))[2].append(hit)
    for document, table, inside in found.values():
        section = inside[0].passage.section
        if not _holds_values(document, table):
            plain += inside
            continue
        entries = match_rows(document, table, section, asked, idf, inside)[:ROWS_READ]
        if entries:
            texts = [verbalise(document, entry, section) for entry in entries]
            tables.append(TableHit(document, tuple(inside), tuple(entries), tuple(texts)))
        elif not asked.share:
            plain += inside
    return tables, plain


def match_rows(
    document: Document,
    table: Table,
    section: Sequence[str],
    asked: AskedFor,
    idf: Idf,
    hits: Sequence[Hit] = (),
) -> list[Entry]:
    """Return the cell of each row that the question would mean there, the best matching row first, ties in order.

    The cosines in `hits` count for the rows that they hold. Of a table with more than `MOST_CELLS` only those rows are
    matched. A row whose cell says "none" ("—") is left out, and so is one without a label and with a single value.
    """
    columns, lines = read_columns(document, table), read_lines(document, table)
    if sum(len(line.values) for line in lines) > MOST_CELLS:
        places = [(hit.passage.start, hit.passage.end) for hit in hits]
        lines = [line for line in lines if any(start <= line.row.start < end for start, end in places)]
    weights = {term: idf(term) for term in asked.terms if not _YEAR.fullmatch(term)}
    context = _context_terms(document, table, section)
    balances = asked.moment and any(line.balance for line in lines)
    entries = []
    cosines = _cosines_of(hits)
    least = min(cosines.values(), default=0.0)
    for line in lines:
        cells = [cell for cell in line.values if not asked.share or is_share(document, table, line, cell, columns)]
        if not cells or (line.label is None and len(line.values) < 2):
            continue
        scores = {cell: score_cell(document, line, cell, columns, asked) for cell in cells}
        cell = max(cells, key=lambda cell: (scores[cell], -cell.column))
        value = document.text[cell.start : cell.end]
        if not re.search(r"\w", value) or len(value) > VALUE_CHARACTERS:
            continue
        column = columns.of(cell)
        match = scores[cell] + _score_row(document, line, context, column.terms, weights, idf)
        match += _MOMENT * (1 if line.balance else -1) if balances else 0.0
        match += _MEANING * (cosines.get(line.row.start, least) - least)
        entries.append(Entry(table, line, cell, column.places, column.years or line.years or columns.own, match))
    return sorted(entries, key=lambda entry: (-entry.match, entry.line.row.start))


def _cosines_of(hits: Sequence[Hit]) -> dict[int, float]:
    """Return the cosines of the rows in the hits with the question, by where a row starts."""
    pairs = (pair for hit in hits for pair in zip(hit.passage.sentences, hit.sentences, strict=False))
    return {start: cosine for (start, _), cosine in pairs}


def verbalise(document: Document, entry: Entry, section: Sequence[str]) -> str:
    """Return an entry as a sentence: what the table and the row are named, the column, then the value and its unit."""
    text = document.text
    table, line = entry.table, entry.line
    names = [text[slice(*place)] for place in (table.title, line.group) if place]
    names = names if table.title else [*section[-1:], *names]
    names = [_fold(name).rstrip(":.")[-TITLE_CHARACTERS:] for name in names]
    label = _fold(text[slice(*line.label)]).rstrip(":") if line.label else "Total"
    heads = _fold(" ".join(text[slice(*head)] for head in entry.heads))
    if not any(year in f"{label} {heads}" for year in entry.years):
        heads = " ".join([heads, *sorted(entry.years)]).strip()
    value = _fold(text[entry.cell.start : entry.cell.end])
    units = [_fold(text[slice(*unit)]) for unit in units_of(document, table, line.row, [entry.cell])]
    signs = [unit for unit in units if len(unit) == 1]
    money, share = ("".join(sign for sign in signs if (sign == "%") == wanted) for wanted in (False, True))
    told = " ".join([f"{money}{value}{share}", *(unit for unit in units if len(unit) > 1)])
    return ". ".join([*names, f"{label}, {heads}: {told}"])


@dataclass(frozen=True, slots=True)
class Choice:
    """The entry of a table that fits best, what the model makes of it, and by how much it fits better than the next.

    The `margin` is `ONLY` where no other row was read.
    """

    entry: Entry
    reading: Reading
    margin: float


def choose_entry(table: TableHit, readings: Sequence[Reading]) -> Choice:
    """Return the entry that fits best, by its words and by what the model makes of the sentence that says it."""
    fits = [
        entry.match + LEAD_WEIGHT * lead_of(reading) for entry, reading in zip(table.entries, readings, strict=True)
    ]
    first, *others = sorted(range(len(fits)), key=lambda i: -fits[i])
    margin = min(fits[first] - fits[others[0]], ONLY) if others else ONLY
    return Choice(table.entries[first], readings[first], margin)


def lead_of(reading: Reading) -> float:
    """Return the log odds of the reading's best span against no answer, `NO_LEAD` where it has none."""
    return reading.spans[0].lead if reading.spans else NO_LEAD


def name_terms(document: Document, entry: Entry, section: Sequence[str]) -> set[str]:
    """Return the terms of all that names an entry: its row, group and column, its table and the headings above.

    Of years there are only those that the entry is of.
    """
    places = [(entry.line.row.start, entry.line.row.end), *entry.heads]
    places += [entry.line.group] if entry.line.group else []
    terms = set(analyse(" ".join(document.text[slice(*place)] for place in places)))
    terms |= _context_terms(document, entry.table, section)
    return {term for term in terms if not _YEAR.fullmatch(term)} | entry.years if entry.years else terms


def is_introduction(document: Document, answer: Range, asked: AskedFor) -> bool:
    """Tell whether an answer stands in the title or the headers of a table, where neither a value nor a date is."""
    if asked.sentence or asked.kind == "name":
        return False
    # The table that the answer stands in, and the one that follows, whose title may be above it.
    after = bisect_right(document.tables, answer[0], key=lambda table: table.start)
    places = [place for table in document.tables[max(0, after - 1) : after + 1] for place in _opening_of(table)]
    return any(start < answer[1] and answer[0] < end for start, end in places)


def _opening_of(table: Table) -> list[Range]:
    return [(row.start, row.end) for row in table.headers] + ([table.title] if table.title else [])


def _context_terms(document: Document, table: Table, section: Sequence[str]) -> set[str]:
    """Return the terms of the headings above a table, its title, and the headers over its labels."""
    places = [table.title] if table.title else []
    places += [(cell.start, cell.end) for row in table.headers for cell in row.cells if cell.column == 0]
    return set(analyse(" ".join([*section, *(document.text[start:end] for start, end in places)])))


def _score_row(
    document: Document, line: Line, context: set[str], heads: frozenset[str], weights: Mapping[str, float], idf: Idf
) -> float:
    """Return how much of the question's weight names the row, and of the label's weight the question."""
    label = set(analyse(document.text[slice(*line.label)])) if line.label else {"total"}
    group = set(analyse(document.text[slice(*line.group)])) if line.group else set()
    # Cells of words tell rows with the same label apart.
    cells = [document.text[cell.start : cell.end] for cell in line.values]
    row = label.union(analyse(" ".join(cell for cell in cells if not any(char.isdigit() for char in cell))))
    covered = 0.0
    for term, weight in weights.items():
        named = _IN_ROW if term in row else _IN_GROUP if term in group else _IN_CONTEXT if term in context else 0.0
        covered += weight * max(named, _IN_HEADER if term in heads else 0.0)
    # Marks of notes and years of the label are no words that the question would have to name.
    own = {term: idf(term) for term in label if not term.isdigit() or term in weights}
    precision = sum(weight for term, weight in own.items() if term in weights) / (sum(own.values()) or 1.0)
    return covered / (sum(weights.values()) or 1.0) + _PRECISION * precision


def _holds_values(document: Document, table: Table) -> bool:
    """Tell whether a third of the cells beside the labels are values: short, and with a digit or a mark for none."""
    cells = [document.text[cell.start : cell.end] for row in table.rows for cell in row.cells[1:]]
    values = [cell for cell in cells if len(cell) <= VALUE_CHARACTERS and re.search(r"\d|^\W+$", cell)]
    return 3 * len(values) >= len(cells) > 0


def _fold(text: str) -> str:
    return " ".join(text.split())
