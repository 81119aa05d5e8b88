"""Which of the values of a sentence a question means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.english.among import choose_value
from rag.english.question import parse_question
from rag.english.values import find_values

SHIPS = "In 2020 the harbour handled 12 ships with grain, 9 ships with coal and 31 barges, a rise of 4.5%."
COURTS = "The court heard 28,157 patent disputes (including 27,305 cases on patent infringement)."


def choose(sentence, question, proposed=(0, 0)):
    found = choose_value(sentence, proposed, parse_question(question), lambda term: 1.0)
    return found and sentence[slice(*found)]


@pytest.mark.parametrize(
    ("sentence", "question", "value"),
    [
        (SHIPS, "How many ships with coal?", "9"),
        (SHIPS, "How many barges?", "31"),
        (SHIPS, "By what percentage did traffic rise?", "4.5%"),
        (SHIPS, "When did the harbour handle ships?", "2020"),
        (COURTS, "How many cases on patent infringement were there?", "27,305"),
        (COURTS, "How many disputes?", "28,157"),
        ("Of the 14 pilots 9 were women.", "How many of the 14 pilots were women?", "9"),
    ],
)
def test_value_is_told_by_the_words_beside_it(sentence, question, value):
    assert choose(sentence, question) == value


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        (SHIPS, "How many vessels came?"),
        (SHIPS, "How many ships were handled?"),
        ("The harbour was closed for repairs.", "How many ships came?"),
        ("It took 12 days.", "Who opened it?"),
        ("", "How many ships came?"),
    ],
    ids=["no shared word", "fits two", "no value", "no value asked for", "nothing"],
)
def test_none_is_chosen_where_it_is_not_clear(sentence, question):
    assert choose(sentence, question) is None


def test_a_reader_that_proposes_the_same_value_tips_the_scale():
    question = "How many ships with coal came?"
    nine = SHIPS.index("9 ")
    assert choose(SHIPS, question) is None
    assert choose(SHIPS, question, (nine, nine + 1)) == "9"


@given(st.sampled_from([SHIPS, COURTS]), st.text(max_size=40))
def test_what_is_chosen_is_a_value(sentence, question):
    found = choose_value(sentence, (0, 0), parse_question(f"How many {question}"), lambda term: 1.0)
    assert found is None or found in {(value.start, value.end) for value in find_values(sentence)}
