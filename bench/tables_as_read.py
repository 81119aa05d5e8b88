"""Tables of real reports as they were read: is a labelled value a cell of its own, with its row, header and scale?"""

import re
from collections.abc import Sequence

from bench.pdf_facts import Fact, share
from bench.retrieval import print_table
from index.snapshot import Snapshot
from index.types import Cell, Document, Table


def report_tables(facts: Sequence[Fact], snapshot: Snapshot) -> None:
    """Print how often the value of a table fact is a cell of its own, with its row, its column header and its scale."""
    read = {fact.id: read_cell(fact, snapshot.documents[fact.document]) for fact in facts}
    names = ("cell", "row", "header", "scale")
    rows = [
        [name, share([read[fact.id][i] for fact in facts if name != "scale" or fact.scale])]
        for i, name in enumerate(names)
    ]
    rows.append(["all of them", share([all(found) for found in read.values()])])
    print_table(["tables as read: right", "figure"], rows)
    print("Not read whole:", *(name for name, found in read.items() if not all(found)), "\n", flush=True)


def read_cell(fact: Fact, document: Document) -> tuple[bool, bool, bool, bool]:
    """Return whether the fact's value is a cell on its page, beside its row's label, below its header, and scaled."""
    page = next(page for page in document.pages if page.number == fact.page)
    wanted, best = _bare(fact.answers[0]), (False, False, False, False)
    for table in document.tables:
        units = _words(" ".join(document.text[slice(*unit)] for unit in table.units))
        for row in table.rows:
            if not page.start <= row.start < page.end:
                continue
            label = _words(document.text[row.start : row.end])
            for cell in row.cells:
                if _bare(document.text[cell.start : cell.end]) != wanted:
                    continue
                above = _words(" ".join(_headers_of(document, table, cell)))
                scaled = not fact.scale or bool(units & {fact.scale, fact.scale.rstrip("s")})
                named = _words(re.sub(r"\(\w\)$", "", fact.row or "")) <= label
                best = max(best, (True, named, _words(fact.column or "") <= above, scaled), key=sum)
    return best


def _headers_of(document: Document, table: Table, cell: Cell) -> list[str]:
    cells = [head for row in table.headers for head in row.cells]
    below = [head for head in cells if head.column < cell.column + cell.span and cell.column < head.column + head.span]
    return [document.text[head.start : head.end] for head in below]


def _bare(text: str) -> str:
    return re.sub(r"[\s$£%]", "", text).casefold()


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))
