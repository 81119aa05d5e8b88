"""Question + hits -> candidates: sentences of the passages, and the part of each that answers."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.build import GivenFile
from rag.reader import CLEAR, READ_AGAIN, READ_PASSAGES, SPANS, SpanReader
from rag.retrieve import retrieve
from rag.span_model import SpanModel

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
    return hits, reader.read(question, hits, snapshot.lexical.idf, snapshot.documents)


def check_candidates(snapshot, hits, candidates):
    sentences = {
        (hit.passage.document_id, place) for hit in hits for sentence in hit.passage.sentences for place in sentence
    }
    places = [(found.document_id, found.answer) for found in candidates]
    assert len(set(places)) == len(places)
    assert [found.score for found in candidates] == sorted((found.score for found in candidates), reverse=True)
    for found in candidates:
        assert {(found.document_id, edge) for edge in found.statement} <= sentences
        start, end = found.answer
        assert found.statement[0] <= start < end <= found.statement[1]
        text = snapshot.documents[found.document_id].text
        assert text[start:end].strip() == text[start:end]
        assert found.before is None or found.before[1] <= found.statement[0]


@pytest.mark.parametrize("question", QUESTIONS)
def test_candidates_are_spans_of_the_passages_each_once(fitted_reader, snapshot, encoder, question):
    hits, candidates = read(fitted_reader, snapshot, encoder, question)
    check_candidates(snapshot, hits, candidates)
    assert candidates
    assert len(candidates) <= READ_PASSAGES * SPANS


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
def test_answer_is_the_whole_value(fitted_reader, snapshot, encoder, question, answer):
    _, candidates = read(fitted_reader, snapshot, encoder, question)
    document = snapshot.documents[candidates[0].document_id]
    assert document.text[slice(*candidates[0].answer)] == answer


def test_a_number_that_the_question_names_echoes_it(fitted_reader, snapshot, encoder):
    _, candidates = read(fitted_reader, snapshot, encoder, "How many of the 4,812 ships carried grain?")
    text = snapshot.documents["harbour"].text
    echoed = {
        text[slice(*found.answer)]: found.features["echoed"] for found in candidates if found.document_id == "harbour"
    }
    assert echoed["1,207"] == 0
    assert all(share == 1 for words, share in echoed.items() if words == "4,812")


def test_sentence_answers_where_one_is_asked_for(fitted_reader, snapshot, encoder):
    _, candidates = read(fitted_reader, snapshot, encoder, "Why was the eastern lock closed?")
    assert all(found.answer == found.statement for found in candidates)


def test_another_place_with_the_same_words_agrees(fitted_reader, index, encoder):
    index.add(
        [
            GivenFile(f"{name}.txt", f"Mills of {name}\n\nThe mill of Orbe ground 912 tons.".encode())
            for name in ("Vaud", "Bern")
        ]
    )
    _, candidates = read(fitted_reader, index.open(), encoder, "How many tons did the mill of Orbe grind?")
    agreeing = [found for found in candidates if found.features["agreement"]]
    assert {found.document_id for found in agreeing} == {"vaud", "bern"}


def test_no_hit_gives_no_candidate(fitted_reader, snapshot):
    assert fitted_reader.read("How many ships?", [], snapshot.lexical.idf, {}) == []


def test_ties_are_in_the_order_of_the_document(fitted_reader, index, encoder):
    index.add([GivenFile("b.txt", b"Ships came. Ships came. Ships came."), GivenFile("a.txt", b"Ships came.")])
    _, candidates = read(fitted_reader, index.open(), encoder, "What came?")
    for former, found in itertools.pairwise(candidates):
        same = former.score == found.score
        assert not same or (former.document_id, former.answer) < (found.document_id, found.answer)


def test_features_are_named_numbers_with_the_bounds_that_they_say(fitted_reader, snapshot, encoder):
    for question in QUESTIONS:
        _, candidates = read(fitted_reader, snapshot, encoder, question)
        again = {name for name in candidates[0].features if name.startswith("alone_")}
        assert len(again) == 4
        for place, found in enumerate(candidates):
            assert set(found.features) | again == set(candidates[0].features)
            assert again <= set(found.features) or place >= READ_AGAIN
            for name in ("share", "coverage", "passage_coverage", "names_covered", "names_near", "agreement", "echoed"):
                assert -1e-9 <= found.features[name] <= 1 + 1e-9
            assert found.features["coverage"] <= found.features["passage_coverage"] + 1e-9
            assert found.features["below_best"] >= 0


def test_unclear_spans_and_those_without_the_value_asked_for_give_the_sentence(fitted_reader, snapshot, encoder):
    for question in QUESTIONS:
        _, candidates = read(fitted_reader, snapshot, encoder, question)
        for found in candidates:
            unclear = found.features["clarity"] < CLEAR or found.features["kind_misfits"]
            if unclear and not found.features["value_by_words"]:
                assert found.answer == found.statement
            assert found.features["whole_sentence"] == (found.answer == found.statement)


def test_the_second_reading_orders_the_first_three_and_leaves_the_others_behind_them(snapshot, encoder):
    hits = retrieve(snapshot, encoder, "How many ships carried grain in 2020?", READ_PASSAGES)
    by_alone_lead = SpanReader(SpanModel(), {"lead": 1.0}, {"alone_lead": 1.0})
    asked = "How many ships carried grain in 2020?", hits, snapshot.lexical.idf, snapshot.documents
    first, again = by_alone_lead.propose(*asked), by_alone_lead.read(*asked)
    place = [(found.document_id, found.answer) for found in first]
    assert len(first) > READ_AGAIN
    assert {(found.document_id, found.answer) for found in again[:READ_AGAIN]} == set(place[:READ_AGAIN])
    assert [(found.document_id, found.answer) for found in again[READ_AGAIN:]] == place[READ_AGAIN:]
    leads = [found.features["alone_lead"] for found in again[:READ_AGAIN]]
    assert leads == sorted(leads, reverse=True)
    for found in again[:READ_AGAIN]:
        words = snapshot.documents[found.document_id].text[slice(*found.statement)]
        (alone,) = SpanModel().read(asked[0], [words], [0], 1)
        assert found.features["alone_answers"] == alone.answers


@pytest.mark.parametrize(("count", "misfits"), [("two", 0.0), ("nine", 1.0)])
def test_a_sentence_with_fewer_things_than_are_wanted_does_not_fit(fitted_reader, index, encoder, count, misfits):
    index.add([GivenFile("quays.txt", b"The quays of Norholm and Estby were repaired, as the council had asked.")])
    _, candidates = read(fitted_reader, index.open(), encoder, f"Which {count} quays were repaired?")
    assert {found.features["kind_misfits"] for found in candidates} == {misfits}
