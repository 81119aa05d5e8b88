"""Adding and withdrawing documents over HTTP."""

import asyncio
import io
import tracemalloc
from hashlib import sha256

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_api_problems import assert_problem
from uploading import HARBOUR, MILL, listed, states, upload, wait_for_job

from api.app import create_app
from api.settings import Settings
from api.uploads import clean_filename, receive_upload

LIST = "/v1/documents"


def test_files_are_added_and_answer_at_once(shelf):
    reply = upload(shelf, ("Harbour 2020.txt", HARBOUR), ("mill.txt", MILL))
    assert reply.status_code == 200
    assert states(reply) == [("harbour-2020", "ready"), ("mill", "ready")]
    (first, _) = reply.json()["documents"]
    assert first["file_sha256"] == first["text_sha256"] == sha256(HARBOUR).hexdigest()
    assert (first["characters"], first["passages"], first["pages"]) == (len(HARBOUR), 1, None)
    assert reply.json()["snapshot"] == shelf.get("/readyz").json()["snapshot"]
    assert listed(shelf) == ["harbour-2020", "mill"]
    found = shelf.post("/v1/search", json={"query": "ships of the harbour"}).json()["passages"]
    assert found[0]["document_id"] == "harbour-2020"
    assert shelf.get(f"{LIST}/harbour-2020/original").content == HARBOUR


def test_without_waiting_the_reply_names_a_job(shelf):
    reply = upload(shelf, ("harbour.txt", HARBOUR), wait=False)
    assert reply.status_code == 202
    assert set(reply.json()) == {"job_id", "documents"}
    assert states(reply)[0][0] == "harbour"
    body = wait_for_job(shelf, reply.json()["job_id"])
    assert (body["state"], body["documents"][0]["state"]) == ("done", "ready")
    assert listed(shelf) == ["harbour"]


def test_the_same_name_replaces_and_the_same_file_changes_nothing(shelf):
    first = upload(shelf, ("a.txt", HARBOUR)).json()
    again = upload(shelf, ("a.txt", HARBOUR))
    assert states(again) == [("a", "unchanged")]
    assert again.json()["snapshot"] == first["snapshot"]
    assert states(upload(shelf, ("A.TXT", MILL))) == [("a", "replaced")]
    assert shelf.get(f"{LIST}/a/text").content == MILL
    former = shelf.get(f"{LIST}/a/text", params={"text_sha256": sha256(HARBOUR).hexdigest()})
    assert former.content == HARBOUR


def test_ids_belong_to_files_in_their_order(shelf):
    reply = upload(shelf, ("a.txt", HARBOUR), ("b.txt", MILL), ids=["ports/norwick", ""])
    assert states(reply) == [("ports/norwick", "ready"), ("b", "ready")]
    assert shelf.get(f"{LIST}/ports/norwick").json()["filename"] == "a.txt"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("picture.txt", b"\x89PNG\r\n\x1a\n....", "PNG"),
        ("empty.txt", b"", "empty"),
        ("blank.txt", b" \n\t\n", "no text"),
        ("---.txt", HARBOUR, "letter or a digit"),
        ("good.txt", MILL, "already"),
    ],
)
def test_one_bad_file_is_rejected_and_the_others_go_on(shelf, name, content, words):
    reply = upload(shelf, ("good.txt", HARBOUR), (name, content), ("other.txt", MILL))
    assert reply.status_code == 200
    assert [document["state"] for document in reply.json()["documents"]] == ["ready", "rejected", "ready"]
    bad = reply.json()["documents"][1]
    assert bad["filename"] == name
    assert words in bad["problem"]
    assert bad["text_sha256"] is None
    assert listed(shelf) == ["good", "other"]


@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize(
    ("name", "content", "status", "code"),
    [
        ("a.png", b"\x89PNG\r\n\x1a\n....", 415, "unknown_format"),
        ("a.txt", b"", 422, "unreadable_file"),
        ("???.txt", HARBOUR, 422, "bad_document_id"),
        ("a.txt", b"x" * 5000, 413, "file_too_large"),
    ],
)
def test_an_upload_of_which_nothing_is_left_is_a_problem(make_client, wait, name, content, status, code):
    client = make_client(max_file_bytes=4096)
    reply = upload(client, (name, content), wait=wait)
    assert_problem(reply, status, code)
    assert reply.json()["errors"][0]["field"] == name
    assert listed(client) == []


