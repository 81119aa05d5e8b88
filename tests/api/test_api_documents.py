from hashlib import sha256

import pytest

REPORT = "sipo-2017-strategy-protection-administration"


@pytest.fixture(scope="module")
def citation(client):
    return client.post("/v1/ask", json={"question": "How many patent disputes were there?"}).json()["citations"][0]


def test_the_list_has_the_shipped_report(client):
    body = client.get("/v1/documents").json()
    (document,) = body["documents"]
    assert document["document_id"] == REPORT
    assert document["title"] == "III. Strategy Implementation, Protection and Administration"
    assert document["characters"] == 27465
    assert document["state"] == "ready"
    assert body["next_cursor"] is None


def test_the_list_goes_on_after_a_cursor(client):
    assert client.get("/v1/documents", params={"cursor": REPORT}).json()["documents"] == []


def test_one_document_has_sections_that_cover_its_passages(client):
    body = client.get(f"/v1/documents/{REPORT}").json()
    path = ["III. Strategy Implementation, Protection and Administration", "IP Services"]
    assert path in [section["path"][:2] for section in body["sections"]]
    starts = [section["start_char_index"] for section in body["sections"]]
    assert starts == sorted(starts)
    assert body["pages"] == []


def test_text_is_the_exact_text_and_its_tag_is_its_hash(client):
    reply = client.get(f"/v1/documents/{REPORT}/text")
    tag = reply.headers["etag"].strip('"')
    assert tag == sha256(reply.content).hexdigest()
    assert reply.headers["content-type"] == "text/plain; charset=utf-8"
    again = client.get(f"/v1/documents/{REPORT}/text", headers={"If-None-Match": f'"{tag}"'})
    assert again.status_code == 304
    by_hash = client.get(f"/v1/documents/{REPORT}/text", params={"text_sha256": tag})
    assert by_hash.content == reply.content


def test_original_is_the_file_byte_for_byte_and_may_run_nothing(client):
    reply = client.get(f"/v1/documents/{REPORT}/original")
    assert sha256(reply.content).hexdigest() == client.get("/v1/documents").json()["documents"][0]["file_sha256"]
    assert reply.headers["content-security-policy"].startswith("sandbox; default-src 'none'")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/documents/nothing", 404, "unknown_document"),
        ("/v1/documents/nothing/text", 404, "unknown_document"),
        ("/v1/documents/nothing/original", 404, "unknown_document"),
        (f"/v1/documents/{REPORT}/text?text_sha256={'0' * 64}", 410, "text_gone"),
        ("/v1/documents/nothing/text?text_sha256=ab", 404, "unknown_document"),
    ],
)
def test_what_is_not_there_is_said_to_be_so(client, path, status, code):
    reply = client.get(path)
    assert (reply.status_code, reply.json()["code"]) == (status, code)


def test_a_citation_of_an_answer_is_valid(client, citation):
    (result,) = client.post("/v1/verify", json={"citations": [citation]}).json()["results"]
    assert result["status"] == "valid"


@pytest.mark.parametrize(
    "change",
    [
        {"start_char_index": 15985},
        {"end_char_index": 16126},
        {"start_char_index": -1},
        {"end_char_index": 10**9},
        {"cited_text": "Among these cases, the number of patent disputes was 28,158"},
        {"text_sha256": "0" * 64},
        {"document_id": "another"},
    ],
)
def test_a_citation_that_was_tampered_with_is_invalid(client, citation, change):
    (result,) = client.post("/v1/verify", json={"citations": [{**citation, **change}]}).json()["results"]
    assert result["status"] == "invalid"
    assert result["reason"]
