"""Whether what a question names stands where the answer is taken from."""

import pytest

from index.lexical import analyse
from rag.constraints import OWN_YEAR_MENTIONS, constraint_features, find_own_year
from rag.english.direction import is_turned
from rag.english.question import parse_question

ABOUT_2017 = "In 2017 ships came. " * OWN_YEAR_MENTIONS + "In 2016 none did."


def features(question, statement, passage="", text=""):
    return constraint_features(
        parse_question(question),
        set(analyse(statement)),
        set(analyse(f"{statement} {passage}")),
        text,
        lambda term: 1.0,
    )


@pytest.mark.parametrize(
    ("text", "years"),
    [
        (ABOUT_2017, {"2017"}),
        ("In 2017 ships came. " * (OWN_YEAR_MENTIONS - 1), set()),
        ("In 2017 ships came, in 2016 none. " * OWN_YEAR_MENTIONS, set()),
        ("No. 20171 and 12017. " * 9, set()),
        ("", set()),
    ],
)
def test_a_text_is_about_the_year_that_it_names_most(text, years):
    assert find_own_year(text) == years


def test_a_statement_without_a_year_is_of_the_year_that_its_document_is_about():
    assert features("How many ships came in 2016?", "Forty ships came.", text=ABOUT_2017)["year_elsewhere"] == 1
    assert features("How many ships came in 2017?", "Forty ships came.", text=ABOUT_2017)["year_elsewhere"] == 0
    assert features("How many ships came?", "Forty ships came.", text=ABOUT_2017)["year_elsewhere"] == 0
    assert features("How many ships came in 2016?", "Forty ships came in 2016.", text=ABOUT_2017)["year_elsewhere"] == 0
    assert features("How many ships came in 2016?", "Forty ships came.")["year_elsewhere"] == 0


@pytest.mark.parametrize(
    ("question", "statement", "turned"),
    [
        ("Why did the number of cases fall?", "The number of cases increased by 36.3%.", True),
        ("By how much did dues rise?", "Dues declined by 4%.", True),
        ("By how much did dues rise?", "Dues grew by 4%.", False),
        ("By how much did dues rise?", "Dues rose by 4% after they had fallen in May.", False),
        ("Did dues rise or fall?", "Dues declined by 4%.", False),
        ("How large were the dues?", "Dues declined by 4%.", False),
    ],
)
def test_a_rise_is_no_fall(question, statement, turned):
    assert is_turned(analyse(question), set(analyse(statement))) is turned
    assert features(question, statement)["direction_turned"] == turned