def test_an_upload_of_which_nothing_could_be_read_is_a_problem_when_waited_for(shelf):
    assert_problem(upload(shelf, ("a.txt", b" \n ")), 422, "unreadable_file")
    assert_problem(upload(shelf, ("a.txt", b""), ("b.txt", b"GIF8....")), 422, "nothing_added")


def test_a_file_too_large_is_rejected_and_the_others_go_on(make_client):
    client = make_client(max_file_bytes=4096)
    reply = upload(client, ("large.txt", b"long " * 1000), ("mill.txt", MILL))
    assert states(reply) == [("large", "rejected"), ("mill", "ready")]
    assert "FOOTNOTE_MAX_FILE_BYTES" in reply.json()["documents"][0]["problem"]


@pytest.mark.parametrize("streamed", [False, True])
def test_a_body_too_large_is_413(make_client, streamed):
    client = make_client(max_upload_bytes=2_000_000)
    body = multipart(("a.txt", b"word " * 500_000))
    pieces = (body[start : start + 65536] for start in range(0, len(body), 65536)) if streamed else body
    assert_problem(client.post(LIST, content=pieces, headers=FORM), 413, "body_too_large")
    assert listed(client) == []
    larger_than_other_bodies = ("b.txt", b"\x89PNG" + bytes(1_500_000))
    assert states(upload(client, larger_than_other_bodies, ("c.txt", MILL))) == [("b", "rejected"), ("c", "ready")]


BOUNDARY = b"a-boundary"
FORM = {"Content-Type": "multipart/form-data; boundary=a-boundary"}


def multipart(*files, end=b"--\r\n"):
    parts = [
        b'--%s\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n\r\n%s\r\n'
        % (BOUNDARY, name.encode() if isinstance(name, str) else name, content)
        for name, content in files
    ]
    return b"".join(parts) + b"--" + BOUNDARY + end


@pytest.mark.parametrize(
    ("content", "headers", "status", "code"),
    [
        (b"{}", {"Content-Type": "application/json"}, 415, "unsupported_media_type"),
        (b"words", {}, 415, "unsupported_media_type"),
        (b"a=b", {"Content-Type": "application/x-www-form-urlencoded"}, 415, "unsupported_media_type"),
        (multipart(("a.txt", HARBOUR)), {"Content-Type": "multipart/form-data"}, 422, "bad_upload"),
        (b"x", {"Content-Type": f"multipart/form-data; boundary={'x' * 500}"}, 422, "bad_upload"),
        (multipart(("a.txt", HARBOUR))[:-30], FORM, 422, "bad_upload"),
        (b"", FORM, 422, "bad_upload"),
        (b"no form at all", FORM, 422, "bad_upload"),
        (multipart(), FORM, 422, "bad_upload"),
        (multipart(("", b"")), FORM, 422, "bad_upload"),
        (multipart(("x" * 9000 + ".txt", HARBOUR)), FORM, 422, "bad_upload"),
        (multipart(*[("a.txt", b"")] * 2001), FORM, 422, "bad_upload"),
        (multipart(("a.txt", HARBOUR)).replace(b'; filename="a.txt"', b""), FORM, 422, "bad_upload"),
        (multipart(("a.txt", HARBOUR)).replace(b'name="file"; ', b""), FORM, 422, "bad_upload"),
    ],
)
def test_what_is_no_form_with_files_is_refused(shelf, content, headers, status, code):
    assert_problem(shelf.post(LIST, content=content, headers=headers), status, code)
    assert listed(shelf) == []


@pytest.mark.parametrize("ids", [["a", "b"], ["x" * 5000]])
def test_ids_that_do_not_fit_the_files_are_refused(shelf, ids):
    assert_problem(upload(shelf, ("a.txt", HARBOUR), ids=ids), 422, "bad_upload")


@pytest.mark.parametrize("given_id", ["../x", "A B", "a//b", "x" * 201, "\x00"])
def test_a_bad_id_is_refused(shelf, given_id):
    assert_problem(upload(shelf, ("a.txt", HARBOUR), ids=[given_id]), 422, "bad_document_id")


def test_a_misspelt_option_is_refused(shelf):
    assert_problem(
        shelf.post(f"{LIST}?wait=perhaps", content=multipart(("a.txt", HARBOUR)), headers=FORM), 422, "bad_request"
    )


