"""Every failing path has the one JSON shape, and nothing that is posted gives a 5xx."""

import json

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.app import create_app
from api.settings import Settings

JSON = {"Content-Type": "application/json"}


def assert_problem(reply, status, code):
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert reply.headers["content-type"] == "application/problem+json"
    body = reply.json()
    assert {"type", "title", "status", "detail", "code", "request_id"} <= set(body)
    assert body["status"] == status
    assert body["request_id"] == reply.headers["x-request-id"]
    assert "Traceback" not in reply.text


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "bad_request"),
        (b"{", "bad_request"),
        (b"\xff\xfe", "bad_request"),
        (b"[" * 100_000, "bad_request"),
        (b"[]", "bad_request"),
        (b"{}", "bad_request"),
        (b'{"question": ""}', "bad_request"),
        (b'{"question": " \\n "}', "bad_question"),
        (b'{"question": 7}', "bad_request"),
        (b'{"question": "\\ud800"}', "bad_request"),
        (b'{"question": "x", "\\ud800": 1}', "bad_request"),
        (b'{"question": "x", "documents": []}', "bad_request"),
        (b'{"question": "x", "documents": ["\\ud800"]}', "bad_request"),
        (b'{"question": "x", "top_k": 0}', "bad_request"),
        (b'{"question": "x", "top_k": 51}', "bad_request"),
        (b'{"question": "x", "top_k": true}', "bad_request"),
        (b'{"question": "x", "top_k": 1e400}', "bad_request"),
        (b'{"question": "x", "max_risk": NaN}', "bad_request"),
        (b'{"question": "x", "max_risk": 1.1}', "bad_request"),
        (b'{"question": "x", "max_rsik": 0.1}', "bad_request"),
        (b'{"question": "x", "history": [{"question": "y"}]}', "bad_request"),
        (json.dumps({"question": "why " * 400}).encode(), "bad_question"),
    ],
)
def test_a_bad_body_is_422(client, body, code):
    assert_problem(client.post("/v1/ask", content=body, headers=JSON), 422, code)


def test_an_unknown_document_is_404(client):
    assert_problem(client.post("/v1/ask", json={"question": "x", "documents": ["no"]}), 404, "unknown_document")


def test_a_body_that_is_not_said_to_be_json_is_415(client):
    reply = client.post("/v1/ask", content=b'{"question": "x"}', headers={"Content-Type": "text/plain"})
    assert_problem(reply, 415, "unsupported_media_type")


def test_a_large_body_is_413(client):
    assert_problem(client.post("/v1/ask", content=b"x" * 1_100_000, headers=JSON), 413, "body_too_large")


def test_a_large_body_without_a_length_is_413(client):
    chunks = (b"x" * 65536 for _ in range(20))
    assert_problem(client.post("/v1/ask", content=chunks, headers=JSON), 413, "body_too_large")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/page/nothing.js", 404, "not_found"),
        ("GET", "/page/%2e%2e/app.py", 404, "not_found"),
        ("GET", "/v1/ask", 405, "method_not_allowed"),
        ("PATCH", "/v1/documents/a", 405, "method_not_allowed"),
        ("GET", "/v1/documents?limit=0", 422, "bad_request"),
        ("GET", "/v1/documents?limit=many", 422, "bad_request"),
        ("GET", "/v1/documents/%00", 404, "unknown_document"),
    ],
)
def test_wrong_paths_and_methods(client, method, path, status, code):
    assert_problem(client.request(method, path), status, code)


@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example"}, {"Host": ""}, {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Host": "[::"}],
)
def test_foreign_hosts_and_origins_are_refused(client, headers):
    assert_problem(client.get("/healthz", headers=headers), 403, "foreign_host")


@pytest.mark.parametrize(
    "headers", [{"Host": "localhost:8000"}, {"Host": "[::1]:9"}, {"Origin": "http://127.0.0.1:8000"}]
)
def test_own_hosts_and_origins_are_served(client, headers):
    assert client.get("/healthz", headers=headers).status_code == 200


def test_a_host_can_be_allowed(data):
    app = create_app(Settings(data=data, allowed_hosts="reports.example, other.example"))
    client = TestClient(app, base_url="http://reports.example")
    assert client.get("/healthz").status_code == 200


def test_before_the_index_is_open_the_service_lives_and_is_not_ready(data):
    client = TestClient(create_app(Settings(data=data)), base_url="http://127.0.0.1")
    assert client.get("/healthz").status_code == 200
    for reply in (client.get("/readyz"), client.post("/v1/ask", json={"question": "x"}), client.get("/v1/documents")):
        assert_problem(reply, 503, "not_ready")
        assert reply.headers["retry-after"] == "1"


def test_every_reply_forbids_other_hosts_in_the_page(client):
    for path in ("/", "/healthz", "/nothing", "/page/chat.js"):
        policy = client.get(path).headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "http" not in policy


def test_the_schema_names_what_the_contract_names(client):
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/v1/ask", "/v1/search", "/v1/documents", "/v1/verify", "/healthz", "/readyz"} <= set(paths)
    assert {"/v1/jobs/{job_id}", "/v1/documents/{document_id}/pages/{number}"} <= set(paths)
    upload = paths["/v1/documents"]["post"]
    assert set(upload["requestBody"]["content"]) == {"multipart/form-data"}
    assert {"200", "202"} <= set(upload["responses"])
    assert "delete" in paths["/v1/documents/{document_id}"]


def test_the_schema_gives_every_failing_reply_the_one_shape(client):
    schema = client.get("/openapi.json").json()
    for path, operations in schema["paths"].items():
        for operation in operations.values():
            assert {"4XX", "5XX"} <= set(operation["responses"]), path
            for status in ("4XX", "5XX"):
                (media_type,) = operation["responses"][status]["content"]
                shape = operation["responses"][status]["content"][media_type]["schema"]
                assert media_type == "application/problem+json"
                assert {"type", "title", "status", "detail", "code", "request_id"} == set(shape["required"])
            assert "422" not in operation["responses"], path
    assert "HTTPValidationError" not in schema["components"]["schemas"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=50),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
bodies = st.fixed_dictionaries(
    {},
    optional={
        "question": json_values | st.text(max_size=300),
        "query": json_values | st.text(max_size=300),
        "documents": json_values,
        "top_k": json_values | st.integers(-1, 60),
        "max_risk": json_values | st.floats(0, 1),
        "history": json_values,
        "citations": json_values
        | st.lists(
            st.fixed_dictionaries(
                {
                    "document_id": st.text(max_size=9),
                    "text_sha256": st.text(max_size=9),
                    "start_char_index": st.integers(),
                    "end_char_index": st.integers(),
                    "cited_text": st.text(max_size=9),
                }
            ),
            max_size=3,
        ),
    },
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(["/v1/ask", "/v1/search", "/v1/verify"]), body=bodies)
def test_nothing_that_is_posted_gives_a_5xx(client, path, body):
    reply = client.post(path, content=json.dumps(body).encode(), headers=JSON)
    assert reply.status_code < 500
    if reply.status_code != 200:
        assert reply.json()["status"] == reply.status_code


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200))
def test_no_bytes_give_a_5xx(client, content):
    assert client.post("/v1/ask", content=content, headers=JSON).status_code in (200, 404, 422)
