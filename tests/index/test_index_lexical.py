"""The lexical leg against a BM25 written out by hand."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.errors import SnapshotDamaged
from index.lexical import FOLDER, LexicalIndex, analyse

WORDS = ["patent", "disputes", "office", "2017", "28,157", "the", "brandt", "harbour", "grain", "ships"]
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join), min_size=1, max_size=12)
QUESTIONS = st.lists(st.sampled_from([*WORDS, "unheard", "1999"]), max_size=6).map(" ".join)


def score_by_hand(texts, question):
    """Return Lucene's BM25 (k1 1.5, b 0.75) of each text over the most that the question's terms could score."""
    rows = [Counter(analyse(text)) for text in texts]
    average = sum(row.total() for row in rows) / len(rows)
    asked = Counter(analyse(question))

    def idf(term):
        n = sum(term in row for row in rows)
        return math.log(1 + (len(rows) - n + 0.5) / (n + 0.5))

    def saturate(row, term):
        return row[term] / (row[term] + 1.5 * (1 - 0.75 + 0.75 * row.total() / average)) if row[term] else 0.0

    most = sum(count * idf(term) for term, count in asked.items())
    return [
        sum(count * idf(term) * saturate(row, term) for term, count in asked.items()) / most if most else 0.0
        for row in rows
    ]


@given(TEXTS, QUESTIONS)
@settings(max_examples=100, deadline=None)
@example(["", ""], "patent")
@example(["patent"], "patent patent unheard")
@example(["the", "patent"], "the")
def test_scores_are_those_of_the_formula(texts, question):
    scores = LexicalIndex.build(texts).scores(question)
    assert scores.shape == (len(texts),)
    assert np.allclose(scores, score_by_hand(texts, question), atol=1e-5)
    assert 0 <= scores.min() <= scores.max() <= 1


@given(st.lists(st.text(max_size=30), max_size=6), st.text(max_size=30))
@settings(max_examples=100, deadline=None)
def test_any_text_and_any_question_are_scored(texts, question):
    scores = LexicalIndex.build(texts).scores(question)
    assert scores.shape == (len(texts),)
    assert np.all((scores >= 0) & (scores <= 1))


def test_a_term_never_seen_weighs_most_and_lowers_the_score():
    index = LexicalIndex.build(["patent office", "patent law", "grain"])
    assert index.idf("patent") < index.idf("grain") < index.idf("unheard")
    assert index.scores("patent unheard")[0] < index.scores("patent")[0]


@pytest.mark.parametrize("term", ["", "\0", "grain "])
def test_what_is_no_term_weighs_like_one_never_seen(term):
    index = LexicalIndex.build(["patent office", "patent law"])
    assert index.idf(term) == index.idf("unheard") == pytest.approx(math.log(1 + 2.5 / 0.5))


def test_saved_index_scores_the_same_and_has_the_same_bytes(tmp_path):
    texts = ["The patent office", "28,157 disputes", "grain ships and grain"]
    question = "patent disputes over grain"
    for name in ("a", "b"):
        LexicalIndex.build(texts).save(tmp_path / name)
    files = sorted((tmp_path / "a" / FOLDER).iterdir())
    assert len(files) > 3
    for path in files:
        assert path.read_bytes() == (tmp_path / "b" / FOLDER / path.name).read_bytes()
    loaded = LexicalIndex.load(tmp_path / "a", 3)
    built = LexicalIndex.build(texts)
    assert loaded.scores(question).tolist() == built.scores(question).tolist()
    assert [loaded.idf(term) for term in ("grain", "patent", "x")] == [built.idf(t) for t in ("grain", "patent", "x")]


@pytest.mark.parametrize("damage", ["missing", "params.index.json", "data.csc.index.npy"])
def test_folder_that_is_no_index_is_refused(tmp_path, damage):
    if damage != "missing":
        LexicalIndex.build(["patent"]).save(tmp_path)
        (tmp_path / FOLDER / damage).write_bytes(b"no index")
    with pytest.raises(SnapshotDamaged, match="is no index that bm25s reads; rebuild"):
        LexicalIndex.load(tmp_path, 1)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("28,157 patents", ["28157", "patent"]),
        ("1,234,567.89", ["1234567.89"]),
        ("RMB 1.2 billion", ["rmb", "1.2", "billion"]),
        ("36.3%", ["36.3"]),
        ("the office’s disputes", ["offic", "disput"]),
        ("Xi'an", ["xi"]),
        ("How many", []),
        ("ＦＵＬＬ１２", ["full", "12"]),
        ("", []),
        ("?!", []),
    ],
)
def test_terms_of_texts(text, terms):
    assert analyse(text) == terms
