"""What a question asks for."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.question import parse_question


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many patent disputes were there?", "number"),
        ("how MANY cases", "number"),
        ("What was the total number of cases?", "number"),
        ("How long was the ship?", "number"),
        ("By what percentage did disputes rise?", "share"),
        ("What percent of cases were closed?", "share"),
        ("Which share of the income was spent?", "share"),
        ("By how many % did it grow?", "share"),
        ("When was the station opened?", "date"),
        ("In what year did it open?", "date"),
        ("Since when is it open?", "date"),
        ("How much money was raised?", "money"),
        ("What was the planned financing amount?", "money"),
        ("How much did the dredging cost?", "money"),
        ("Who opened the station?", "name"),
        ("Where was the meeting held?", "name"),
        ("Which city hosts the center?", "name"),
        ("Which report was published?", "name"),
        ("What is the code name of the operation?", "name"),
        ("Why was the lock closed?", ""),
        ("How was the office organized?", ""),
        ("知识产权", ""),
        ("", ""),
    ],
)
def test_kind_of_a_question(question, kind):
    assert parse_question(question).kind == kind


def test_constraints_of_a_question():
    asked = parse_question("In 2017, how many of the 1,200 ships did Helena Brandt of SIPO count?")
    assert asked.years == {"2017"}
    assert asked.numbers == {"2017", "1200"}
    assert {"helena", "brandt", "sipo"} <= set(asked.names)
    assert "ship" in asked.terms
    assert "many" not in asked.terms


def test_first_word_is_no_name():
    assert parse_question("Disputes rose by how much?").names == ()


def test_terms_are_named_once_and_line_breaks_are_blanks():
    asked = parse_question("ships\nand   ships\tand grain")
    assert asked.terms == ("ship", "grain")
    assert asked == parse_question("ships and ships and grain")


@given(st.text(max_size=80))
@settings(max_examples=150, deadline=None)
def test_any_text_is_a_question(text):
    asked = parse_question(text)
    assert asked.years <= asked.numbers
    assert asked.kind in ("number", "money", "share", "date", "name", "")
    assert len(set(asked.terms)) == len(asked.terms)
