"""What a question means after another one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.english.followup import resolve

DISPUTES = "How many patent disputes were there in 2017?"


@pytest.mark.parametrize(
    ("earlier", "answer", "question", "meant"),
    [
        (DISPUTES, "28,157", "And in 2016?", "How many patent disputes were there in 2016?"),
        (DISPUTES, None, "2016?", "How many patent disputes were there in 2016?"),
        ("How many ships came?", "9", "what about 2016", "How many ships came in 2016?"),
        ("How many ships came to Norwick?", "9", "And Estby?", "How many ships came to Estby?"),
        ("How many ships came?", "9", "How about in Estby?", "How many ships came in Estby?"),
        (DISPUTES, "28,157", "By how much did they rise?", "By how much did the patent disputes rise in 2017?"),
        (DISPUTES, "28,157", "How many of them were settled?", "How many of the patent disputes were settled in 2017?"),
        ("Who chaired the session?", "Wang Yong", "What was his office?", "What was Wang Yong’s office?"),
        ("Who chaired the session?", "Wang Yong", "And where did he speak?", "Where did Wang Yong speak?"),
        ("When was the pilot platform opened?", "May 2017", "Who runs it?", "Who runs the pilot platform?"),
        ("What was the amount of pledges?", "72", "Why did it grow?", "Why did the amount of pledges grow?"),
    ],
)  # fmt: skip
def test_what_leans_on_the_question_before_is_made_whole(earlier, answer, question, meant):
    assert resolve(question, earlier, answer) == meant


@pytest.mark.parametrize(
    ("earlier", "answer", "question"),
    [
        (DISPUTES, "28,157", "How many ships came?"),
        (DISPUTES, "28,157", "Who chaired the 2nd session in 2016?"),
        (DISPUTES, "28,157", "And trademarks?"),
        (DISPUTES, "28,157", "What was his office?"),
        (DISPUTES, None, "?"),
        ("?", None, "And in 2016?"),
        ("Why?", None, "Why did it grow?"),
    ],
    ids=["whole", "whole with a year", "not understood", "no person", "blank", "blank before", "no subject"],
)
def test_what_stands_alone_or_is_not_understood_is_left(earlier, answer, question):
    assert resolve(question, earlier, answer) == question


@given(st.text(max_size=60), st.text(max_size=60), st.none() | st.text(max_size=20))
def test_any_texts_are_resolved(question, earlier, answer):
    assert isinstance(resolve(question, earlier, answer), str)
