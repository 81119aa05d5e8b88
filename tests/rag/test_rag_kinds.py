"""Whether a value of the kind that a question opens by asking for can stand in a sentence."""

import pytest

from rag.english.kinds import find_asked_kind, may_hold_value
from rag.english.question import parse_question

SHIPS = "The harbour handled 4,812 ships in 2020."
SCHOOLS = "The harbour office runs schools for pilots and clerks."


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many ships did the harbour handle?", "count"),
        ("Of the ships that came, how many carried grain?", "count"),
        ("About how many ships came?", "count"),
        ("How many per cent of the ships carried grain?", ""),
        ("Since when was the lock open?", "date"),
        ("In what year was the lock built?", "date"),
        ("What percentage of the ships carried grain?", "share"),
        ("What was the budget of the harbour office?", "money"),
        ("What is the budget committee responsible for?", ""),
        ("What was the price adjustment mechanism?", ""),
        ("How long did the works last?", "time"),
        ("For how many years was the lock closed?", "time"),
        ("How often does the office meet?", ""),
        ("Who must be told when a licence lapses?", ""),
        ("Which port saw the largest number of ships?", ""),
        ("How much did exports grow?", ""),
    ],
)
def test_what_a_question_opens_by_asking_for(question, kind):
    assert find_asked_kind(question) == kind


@pytest.mark.parametrize(
    "question", ["Why did the number of ships fall by 5 %?", "What were the reasons for how many ships came?"]
)
def test_sentences_and_lists_may_look_like_anything(question):
    assert parse_question(question).value == ""


@pytest.mark.parametrize(
    ("kind", "words", "can"),
    [
        ("count", SHIPS, True),
        ("count", SCHOOLS, False),
        ("count", "It runs both schools of the town.", True),
        ("count", "The number of its schools doubled.", True),
        ("date", SHIPS, True),
        ("date", "The lock was built by the agency that runs the terminal.", False),
        ("date", "The lock was built after the war.", True),
        ("share", "Grain was carried by 36.3% of them.", True),
        ("share", "A quarter of them carried grain.", True),
        ("share", "It is a wholly owned subsidiary.", True),
        ("share", "Nine in ten ships carried grain.", True),
        ("share", "They carried grain and sailed with 12 pilots.", False),
        ("money", "It spent RMB 72 billion on locks.", True),
        ("money", "It spent 950 883 on locks.", True),
        ("money", "The fine is 500 dirhams.", True),
        ("money", "The price rose by a third and then by 12%.", True),
        ("money", "In 2017 it had 35 pilots and 41 clerks.", False),
        ("time", "A ship waits 40 minutes at the lock.", True),
        ("time", "The works went on from 2013 to 2017.", True),
        ("time", "The plan covers 2016-2020.", True),
        ("time", "A ship waits at the lock near the headquarters.", False),
        ("", SCHOOLS, True),
    ],
)
def test_a_value_of_that_kind_can_stand_there_or_not(kind, words, can):
    assert may_hold_value(words, kind) is can
