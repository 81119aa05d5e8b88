"""Near misses by rule: what is put in, of what kind it is, and what is not taken for one."""

from random import Random

import pytest

from bench.near_miss_changes import EACH, KINDS, LATEST_YEAR, PLACES, TURNS, Names, find_changes
from bench.near_misses import Asked, is_answered_elsewhere, match_risk, paragraph_around
from eval.dataset import GoldQuestion, Place
from eval.judge import Outcome

PARAGRAPH = "In 1998 Anna Roth built the largest of three bridges in France for 4,300 carts before the war."
OTHERS = " ".join(f"Later {name} came, and {name} left." for name in ("Ben Kuhn", "Carl Lutz", "Dora Moor", "Emil Nef"))
NAMES = Names([PARAGRAPH, OTHERS, "She met Anna Roth."])


def changes_of(question, document=PARAGRAPH):
    return find_changes(question, PARAGRAPH, document, NAMES, Random(1))


@pytest.mark.parametrize(
    ("question", "kind", "taken_out"),
    [
        ("Who built a bridge in 1998?", "year", "1998"),
        ("Who built a bridge in France?", "place", "France"),
        ("What did Anna Roth build?", "name", "Anna Roth"),
        ("What was built for 4,300 carts?", "quantity", "4,300"),
        ("Who built the three bridges?", "quantity", "three"),
        ("Who built the largest bridge?", "direction", "largest"),
    ],
)
def test_each_kind_is_changed_to_what_the_paragraph_does_not_hold(question, kind, taken_out):
    found = changes_of(question)
    assert found
    assert {change.kind for change in found} == {kind}
    assert len(found) <= EACH[kind]
    for change in found:
        assert change.taken_out == taken_out
        assert change.question == question.replace(taken_out, change.put_in)
        assert change.put_in.lower() not in PARAGRAPH.lower()


def test_place_becomes_a_place_of_its_sort_and_a_year_no_future_one():
    assert all(change.put_in in PLACES["country"] for change in changes_of("Who built a bridge in France?"))
    assert all(int(change.put_in) <= LATEST_YEAR for change in changes_of("Who built a bridge in 1998?"))


def test_name_of_the_same_document_is_preferred():
    found = changes_of("What did Anna Roth build?", document=PARAGRAPH + " Dora Moor paid.")
    assert found[0].put_in == "Dora Moor"


@pytest.mark.parametrize(
    "question",
    ["What is it?", "Who came in 1997?", "Was it the largest bridge?", "What did Otto Pfau build?", "Which in May?"],
)
def test_what_the_paragraph_does_not_name_or_a_yes_or_no_is_left(question):
    assert not changes_of(question)


def test_of_few_alike_names_none_is_put_in():
    names = Names([PARAGRAPH, "Later Ben Kuhn came. Then Ben Kuhn left. She met Anna Roth."])
    assert not find_changes("What did Anna Roth build?", PARAGRAPH, PARAGRAPH, names, Random(1))


def test_same_seed_same_changes():
    question = "What did Anna Roth build in 1998 for 4,300 carts?"
    assert changes_of(question) == changes_of(question)
    assert {change.kind for change in changes_of(question)} == {"year", "name", "quantity"}


def test_passage_with_the_other_terms_may_answer():
    change = changes_of("Who built a bridge in 1998?")[0]
    assert is_answered_elsewhere(change, [f"Somebody built a bridge in {change.put_in}."])
    assert not is_answered_elsewhere(change, [f"It rained in {change.put_in}.", "Somebody built a bridge."])


def test_paragraph_ends_at_blank_lines():
    text = "One.\n\nTwo is here.\n\nThree."
    assert paragraph_around(text, Place("d", 10, 12)).strip() == "Two is here."
    assert paragraph_around("Only one.", Place("d", 5, 8)) == "Only one."


def asked(confidence, share, known=True):
    gold = GoldQuestion(
        "q", "q", "gate", "other", "report", "?", ("a",) if known else (), (), None if known else "year"
    )
    fixed = {"gold": gold, "offered": True, "confidence": confidence, "answer": "a", "statement": "a"}
    places = dict.fromkeys(("answer_places", "citation_places", "hits"), ())
    flags = dict.fromkeys(("exact_match", "contains", "statement_covers", "right_occurrence", "right"), True)
    rest = {"reason_code": None, "token_f1": 1.0, "citation_problem": None, "milliseconds": 0.0, "retrieval": {}}
    made = [Outcome(**{**fixed, "confidence": sure}, **places, **flags, **rest) for sure in (confidence, share)]
    return Asked(*made)


def test_softmax_answers_as_many_known_questions():
    found = [asked(0.9, 0.2), asked(0.6, 0.7), asked(0.1, 0.5), asked(0.8, 0.99, known=False)]
    risk = match_risk(found, 0.5)
    assert sum(one.by_softmax.answered(risk) for one in found[:3]) == 2
    assert risk == pytest.approx(0.5)
    assert match_risk(found, 0.05) == 0.0


def test_kinds_have_a_limit_and_opposites_are_of_two_words():
    assert set(EACH) == set(KINDS)
    assert all(one != other for one, other in TURNS)
