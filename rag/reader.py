"""Question + hits -> candidate spans with scores and features."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from index.lexical import analyse
from index.types import Document, Hit, Passage, Range
from rag.constraints import constraint_features
from rag.english.among import choose_value
from rag.english.kinds import holds_value, may_hold_value
from rag.english.lists import count_at_most
from rag.english.question import AskedFor, parse_question
from rag.english.spans import widen, widen_list, widen_title
from rag.rows import TableHit, choose_entry, find_tables, is_introduction, lead_of, name_terms
from rag.span_model import Reading, SpanModel
from rag.types import Candidate

READ_PASSAGES = 6
"""How many of the best passages a reader reads."""

READ_AGAIN = 3
"""How many of the best candidates are read a second time, each with its statement alone."""

SPANS = 2
"""How many spans of a passage are candidates."""

CLEAR = 0.6
"""Below this clarity of a span, or where a value is asked for and it holds none, the sentence is the answer, or the
value that its words point to."""

LEAD_CHARACTERS = 400
"""Of the headers and titles of a table, what is read before its rows."""

_NO_CELL = {"cell": 0.0, "match": 0.0, "match_margin": 0.0}
"""What only a cell of a table has: that it is one, how well its names match, and by how much better than the next."""


class Reader(Protocol):
    """What reads passages for spans that answer."""

    def read(
        self,
        question: str,
        hits: Sequence[Hit],
        idf: Callable[[str], float],
        documents: Mapping[str, Document],
    ) -> list[Candidate]:
        """Return candidates, best first; none where no passage has a sentence.

        `idf` weighs a term of the snapshot, `documents` hold those of the hits.
        """
        ...


class SpanReader:
    """Proposes the spans of a trained model, ordered by what speaks for each, the best of them after a second reading.

    `training/confidence.py` fits the weights of both orders.
    """

    def __init__(self, model: SpanModel, order: Mapping[str, float], reorder: Mapping[str, float]) -> None:
        """Take the weights of the first order, and of that among the candidates that are read again."""
        self._model = model
        self._order_weights = order
        self._reorder_weights = reorder

    def read(
        self,
        question: str,
        hits: Sequence[Hit],
        idf: Callable[[str], float],
        documents: Mapping[str, Document],
    ) -> list[Candidate]:
        """Return the spans of the `READ_PASSAGES` best passages, best first, ties in the order of the document.

        Of a table of values, the one cell is a candidate that the question means.
        """
        return self.read_again(question, self.propose(question, hits, idf, documents), documents)

    def propose(
        self, question: str, hits: Sequence[Hit], idf: Callable[[str], float], documents: Mapping[str, Document]
    ) -> list[Candidate]:
        """Return what `read` does as the first reading orders it."""
        asked = parse_question(question)
        read = [hit for hit in hits[:READ_PASSAGES] if hit.passage.sentences]
        tables, plain = find_tables(asked, read, documents, idf)
        leads = [_lead_in(hit.passage) for hit in plain]
        texts = [lead + hit.passage.text for lead, hit in zip(leads, plain, strict=True)]
        told = [text for table in tables for text in table.texts]
        starts = [*map(len, leads), *(0 for _ in told)]
        readings = iter(self._model.read(question, texts + told, starts, SPANS))
        proposed: list[Candidate] = []
        for hit in plain:
            text = documents[hit.passage.document_id].text
            proposed += _propose(asked, hit, text, next(readings), read[0].score, idf)
        for table in tables:
            of_entries = [next(readings) for _ in table.entries]
            proposed.append(_propose_cell(asked, table, of_entries, read[0].score, idf))
        answering = [one for one in proposed if not is_introduction(documents[one.document_id], one.answer, asked)]
        return self._order(answering or proposed, documents)

    def read_again(
        self, question: str, candidates: Sequence[Candidate], documents: Mapping[str, Document]
    ) -> list[Candidate]:
        """Return the candidates with the `READ_AGAIN` first in the order of a second reading, the others behind them.

        What is read is the statement alone: what it says without its neighbours. A cell of a table was read so already;
        one that leads and answers stays first.
        """
        first, rest = list(candidates[:READ_AGAIN]), candidates[READ_AGAIN:]
        alone = [candidate for candidate in first if "alone_lead" not in candidate.features]
        texts = [documents[one.document_id].text[slice(*one.statement)] for one in alone]
        readings = dict(zip(map(id, alone), self._model.read(question, texts, [0] * len(texts), 1), strict=True))
        for i, candidate in enumerate(first):
            seen = readings.get(id(candidate))
            features = {**candidate.features, **(_alone_features(candidate, seen) if seen else {})}
            first[i] = replace(candidate, features=features, score=weigh(self._reorder_weights, features))
        leader = first[0] if first and _is_settled(candidates[0]) else None
        first.sort(key=lambda found: (-found.score, found.document_id, found.answer))
        if leader:
            others = [found for found in first if found is not leader]
            first = [replace(leader, score=first[0].score), *others]
        # Scores of the two orders do not compare; the others keep their distances, 1 behind the last of the first.
        return first + [replace(one, score=first[-1].score - 1 - (rest[0].score - one.score)) for one in rest]

    def _order(self, proposed: Sequence[Candidate], documents: Mapping[str, Document]) -> list[Candidate]:
        """Return the candidates scored and best first; of one answer the one with the greatest lead.

        A sentence is no candidate where a value in it is one.
        """
        best: dict[tuple[str, Range], Candidate] = {}
        for candidate in proposed:
            key = (candidate.document_id, candidate.answer)
            if key not in best or best[key].features["lead"] < candidate.features["lead"]:
                best[key] = candidate
        valued = {(one.document_id, one.statement) for one in best.values() if one.answer != one.statement}
        best = {
            key: one
            for key, one in best.items()
            if one.answer != one.statement or (one.document_id, one.statement) not in valued
        }
        answers = {(name, span): _fold(documents[name].text[slice(*span)]).lower() for name, span in best}
        agreeing = Counter(answers.values())
        candidates = []
        for key, candidate in best.items():
            agreement = min(agreeing[answers[key]] - 1, 3) / 3
            features = {**candidate.features, "agreement": agreement}
            candidates.append(replace(candidate, features=features, score=weigh(self._order_weights, features)))
        return sorted(candidates, key=lambda found: (-found.score, found.document_id, found.answer))


def weigh(weights: Mapping[str, float], features: Mapping[str, float]) -> float:
    """Return the sum of the features, each times its weight."""
    return sum(weight * features[name] for name, weight in weights.items())


def _is_settled(candidate: Candidate) -> bool:
    """Tell whether a candidate was read alone in the first reading, and answered there."""
    return candidate.features.get("alone_lead", 0.0) > 0


def _alone_features(candidate: Candidate, reading: Reading) -> dict[str, float]:
    """Return what the second reading tells: the best span of the statement alone, and whether it is the answer."""
    span = reading.spans[0] if reading.spans else None
    start, end = candidate.answer[0] - candidate.statement[0], candidate.answer[1] - candidate.statement[0]
    return {
        "alone_lead": lead_of(reading),
        "alone_answers": reading.answers,
        "alone_share": span.share if span else 0.0,
        "alone_same": float(span is not None and span.start < end and start < span.end),
    }


def _lead_in(passage: Passage) -> str:
    """Return what rows are read after: their title, headers and unit; nothing for other passages."""
    words = " ; ".join(" ".join(place.text.split()) for place in passage.related)
    return f"{words[:LEAD_CHARACTERS]}\n" if words else ""


def _propose(
    asked: AskedFor, hit: Hit, text: str, reading: Reading, best: float, idf: Callable[[str], float]
) -> list[Candidate]:
    """Return the spans of one passage of a document with that `text`."""
    passage = hit.passage
    terms = set(analyse(" ".join(passage.section) + "\n" + passage.text))
    shared = {"answers": reading.answers, "dense": hit.dense, "lexical": hit.lexical, "below_best": best - hit.score}
    proposed = []
    for rank, span in enumerate(reading.spans):
        start, end = passage.start + span.start, passage.start + span.end
        statement, before = _statement_of(passage, (start, end))
        words = passage.text[statement[0] - passage.start : statement[1] - passage.start]
        unfit = count_at_most(words) < asked.wanted or not may_hold_value(words, asked.value)
        misfits = unfit or not holds_value(passage.text[span.start : span.end], asked.kind)
        clear = not misfits and span.clarity >= CLEAR
        value = None if clear else _choose_value(asked, words, (start - statement[0], end - statement[0]), idf)
        chosen = (statement[0] + value[0], statement[0] + value[1]) if value else (start, end)
        answer = _shape(asked, passage, chosen, statement) if clear or value else statement
        features = {
            **shared,
            "lead": span.lead,
            "meaning": _meaning(hit, statement),
            "share": span.share,
            "clarity": span.clarity,
            "whole_sentence": float(answer == statement),
            "value_by_words": float(value is not None),
            "second_in_passage": float(rank > 0),
            "kind_misfits": float(misfits),
            "unfit": float(unfit),
            "echoed": _share(analyse(passage.text[span.start : span.end]), asked.terms),
            "length": min(end - start, 200) / 200,
            **_NO_CELL,
            **constraint_features(asked, set(analyse(words)), terms, text, idf),
        }
        several = asked.several and answer != statement
        proposed.append(Candidate(passage.document_id, statement, answer, 0.0, features, before, several))
    return proposed


def _propose_cell(
    asked: AskedFor, table: TableHit, readings: Sequence[Reading], best: float, idf: Callable[[str], float]
) -> Candidate:
    """Return the cell of a table that the question means; its row is the statement."""
    chosen = choose_entry(table, readings)
    entry, reading = chosen.entry, chosen.reading
    document, first = table.document, table.hits[0]
    row, answer = (entry.line.row.start, entry.line.row.end), (entry.cell.start, entry.cell.end)
    terms = name_terms(document, entry, first.passage.section)
    value = document.text[slice(*answer)]
    span = reading.spans[0] if reading.spans else None
    lead, share = lead_of(reading), span.share if span else 0.0
    features = {
        "answers": reading.answers,
        "dense": first.dense,
        "lexical": first.lexical,
        "below_best": best - first.score,
        "lead": lead,
        "meaning": max(max((hit.dense, *hit.sentences)) for hit in table.hits),
        "share": share,
        "clarity": span.clarity if span else 0.0,
        "whole_sentence": float(row == answer),
        "value_by_words": 0.0,
        "second_in_passage": 0.0,
        "kind_misfits": float(not holds_value(value, asked.kind)),
        "unfit": float(asked.wanted > 1),
        "echoed": _share(analyse(value), asked.terms),
        "length": min(answer[1] - answer[0], 200) / 200,
        "alone_lead": lead,
        "alone_answers": reading.answers,
        "alone_share": share,
        "alone_same": 1.0,
        "cell": 1.0,
        "match": entry.match,
        "match_margin": chosen.margin,
        **constraint_features(asked, terms, terms, document.text, idf),
    }
    return Candidate(document.document_id, row, answer, 0.0, features)


def _choose_value(asked: AskedFor, words: str, span: Range, idf: Callable[[str], float]) -> Range | None:
    """Return the value of a sentence that is meant although no span is clear; None where sentences are asked for."""
    if asked.sentence or asked.several or asked.wanted > 1:
        return None
    return choose_value(words, span, asked, idf)


def _statement_of(passage: Passage, span: Range) -> tuple[Range, Range | None]:
    """Return the sentences that the span stands in, as one range, and the sentence before them in the passage."""
    held = [i for i, sentence in enumerate(passage.sentences) if sentence[0] < span[1] and span[0] < sentence[1]]
    before = passage.sentences[held[0] - 1] if held[0] else None
    return (passage.sentences[held[0]][0], passage.sentences[held[-1]][1]), before


def _meaning(hit: Hit, statement: Range) -> float:
    """Return the cosine of the question with the nearest sentence of the statement, in [-1, 1]."""
    held = zip(hit.passage.sentences, hit.sentences, strict=False)
    return max(
        (cosine for (start, end), cosine in held if start < statement[1] and statement[0] < end), default=hit.dense
    )


def _shape(asked: AskedFor, passage: Passage, span: Range, statement: Range) -> Range:
    """Return what is given as the answer: the sentence, a list or a value, each whole."""
    if asked.sentence:
        return statement
    within = (statement[0] - passage.start, statement[1] - passage.start)
    complete = widen_list if asked.several else widen_title if asked.kind == "name" else widen
    start, end = complete(passage.text, (span[0] - passage.start, span[1] - passage.start), within)
    return passage.start + start, passage.start + end


def _share(terms: Sequence[str], asked: Sequence[str]) -> float:
    """Return the share in [0, 1] of an answer's terms that the question itself holds; 1 where it has none."""
    return sum(term in asked for term in terms) / len(terms) if terms else 1.0


def _fold(text: str) -> str:
    return " ".join(text.split())
