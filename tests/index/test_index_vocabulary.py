"""The words of texts, and the nearest of them to one that is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.vocabulary import WORD, Vocabulary

TEXTS = ["The Harbour of Norwick handled ships. Ships, ships!", "Shops and chips: 12 ports; café."]


def words_of(*texts):
    return Vocabulary(lambda: texts)


@pytest.mark.parametrize(
    ("word", "most", "nearest"),
    [
        ("shipss", 1, "ships"),
        ("sihps", 1, "ships"),
        ("shps", 1, "ships"),
        ("habor", 1, None),
        ("habor", 2, "harbour"),
        ("cafe", 1, "café"),
        ("hips", 1, None),
        ("12", 1, None),
        ("zebra", 2, None),
    ],
    ids=[
        "one too many",
        "exchanged",
        "left out",
        "too far",
        "two edits",
        "accent",
        "other first letter",
        "digits",
        "none",
    ],
)
def test_nearest_word(word, most, nearest):
    assert words_of(*TEXTS).nearest(word, most) == nearest


def test_of_equally_near_words_the_more_frequent_then_the_first():
    assert words_of(*TEXTS).nearest("shaps", 1) == "ships"
    assert words_of("shops ships").nearest("shaps", 1) == "ships"
    assert words_of("shops shops ships").nearest("shaps", 1) == "shops"


def test_texts_are_read_once_and_only_when_a_word_is_looked_for():
    read = []

    def texts():
        read.append(1)
        return TEXTS

    vocabulary = Vocabulary(texts)
    assert read == []
    assert vocabulary.nearest("norwik", 1) == "norwick"
    assert vocabulary.nearest("harbor", 1) == "harbour"
    assert read == [1]


@given(st.lists(st.text(max_size=30), max_size=5), st.text(max_size=8), st.integers(0, 2))
def test_what_is_nearest_is_a_word_of_the_texts(texts, word, most):
    words = {found for text in texts for found in WORD.findall(text.lower())}
    nearest = words_of(*texts).nearest(word, most)
    assert nearest is None or nearest in words
    if word in words:
        assert nearest == word
