"""Candidates -> confidence, and answer or abstain."""

import json
import math
from dataclasses import replace
from importlib.resources import files
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.build import GivenFile
from rag.confidence import (
    ABSTENTIONS,
    MOST_IF_UNFIT,
    NEAR,
    Calibrator,
    Logistic,
    confidence_features,
    explain_abstention,
    is_borne,
)
from rag.errors import ReaderDamaged
from rag.models import open_models
from rag.reader import READ_PASSAGES
from rag.retrieve import retrieve
from rag.types import Candidate

NUMBERS = st.floats(-1e6, 1e6)
FEATURES = {
    "year_contradicted": 0.0,
    "numbers_missing": 0.0,
    "names_covered": 1.0,
    "lead": 1.0,
    "answers": 0.0,
    "cell": 0.0,
    "unfit": 0.0,
}


def candidate(score, **features):
    return Candidate("a", (0, 5), (0, 5), score, {**FEATURES, **features})


def test_no_candidate_no_confidence(fitted_calibrator):
    assert fitted_calibrator.confidence([]) == 0.0


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS)
@settings(max_examples=200, deadline=None)
def test_confidence_is_a_chance_and_rises_with_the_score(first, second, weight, bias):
    rising = Logistic({"score": abs(weight), "margin": abs(weight)}, bias)
    calibrator = Calibrator(rising, rising)
    low, high = sorted((first, second))
    lesser, greater = calibrator.confidence([candidate(low)]), calibrator.confidence([candidate(high)])
    assert 0 <= lesser <= greater <= 1


def test_a_place_that_cannot_hold_what_is_asked_for_is_hardly_trusted():
    sure, unsure = (Calibrator(Logistic({}, bias), Logistic({}, bias)) for bias in (9.0, -9.0))
    assert sure.confidence([candidate(1.0, unfit=1.0)]) == MOST_IF_UNFIT
    assert unsure.confidence([candidate(1.0, unfit=1.0)]) < MOST_IF_UNFIT
    assert sure.confidence([candidate(1.0)]) > 0.99


def test_cells_have_a_confidence_of_their_own():
    calibrator = Calibrator(text=Logistic({}, 1.0), cell=Logistic({}, -1.0))
    assert calibrator.confidence([candidate(1.0)]) == pytest.approx(1 / (1 + math.exp(-1.0)))
    assert calibrator.confidence([candidate(1.0, cell=1.0)]) == pytest.approx(1 / (1 + math.exp(1.0)))


@given(st.floats(-20, 20), st.floats(-20, 20), st.floats(-20, 20))
@settings(max_examples=100, deadline=None)
def test_fitted_confidence_rises_with_the_lead(fitted_calibrator, score, lead, more):
    first = candidate(score)
    near, far = sorted((abs(lead), abs(more)))
    assert fitted_calibrator.confidence([first, candidate(score - near)]) <= fitted_calibrator.confidence(
        [first, candidate(score - far)]
    )


def test_lead_of_a_lone_candidate_is_bounded():
    assert confidence_features([candidate(3.0)])["margin"] == 5.0
    assert confidence_features([candidate(3.0), candidate(-9.0)])["margin"] == 5.0
    assert confidence_features([candidate(3.0), candidate(2.5)])["margin"] == 0.5


def test_fitted_numbers_name_features_that_the_reader_makes(fitted_reader, snapshot, encoder):
    fitted = json.loads((files("rag") / "confidence.json").read_text("utf-8"))
    hits = retrieve(snapshot, encoder, "How many ships?", READ_PASSAGES)
    features = fitted_reader.read("How many ships?", hits, snapshot.lexical.idf, snapshot.documents)[0].features
    assert set(fitted["order"]) <= set(features)
    candidates = fitted_reader.read("How many ships?", hits, snapshot.lexical.idf, snapshot.documents)
    for numbers in fitted["calibration"].values():
        assert set(numbers["weights"]) <= set(confidence_features(candidates))


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=200, deadline=None)
def test_who_bears_more_risk_is_given_more(confidence, one, other):
    confidence = round(confidence, 4)
    low, high = sorted((one, other))
    assert is_borne(confidence, high) or not is_borne(confidence, low)


