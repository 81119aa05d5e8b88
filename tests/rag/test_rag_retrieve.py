"""Question -> ranked hits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.build import GivenFile, Index
from rag.retrieve import DENSE_WEIGHT, retrieve


def test_hits_are_ordered_and_hold_what_both_legs_say(snapshot, encoder):
    question = "How many ships carried grain?"
    hits = retrieve(snapshot, encoder, question, 10)
    assert sorted(hit.row for hit in hits) == list(range(len(snapshot.passages)))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    vector = encoder.encode([question])[0]
    lexical = snapshot.lexical.scores(question)
    for hit in hits:
        assert hit.passage is snapshot.passages[hit.row]
        sentences = [float(snapshot.sentences.vector(row) @ vector) for row in snapshot.sentences_of(hit.row)]
        assert len(sentences) == len(hit.passage.sentences)
        assert hit.sentences == pytest.approx(sentences, abs=1e-6)
        assert hit.dense == pytest.approx(
            (float(snapshot.dense.vector(hit.row) @ vector) + max(sentences)) / 2, abs=1e-6
        )
        assert hit.lexical == pytest.approx(float(lexical[hit.row]))
        assert hit.score == pytest.approx(DENSE_WEIGHT * (1 + hit.dense) / 2 + (1 - DENSE_WEIGHT) * hit.lexical)
    assert "4,812" in hits[0].passage.text


@given(question=st.text(min_size=1, max_size=60))
@settings(max_examples=60, deadline=None)
def test_scores_of_any_question_keep_their_bounds(report_snapshot, real_encoder, question):
    hits = retrieve(report_snapshot, real_encoder, question, 50)
    assert hits
    for hit in hits:
        assert 0 <= hit.score <= 1
        assert -1 <= hit.dense <= 1
        assert 0 <= hit.lexical <= 1


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_limit_cuts_the_same_order(snapshot, encoder, limit):
    every = retrieve(snapshot, encoder, "grain", 50)
    assert retrieve(snapshot, encoder, "grain", limit) == every[:limit]


@pytest.mark.parametrize("copies", [3, 7, 41])
def test_ties_are_broken_by_row(tmp_path, real_encoder, copies):
    index = Index(tmp_path, real_encoder)
    index.add([GivenFile(f"copy-{i:02}.txt", b"The harbour handled 4,812 ships in May 2020.") for i in range(copies)])
    hits = retrieve(index.open(), real_encoder, "How many ships did the harbour handle?", copies)
    assert len({hit.score for hit in hits}) == 1
    assert [hit.row for hit in hits] == list(range(copies))


def test_documents_filter_leaves_scores_as_they_are(snapshot, encoder):
    every = {hit.row: hit for hit in retrieve(snapshot, encoder, "grain ships", 50)}
    for documents in (["mill"], ["harbour"], ["mill", "harbour"]):
        hits = retrieve(snapshot, encoder, "grain ships", 50, documents)
        assert {hit.passage.document_id for hit in hits} == set(documents)
        assert len(hits) == sum(passage.document_id in documents for passage in snapshot.passages)
        assert [every[hit.row] for hit in hits] == hits


@pytest.mark.parametrize("documents", [[], ["no-such"]])
def test_no_document_gives_no_hit(snapshot, encoder, documents):
    assert retrieve(snapshot, encoder, "grain", 5, documents) == []


def test_empty_index_gives_no_hit(index, encoder):
    assert retrieve(index.open(), encoder, "grain", 5) == []


def test_passage_that_only_the_words_find_is_found(report_snapshot, real_encoder):
    """Of more rows than a leg hands on, one that shares a rare term is among the hits."""
    hits = retrieve(report_snapshot, real_encoder, "worldip.cn WeChat", 3)
    assert "worldip.cn" in hits[0].passage.text


def test_same_question_gives_the_same_hits(report_snapshot, real_encoder):
    first = retrieve(report_snapshot, real_encoder, "How many patent disputes were there?", 8)
    assert first == retrieve(report_snapshot, real_encoder, "How many patent disputes were there?", 8)
    assert np.argmax([hit.score for hit in first]) == 0
