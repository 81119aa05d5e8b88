import json
from collections import Counter
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from eval.dataset import ABSENCES, KINDS, Place, check_spans, find_faults, load_questions
from eval.errors import BadQuestions
from eval.record import read_report

ROOT = Path(__file__).parents[2]
DOCUMENT_ID = "sipo-2017-strategy-protection-administration"


@pytest.fixture(scope="module")
def questions():
    return load_questions()


@pytest.fixture(scope="module")
def documents(report):
    return {DOCUMENT_ID: report}


def test_the_set_is_as_large_as_it_promises(questions):
    assert len({question.fact for question in questions if question.known}) >= 200
    assert len({question.fact for question in questions if not question.known}) >= 120
    assert {question.kind for question in questions if question.known} == set(KINDS)
    assert {question.absent for question in questions if not question.known} == set(ABSENCES)


def test_the_set_has_no_fault_by_its_own_guide(questions):
    assert find_faults(questions) == []


def test_every_span_exists_and_holds_its_answers(questions, documents):
    check_spans(questions, documents)


def test_no_span_cuts_a_word(questions, documents):
    text = documents[DOCUMENT_ID].text
    cut = [
        question.id
        for question in questions
        for span in question.spans
        for at in (span.start, span.end)
        if text[at - 1].isalnum() and text[at].isalnum()
    ]
    assert cut == []


def test_the_splits_are_those_that_the_guide_prescribes(questions):
    for known in (True, False):
        groups: dict[str, dict[str, str]] = {}
        for question in questions:
            if question.known == known:
                groups.setdefault(question.kind if known else question.absent, {})[question.fact] = question.split
        carried, facts = 0.0, 0
        for _, splits in sorted(groups.items()):
            ordered = sorted(splits, key=lambda fact: sha256(f"footnote-eval-1:{fact}".encode()).hexdigest())
            facts += len(ordered)
            tuned = [splits[fact] == "tune" for fact in ordered]
            assert tuned == sorted(tuned, reverse=True)
            carried += sum(tuned)
            assert abs(carried - 0.4 * facts) <= 1


def test_about_two_fifths_of_the_facts_are_for_tuning(questions):
    counts = Counter(split for _, split in {(question.fact, question.split) for question in questions})
    assert 0.38 <= counts["tune"] / sum(counts.values()) <= 0.42


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"split": "test"}, "has split 'test'"),
        ({"form": "poem"}, "has form 'poem'"),
        ({"kind": "colour"}, "has kind 'colour'"),
        ({"answers": ()}, "lacks answers or spans"),
        ({"absent": "year"}, "is absent but has answers"),
        ({"absent": "hidden"}, "is absent as 'hidden'"),
        ({"absent": "year", "why_absent": None}, "does not say why"),
    ],
)
def test_a_fault_is_found(questions, change, fault):
    assert any(fault in found for found in find_faults([replace(questions[0], **change)]))


def test_repeated_questions_are_found(questions):
    found = find_faults([questions[0], replace(questions[0], split="gate")])
    assert any("stands 2 times" in fault for fault in found)
    assert any("several splits" in fault for fault in found)
    assert any("one form only" in fault for fault in found)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"spans": (Place("elsewhere", 0, 5),)}, "is about document 'elsewhere', but the index holds: sipo"),
        ({"spans": (Place(DOCUMENT_ID, 5, 99_999_999),)}, "has the span 5:99999999"),
        ({"spans": (Place(DOCUMENT_ID, 0, 5),)}, "but its spans hold"),
    ],
)
def test_spans_that_do_not_fit_the_text_are_refused(questions, documents, change, message):
    with pytest.raises(BadQuestions, match=message):
        check_spans([replace(questions[0], **change)], documents)


@pytest.mark.parametrize("line", ["no json", json.dumps({"id": "q1"})])
def test_a_line_that_is_no_question_is_named(tmp_path, line):
    (tmp_path / "set.jsonl").write_text(f"{line}\n", "utf-8")
    with pytest.raises(BadQuestions, match=r"line 1 is no question .* eval/GUIDE.md"):
        load_questions(tmp_path / "set.jsonl")


def test_the_first_report_is_of_these_questions(questions):
    former = read_report(ROOT / "eval" / "baseline.json")
    assert set(former.outcomes) == {question.id for question in questions}
