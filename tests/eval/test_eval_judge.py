from dataclasses import replace
from functools import partial

import pytest

from eval.dataset import GoldQuestion, Place
from eval.judge import find_citation_problem, judge, pose
from rag.ask import ask
from rag.types import AnswerPart


@pytest.fixture
def asked(toy_index, toy_models):
    """The harbour's documents, a question of a known fact, and an answer that is right by construction."""
    snapshot = toy_index.open()
    text = snapshot.documents["harbour"].text
    at = text.index("4,812")
    gold = GoldQuestion(
        "q", "f", "gate", "number", "report", "How many ships did the harbour of Norwick handle in 2020?",
        ("4,812",), (Place("harbour", at, at + 5),),
    )  # fmt: skip
    answer = pose(gold, partial(ask, snapshot=snapshot, models=toy_models))
    assert answer.citations[0].start < at < answer.citations[0].end
    part = AnswerPart("4,812", 0, at, at + 5, "value")
    return snapshot.documents, gold, replace(answer, answer="4,812", parts=(part,))


def test_a_right_answer_is_right(asked):
    documents, gold, answer = asked
    found = judge(gold, answer, documents)
    assert (found.exact_match, found.contains, found.right_occurrence, found.statement_covers, found.right) == (
        True,
    ) * 5
    assert found.citation_problem is None
    assert found.correct(1.0)
    assert not found.correct(0.0)


def test_the_same_characters_at_another_place_are_not_right(asked):
    documents, gold, answer = asked
    start = documents["harbour"].text.index("2020")
    found = judge(replace(gold, spans=(Place("harbour", start, start + 4),)), answer, documents)
    assert found.contains
    assert not found.right_occurrence
    assert not found.right


def test_the_right_place_with_other_words_is_not_right(asked):
    documents, gold, answer = asked
    found = judge(gold, replace(answer, answer="4,813"), documents)
    assert found.right_occurrence
    assert not found.right


def test_an_answered_absent_fact_is_never_right(asked):
    documents, gold, answer = asked
    found = judge(replace(gold, answers=(), spans=(), absent="year"), answer, documents)
    assert not found.right
    assert not found.correct(1.0)
    assert found.correct(0.0)


def test_a_refusal_at_any_risk_offers_nothing(asked):
    documents, gold, answer = asked
    refused = replace(answer, status="abstained", answer=None, statement=None, parts=(), citations=())
    found = judge(gold, refused, documents)
    assert not found.offered
    assert not found.answered(1.0)
    assert found.citation_problem is None


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda cited: (), "has no citation"),
        (lambda cited: (replace(cited, text_sha256="0" * 64),), "not in the index"),
        (lambda cited: (replace(cited, start=cited.start + 1),), "are not those"),
        (lambda cited: (replace(cited, start=cited.start + 1, cited_text=cited.cited_text[1:]),), "inside a word"),
        (lambda cited: (replace(cited, end=cited.start + 2, cited_text=cited.cited_text[:2]),), "outside its citation"),
    ],
)
def test_a_citation_that_does_not_hold_is_found(asked, change, problem):
    documents, _, answer = asked
    assert problem in find_citation_problem(replace(answer, citations=change(answer.citations[0])), documents)


def test_a_part_that_reads_otherwise_is_found(asked):
    documents, _, answer = asked
    parts = (replace(answer.parts[0], text="4,813"),)
    assert "is not what stands at" in find_citation_problem(replace(answer, parts=parts), documents)
