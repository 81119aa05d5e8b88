"""Question + hits -> candidate spans with scores and features."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Protocol

from index.lexical import analyse
from index.types import Hit, Range, Vectors
from rag.question import AskedFor, parse_question
from rag.types import Candidate
from rag.values import Value, find_values

READ_PASSAGES = 8
"""How many of the best passages a reader reads."""

MIN_LEAD = {"number": 0.05, "money": 0.05, "share": 0.05, "date": 0.0, "name": 1.0}
"""How much nearer to the question's terms a value must stand than any other that fits, so that it is told apart; with
less, the sentence is the answer. A name must be the only one."""

COMPARED = 3
"""How many of the best sentences are compared with the question in meaning."""

_NUMERIC = ("number", "money", "share")


class Reader(Protocol):
    """What reads passages for spans that answer."""

    def read(self, question: str, hits: Sequence[Hit], idf: Callable[[str], float]) -> list[Candidate]:
        """Return candidates, best first; none where no passage has a sentence. `idf` weighs a term of the snapshot."""
        ...


class SentenceReader:
    """Proposes whole sentences, each with the smallest part of it that answers the kind of question asked.

    A first score, a sum of `weights` over a sentence's features, is cheap; the few best are then compared with the
    question in meaning, by `encode`, and ordered by `closer_weights`. `training/sentence_reader.py` fits both.
    """

    def __init__(
        self, weights: Mapping[str, float], closer_weights: Mapping[str, float], encode: Callable[[list[str]], Vectors]
    ) -> None:
        self._weights = weights
        self._closer_weights = closer_weights
        self._encode = encode

    def read(self, question: str, hits: Sequence[Hit], idf: Callable[[str], float]) -> list[Candidate]:
        """Return the `COMPARED` best sentences as candidates, best first, ties in the order of the document."""
        candidates = self.read_sentences(question, hits, idf)[:COMPARED]
        return self._compare(question, candidates, hits)

    def read_sentences(self, question: str, hits: Sequence[Hit], idf: Callable[[str], float]) -> list[Candidate]:
        """Return one candidate a sentence, best first by the first score alone."""
        asked = parse_question(question)
        candidates: dict[tuple[str, Range], Candidate] = {}
        for hit in hits[:READ_PASSAGES]:
            for candidate in self._read_passage(asked, hit, hits[0].score, idf):
                key = (candidate.document_id, candidate.statement)
                if key not in candidates or candidates[key].score < candidate.score:
                    candidates[key] = candidate
        return sorted(candidates.values(), key=_order)

    def _compare(self, question: str, candidates: Sequence[Candidate], hits: Sequence[Hit]) -> list[Candidate]:
        """Return the candidates with the feature `meaning`, the cosine of question and sentence, ordered anew."""
        if not candidates:
            return []
        texts = {
            (hit.passage.document_id, (start, end)): hit.passage.text[
                start - hit.passage.start : end - hit.passage.start
            ]
            for hit in hits
            for start, end in hit.passage.sentences
        }
        sentences = [" ".join(texts[found.document_id, found.statement].split()) for found in candidates]
        asked, vectors = self._encode([question])[0], self._encode(sentences)
        compared = []
        for found, vector in zip(candidates, vectors, strict=True):
            features = {**found.features, "meaning": float(asked @ vector)}
            compared.append(replace(found, features=features, score=_weigh(self._closer_weights, features)))
        return sorted(compared, key=_order)

    def _read_passage(self, asked: AskedFor, hit: Hit, best: float, idf: Callable[[str], float]) -> list[Candidate]:
        passage = hit.passage
        texts = [passage.text[start - passage.start : end - passage.start] for start, end in passage.sentences]
        terms = [analyse(text) for text in texts]
        passage_terms = set(analyse(" ".join(passage.section))).union(*terms)
        shared = {
            "dense": hit.dense,
            "lexical": hit.lexical,
            "below_best": best - hit.score,
            "passage_coverage": _coverage(asked.terms, passage_terms, idf),
            **_constraint_features(asked, passage_terms, idf),
        }
        candidates = []
        for i, (text, sentence_terms) in enumerate(zip(texts, terms, strict=True)):
            start, end = passage.sentences[i]
            value, proximity = _choose_value(asked, text, idf)
            answer = (start + value.start, start + value.end) if value else (start, end)
            features = {
                **shared,
                "coverage": _coverage(asked.terms, set(sentence_terms), idf),
                "coverage_with_previous": _coverage(
                    asked.terms, set(sentence_terms).union(terms[i - 1] if i else ()), idf
                ),
                "pairs": _pair_coverage(asked.terms, sentence_terms),
                "has_value": float(value is not None),
                "lacks_value": float(bool(asked.kind) and value is None),
                "proximity": proximity,
                "short": float(len(sentence_terms) < 4),
                "year_in_sentence": float(bool(asked.years) and asked.years <= set(sentence_terms)),
            }
            score = _weigh(self._weights, features)
            candidates.append(Candidate(passage.document_id, (start, end), answer, score, features))
        return candidates


def _weigh(weights: Mapping[str, float], features: Mapping[str, float]) -> float:
    return sum(weights.get(name, 0.0) * number for name, number in features.items())


def _order(candidate: Candidate) -> tuple:
    return -candidate.score, candidate.document_id, candidate.statement


def _coverage(terms: Sequence[str], present: set[str], idf: Callable[[str], float]) -> float:
    """Return the share in [0, 1] of the terms' weight that is present."""
    weights = {term: idf(term) for term in terms}
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in present) / total if total else 0.0


