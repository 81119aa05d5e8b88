"""The plain questions about the shipped report: each known one stands where it says, once, and the halves are even."""

from collections import Counter
from pathlib import Path

import pytest

from eval.dataset import KINDS, SPLITS
from eval.locate import locate_answers
from eval.sources import read_source
from index.formats.text import read_text

ROOT = Path(__file__).parents[2]
REPORT = ROOT / "reports" / "sipo-2017-strategy-protection-administration.txt"


@pytest.fixture(scope="module")
def questions():
    return read_source(ROOT / "eval" / "plain_questions.jsonl").questions


def test_both_halves_have_as_many_known_and_absent_questions(questions):
    counted = Counter((question.split, bool(question.answers)) for question in questions)
    assert counted == {(split, known): 70 if known else 50 for split in SPLITS for known in (True, False)}
    assert {question.kind for question in questions if question.answers} <= set(KINDS)


def test_every_answer_stands_in_its_quote_and_the_quote_once_in_the_report(questions):
    document = read_text(REPORT.read_bytes(), REPORT.stem)
    located = locate_answers(questions, {REPORT.stem: document})
    assert located.lost == located.ambiguous == ()
    for question in questions:
        if question.answers:
            assert document.text.count(question.quote) == 1
            assert question.answers[0] in question.quote
        else:
            assert question.quote is None


def test_no_question_of_a_half_is_asked_twice(questions):
    for split in SPLITS:
        texts = [question.question.casefold() for question in questions if question.split == split]
        assert len(set(texts)) == len(texts)
