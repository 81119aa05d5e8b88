"""Questions changed so that their paragraph no longer answers them."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.near_misses import OPPOSITES, find_names, perturb

CONTEXT = "In 1998 the Lindt bridge over the Aare carried 4,300 carts. It was the largest bridge of Canton Bern then."


@pytest.mark.parametrize(
    ("question", "kept"),
    [
        ("How many carts did the bridge carry in 1998?", "How many carts did the bridge carry in "),
        ("When did the bridge carry 4,300 carts?", "When did the bridge carry "),
        ("What did the bridge over the Aare carry?", "What did the bridge over the "),
        ("Which is the largest bridge?", "Which is the smallest bridge?"),
    ],
)
def test_one_thing_is_changed_to_what_the_context_does_not_hold(question, kept):
    changed = perturb(question, CONTEXT, ["Rhine", "Lake Geneva", "Aare"], Random(1))
    assert changed.startswith(kept)
    assert changed != question
    put_in = set(changed.rstrip("?").split()) - set(question.rstrip("?").split())
    assert put_in
    assert all(word not in CONTEXT for word in put_in)


@pytest.mark.parametrize("question", ["What is it?", "Why did they stop?", ""])
def test_question_without_anything_to_change_is_left_out(question):
    assert perturb(question, CONTEXT, ["Rhine"], Random(1)) is None


def test_name_is_changed_only_where_another_is_known():
    assert perturb("What does the Aare carry?", CONTEXT, [], Random(1)) is None
    assert perturb("What does the Aare carry?", CONTEXT, ["Aare", "Canton Bern"], Random(1)) is None


def test_word_is_not_turned_round_where_the_context_holds_both():
    assert perturb("Which is the largest?", CONTEXT + " The smallest is in Thun.", [], Random(1)) is None


def test_names_of_a_text():
    assert find_names("The Lindt bridge. Later Canton of Bern sold it to Anna Roth.") == [
        "Lindt",
        "Canton of Bern",
        "Anna Roth",
    ]


def test_opposites_are_of_two_words():
    assert all(one != other for one, other in OPPOSITES)


@given(st.text(max_size=80), st.text(max_size=200), st.integers(0, 1000))
def test_any_text_is_changed_or_left_out(question, context, seed):
    changed = perturb(question, context, find_names(context), Random(seed))
    assert changed is None or changed != question
    assert changed == perturb(question, context, find_names(context), Random(seed))