def _pair_coverage(terms: Sequence[str], sentence: Sequence[str]) -> float:
    """Return the share in [0, 1] of neighbouring terms of the question that are neighbours in the sentence."""
    asked, found = set(pairwise(terms)), set(pairwise(sentence))
    return len(asked & found) / len(asked) if asked else 0.0


def _constraint_features(asked: AskedFor, present: set[str], idf: Callable[[str], float]) -> dict[str, float]:
    years = {term for term in present if re.fullmatch(r"(?:1[0-9]|20)\d\d", term)}
    return {
        "year_contradicted": float(bool(asked.years) and bool(years) and not asked.years & years),
        "year_missing": float(bool(asked.years) and not asked.years & years),
        "numbers_missing": float(any(number not in present for number in asked.numbers - asked.years)),
        "names_covered": _coverage(asked.names, present, idf) if asked.names else 1.0,
        "rarest_missing": max((idf(term) for term in asked.terms if term not in present), default=0.0) / 8,
    }


def _choose_value(asked: AskedFor, sentence: str, idf: Callable[[str], float]) -> tuple[Value | None, float]:
    """Return the value of the asked kind that stands nearest to the question's terms, and how near, in [0, 1]."""
    fitting = [value for value in find_values(sentence) if _fits(asked, value, sentence)]
    if not fitting:
        return None, 0.0
    places = [
        (match.start(), match.end(), analyse(match.group())) for match in re.finditer(r"[\w,.%-]+\w|\w", sentence)
    ]
    weights = {term: idf(term) for term in asked.terms}
    total = sum(weights.values()) or 1.0

    def nearness(value: Value) -> float:
        near: dict[str, float] = {}
        for start, end, terms in places:
            for term in terms:
                if term in weights and not (start < value.end and value.start < end):
                    between = sentence[end : value.start] if end <= value.start else sentence[value.end : start]
                    distance = len(between.split()) + 4 * len(re.findall(r"[,;:()]", between))
                    near[term] = max(near.get(term, 0.0), 1 / (1 + distance / 4))
        return sum(weights[term] * share for term, share in near.items()) / total

    ranked = sorted(fitting, key=lambda value: (nearness(value), value.end - value.start), reverse=True)
    best, near = ranked[0], nearness(ranked[0])
    rival = next((value for value in ranked[1:] if not (value.start < best.end and best.start < value.end)), None)
    lead = near - nearness(rival) if rival else 1.0
    return (best, near) if lead >= MIN_LEAD[asked.kind] else (None, near)


def _fits(asked: AskedFor, value: Value, sentence: str) -> bool:
    words = sentence[value.start : value.end]
    digits = "".join(re.findall(r"[\d.,]+", words)).replace(",", "").strip(".")
    if digits and digits in asked.numbers:
        return False
    if asked.kind in _NUMERIC:
        if asked.kind == "number":
            return value.kind in ("number", "money", "share")
        return value.kind == asked.kind
    if asked.kind == "name":
        terms = analyse(words)
        return value.kind in ("name", "quoted") and any(term not in asked.terms for term in terms)
    return value.kind == asked.kind
