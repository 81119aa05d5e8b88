"""Plain questions about prose of real annual reports, and where it answers them, if it does.

The other data was written beside its answers, or to mislead. A language model that knew nothing of this project wrote
these: it was told to ask what readers of an extract would ask, in their own words, half of it what the extract does not
state. `plain_questions.jsonl` holds the questions, with the pages that make up the extract.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from index.formats.text import read_text
from index.types import Document, Range
from training.worlds import Asked

SOURCE = "prose of reports"
QUESTIONS = Path(__file__).parent / "plain_questions.jsonl"


class LostQuote(Exception):
    """A quote does not stand once in its extract, with its answer: the report was read in another way than then."""


def cut_extracts(documents: Sequence[Document]) -> dict[tuple[str, int, int], Document]:
    """Return the extracts of `documents` that are asked about, by report, first and last page."""
    known = {document.document_id: document for document in documents}
    extracts = {}
    for report, first, last in sorted({_extract_of(row) for row in _read_rows()}):
        if report in known:
            pages = {page.number: page for page in known[report].pages}
            text = known[report].text[pages[first].start : pages[last].end]
            extracts[report, first, last] = read_text(text.encode("utf-8"), f"{report}, pages {first} to {last}")
    return extracts


def ask_plainly(extracts: dict[tuple[str, int, int], Document]) -> list[Asked]:
    """Return the questions about the extracts, with the places of their answers; absent ones have none.

    Raises:
        LostQuote: the quote of a question stands nowhere in its extract, or more than once, or without its answer.
    """
    asked = []
    for row in _read_rows():
        document = extracts.get(_extract_of(row))
        if document:
            place, gold = _find_answer(document.text, row) if row["answers"] else ((0, 0), ())
            asked.append(Asked(row["question"], SOURCE, document.document_id, place, tuple(row["answers"]), gold))
    return asked


def _read_rows() -> list[dict]:
    return [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]


def _extract_of(row: dict) -> tuple[str, int, int]:
    return row["report"], *row["pages"]


def _find_answer(text: str, row: dict) -> tuple[Range, tuple[Range, ...]]:
    """Return where an answer may be taken from, and the places of the accepted ones in the quote.

    One of several words may be taken from anywhere in the extract: what says the same again is right as well.
    """
    quote, answers = row["quote"], row["answers"]
    if text.count(quote) != 1:
        raise LostQuote(f"{quote!r}, quoted for {row['question']!r}, stands {text.count(quote)} times in its extract")
    start = text.index(quote)
    end = start + len(quote)
    found = [(place, place + len(answer)) for answer in answers if (place := text.find(answer, start, end)) >= 0]
    if not found:
        raise LostQuote(f"{quote!r}, quoted for {row['question']!r}, holds none of {answers}")
    return (0, len(text)) if " " in answers[0] else (start, end), tuple(found)