@pytest.mark.parametrize(
    ("name", "kept", "document_id"),
    [
        ("../../etc/passwd", "etc/passwd", "etc/passwd"),
        ("..\\..\\boot.txt", "boot.txt", "boot"),
        ("/absolute/path.txt", "absolute/path.txt", "absolute/path"),
        ("reports/2020/harbour.txt", "reports/2020/harbour.txt", "reports/2020/harbour"),
        ("tab\tand\x07bell.txt", "tabandbell.txt", "tabandbell"),
        ("evil\u202etxt.exe", "eviltxt.exe", "eviltxt"),
        ("n" * 300 + ".txt", "n" * 300 + ".txt", "n" * 120),
        ("年报 2020.txt", "年报 2020.txt", "年报-2020"),
        ("Übersicht “März”.txt", "Übersicht “März”.txt", "übersicht-märz"),
        ("a %22quoted%22 name.txt", 'a "quoted" name.txt', "a-quoted-name"),
        (b"caf\xe9.txt", "café.txt", "café"),
        ("noending", "noending", "noending"),
    ],
)
def test_odd_names_are_kept_harmless(shelf, tmp_path, name, kept, document_id):
    reply = shelf.post(f"{LIST}?wait=true", content=multipart((name, HARBOUR)), headers=FORM)
    (document,) = reply.json()["documents"]
    assert (document["filename"], document["document_id"], document["state"]) == (kept, document_id, "ready")
    original = shelf.get(f"{LIST}/{document_id}/original")
    assert original.content == HARBOUR
    assert original.headers["content-disposition"].isascii()
    outside = [path for path in tmp_path.rglob("*") if path.is_file() and tmp_path / "data" not in path.parents]
    assert outside == []


@given(st.text(max_size=60))
def test_a_cleaned_name_leads_nowhere(name):
    cleaned = clean_filename(name)
    assert not cleaned.startswith("/")
    assert {"..", ".", ""}.isdisjoint(cleaned.split("/")) or cleaned == ""
    assert all(ord(char) >= 32 for char in cleaned)


def test_two_files_of_one_name_are_not_mixed_up(shelf):
    reply = upload(shelf, ("a.txt", HARBOUR), ("a.txt", MILL))
    assert states(reply) == [("a", "ready"), ("a", "rejected")]
    assert shelf.get(f"{LIST}/a/text").content == HARBOUR


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_pieces_cut_anywhere_give_the_same_files(shelf, size):
    body = multipart(("a.txt", HARBOUR + b"--a-boundar\r\n--a-" + MILL), ("b.txt", MILL))
    pieces = (body[start : start + size] for start in range(0, len(body), size))
    assert states(shelf.post(f"{LIST}?wait=true", content=pieces, headers=FORM)) == [("a", "ready"), ("b", "ready")]
    assert shelf.get(f"{LIST}/a/original").content == HARBOUR + b"--a-boundar\r\n--a-" + MILL


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(max_size=200) | st.binary(max_size=60).map(lambda middle: multipart(("a.txt", middle)) + middle)
)
def test_no_bytes_give_a_5xx(shelf, content):
    assert shelf.post(f"{LIST}?wait=true", content=content, headers=FORM).status_code in (200, 413, 415, 422)


def test_the_upload_leaves_nothing_beside_the_library(shelf, tmp_path):
    upload(shelf, ("a.txt", HARBOUR), ("bad.txt", b""))
    assert {path.name for path in (tmp_path / "data").iterdir()} <= {"files", "ledger", "CURRENT", "snapshots", ".lock"}


def test_a_large_file_is_not_held_in_memory_while_it_streams_in(tmp_path):
    async def body():
        yield multipart(("a.txt", b""))[: -len(b"\r\n--a-boundary--\r\n")]
        for _ in range(800):
            yield b"words of it " * 5000
        yield b"\r\n" + multipart(("mill.txt", MILL))

    tracemalloc.start()
    received = asyncio.run(receive_upload(FORM["Content-Type"], body(), tmp_path, 10_000_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [file.problem is None for file in received.files] == [False, True]
    assert received.read(received.files[1].start, received.files[1].length) == MILL
    received.close()
    assert peak < 2_000_000


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}])
def test_foreign_pages_cannot_add_or_withdraw(shelf, headers):
    upload(shelf, ("a.txt", HARBOUR))
    assert_problem(
        shelf.post(LIST, content=multipart(("b.txt", MILL)), headers={**FORM, **headers}), 403, "foreign_host"
    )
    assert_problem(shelf.delete(f"{LIST}/a", headers=headers), 403, "foreign_host")
    assert listed(shelf) == ["a"]


