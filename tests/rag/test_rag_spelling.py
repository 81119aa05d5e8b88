"""Slips of the fingers in a question are put right; names, numbers and words that exist are left as they are."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.ask import ask
from rag.spelling import correct_spelling
from rag.types import Question


class Knowing:
    """An encoder that knows some words whole and cuts all others, as a word piece model does."""

    def __init__(self, encoder, words):
        self._encoder, self._words = encoder, words

    def count_pieces(self, text):
        return 3 if text in self._words else 4


@pytest.fixture
def correct(snapshot, encoder):
    knowing = Knowing(encoder, {"a", "which", "vessels", "shops", "grains"})
    return lambda question: correct_spelling(question, snapshot, knowing)


@pytest.mark.parametrize(
    ("question", "corrected"),
    [
        ("How many ships did the harbor handle?", "How many ships did the harbour handle?"),
        ("which vessels caried grain", "which vessels carried grain"),
        ("When was the dredgn of the bsin?", "When was the dredgn of the bsin?"),
        ("Dreged when?", "Dredged when?"),
        ("What did the authorty repiars?", "What did the authority repairs?"),
        ("the autorihty", "the authority"),
    ],
    ids=[
        "one letter",
        "left out",
        "too short or too far",
        "first word",
        "two words",
        "two edits of nine letters",
    ],
)
def test_slips_are_put_right(correct, question, corrected):
    assert correct(question) == corrected


@pytest.mark.parametrize(
    "question",
    [
        "Who is Helena Brand?",
        "How many ships did Norwich handle?",
        "Did the MERCATER leave?",
        "In 2O2O or 4,821 ships",
        "shops or vessels",
        "How much grain was carrying?",
        "专利纠纷有多少件？",
        "",
    ],
    ids=["name", "place", "capitals", "digits", "words that exist", "another inflection", "another script", "nothing"],
)
def test_what_is_no_slip_is_left(correct, question):
    assert correct(question) == question


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_text_keeps_what_is_no_word(report_snapshot, real_encoder, question):
    corrected = correct_spelling(question, report_snapshot, real_encoder)
    kept = [char for char in question if not char.isalpha()]
    assert [char for char in corrected if not char.isalpha()] == kept


def test_answer_says_how_the_question_was_understood(report_snapshot, real_models):
    question = "How many patnet disputes were there?"
    answer = ask(Question(question, max_risk=1.0), report_snapshot, real_models)
    plain = ask(Question("How many patent disputes were there?", max_risk=1.0), report_snapshot, real_models)
    assert (answer.question, answer.understood) == (question, plain.question)
    assert (answer.answer, answer.confidence, answer.citations) == (plain.answer, plain.confidence, plain.citations)
    assert plain.understood == plain.question


def test_question_in_another_language_is_not_bent_into_english(report_snapshot, real_models):
    question = "combien de litiges de brevets y avait-il en tout dans ce rapport?"
    answer = ask(Question(question), report_snapshot, real_models)
    assert (answer.understood, answer.reason_code) == (question, "language")
