"""Candidates -> what is said: the answer with its parts and citations, and the places that disagree with it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from index.tables import find_row, relate_value
from index.types import Document
from rag.cells import find_measures
from rag.cite import cite
from rag.english.lists import split_list
from rag.english.values import find_values
from rag.types import Alternative, AnswerPart, Candidate, Citation

_OPENS_WITH_POINTER = re.compile(
    r"(?:it|its|they|their|he|his|she|her|this|these|those|such|both|the (?:latter|former|same)"
    r"|among (?:them|these|which))\b",
    re.IGNORECASE,
)
"""A sentence that opens so says what it is about in the one before."""

AGREED_COVERAGE = 0.9
"""From this share of the question's weight on, in the statement itself, a place is taken to be about what is asked."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is said to a question; `parts` name their citation by its place in `citations`."""

    answer: str
    statement: str
    parts: tuple[AnswerPart, ...]
    citations: tuple[Citation, ...]


def compose(found: Sequence[Candidate], documents: Mapping[str, Document]) -> Said:
    """Return what is said for one candidate a part of the question: at least one, in the question's order.

    A statement that several parts rest on is cited once. A value of a table stands with its row, and the header, unit
    and title that belong to it are cited after the rows. A sentence that only points to the one before it is followed
    by a citation of that one, as `context`.
    """
    citations: list[Citation] = []
    parts: list[AnswerPart] = []
    for candidate in found:
        document = documents[candidate.document_id]
        in_table = find_row(document, candidate.answer[0]) is not None
        statement = cite(document, *candidate.statement, role="row" if in_table else "statement")
        if statement not in citations:
            citations.append(statement)
        spans = split_list(document.text, candidate.answer) if candidate.several else [candidate.answer]
        role = "item" if len(spans) > 1 else "value"
        number = citations.index(statement)
        parts += [AnswerPart(fold(document.text[start:end]), number, start, end, role) for start, end in spans]
    answers, statements = [], []
    for candidate in found:
        document = documents[candidate.document_id]
        around = [_context_of(candidate, document), *_related_of(candidate, document)]
        for citation in around:
            if citation and citation not in citations:
                citations.append(citation)
        units = [citation for citation in around if citation and citation.role == "unit"]
        for unit in units:
            measures = find_measures(document, (unit.start, unit.end))
            number = citations.index(unit)
            parts += [AnswerPart(document.text[start:end], number, start, end, role) for role, (start, end) in measures]
        answers.append(_say_answer(document.text[slice(*candidate.answer)], _texts(units)))
        statements.append(_say_statement(document.text[slice(*candidate.statement)], around))
    return Said(
        answer="; ".join(dict.fromkeys(answers)),
        statement=" ".join(dict.fromkeys(statements)),
        parts=tuple(parts),
        citations=tuple(citations),
    )


def find_disagreement(candidates: Sequence[Candidate], documents: Mapping[str, Document]) -> tuple[Alternative, ...]:
    """Return the first candidate and one that contradicts it, or nothing where none does.

    Another sentence contradicts it that is as plainly about what is asked, and gives another value of the same kind.
    """
    if not candidates or not _is_plain(candidates[0]):
        return ()
    first = candidates[0]
    value = _value_of(first, documents)
    for other in candidates[1:]:
        elsewhere = (other.document_id, other.statement) != (first.document_id, first.statement)
        if elsewhere and _is_plain(other):
            found = _value_of(other, documents)
            if value and found and value[0] == found[0] and value[1] != found[1]:
                return tuple(_as_alternative(candidate, documents) for candidate in (first, other))
    return ()


def fold(text: str) -> str:
    """Return the text with all white space as single blanks."""
    return " ".join(text.split())


def _context_of(candidate: Candidate, document: Document) -> Citation | None:
    start, end = candidate.statement
    if candidate.before is None or not _OPENS_WITH_POINTER.match(document.text, start, end):
        return None
    return cite(document, *candidate.before, role="context")


def _related_of(candidate: Candidate, document: Document) -> list[Citation]:
    """Return the citations of what belongs to a value of a table besides its row; none outside of tables."""
    related = relate_value(document, *candidate.answer)
    return [cite(document, place.start, place.end, place.role) for place in related if place.role != "row"]


def _say_answer(words: str, units: Sequence[str]) -> str:
    """Return the answer with its units: a sign that stands elsewhere is joined to it, as it would be in the cell."""
    said = fold(words)
    for unit in units:
        sign = unit.strip("() \t\n")
        if sign == "%":
            said += sign
        elif len(sign) == 1:
            said = sign + said
    return " ".join([said, *(fold(unit) for unit in units if len(unit.strip("() \t\n")) > 1)])


def _say_statement(words: str, around: Sequence[Citation | None]) -> str:
    """Return the statement, led in by the title and the headers of a table and closed by its unit."""
    related = [citation for citation in around if citation and citation.role in ("header", "unit")]
    if not related:
        return fold(words)
    titles = _texts(citation for citation in around if citation and citation.role == "context")
    headers = _texts(citation for citation in related if citation.role == "header")
    units = _texts(citation for citation in related if citation.role == "unit")
    return " · ".join(fold(text) for text in [*titles, *headers, words, *units])


def _texts(citations: Iterable[Citation]) -> list[str]:
    return [citation.cited_text for citation in citations]


def _is_plain(candidate: Candidate) -> bool:
    features = candidate.features
    return features["coverage"] >= AGREED_COVERAGE and features["lead"] > 0 and not features["year_contradicted"]


def _value_of(candidate: Candidate, documents: Mapping[str, Document]) -> tuple[str, str] | None:
    """Return the kind and the digits of the value that is the answer, None where it is none."""
    words = fold(documents[candidate.document_id].text[slice(*candidate.answer)])
    digits = re.sub(r"[^\d.]", "", words).strip(".")
    kinds = [value.kind for value in find_values(words) if value.kind in ("number", "money", "share", "date")]
    return (kinds[0], digits) if digits and len(kinds) == 1 else None


def _as_alternative(candidate: Candidate, documents: Mapping[str, Document]) -> Alternative:
    said = compose([candidate], documents)
    return Alternative(said.answer, said.statement, said.parts, said.citations)
