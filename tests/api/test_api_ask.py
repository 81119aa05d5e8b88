import json
from hashlib import sha256

import pytest

REPORT = "sipo-2017-strategy-protection-administration"

QUESTION = "How many patent disputes were there?"


def test_the_known_question_is_answered_with_a_citation_that_the_text_confirms(client):
    body = client.post("/v1/ask", json={"question": QUESTION}).json()
    assert body["status"] == "answered"
    assert body["answer"] == "28,157"
    text = client.get(f"/v1/documents/{REPORT}/text").text
    (citation,) = (one for one in body["citations"] if one["role"] == "statement")
    assert text[citation["start_char_index"] : citation["end_char_index"]] == citation["cited_text"]
    assert citation["text_sha256"] == sha256(text.encode()).hexdigest()
    assert citation["section"][-1] == "(2) IP Law Enforcement"
    (part,) = body["answer_parts"]
    assert text[part["start_char_index"] : part["end_char_index"]] == "28,157"
    assert body["reason_code"] is None


def test_an_absent_year_is_refused_with_places_to_look(client):
    body = client.post("/v1/ask", json={"question": "How many patent disputes were there in 2015?"}).json()
    assert body["status"] == "abstained"
    assert body["reason_code"] == "constraint_mismatch"
    assert body["answer"] is body["statement"] is None
    assert body["citations"] == body["answer_parts"] == []
    assert len(body["passages"]) == 5
    assert body["confidence"] < 0.35


def test_max_risk_one_always_shows_the_best_candidate(client):
    body = client.post("/v1/ask", json={"question": "What is the boiling point of mercury?", "max_risk": 1.0}).json()
    assert body["status"] == "answered"
    assert body["confidence"] < 0.2


def test_max_risk_zero_refuses_everything(client):
    body = client.post("/v1/ask", json={"question": QUESTION, "max_risk": 0}).json()
    assert body["status"] == "abstained"


def test_the_same_question_gives_the_same_answer(client):
    first, second = (client.post("/v1/ask", json={"question": QUESTION}).json() for _ in range(2))
    for body in (first, second):
        body.pop("timings_ms")
    assert first == second


@pytest.mark.parametrize("change", [{"question": "Who?"}, {"top_k": 6}, {"max_risk": 0.5}, {"documents": [REPORT]}])
def test_another_question_or_option_has_another_id(client, change):
    plain = client.post("/v1/ask", json={"question": QUESTION}).json()
    other = client.post("/v1/ask", json={"question": QUESTION, **change}).json()
    assert plain["id"] != other["id"]


def test_events_are_passages_then_deltas_then_one_answer(client):
    reply = client.post("/v1/ask", json={"question": QUESTION}, headers={"Accept": "text/event-stream"})
    assert reply.headers["content-type"].startswith("text/event-stream")
    events = [parse_event(block) for block in reply.text.strip().split("\n\n")]
    assert [name for name, _ in events] == ["passages", "delta", "answer"]
    plain = client.post("/v1/ask", json={"question": QUESTION}).json()
    answer = events[-1][1]
    assert answer["citations"] == plain["citations"]
    assert answer["id"] == plain["id"]
    assert answer["passages"] == plain["passages"]
    found = client.post("/v1/search", json={"query": QUESTION}).json()
    assert events[0][1] == found


def test_a_bad_question_is_a_problem_before_any_event(client):
    reply = client.post("/v1/ask", json={"question": "  "}, headers={"Accept": "text/event-stream"})
    assert reply.status_code == 422
    assert reply.json()["code"] == "bad_question"


def test_a_question_in_another_script_is_refused_as_language(client):
    body = client.post("/v1/ask", json={"question": "专利纠纷有多少？"}).json()
    assert (body["status"], body["reason_code"], body["confidence"]) == ("abstained", "language", 0.0)


def test_search_gives_passages_best_first(client):
    body = client.post("/v1/search", json={"query": "patent disputes", "top_k": 7}).json()
    scores = [passage["score"] for passage in body["passages"]]
    assert len(scores) == 7
    assert scores == sorted(scores, reverse=True)
    assert "28,157" in body["passages"][0]["text"]
    assert body["snapshot"] == client.get("/readyz").json()["snapshot"]


def parse_event(block):
    fields = dict(line.split(": ", 1) for line in block.split("\n"))
    return fields["event"], json.loads(fields["data"])


def test_a_question_is_understood_after_the_one_before(client):
    history = [
        {"question": "Who chaired it?", "answer": None},
        {"question": "And disputes?", "understood_question": QUESTION, "answer": "28,157"},
    ]
    body = client.post("/v1/ask", json={"question": "And in 2015?", "history": history}).json()
    alone = client.post("/v1/ask", json={"question": "How many patent disputes were there in 2015?"}).json()
    assert (body["question"], body["understood_question"]) == ("And in 2015?", alone["question"])
    assert body["id"] != alone["id"]
    assert {name: body[name] for name in ("status", "reason_code", "confidence", "passages")} == {
        name: alone[name] for name in ("status", "reason_code", "confidence", "passages")
    }


def test_a_question_that_is_too_long_with_what_it_leans_on_is_refused(client):
    history = [{"question": f"How many {'very ' * 249}old ships were there?", "answer": None}]
    reply = client.post(
        "/v1/ask", json={"question": "When did they come in 2015 and to which harbours?", "history": history}
    )
    assert reply.status_code == 422
    assert "the question has" in reply.json()["detail"]
