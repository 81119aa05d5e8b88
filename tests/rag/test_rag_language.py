"""Which questions are read as English."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.english.language import is_english

LISTED = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "language_questions.tsv").read_text("utf-8").splitlines()
]
"""Language and question: in 29 languages, and in English with names, typing mistakes and bare keywords."""


def test_list_holds_enough():
    assert len(LISTED) > 400
    assert len({language for language, _ in LISTED}) > 25


def test_no_english_question_of_the_list_is_refused():
    assert [question for language, question in LISTED if language == "en" and not is_english(question)] == []


@pytest.mark.parametrize("change", [str.lower, str.upper])
def test_names_alone_without_their_capitals_are_seldom_refused(change):
    refused = [question for language, question in LISTED if language == "en" and not is_english(change(question))]
    assert len(refused) <= 1


def test_most_questions_in_other_languages_are_refused():
    foreign = [question for language, question in LISTED if language != "en"]
    assert sum(not is_english(question) for question in foreign) / len(foreign) > 0.92


@pytest.mark.parametrize("script", ["ru", "uk", "el", "ar", "he", "hi", "th", "zh", "ja", "ko"])
def test_all_questions_in_another_script_are_refused(script):
    assert [question for language, question in LISTED if language == script and is_english(question)] == []


@pytest.mark.parametrize("text", ["", "  ", "2019", "?", "E04", "%"])
def test_what_has_no_words_is_not_refused(text):
    assert is_english(text)


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_text_is_english_or_not(text):
    assert is_english(text) in (True, False)
