"""Question + hits -> candidates: sentences of the passages, and the part of each that answers."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.build import GivenFile
from rag.reader import COMPARED, READ_PASSAGES
from rag.retrieve import retrieve

QUESTIONS = [
    "How many ships did the harbour of Norwick handle?",
    "How many ships carried grain?",
    "When was the new pilot station opened?",
    "Who opened the new pilot station?",
    "How much did the dredging cost?",
    "Why did night traffic stay low?",
    "What rested on Sunday?",
    "知识产权",
    "?",
]


def read(reader, snapshot, encoder, question):
    hits = retrieve(snapshot, encoder, question, READ_PASSAGES)
    return hits, reader.read(question, hits, snapshot.lexical.idf)


def check_candidates(snapshot, hits, candidates):
    sentences = {(hit.passage.document_id, sentence) for hit in hits for sentence in hit.passage.sentences}
    assert {(found.document_id, found.statement) for found in candidates} <= sentences
    assert len({found.statement for found in candidates}) == len(candidates) == min(len(sentences), COMPARED)
    assert [found.score for found in candidates] == sorted((found.score for found in candidates), reverse=True)
    for found in candidates:
        start, end = found.answer
        assert found.statement[0] <= start < end <= found.statement[1]
        words = snapshot.documents[found.document_id].text[start:end]
        assert words.strip() == words


@pytest.mark.parametrize("question", QUESTIONS)
def test_candidates_are_the_sentences_of_the_passages_each_once(fitted_reader, snapshot, encoder, question):
    hits, candidates = read(fitted_reader, snapshot, encoder, question)
    check_candidates(snapshot, hits, candidates)
    assert candidates


@given(question=st.text(min_size=1, max_size=60).filter(str.strip))
@settings(max_examples=30, deadline=None)
def test_candidates_for_any_question_to_the_report(fitted_reader, report_snapshot, real_encoder, question):
    hits, candidates = read(fitted_reader, report_snapshot, real_encoder, question)
    check_candidates(report_snapshot, hits, candidates)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How many ships carried grain?", "1,207"),
        ("When was the new pilot station opened?", "14 June 2020"),
        ("Who opened the new pilot station?", "Helena Brandt"),
        ("How much did the dredging cost?", "RMB 3.2 million"),
    ],
)
def test_answer_is_the_value_of_the_kind_asked_for(fitted_reader, snapshot, encoder, question, answer):
    _, candidates = read(fitted_reader, snapshot, encoder, question)
    document = snapshot.documents[candidates[0].document_id]
    assert document.text[slice(*candidates[0].answer)] == answer


def test_a_number_that_the_question_names_is_no_answer(fitted_reader, snapshot, encoder):
    _, candidates = read(fitted_reader, snapshot, encoder, "How many of the 4,812 ships carried grain?")
    text = snapshot.documents["harbour"].text
    assert "4,812" not in [text[slice(*found.answer)] for found in candidates if found.document_id == "harbour"]


def test_sentence_answers_where_no_kind_is_asked_for(fitted_reader, snapshot, encoder):
    _, candidates = read(fitted_reader, snapshot, encoder, "Why was the eastern lock closed?")
    assert all(found.answer == found.statement for found in candidates)


def test_no_hit_gives_no_candidate(fitted_reader, snapshot):
    assert fitted_reader.read("How many ships?", [], snapshot.lexical.idf) == []


def test_ties_are_in_the_order_of_the_document(fitted_reader, index, encoder):
    index.add([GivenFile("b.txt", b"Ships came. Ships came. Ships came."), GivenFile("a.txt", b"Ships came.")])
    _, candidates = read(fitted_reader, index.open(), encoder, "What came?")
    for former, found in itertools.pairwise(candidates):
        same = former.score == found.score
        assert not same or (former.document_id, former.statement) < (found.document_id, found.statement)


def test_features_are_named_numbers_with_the_bounds_that_they_say(fitted_reader, snapshot, encoder):
    for question in QUESTIONS:
        _, candidates = read(fitted_reader, snapshot, encoder, question)
        for found in candidates:
            assert set(found.features) == set(candidates[0].features)
            for name in (
                "coverage",
                "coverage_with_previous",
                "passage_coverage",
                "pairs",
                "proximity",
                "names_covered",
            ):
                assert -1e-9 <= found.features[name] <= 1 + 1e-9
            assert found.features["coverage"] <= found.features["coverage_with_previous"] + 1e-9
            assert found.features["below_best"] >= 0