@pytest.mark.parametrize(
    ("confidence", "max_risk", "borne"),
    [
        (0.0, 1.0, True),
        (1.0, 0.0, True),
        (0.9999, 0.0, False),
        (0.35, 0.65, True),
        (0.3499, 0.65, False),
        (0.0, 0.9999, False),
        (0.9, 0.1, True),
        (0.7, 0.3, True),
    ],
)
def test_risk_is_borne_up_to_the_bound(confidence, max_risk, borne):
    assert is_borne(confidence, max_risk) is borne


def test_reasons_of_an_abstention(snapshot, encoder):
    question = "How many ships carried grain?"
    hits = retrieve(snapshot, encoder, question, 5)
    apart = [replace(hit, lexical=0.0) for hit in hits]
    fine = [candidate(1.0)]
    assert explain_abstention("专利纠纷有多少件", hits, fine) == "language"
    assert explain_abstention(question, [], []) == "no_passage"
    assert explain_abstention(question, hits, []) == "no_passage"
    assert explain_abstention(question, apart, fine) == "no_passage"
    assert explain_abstention(question, hits, fine) == "not_stated"
    for change in ({"year_contradicted": 1.0}, {"numbers_missing": 1.0}, {"names_covered": 0.4}):
        assert explain_abstention(question, hits, [candidate(1.0, **change)]) == "constraint_mismatch"
    for question in ("Summarise the report", "Was 2019 a better year than 2018?"):
        assert explain_abstention(question, hits, fine) == "unsupported_question"
    assert explain_abstention("Wie viele Schiffe wurden gezählt?", hits, fine) == "language"
    assert set(ABSTENTIONS) == {
        "language", "no_passage", "not_stated", "constraint_mismatch", "unsupported_question", "conflict"
    }  # fmt: skip


@pytest.mark.parametrize(
    "question",
    [
        "If 300 ships are a third, how many are there in all?",
        "How many more ships carried grain than coal?",
        "Which of the two locks is the wider one?",
        "Which harbour has fewer ships per inhabitant?",
        "Which harbour gains most from the lock?",
    ],
)
def test_what_has_to_be_worked_out_is_no_question_for_an_extract(snapshot, encoder, question):
    hits = retrieve(snapshot, encoder, "How many ships carried grain?", 5)
    assert explain_abstention(question, hits, [candidate(1.0)]) == "unsupported_question"


def test_documents_about_something_else_have_no_passage(snapshot, encoder):
    hits = retrieve(snapshot, encoder, "How many ships carried grain?", 5)
    for dense, code in ((NEAR - 0.01, "no_passage"), (NEAR, "not_stated")):
        found = [replace(hit, dense=min(hit.dense, dense)) for hit in hits]
        found[0] = replace(hits[0], dense=dense)
        assert explain_abstention("How many ships carried grain?", found, [candidate(1.0)]) == code


def test_ordinal_that_the_passage_does_not_name_is_a_mismatch(index, encoder):
    index.add([GivenFile("a.txt", b"In the 2nd round 14 ships were chosen for the prize.")])
    hits = retrieve(index.open(), encoder, "How many ships were chosen for the prize?", 5)
    first = [replace(candidate(1.0), statement=(0, 52), answer=(17, 19))]
    assert explain_abstention("How many ships were chosen in the 2nd round?", hits, first) == "not_stated"
    assert explain_abstention("How many ships were chosen in the 3rd round?", hits, first) == "constraint_mismatch"


def test_confidence_fitted_for_another_model_is_refused(encoder, monkeypatch):
    monkeypatch.setattr("rag.models.SpanModel", lambda: SimpleNamespace(sha256="0" * 64))
    with pytest.raises(ReaderDamaged, match=r"was fitted for the span model .* the one here is 0000"):
        open_models(encoder)
