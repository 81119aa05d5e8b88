"""The queue of uploads: progress, events, order, a full queue, and what is asked meanwhile."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from test_api_problems import assert_problem
from uploading import HARBOUR, MILL, listed, states, upload, wait_for_job

from index.library import Library, acquire_lock
from rag.retrieve import retrieve

EVENTS = {"Accept": "text/event-stream"}


def parse_events(text):
    blocks = [block for block in text.strip().split("\n\n") if not block.startswith(":")]
    fields = [dict(line.split(": ", 1) for line in block.split("\n")) for block in blocks]
    return [(field["event"], json.loads(field["data"])) for field in fields]


def test_events_are_progress_and_then_one_end(shelf, gated):
    gated.close()
    job_id = upload(shelf, ("a.txt", HARBOUR), ("b.txt", b""), ("c.txt", b" \n"), wait=False).json()["job_id"]
    assert gated.reached.wait(10)
    threading.Timer(0.5, gated.gate.set).start()
    reply = shelf.get(f"/v1/jobs/{job_id}", headers=EVENTS)
    assert reply.headers["content-type"].startswith("text/event-stream")
    events = parse_events(reply.text)
    assert [name for name, _ in events][-1] == "done"
    assert {name for name, _ in events[:-1]} == {"progress"}
    first, last = events[0][1], events[-1][1]
    assert first["state"] == "running"
    assert [document["state"] for document in first["documents"]] == ["read", "rejected", "rejected"]
    assert first["documents"][0]["characters"] == len(HARBOUR)
    assert [document["state"] for document in last["documents"]] == ["ready", "rejected", "rejected"]
    assert last == shelf.get(f"/v1/jobs/{job_id}").json()


def test_a_job_that_has_ended_has_one_event(shelf):
    job_id = upload(shelf, ("a.txt", HARBOUR)).json()["job_id"]
    events = parse_events(shelf.get(f"/v1/jobs/{job_id}", headers=EVENTS).text)
    assert [name for name, _ in events] == ["done"]


def test_a_silent_stream_has_heartbeats(shelf, gated, monkeypatch):
    monkeypatch.setattr("api.routes.events.HEARTBEAT_SECONDS", 0.1)
    gated.close()
    job_id = upload(shelf, ("a.txt", HARBOUR), wait=False).json()["job_id"]
    threading.Timer(1, gated.gate.set).start()
    text = shelf.get(f"/v1/jobs/{job_id}", headers=EVENTS).text
    assert ": still working" in text
    assert parse_events(text)[-1][0] == "done"


@pytest.mark.parametrize("headers", [{}, EVENTS])
@pytest.mark.parametrize("job_id", ["job_0", "..%2f", "x" * 500])
def test_an_unknown_job_is_404(shelf, headers, job_id):
    assert_problem(
        shelf.get(f"/v1/jobs/{job_id}", headers=headers), 404, "unknown_job" if "%" not in job_id else "not_found"
    )


def test_a_full_queue_is_503_until_a_place_is_free(make_client, gated):
    client = make_client(queue_length=2)
    gated.close()
    first = upload(client, ("a.txt", HARBOUR), wait=False).json()["job_id"]
    second = upload(client, ("b.txt", MILL), wait=False).json()["job_id"]
    reply = upload(client, ("c.txt", MILL), wait=False)
    assert_problem(reply, 503, "queue_full")
    assert int(reply.headers["retry-after"]) >= 1
    assert client.get(f"/v1/jobs/{second}").json()["state"] == "queued"
    gated.gate.set()
    assert {wait_for_job(client, job)["state"] for job in (first, second)} == {"done"}
    assert upload(client, ("c.txt", MILL)).status_code == 200
    assert listed(client) == ["a", "b", "c"]


def test_uploads_that_fail_give_their_place_back(make_client):
    client = make_client(queue_length=1)
    for _ in range(3):
        assert_problem(upload(client, ("a.txt", b"")), 422, "unreadable_file")
        assert_problem(client.post("/v1/documents", content=b"{}"), 415, "unsupported_media_type")
    assert upload(client, ("a.txt", HARBOUR)).status_code == 200


def test_what_is_asked_during_an_add_is_answered_from_what_stood(shelf, gated):
    upload(shelf, ("harbour.txt", HARBOUR))
    before = shelf.get("/readyz").json()["snapshot"]
    gated.close()
    job_id = upload(shelf, ("mill.txt", MILL), ("harbour.txt", b"No ship came."), wait=False).json()["job_id"]
    assert gated.reached.wait(10)

    def ask(_):
        return shelf.post("/v1/search", json={"query": "ships"}).json()

    with ThreadPoolExecutor(8) as threads:
        during = list(threads.map(ask, range(24)))
        gated.gate.set()
        after = list(threads.map(ask, range(48)))
    assert {reply["snapshot"] for reply in during} == {before}
    assert {passage["text"] for reply in during for passage in reply["passages"]} == {HARBOUR.decode().strip()}
    done = wait_for_job(shelf, job_id)["snapshot"]
    assert {reply["snapshot"] for reply in after} <= {before, done}
    for reply in after:
        whole = {"harbour"} if reply["snapshot"] == before else {"harbour", "mill"}
        assert {passage["document_id"] for passage in reply["passages"]} == whole
    assert shelf.post("/v1/search", json={"query": "ships"}).json()["snapshot"] == done


def test_an_answer_under_way_keeps_the_snapshot_it_began_with(shelf, gated, monkeypatch):
    upload(shelf, ("harbour.txt", HARBOUR))
    before = shelf.get("/readyz").json()["snapshot"]
    began, go_on = threading.Event(), threading.Event()

    def slow_retrieve(*arguments, **named):
        began.set()
        assert go_on.wait(10)
        return retrieve(*arguments, **named)

    monkeypatch.setattr("rag.ask.retrieve", slow_retrieve)
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(shelf.post, "/v1/ask", json={"question": "How many ships were there in 2020?"})
        assert began.wait(10)
        assert shelf.delete("/v1/documents/harbour").status_code == 200
        go_on.set()
        body = asked.result().json()
    assert body["snapshot"] == before
    assert body["passages"][0]["document_id"] == "harbour"


def test_a_withdrawal_waits_for_an_add_and_gives_up_with_409(shelf, gated, monkeypatch):
    monkeypatch.setattr("api.routes.uploads.PATIENCE_SECONDS", 0.3)
    upload(shelf, ("harbour.txt", HARBOUR))
    gated.close()
    job_id = upload(shelf, ("mill.txt", MILL), wait=False).json()["job_id"]
    assert gated.reached.wait(10)
    assert_problem(shelf.delete("/v1/documents/harbour"), 409, "library_busy")
    threading.Timer(0.1, gated.gate.set).start()
    monkeypatch.setattr("api.routes.uploads.PATIENCE_SECONDS", 10)
    assert shelf.delete("/v1/documents/harbour").status_code == 200
    wait_for_job(shelf, job_id)
    assert listed(shelf) == ["mill"]


def test_an_upload_waits_for_another_process(shelf, tmp_path):
    with acquire_lock(Library(tmp_path / "data")):
        job_id = upload(shelf, ("harbour.txt", HARBOUR), wait=False).json()["job_id"]
        time.sleep(0.3)
        body = shelf.get(f"/v1/jobs/{job_id}").json()
        assert (body["state"], body["step"]) == ("running", "waiting for another writer")
    assert wait_for_job(shelf, job_id)["state"] == "done"


def test_a_fault_of_ours_fails_the_job_and_not_the_queue(shelf, monkeypatch):
    monkeypatch.setattr("index.build.LexicalIndex.build", lambda _: 1 / 0)
    reply = upload(shelf, ("harbour.txt", HARBOUR))
    assert_problem(reply, 500, "internal_error")
    assert "ZeroDivision" not in reply.text
    monkeypatch.undo()
    assert states(upload(shelf, ("harbour.txt", HARBOUR))) == [("harbour", "ready")]


def test_when_the_service_stops_nothing_is_half_added(make_client, gated, tmp_path):
    client = make_client()
    upload(client, ("harbour.txt", HARBOUR))
    before = client.get("/readyz").json()["snapshot"]
    gated.close()
    running = upload(client, ("mill.txt", MILL), wait=False).json()["job_id"]
    waiting = upload(client, ("more.txt", MILL), wait=False).json()["job_id"]
    assert gated.reached.wait(10)
    client.app.state.jobs.begin_to_stop()
    assert_problem(upload(client, ("late.txt", MILL)), 503, "not_ready")
    gated.gate.set()
    for job_id in (running, waiting):
        body = wait_for_job(client, job_id)
        assert body["state"] == "failed"
        assert "send the files again" in body["problem"]
    assert client.get("/readyz").json()["snapshot"] == before
    assert listed(client) == ["harbour"]
