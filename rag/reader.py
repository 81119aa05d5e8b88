"""Question + hits -> candidate spans with scores and features."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from index.lexical import analyse
from index.types import Hit, Passage, Range
from rag.constraints import constraint_features
from rag.english.question import AskedFor, parse_question
from rag.english.spans import widen, widen_list, widen_title
from rag.english.values import find_values
from rag.span_model import Reading, SpanModel
from rag.types import Candidate

READ_PASSAGES = 6
"""How many of the best passages a reader reads."""

SPANS = 2
"""How many spans of a passage are candidates."""

CLEAR = 0.5
"""Below this clarity of a span, or where a value is asked for and it holds none, the sentence is the answer."""

LEAD_CHARACTERS = 400
"""Of the headers and titles of a table, what is read before its rows."""


_QUANTITIES = {"number", "money", "share"}


class Reader(Protocol):
    """What reads passages for spans that answer."""

    def read(self, question: str, hits: Sequence[Hit], idf: Callable[[str], float]) -> list[Candidate]:
        """Return candidates, best first; none where no passage has a sentence. `idf` weighs a term of the snapshot."""
        ...


class SpanReader:
    """Proposes the spans of a trained model, ordered by `weights` over what speaks for each.

    `training/confidence.py` fits the weights.
    """

    def __init__(self, model: SpanModel, weights: Mapping[str, float]) -> None:
        self._model = model
        self._weights = weights

    def read(self, question: str, hits: Sequence[Hit], idf: Callable[[str], float]) -> list[Candidate]:
        """Return the spans of the `READ_PASSAGES` best passages, best first, ties in the order of the document."""
        asked = parse_question(question)
        read = [hit for hit in hits[:READ_PASSAGES] if hit.passage.sentences]
        leads = [_lead_in(hit.passage) for hit in read]
        texts = [lead + hit.passage.text for lead, hit in zip(leads, read, strict=True)]
        readings = self._model.read(question, texts, [len(lead) for lead in leads], SPANS)
        best: dict[tuple[str, Range], Candidate] = {}
        for hit, reading in zip(read, readings, strict=True):
            for candidate in _propose(asked, hit, reading, read[0].score, idf):
                key = (candidate.document_id, candidate.answer)
                if key not in best or best[key].features["lead"] < candidate.features["lead"]:
                    best[key] = candidate
        answers = {key: _words_at(key, read).lower() for key in best}
        agreeing = Counter(answers.values())
        candidates = []
        for key, candidate in best.items():
            agreement = min(agreeing[answers[key]] - 1, 3) / 3
            features = {**candidate.features, "agreement": agreement}
            candidates.append(replace(candidate, features=features, score=weigh(self._weights, features)))
        return sorted(candidates, key=lambda found: (-found.score, found.document_id, found.answer))


def weigh(weights: Mapping[str, float], features: Mapping[str, float]) -> float:
    """Return the sum of the features, each times its weight."""
    return sum(weight * features[name] for name, weight in weights.items())


def _lead_in(passage: Passage) -> str:
    """Return what rows are read after: their title, headers and unit; nothing for other passages."""
    words = " ; ".join(" ".join(place.text.split()) for place in passage.related)
    return f"{words[:LEAD_CHARACTERS]}\n" if words else ""


def _propose(asked: AskedFor, hit: Hit, reading: Reading, best: float, idf: Callable[[str], float]) -> list[Candidate]:
    passage = hit.passage
    terms = set(analyse(" ".join(passage.section) + "\n" + passage.text))
    shared = {"answers": reading.answers, "dense": hit.dense, "lexical": hit.lexical, "below_best": best - hit.score}
    proposed = []
    for rank, span in enumerate(reading.spans):
        start, end = passage.start + span.start, passage.start + span.end
        statement, before = _statement_of(passage, (start, end))
        misfits = _misfits(asked, passage.text[span.start : span.end])
        clear = not misfits and span.clarity >= CLEAR
        answer = _shape(asked, passage, (start, end), statement) if clear else statement
        words = passage.text[statement[0] - passage.start : statement[1] - passage.start]
        features = {
            **shared,
            "lead": span.lead,
            "share": span.share,
            "clarity": span.clarity,
            "whole_sentence": float(answer == statement),
            "second_in_passage": float(rank > 0),
            "kind_misfits": float(misfits),
            "echoed": _share(analyse(passage.text[span.start : span.end]), asked.terms),
            "length": min(end - start, 200) / 200,
            **constraint_features(asked, set(analyse(words)), terms, idf),
        }
        proposed.append(Candidate(passage.document_id, statement, answer, 0.0, features, before, asked.several))
    return proposed


def _statement_of(passage: Passage, span: Range) -> tuple[Range, Range | None]:
    """Return the sentences that the span stands in, as one range, and the sentence before them in the passage."""
    held = [i for i, sentence in enumerate(passage.sentences) if sentence[0] < span[1] and span[0] < sentence[1]]
    before = passage.sentences[held[0] - 1] if held[0] else None
    return (passage.sentences[held[0]][0], passage.sentences[held[-1]][1]), before


def _shape(asked: AskedFor, passage: Passage, span: Range, statement: Range) -> Range:
    """Return what is given as the answer: the sentence, a list or a value, each whole."""
    if asked.sentence:
        return statement
    within = (statement[0] - passage.start, statement[1] - passage.start)
    complete = widen_list if asked.several else widen_title if asked.kind == "name" else widen
    start, end = complete(passage.text, (span[0] - passage.start, span[1] - passage.start), within)
    return passage.start + start, passage.start + end


def _misfits(asked: AskedFor, answer: str) -> bool:
    """Tell whether a quantity or a date is asked for and the answer holds none."""
    kinds = {value.kind for value in find_values(answer)}
    if asked.kind in _QUANTITIES:
        return not kinds & _QUANTITIES
    return asked.kind == "date" and not kinds & {"date", "number"}


def _share(terms: Sequence[str], asked: Sequence[str]) -> float:
    """Return the share in [0, 1] of an answer's terms that the question itself holds; 1 where it has none."""
    return sum(term in asked for term in terms) / len(terms) if terms else 1.0


def _words_at(key: tuple[str, Range], hits: Sequence[Hit]) -> str:
    document_id, (start, end) = key
    for hit in hits:
        passage = hit.passage
        if passage.document_id == document_id and passage.start <= start and end <= passage.end:
            return " ".join(passage.text[start - passage.start : end - passage.start].split())
    return ""
