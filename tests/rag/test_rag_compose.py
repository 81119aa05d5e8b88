"""What is said: parts, lists, context, several parts of a question, and places that disagree."""

import pytest

from index.formats.text import read_text
from rag.compose import compose, find_disagreement
from rag.types import Candidate

TEXT = (
    "The Harbour\n\nThe port of Norwick grew in 2020. It took in Ash, Birch and Elm. "
    "Norwick handled 4,812 ships in 2020.\n\nNorwick handled 4,900 ships in 2020."
)
PLAIN = {"coverage": 1.0, "lead": 2.0, "year_contradicted": 0.0}


@pytest.fixture
def documents():
    document = read_text(TEXT.encode(), "harbour")
    return {"harbour": document}


def candidate(documents, statement, answer, several=False, before=None, **features):
    text = documents["harbour"].text
    start = text.index(statement)
    place = start + statement.index(answer)
    earlier = (text.index(before), text.index(before) + len(before)) if before else None
    return Candidate(
        "harbour",
        (start, start + len(statement)),
        (place, place + len(answer)),
        1.0,
        {**PLAIN, **features},
        earlier,
        several,
    )


def test_value_with_its_statement(documents):
    said = compose([candidate(documents, "Norwick handled 4,812 ships in 2020.", "4,812")], documents)
    assert (said.answer, said.statement) == ("4,812", "Norwick handled 4,812 ships in 2020.")
    assert [(part.text, part.role, part.citation) for part in said.parts] == [("4,812", "value", 0)]
    assert [citation.role for citation in said.citations] == ["statement"]


def test_list_is_given_by_its_items(documents):
    said = compose(
        [candidate(documents, "It took in Ash, Birch and Elm.", "Ash, Birch and Elm", several=True)], documents
    )
    assert said.answer == "Ash, Birch and Elm"
    assert [(part.text, part.role) for part in said.parts] == [("Ash", "item"), ("Birch", "item"), ("Elm", "item")]
    text = documents["harbour"].text
    assert [text[part.start : part.end] for part in said.parts] == ["Ash", "Birch", "Elm"]


def test_statement_that_points_back_has_its_context_cited(documents):
    before = "The port of Norwick grew in 2020."
    said = compose([candidate(documents, "It took in Ash, Birch and Elm.", "Ash", before=before)], documents)
    assert [(citation.role, citation.cited_text) for citation in said.citations[1:]] == [("context", before)]
    plain = compose([candidate(documents, "Norwick handled 4,812 ships in 2020.", "4,812", before=before)], documents)
    assert [citation.role for citation in plain.citations] == ["statement"]


def test_parts_of_a_question_rest_on_their_own_statements(documents):
    first = candidate(documents, "Norwick handled 4,812 ships in 2020.", "4,812")
    year = candidate(documents, "Norwick handled 4,812 ships in 2020.", "2020")
    trees = candidate(documents, "It took in Ash, Birch and Elm.", "Ash")
    said = compose([first, year, trees], documents)
    assert said.answer == "4,812; 2020; Ash"
    assert said.statement == "Norwick handled 4,812 ships in 2020. It took in Ash, Birch and Elm."
    assert [part.citation for part in said.parts] == [0, 0, 1]
    for part in said.parts:
        citation = said.citations[part.citation]
        assert citation.start <= part.start < part.end <= citation.end


def test_places_that_give_other_values_disagree(documents):
    one = candidate(documents, "Norwick handled 4,812 ships in 2020.", "4,812")
    other = candidate(documents, "Norwick handled 4,900 ships in 2020.", "4,900")
    found = find_disagreement([one, other], documents)
    assert [alternative.answer for alternative in found] == ["4,812", "4,900"]
    assert [alternative.citations[0].cited_text for alternative in found] == [
        "Norwick handled 4,812 ships in 2020.",
        "Norwick handled 4,900 ships in 2020.",
    ]


@pytest.mark.parametrize(
    "change",
    [{"coverage": 0.8}, {"lead": -0.1}, {"year_contradicted": 1.0}],
    ids=["other words", "unsure", "other year"],
)
def test_place_that_is_less_plainly_about_it_does_not_disagree(documents, change):
    one = candidate(documents, "Norwick handled 4,812 ships in 2020.", "4,812")
    other = candidate(documents, "Norwick handled 4,900 ships in 2020.", "4,900", **change)
    assert find_disagreement([one, other], documents) == ()
    assert find_disagreement([other, one], documents) == ()


@pytest.mark.parametrize("answer", ["ships", "2020", "4,812"])
def test_other_kinds_and_the_same_value_do_not_disagree(documents, answer):
    one = candidate(documents, "Norwick handled 4,812 ships in 2020.", "4,812")
    statement = "Norwick handled 4,812 ships in 2020." if answer == "4,812" else "Norwick handled 4,900 ships in 2020."
    assert find_disagreement([one, candidate(documents, statement, answer)], documents) == ()
    assert find_disagreement([], documents) == ()
