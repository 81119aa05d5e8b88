"""Plain questions about prose of reports: known ones stand where they are said to, and all are apart."""

import json

import pytest

from index.formats.text import read_text
from training.apart import check_apart, read_labelled_values
from training.plain_questions import QUESTIONS, LostQuote, ask_plainly

ROWS = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
EXTRACT = ("c-annual-report-68-pages", 5, 11)


def extract_of(*quotes):
    return {EXTRACT: read_text("\n\n".join(("An extract.", *quotes)).encode(), "extract")}


def test_known_questions_stand_in_their_quote_and_absent_ones_have_no_place():
    quotes = {row["quote"] for row in ROWS if row["report"] == EXTRACT[0] and row["quote"]}
    extract = extract_of(*(quote for quote in quotes if not any(quote in other for other in quotes - {quote})))
    asked = ask_plainly(extract)
    text = extract[EXTRACT].text
    for one in asked:
        assert bool(one.gold) == bool(one.answers)
        for start, end in one.gold:
            assert text[start:end] in one.answers
            assert one.paragraph[0] <= start < end <= one.paragraph[1]
            assert " " in one.answers[0] or text[slice(*one.paragraph)] in quotes
    assert sum(bool(one.gold) for one in asked) > 50
    assert sum(not one.gold for one in asked) > 45


def test_a_report_that_was_read_in_another_way_is_told():
    with pytest.raises(LostQuote, match="stands 0 times in its extract"):
        ask_plainly(extract_of())


def test_nothing_is_shared_with_what_is_measured():
    check_apart([{"context": row["quote"], "question": row["question"]} for row in ROWS])
    labelled = read_labelled_values()
    assert not [row for row in ROWS if labelled[row["report"]] & set(row["answers"])]
