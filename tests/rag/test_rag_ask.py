"""The whole way from a question to an answer with its citation, or to an abstention."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.build import GivenFile
from rag.ask import ask
from rag.confidence import ABSTENTIONS
from rag.errors import BadQuestion
from rag.rerank import READER_WEIGHT
from rag.types import Question


def check_answer(answer, snapshot):
    """Assert what every answer promises."""
    assert 0 <= answer.confidence <= 1
    assert answer.snapshot == snapshot.digest
    if answer.status == "abstained":
        assert answer.answer is answer.statement is None
        assert answer.parts == answer.citations == ()
        assert answer.reason == ABSTENTIONS[answer.reason_code]
        return
    assert answer.reason_code is answer.reason is None
    for citation in answer.citations:
        document = snapshot.documents[citation.document_id]
        assert document.text[citation.start : citation.end] == citation.cited_text
        assert citation.text_sha256 == document.text_sha256
    assert " ".join(answer.citations[0].cited_text.split()) in answer.statement
    assert answer.parts
    for part in answer.parts:
        citation = answer.citations[part.citation]
        assert citation.start <= part.start < part.end <= citation.end
        words = snapshot.documents[citation.document_id].text[part.start : part.end]
        assert part.text == " ".join(words.split())
        assert part.text in answer.answer


def without_timings(answer):
    return replace(answer, timings_ms={})


def test_answer_with_its_citation(snapshot, models):
    answer = ask(Question("How many ships carried grain?", max_risk=1.0), snapshot, models)
    check_answer(answer, snapshot)
    assert (answer.status, answer.answer) == ("answered", "1,207")
    assert answer.citations[0].section == ("The Harbour Report 2020", "Traffic")


@pytest.mark.parametrize(
    "question",
    ["How many ships carried grain?", "Who is the queen of Sweden?", "专利纠纷有多少件？", "zzzz", "?!", "2017"],
)
@pytest.mark.parametrize("max_risk", [0.0, 0.65, 1.0])
def test_every_answer_keeps_its_promises(snapshot, models, question, max_risk):
    answer = ask(Question(question, max_risk=max_risk), snapshot, models)
    check_answer(answer, snapshot)
    if max_risk == 1.0:
        assert answer.status == "answered"


@given(question=st.text(min_size=1, max_size=80).filter(str.strip), max_risk=st.floats(0, 1))
@settings(max_examples=40, deadline=None)
def test_any_question_to_the_report_is_answered_or_refused(report_snapshot, real_models, question, max_risk):
    answer = ask(Question(question, max_risk=max_risk), report_snapshot, real_models)
    check_answer(answer, report_snapshot)
    borne = round(1 - answer.confidence, 4) <= max_risk
    assert (answer.status == "answered") == (borne and answer.reason_code != "conflict")


def test_abstention_keeps_the_passages(snapshot, models):
    answer = ask(Question("Who is the queen of Sweden?", max_risk=0.0, top_k=2), snapshot, models)
    assert answer.status == "abstained"
    assert len(answer.hits) == 2


def test_empty_index_abstains(index, models):
    answer = ask(Question("How many ships?", max_risk=1.0), index.open(), models)
    check_answer(answer, index.open())
    assert (answer.status, answer.reason_code, answer.hits, answer.confidence) == ("abstained", "no_passage", (), 0.0)


def test_same_question_same_answer(snapshot, models):
    question = Question("How many ships carried grain?", max_risk=1.0)
    assert without_timings(ask(question, snapshot, models)) == without_timings(ask(question, snapshot, models))


def test_id_is_that_of_question_options_history_and_snapshot(library_index, snapshot, models):
    plain = Question("How many ships?")
    variants = [
        plain,
        replace(plain, text="How many ships"),
        replace(plain, documents=("harbour",)),
        replace(plain, top_k=6),
        replace(plain, max_risk=0.1),
        replace(plain, history=(("Which harbour?", "Norwick"),)),
        replace(plain, history=(("Which harbour?", None),)),
    ]
    ids = [ask(question, snapshot, models).id for question in variants]
    library_index.remove("mill")
    ids.append(ask(plain, library_index.open(), models).id)
    assert len(set(ids)) == len(ids)
    assert all(name.startswith("ans_") and len(name) == 36 for name in ids)


@pytest.mark.parametrize("top_k", [1, 2, 50])
def test_shown_passages_are_the_best_and_their_number_changes_no_answer(snapshot, models, top_k):
    asked = Question("How many ships carried grain?", max_risk=1.0)
    answer = ask(replace(asked, top_k=top_k), snapshot, models)
    assert len(answer.hits) == min(top_k, len(snapshot.passages))
    assert [hit.score for hit in answer.hits] == sorted((hit.score for hit in answer.hits), reverse=True)
    assert answer.citations == ask(asked, snapshot, models).citations


def test_documents_bound_what_is_cited(snapshot, models):
    answer = ask(Question("How many tons of grain?", ("harbour",), max_risk=1.0), snapshot, models)
    assert {hit.passage.document_id for hit in answer.hits} == {"harbour"}
    assert answer.citations[0].document_id == "harbour"


def test_passages_are_told_before_the_answer(snapshot, models):
    told = []
    answer = ask(Question("How many ships?", top_k=50), snapshot, models, told.append)
    assert [hit.score for hit in told[0]] == sorted((hit.score for hit in told[0]), reverse=True)
    assert [{hit.row for hit in hits} for hits in told] == [{hit.row for hit in answer.hits}]
    ask(Question("How many ships?", top_k=2), snapshot, models, told.append)
    assert told[1] == told[0][:2]


def test_passages_of_the_answer_stand_as_the_reader_sees_them(snapshot, models):
    class LastReader:
        """Is sure of the last passage that it is given, and of no other."""

        def read(self, question, hits, idf, documents):
            found = models.reader.read(question, hits, idf, documents)[0]
            last = hits[-1].passage
            sure = {**found.features, "answers": 20.0}
            return [replace(found, document_id=last.document_id, statement=last.sentences[0], features=sure)]

    told = []
    asked = Question("How many ships carried grain?", max_risk=0.0)
    answer = ask(asked, snapshot, replace(models, reader=LastReader()), told.append)
    assert [hit.row for hit in answer.hits] == [told[0][-1].row, *(hit.row for hit in told[0][:-1])]
    assert answer.hits[0].score == pytest.approx((1 - READER_WEIGHT) * told[0][-1].score + READER_WEIGHT, abs=0.01)


def test_timings_are_measured_and_add_up(snapshot, models):
    timings = ask(Question("How many ships?"), snapshot, models).timings_ms
    assert set(timings) == {"retrieve", "read", "total"}
    assert timings["retrieve"] + timings["read"] == pytest.approx(timings["total"], abs=0.001)


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u3000\u2028"])
def test_blank_question_is_refused(snapshot, models, text):
    with pytest.raises(BadQuestion, match="the question is blank; ask something"):
        ask(Question(text), snapshot, models)


def test_question_longer_than_the_encoder_reads_is_refused(snapshot, models):
    fitting = "ships " * 254
    ask(Question(fitting), snapshot, models)
    with pytest.raises(BadQuestion, match=r"the question has 257 word pieces.* at most 256; shorten it"):
        ask(Question(fitting + "ships"), snapshot, models)


def test_shipped_report_is_asked_with_the_shipped_models(report_snapshot, real_models):
    answer = ask(Question("How many patent disputes were there?"), report_snapshot, real_models)
    check_answer(answer, report_snapshot)
    assert (answer.status, answer.answer) == ("answered", "28,157")
    assert (answer.parts[0].start, answer.parts[0].end) == (16037, 16043)
    assert (answer.citations[0].start, answer.citations[0].end) == (15984, 16125)
    assert answer.citations[0].section == (
        "III. Strategy Implementation, Protection and Administration",
        "Protection and Administration",
        "(2) IP Law Enforcement",
    )


def test_another_year_is_not_answered_for_this_one(report_snapshot, real_models):
    answer = ask(Question("How many patent disputes were there in 1998?", max_risk=0.1), report_snapshot, real_models)
    assert (answer.status, answer.reason_code) == ("abstained", "constraint_mismatch")


@pytest.mark.parametrize(
    ("question", "reason_code"),
    [
        ("Summarise the report.", "unsupported_question"),
        ("Wie viele Schiffe wurden im Hafen gezählt?", "language"),
        ("专利纠纷有多少件？", "language"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_its_reason(snapshot, models, question, reason_code):
    answer = ask(Question(question, max_risk=0.99), snapshot, models)
    check_answer(answer, snapshot)
    assert (answer.status, answer.reason_code, answer.confidence) == ("abstained", reason_code, 0.0)


def test_documents_that_disagree_are_both_shown(index, models):
    text = "Norwick Harbour\n\nThe harbour of Norwick handled {} ships in 2020.\n"
    index.add(
        [
            GivenFile(f"{name}.txt", text.format(ships).encode())
            for name, ships in (("first", "4,812"), ("second", "4,900"))
        ]
    )
    question = Question("How many ships did the harbour of Norwick handle in 2020?", max_risk=0.99)
    answer = ask(question, index.open(), models)
    assert (answer.status, answer.reason_code) == ("abstained", "conflict")
    assert {other.citations[0].document_id for other in answer.alternatives} == {"first", "second"}
    assert ask(replace(question, max_risk=1.0), index.open(), models).status == "answered"


def test_question_of_two_parts_has_an_answer_for_each(snapshot, models):
    answer = ask(
        Question("How many ships carried grain, and who opened the new pilot station?", max_risk=1.0), snapshot, models
    )
    check_answer(answer, snapshot)
    assert "1,207" in answer.answer
    assert "Helena Brandt" in answer.answer
    assert len(answer.parts) == 2
