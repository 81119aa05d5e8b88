import json
from collections import Counter
from pathlib import Path

import pytest

FACTS = Path(__file__).parents[2] / "eval" / "pdf_facts.jsonl"
PAGES = {
    "a-10k-49-pages": 49,
    "b-10k-88-pages": 88,
    "c-annual-report-68-pages": 68,
    "d-10k-110-pages": 110,
}
FIELDS = {
    "id": str,
    "document": str,
    "kind": str,
    "form": str,
    "question": str,
    "answers": list,
    "page": int | None,
    "pages": list,
    "row": str | None,
    "column": str | None,
    "unit": str | None,
    "scale": str | None,
    "quote": str | None,
}


@pytest.fixture(scope="module")
def facts():
    return [json.loads(line) for line in FACTS.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def known(facts):
    return [fact for fact in facts if fact["kind"] != "absent"]


def test_the_set_has_the_shares_that_it_promises(facts, known):
    kinds = Counter(fact["kind"] for fact in facts)
    assert set(kinds) == {"table", "text", "absent"}
    assert len(known) >= 72
    assert kinds["table"] * 3 >= len(known)
    assert kinds["absent"] >= 20
    documents = Counter(fact["document"] for fact in known)
    assert set(documents) == set(PAGES)
    assert min(documents.values()) >= 18
    assert Counter(fact["document"] for fact in facts if fact["kind"] == "absent") == dict.fromkeys(PAGES, 5)


def test_half_of_the_questions_use_the_words_of_the_report(known):
    forms = Counter(fact["form"] for fact in known)
    assert set(forms) == {"report", "paraphrase"}
    assert abs(forms["report"] - forms["paraphrase"]) <= len(known) / 10


def test_the_facts_are_spread_over_each_document(known):
    for document, pages in PAGES.items():
        third = Counter(3 * (fact["page"] - 1) // pages for fact in known if fact["document"] == document)
        assert set(third) == {0, 1, 2}, document


def test_every_field_is_there_and_of_its_kind(facts):
    for fact in facts:
        extra = {"why_absent"} if fact["kind"] == "absent" else set()
        assert set(fact) == set(FIELDS) | extra, fact["id"]
        assert [name for name, kind in FIELDS.items() if not isinstance(fact[name], kind)] == [], fact["id"]
        assert fact["question"].endswith("?"), fact["id"]


def test_ids_and_questions_are_unique(facts):
    assert len({fact["id"] for fact in facts}) == len(facts)
    assert len({(fact["document"], fact["question"].casefold()) for fact in facts}) == len(facts)


def test_a_known_fact_has_answers_and_pages_of_its_document(known):
    for fact in known:
        assert fact["answers"], fact["id"]
        assert all(isinstance(answer, str) and answer.strip() for answer in fact["answers"]), fact["id"]
        assert fact["page"] == fact["pages"][0], fact["id"]
        assert all(1 <= page <= PAGES[fact["document"]] for page in fact["pages"]), fact["id"]
        assert len(set(fact["pages"])) == len(fact["pages"]), fact["id"]


def test_a_table_fact_names_its_row_and_a_text_fact_a_short_quote(known):
    for fact in known:
        assert bool(fact["row"]) == (fact["kind"] == "table"), fact["id"]
        assert bool(fact["quote"]) == (fact["kind"] == "text"), fact["id"]
        assert len(fact["quote"] or "") <= 200, fact["id"]
        assert max(map(len, fact["answers"])) <= 200, fact["id"]
        if fact["scale"]:
            assert fact["unit"], fact["id"]


def test_an_absent_fact_has_no_answer_and_says_why(facts):
    for fact in facts:
        if fact["kind"] == "absent":
            assert fact["answers"] == fact["pages"] == [], fact["id"]
            assert fact["page"] is None, fact["id"]
            assert fact["why_absent"], fact["id"]
