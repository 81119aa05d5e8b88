"""Images of the pages of a PDF, and the boxes on them."""

import io

import pytest
from make_pdf import make_pdf
from PIL import Image, ImageChops
from test_api_problems import assert_problem
from uploading import HARBOUR, states, upload

PAGES = "/v1/documents/report/pages"
FIRST = ["The harbour of Norwick handled 4,812 ships in 2020.", "It has two locks, and both were open."]
SECOND = ["The mill of Aldham ground 912 tons of grain in 2019.", "It rested on Sundays."]


@pytest.fixture
def report(shelf):
    reply = upload(shelf, ("report.pdf", make_pdf(FIRST, SECOND)), ("harbour.txt", HARBOUR))
    assert states(reply) == [("report", "ready"), ("harbour", "ready")]
    assert reply.json()["documents"][0]["pages"] == 2
    return shelf


def image_of(reply):
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"] == "image/png"
    return Image.open(io.BytesIO(reply.content)).convert("RGB")


def range_of(client, words):
    start = client.get("/v1/documents/report/text").text.index(words)
    return {"start": start, "end": start + len(words)}


def test_a_page_is_an_image_of_it(report):
    plain = image_of(report.get(f"{PAGES}/1"))
    assert plain.size == (1224, 1584)
    assert ImageChops.difference(plain, image_of(report.get(f"{PAGES}/2"))).getbbox()


def test_the_words_of_a_range_are_marked_and_no_others(report):
    plain = image_of(report.get(f"{PAGES}/2"))
    marked = image_of(report.get(f"{PAGES}/2", params=range_of(report, "912 tons of grain")))
    left, top, right, bottom = ImageChops.difference(plain, marked).getbbox()
    # The line begins 72 points from the left and its letters stand on 720 points from below; two pixels a point.
    assert 144 + 200 < left < right < 144 + 560
    assert 2 * (792 - 735) < top < bottom < 2 * (792 - 710)


def test_a_range_over_two_lines_or_pages_is_marked_on_each(report):
    plain = image_of(report.get(f"{PAGES}/1"))
    both = range_of(report, "in 2020.") | {"end": range_of(report, "The mill")["end"]}
    marked = image_of(report.get(f"{PAGES}/1", params=both))
    _, top, _, bottom = ImageChops.difference(plain, marked).getbbox()
    assert bottom - top > 2 * 20
    second = image_of(report.get(f"{PAGES}/2", params=both))
    assert ImageChops.difference(image_of(report.get(f"{PAGES}/2")), second).getbbox()
    elsewhere = image_of(report.get(f"{PAGES}/2", params=range_of(report, "two locks")))
    assert not ImageChops.difference(image_of(report.get(f"{PAGES}/2")), elsewhere).getbbox()


def test_an_image_that_the_caller_has_is_not_sent_again(report):
    tag = report.get(f"{PAGES}/1").headers["etag"]
    assert report.get(f"{PAGES}/1", headers={"If-None-Match": tag}).status_code == 304
    assert report.get(f"{PAGES}/1?start=0&end=5", headers={"If-None-Match": tag}).status_code == 200


def test_a_citation_of_a_pdf_says_its_pages(report):
    hits = report.post("/v1/search", json={"query": "tons of grain", "documents": ["report"]}).json()["passages"]
    assert {hit["start_page_number"] for hit in hits} <= {1, 2}
    pages = report.get("/v1/documents/report").json()["pages"]
    assert [page["number"] for page in pages] == [1, 2]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        (f"{PAGES}/0", 404, "unknown_page"),
        (f"{PAGES}/3", 404, "unknown_page"),
        (f"{PAGES}/-1", 404, "unknown_page"),
        (f"{PAGES}/{10**30}", 404, "unknown_page"),
        (f"{PAGES}/first", 422, "bad_request"),
        ("/v1/documents/harbour/pages/1", 404, "unknown_page"),
        ("/v1/documents/nothing/pages/1", 404, "unknown_document"),
        (f"{PAGES}/1?start=5", 422, "bad_range"),
        (f"{PAGES}/1?start=5&end=5", 422, "bad_range"),
        (f"{PAGES}/1?start=-5&end=5", 422, "bad_range"),
        (f"{PAGES}/1?start=0&end=99999", 422, "bad_range"),
        (f"{PAGES}/1?start=0&end=5&text_sha256={'0' * 64}", 410, "text_gone"),
    ],
)
def test_what_is_no_page_is_said_to_be_so(report, path, status, code):
    assert_problem(report.get(path), status, code)


def test_a_pdf_is_shown_by_the_browser_itself(report):
    reply = report.get("/v1/documents/report/original")
    assert reply.headers["content-type"] == "application/pdf"
    assert reply.headers["content-disposition"].startswith("inline")
    assert "script-src" not in reply.headers["content-security-policy"]
    assert reply.content == make_pdf(FIRST, SECOND)


def test_a_broken_pdf_is_rejected_by_name(shelf):
    broken = make_pdf(FIRST)[:300]
    reply = upload(shelf, ("broken.pdf", broken), ("harbour.txt", HARBOUR))
    assert states(reply) == [("broken", "rejected"), ("harbour", "ready")]
    assert "damaged" in reply.json()["documents"][0]["problem"]
