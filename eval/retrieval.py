"""Answers -> retrieval measures of each known question, by ir_measures.

A passage is relevant if it overlaps a span that states the fact; that it holds the same characters counts for
nothing. R@k is the share of a fact's relevant passages among the first k: where passages overlap, several are
relevant and R@1 cannot reach 1. Success@k tells whether at least one is among the first k.
"""

from collections.abc import Mapping, Sequence

import ir_measures
from ir_measures import RR, R, Success, nDCG

from eval.dataset import GoldQuestion
from index.types import Passage

MEASURES = (R @ 1, R @ 5, RR @ 10, nDCG @ 10, Success @ 1, Success @ 5)


def measure_retrieval(
    questions: Sequence[GoldQuestion], hits: Sequence[Sequence[Passage]], passages: Sequence[Passage]
) -> dict[str, dict[str, float]]:
    """Return the measures by name, e.g. "RR@10", of each known question by id.

    `hits` are the passages found for each of `questions`, best first. A question whose fact stands in no passage, or
    for which nothing is found, has 0 everywhere.
    """
    known = [(question, found) for question, found in zip(questions, hits, strict=True) if question.spans]
    qrels = {question.id: _judge_passages(question, passages) for question, _ in known}
    run = {question.id: _rank(found) for question, found in known}
    return calculate(qrels, run)


def measure_documents(
    questions: Sequence[GoldQuestion], hits: Sequence[Sequence[Passage]], qrels: Mapping[str, Mapping[str, int]]
) -> dict[str, dict[str, float]]:
    """Return the measures by name of each judged question by id: a document ranks where its first passage does."""
    run = {}
    for question, found in zip(questions, hits, strict=True):
        ranked = list(dict.fromkeys(passage.document_id for passage in found))
        run[question.id] = {name: float(len(ranked) - i) for i, name in enumerate(ranked)}
    return calculate({question.id: qrels[question.id] for question in questions}, run)


def calculate(
    qrels: Mapping[str, Mapping[str, int]], run: Mapping[str, Mapping[str, float]]
) -> dict[str, dict[str, float]]:
    """Return the measures by name of each question of `qrels`; one that is missing from `run` has 0."""
    values = {question: {str(measure): 0.0 for measure in MEASURES} for question in qrels}
    for found in ir_measures.iter_calc(list(MEASURES), qrels, run):
        values[found.query_id][str(found.measure)] = round(float(found.value), 6)
    return values


def _judge_passages(question: GoldQuestion, passages: Sequence[Passage]) -> dict[str, int]:
    relevant = {
        _name(passage.document_id, passage.start, passage.end): 1
        for passage in passages
        for span in question.spans
        if passage.document_id == span.document_id and passage.start < span.end and span.start < passage.end
    }
    # A unit that nothing finds, so that the question counts as missed instead of dropping out of the mean.
    return relevant or {"in no passage": 1}


def _rank(hits: Sequence[Passage]) -> dict[str, float]:
    # The place is the score, so that no tool breaks a tie otherwise than the system did.
    return {_name(hit.document_id, hit.start, hit.end): float(len(hits) - i) for i, hit in enumerate(hits)}


def _name(document_id: str, start: int, end: int) -> str:
    return f"{document_id}:{start}:{end}"
