"""Questions with answers but without spans + the texts -> where each answer stands."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from eval.dataset import GoldQuestion, Place
from eval.sources import Unplaced
from index.types import Document, Range


@dataclass(frozen=True, slots=True)
class Located:
    """The questions that can be asked, and a line on each that is ambiguous or whose answer stands nowhere."""

    questions: tuple[GoldQuestion, ...]
    ambiguous: tuple[str, ...]
    lost: tuple[str, ...]


def locate_answers(questions: Iterable[GoldQuestion | Unplaced], documents: Mapping[str, Document]) -> Located:
    """Return the questions with their spans; those placed already pass as they are.

    An answer is searched word by word, whatever the case and the white space between. One that stands in several
    places is ambiguous: each place counts as right, until a `quote` says which is meant. One that stands nowhere is
    lost: its question is left out.
    """
    placed: list[GoldQuestion] = []
    ambiguous, lost = [], []
    for question in questions:
        if isinstance(question, GoldQuestion):
            placed.append(question)
            continue
        places = _find_places(question, documents) if question.answers else []
        if question.answers and not places:
            lost.append(
                f"{question.id} {question.question!r}: {question.answers[0]!r} does not stand in "
                f"{_name_place(question)}; give the words of the report, or no answer if the report does not state it"
            )
            continue
        if (count := _count_apart(places)) > 1 and not question.quote:
            ambiguous.append(
                f"{question.id} {question.question!r}: {question.answers[0]!r} stands in {count} places and "
                "each counts as right; add a quote, the sentence that is meant"
            )
        placed.append(_place(question, places))
    return Located(tuple(placed), tuple(ambiguous), tuple(lost))


def _name_place(question: Unplaced) -> str:
    if question.quote:
        return "its quote, or that in no report"
    return f"'{question.document_id}'" if question.document_id else "any report"


def _place(question: Unplaced, places: list[Place]) -> GoldQuestion:
    return GoldQuestion(
        id=question.id,
        fact=question.fact,
        split=question.split,
        kind=question.kind if question.answers else "absent",
        form="report",
        question=question.question,
        answers=question.answers,
        spans=tuple(places),
        absent=None if question.answers else "unstated",
        why_absent=None if question.answers else "The set gives no answer.",
    )


def _find_places(question: Unplaced, documents: Mapping[str, Document]) -> list[Place]:
    searched = [document for document in documents.values() if question.document_id in (None, document.document_id)]
    places: set[tuple[str, int, int]] = set()
    for document in searched:
        for start, end in _find_quotes(question.quote, document.text):
            exact = document.text[start:end] == question.quote
            for i, answer in enumerate(question.answers):
                if exact and i < len(question.answer_offsets):
                    at = start + question.answer_offsets[i]
                    places.add((document.document_id, at, at + len(answer)))
                else:
                    found = _words(answer).finditer(document.text, start, end)
                    places |= {(document.document_id, match.start(), match.end()) for match in found}
    return [Place(*place) for place in sorted(places)]


def _find_quotes(quote: str | None, text: str) -> list[Range]:
    if quote is None:
        return [(0, len(text))]
    start = text.find(quote)
    if start >= 0:
        return [(start, start + len(quote))]
    return [match.span() for match in _words(quote).finditer(text)][:1]


def _words(words: str) -> re.Pattern[str]:
    """Return a pattern of the words with any white space between them, not inside longer words or numbers.

    Numbers match with or without commas between their thousands.
    """
    plain = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", words)
    spaced = r"\s+".join(re.escape(word) for word in plain.split())
    spaced = re.sub(r"(?<=\d)(?=(?:\d{3})+(?!\d))", ",?", spaced)
    before = r"(?<!\w)(?<!\d[.,])" if words.strip()[:1].isalnum() else ""
    after = r"(?!\w)(?![.,]\d)" if words.strip()[-1:].isalnum() else ""
    return re.compile(before + spaced + after, re.IGNORECASE)


def _count_apart(places: list[Place]) -> int:
    """Return how many places there are, overlapping ones counted once."""
    count, reach = 0, ("", 0)
    for place in sorted(places, key=lambda place: (place.document_id, place.start)):
        if place.document_id != reach[0] or place.start >= reach[1]:
            count, reach = count + 1, (place.document_id, place.end)
        else:
            reach = (place.document_id, max(reach[1], place.end))
    return count
