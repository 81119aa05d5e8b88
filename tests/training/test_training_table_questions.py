"""Questions about cells made by rule: known ones have one value in their report, absent ones none."""

import pytest

from index.formats import read_document
from training.table_questions import PARTS, ask_tables, read_reports

HARBOUR = """# Accounts of the harbour

Income of the harbour was as follows (in thousands):

| | 2021 | 2020 |
|---|---|---|
| Harbour dues | $1,204 | $1,377 |
| Pilotage received | 1,100 | 1,250 |
| Repair of quays | 310 | 290 |
| Total | 2,614 | 2,917 |
"""
MILL = """# Accounts of the mill

| | 2021 | 2020 |
|---|---|---|
| Grain ground | 9,120 | 8,733 |
| Flour sold abroad | 4,410 | 4,015 |
| Wages of millers | 512 | 498 |
"""


@pytest.fixture
def documents():
    return [read_document(text.encode(), name)[0] for text, name in ((HARBOUR, "harbour"), (MILL, "mill"))]


def test_known_questions_have_a_value_of_their_report_and_absent_ones_another_label_or_year(documents):
    texts = {document.document_id: document.text for document in documents}
    asked = [one for seed in range(10) for one in ask_tables(documents, seed)]
    known, absent = [one for one in asked if one.gold], [one for one in asked if not one.gold]
    assert len(known) >= len(absent) > 10
    for one in known:
        (value,) = one.answers
        assert value in texts[one.document_id]
        assert "2020" in one.text or "2021" in one.text
    assert not any("total in 20" in one.text.lower() for one in known)
    assert {one.answers for one in absent} == {()}
    for one in absent:
        other = next(text for name, text in texts.items() if name != one.document_id)
        assert not any(year in one.text for year in ("2020", "2021")) or any(
            word in other.lower() for word in one.text.lower().split()
        )


def test_questions_are_the_same_for_the_same_seed(documents):
    assert ask_tables(documents, 1) == ask_tables(documents, 1) != ask_tables(documents, 2)


def test_a_label_with_two_values_in_one_year_is_not_asked_for(documents):
    twice = read_document((HARBOUR + HARBOUR.replace("$1,204", "$9,999")).encode(), "harbour")[0]
    known = [one for seed in range(10) for one in ask_tables([twice], seed) if one.gold]
    assert known
    assert not any(one.answers in (("1,204",), ("9,999",)) for one in known)


def test_folder_without_reports_is_an_error(tmp_path):
    for part in PARTS:
        with pytest.raises(FileNotFoundError, match=f"holds no report for the part '{part}'"):
            read_reports(tmp_path, part)
