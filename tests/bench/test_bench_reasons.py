"""The labelled questions, and the tables of what was said to them."""

import json

import pytest

from bench.reasons import ANSWERED, HALVES, Given, Refusable, confusion, format_share, load_refusable, report_shares
from eval.dataset import load_questions
from rag.confidence import ABSTENTIONS


def given(reason, code, name="r1"):
    return Given(Refusable(name, "Who?", reason, ""), code)


GIVEN = [
    given("not_stated", "not_stated"),
    given("not_stated", "no_passage"),
    given("not_stated", ANSWERED),
    given("language", "language"),
]


def test_shares_are_of_the_refused():
    rows = {row[0]: row[1:] for row in report_shares(GIVEN)}
    assert rows["not_stated"][:4] == [3, 1, 2, 1]
    assert rows["language"][:4] == [1, 0, 1, 1]
    assert rows["all"][:4] == [4, 1, 3, 2]
    assert list(rows) == ["not_stated", "language", "all"]


def test_confusion_counts_each_code_and_the_answers():
    codes = [*ABSTENTIONS, ANSWERED]
    (row, _) = confusion(GIVEN)
    assert row[0] == "not_stated"
    assert dict(zip(codes, row[1:], strict=True)) == {
        **dict.fromkeys(codes, 0),
        "not_stated": 1,
        "no_passage": 1,
        ANSWERED: 1,
    }


def test_share_of_nothing_is_a_dash():
    assert format_share(0, 0) == "-"
    assert format_share(1, 2) == "0.50 [0.09, 0.91]"


def test_labelled_questions_hold_together():
    questions = load_refusable()
    assert len({one.id for one in questions}) == len({one.question for one in questions}) == len(questions) == 120
    assert {one.reason for one in questions} == set(ABSTENTIONS)
    assert all(one.note for one in questions)
    assert {bool(one.texts) for one in questions if one.reason == "conflict"} == {True}
    assert not any(one.texts for one in questions if one.reason != "conflict")


def test_labelled_questions_are_none_of_the_evaluation():
    assert not {one.question for one in load_refusable()} & {one.question for one in load_questions()}


def test_each_half_has_every_reason():
    for half in HALVES:
        part = [one for one in load_refusable() if one.half == half]
        assert len(part) >= 50
        assert {one.reason for one in part} == set(ABSTENTIONS)


def test_reason_that_no_abstention_has_is_refused(tmp_path):
    row = {"id": "r1", "question": "Who?", "reason": "unsure", "note": ""}
    (tmp_path / "bad.jsonl").write_text(json.dumps(row))
    with pytest.raises(ValueError, match="r1 has the reason 'unsure'; expected one of no_passage"):
        load_refusable(tmp_path / "bad.jsonl")
