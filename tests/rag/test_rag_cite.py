"""Citations are verbatim, and what holds of one can be told later."""

from dataclasses import replace

import pytest

from index.build import GivenFile
from index.types import Page
from rag.cite import Verdict, check_citation, cite, section_at
from rag.errors import NotVerbatim


def test_citation_holds_the_words_at_its_range(snapshot):
    document = snapshot.documents["harbour"]
    start = document.text.index("The dredging cost")
    citation = cite(document, start, start + 17, "statement")
    assert citation.cited_text == "The dredging cost" == document.text[citation.start : citation.end]
    assert (citation.document_id, citation.text_sha256) == ("harbour", document.text_sha256)
    assert citation.section == ("The Harbour Report 2020", "Works")
    assert citation.document_title == "The Harbour Report 2020"
    assert (citation.start_page, citation.end_page, citation.role) == (None, None, "statement")


@pytest.mark.parametrize(("start", "end"), [(0, 0), (5, 4), (-1, 3), (-3, -1), (0, 10**6), (10**6, 10**6 + 1)])
def test_range_that_is_no_part_of_the_text_cannot_be_cited(snapshot, start, end):
    with pytest.raises(NotVerbatim, match=rf"range {start}:{end} is no part of 'harbour', which has \d+ characters"):
        cite(snapshot.documents["harbour"], start, end, "statement")


@pytest.mark.parametrize(
    ("start", "end", "pages"),
    [(0, 5, (1, 2)), (5, 10, (1, 2)), (10, 15, (2, 3)), (9, 11, (1, 3)), (0, 30, (1, 4)), (29, 30, (3, 4))],
)
def test_pages_count_from_one_and_the_end_page_is_exclusive(snapshot, start, end, pages):
    document = replace(snapshot.documents["harbour"], pages=(Page(1, 0, 10), Page(2, 10, 20), Page(3, 20, 30)))
    citation = cite(document, start, end, "statement")
    assert (citation.start_page, citation.end_page) == pages


def test_section_before_the_first_heading_has_no_path(snapshot):
    document = replace(snapshot.documents["harbour"], sections=snapshot.documents["harbour"].sections[1:])
    assert section_at(document, 0) == ()
    assert section_at(document, len(document.text) - 2) == ("The Harbour Report 2020", "Works")


WORDS = "The dredging cost RMB 3.2 million in all."


@pytest.fixture
def cited(snapshot):
    document = snapshot.documents["harbour"]
    start = document.text.index(WORDS)
    return cite(document, start, start + len(WORDS), "statement")


def check(index, citation, **changed):
    asked = {
        "document_id": citation.document_id,
        "text_sha256": citation.text_sha256,
        "start": citation.start,
        "end": citation.end,
        "cited_text": citation.cited_text,
        **changed,
    }
    return check_citation(index.open(), index.library, **asked)


def test_citation_of_the_present_text_is_valid(library_index, cited):
    assert check(library_index, cited) == Verdict("valid", None, cited.text_sha256, cited.start, cited.end)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"document_id": "no-such"}, "no document 'no-such' was ever added"),
        ({"text_sha256": "0" * 64}, "'harbour' has no text with that sha256"),
        ({"document_id": "mill"}, "'mill' has no text with that sha256"),
        ({"cited_text": WORDS[:-1]}, "other words stand"),
        ({"cited_text": WORDS.upper()}, "other words stand"),
        ({"cited_text": ""}, "other words stand"),
        ({"start": 0}, "other words stand"),
        ({"start": -1}, "is no part of the text"),
        ({"end": 10**9}, "is no part of the text"),
        ({"start": 7, "end": 7, "cited_text": ""}, "is no part of the text"),
    ],
)
def test_citation_that_never_held_is_invalid(library_index, cited, changed, reason):
    verdict = check(library_index, cited, **changed)
    assert verdict.status == "invalid"
    assert reason in verdict.reason
    assert (verdict.text_sha256, verdict.start, verdict.end) == (None, None, None)


def test_citation_of_a_replaced_text_is_changed_and_says_where_the_words_stand(library_index, cited):
    text = f"Opening words.\n\n{WORDS} And more.\n"
    library_index.add([GivenFile("harbour.txt", text.encode())])
    present = library_index.open().documents["harbour"]
    verdict = check(library_index, cited)
    assert verdict.status == "changed"
    assert (verdict.start, verdict.end) == (16, 16 + len(WORDS))
    assert verdict.text_sha256 == present.text_sha256
    assert present.text[verdict.start : verdict.end] == WORDS


@pytest.mark.parametrize("before", [0, 1, 5])
def test_of_several_places_the_nearest_is_named(library_index, cited, before):
    text = (WORDS + "\n\n") * 12
    library_index.add([GivenFile("harbour.txt", (" " * before + text).encode())])
    verdict = check(library_index, cited)
    present = library_index.open().documents["harbour"].text
    places = [i for i in range(len(present)) if present.startswith(WORDS, i)]
    assert abs(verdict.start - cited.start) == min(abs(place - cited.start) for place in places)


def test_citation_of_words_that_are_gone_is_changed_without_a_place(library_index, cited):
    library_index.add([GivenFile("harbour.txt", b"Nothing of that is left here.\n")])
    verdict = check(library_index, cited)
    assert (verdict.status, verdict.start, verdict.end) == ("changed", None, None)
    assert "no longer holds these words" in verdict.reason


def test_citation_of_a_withdrawn_document_is_withdrawn_and_false_ones_stay_invalid(library_index, cited):
    library_index.remove("harbour")
    verdict = check(library_index, cited)
    assert verdict.status == "withdrawn"
    assert verdict.reason == "'harbour' was withdrawn; its words stood there until then"
    assert check(library_index, cited, cited_text="x" * len(WORDS)).status == "invalid"


def test_citation_is_valid_again_when_the_text_comes_back(library_index, cited, snapshot):
    original = snapshot.documents["harbour"].text.encode()
    library_index.remove("harbour")
    library_index.add([GivenFile("harbour.txt", original)])
    assert check(library_index, cited).status == "valid"