def test_before_the_index_is_open_nothing_is_taken(tmp_path):
    client = TestClient(create_app(Settings(data=tmp_path)), base_url="http://127.0.0.1")
    assert_problem(client.post(LIST, content=multipart(("a.txt", HARBOUR)), headers=FORM), 503, "not_ready")
    assert_problem(client.delete(f"{LIST}/a"), 503, "not_ready")


def test_a_full_disk_is_said_to_be_so(shelf, monkeypatch):
    class FullDisk(io.BytesIO):
        def write(self, _):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("api.uploads.tempfile.TemporaryFile", lambda **_: FullDisk())
    assert_problem(upload(shelf, ("a.txt", HARBOUR)), 507, "storage_full")


def test_a_withdrawn_document_is_gone_when_the_reply_is_sent(shelf):
    upload(shelf, ("harbour.txt", HARBOUR), ("mill.txt", MILL))
    citation = citation_of(shelf, "harbour", HARBOUR)
    reply = shelf.delete(f"{LIST}/harbour")
    assert reply.status_code == 200
    assert (reply.json()["document_id"], reply.json()["state"]) == ("harbour", "withdrawn")
    assert reply.json()["snapshot"] == shelf.get("/readyz").json()["snapshot"]
    assert listed(shelf) == ["mill"]
    found = shelf.post("/v1/search", json={"query": "ships of the harbour"}).json()["passages"]
    assert {passage["document_id"] for passage in found} == {"mill"}
    ask = {"question": "How many ships?", "documents": ["harbour"]}
    assert_problem(shelf.post("/v1/ask", json=ask), 404, "unknown_document")
    for path in ("", "/text", "/original"):
        assert_problem(shelf.get(f"{LIST}/harbour{path}"), 404, "unknown_document")
    (result,) = shelf.post("/v1/verify", json={"citations": [citation]}).json()["results"]
    assert result["status"] == "withdrawn"
    assert_problem(shelf.delete(f"{LIST}/harbour"), 404, "unknown_document")
    assert states(upload(shelf, ("harbour.txt", HARBOUR))) == [("harbour", "ready")]


def citation_of(client, document_id, content):
    sha = client.get(f"{LIST}/{document_id}").json()["text_sha256"]
    words = content.decode()[:20]
    place = {"start_char_index": 0, "end_char_index": 20, "cited_text": words}
    return {"document_id": document_id, "text_sha256": sha, **place}


def test_the_last_document_can_be_withdrawn(shelf):
    upload(shelf, ("harbour.txt", HARBOUR))
    shelf.delete(f"{LIST}/harbour")
    body = shelf.post("/v1/ask", json={"question": "How many ships were there?"}).json()
    assert (body["status"], body["reason_code"]) == ("abstained", "no_passage")


@pytest.mark.parametrize("path", ["nothing", "a/b/c", "%00", "..%2f..%2fx", "x" * 3000])
def test_what_is_not_there_cannot_be_withdrawn(shelf, path):
    assert_problem(shelf.delete(f"{LIST}/{path}"), 404, "unknown_document")


def test_html_is_sent_so_that_it_runs_nothing(shelf):
    page = b"<!doctype html><html><body><h1>Ships</h1><p>4,812 ships came.</p><script>alert(1)</script></body></html>"
    upload(shelf, ("page.html", page))
    reply = shelf.get(f"{LIST}/page/original")
    assert reply.content == page
    policy = reply.headers["content-security-policy"]
    assert policy.startswith("sandbox;")
    assert "allow-scripts" not in policy
    assert reply.headers["x-content-type-options"] == "nosniff"


def test_an_original_in_another_encoding_is_not_said_to_be_utf_8(shelf):
    upload(shelf, ("old.txt", "Der Hafen zählte 4812 Schiffe. Größe und Tiefe blieben gleich.".encode("cp1252")))
    assert shelf.get(f"{LIST}/old/original").headers["content-type"] == "text/plain"
    upload(shelf, ("new.txt", HARBOUR))
    assert shelf.get(f"{LIST}/new/original").headers["content-type"] == "text/plain; charset=utf-8"
