"""Tables among the hits: which row and cell a question means, how it is said, and what is a candidate."""

import time
from dataclasses import replace

import pytest

from index.build import GivenFile
from index.formats import read_document
from index.types import Hit, Passage
from rag.compose import compose
from rag.english.question import parse_question
from rag.reader import READ_PASSAGES
from rag.retrieve import retrieve
from rag.rows import (
    MOST_CELLS,
    ONLY,
    ROWS_READ,
    choose_entry,
    find_tables,
    is_introduction,
    match_rows,
    name_terms,
    verbalise,
)
from rag.span_model import Reading, Span

STATEMENT = """# Accounts of the harbour

Income and charges of the harbour were as follows (in thousands):

| | 2021 | 2020 | % Change |
|---|---|---|---|
| Income: | | | |
| Harbour dues | $1,204 | $1,377 | (13)% |
| Harbour dues, net of discounts | 1,100 | 1,250 | (12)% |
| Charges: | | | |
| Pilots | 310 | 290 | 7% |
| Repair of quays | — | 44 | (100)% |
| Total charges | $310 | $334 | (7)% |

The harbour was founded in 1731.
"""

EQUITY = """# Equity

| | Shares | Capital | Total |
|---|---|---|---|
| Balance at 31 December 2019 | 900 | $50 | $70 |
| Dividends paid | — | (3) | (3) |
| Balance at 31 December 2020 | 900 | $47 | $67 |
| Dividends paid | — | (5) | (5) |
| Balance at 31 December 2021 | 900 | $42 | $62 |
"""


def read(text, name="made"):
    return read_document(text.encode(), name)[0]


def same(_term):
    return 1.0


def answers(text, question, idf=same):
    """Return the cells that the question may mean, the best matching row first."""
    document = read(text)
    (table,) = document.tables
    entries = match_rows(document, table, document.sections[0].path, parse_question(question), idf)
    return [document.text[entry.cell.start : entry.cell.end] for entry in entries]


def hit_of(document, table, score=0.7):
    sentences = tuple((row.start, row.end) for row in table.rows)
    passage = Passage(
        document.document_id,
        table.rows[0].start,
        table.rows[-1].end,
        document.text[table.rows[0].start : table.rows[-1].end],
        ("Accounts of the harbour",),
        sentences,
        "rows",
    )
    return Hit(0, passage, score, 0.5, 0.5)


@pytest.mark.parametrize(
    ("question", "cell"),
    [
        ("What were the harbour dues in 2020?", "$1,377"),
        ("What were the harbour dues in 2021?", "$1,204"),
        ("What were the harbour dues?", "$1,204"),
        ("What were harbour dues net of discounts in 2020?", "1,250"),
        ("How much was spent on pilots in 2020?", "290"),
        ("By what percentage did harbour dues change?", "(13)%"),
        ("What percentage did pilots grow by?", "7%"),
        ("What were total charges in 2020?", "$334"),
        ("What did the repair of quays cost in 2020?", "44"),
    ],
)
def test_row_by_its_label_and_cell_by_its_column(question, cell):
    assert answers(STATEMENT, question)[0] == cell


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("By what percentage did dues fall in 2020?", {"share", "change"}),
        ("What share of the dues was paid late?", {"share"}),
        ("How much more did pilots cost than in 2019?", {"change"}),
        ("How many quays were there as of 31 December 2020?", {"count", "moment"}),
        ("What was the balance of dues?", {"moment"}),
        ("What were dues for the year ended December 31, 2020?", set()),
        ("What were earnings per share?", set()),
    ],
)
def test_words_that_tell_which_cell_is_meant(question, asked):
    parsed = parse_question(question)
    assert {name for name in ("share", "change", "count", "moment") if getattr(parsed, name)} == asked


def test_a_cell_that_says_none_is_no_answer():
    assert "—" not in answers(STATEMENT, "What did the repair of quays cost in 2021?")


@pytest.mark.parametrize(
    ("question", "cell"),
    [
        ("What was the total balance as of 31 December 2020?", "$67"),
        ("How many shares were there at 31 December 2021?", "900"),
        ("How much was paid in dividends in total in 2020?", "(3)"),
        ("How much was paid in dividends in total in 2021?", "(5)"),
    ],
)
def test_rows_before_a_balance_are_of_its_year(question, cell):
    assert answers(EQUITY, question)[0] == cell


def test_group_label_tells_rows_with_one_label_apart():
    text = "# Staff\n\n| | Men | Women |\n|---|---|---|\n" + "".join(
        f"| {place}: | | |\n| Pilots | {i}1 | {i}2 |\n| Clerks | {i}3 | {i}4 |\n" for i, place in enumerate("NSW", 1)
    ).replace("| N:", "| North harbour:").replace("| S:", "| South harbour:").replace("| W:", "| West harbour:")
    assert answers(text, "How many women are clerks of the south harbour?")[0] == "24"
    assert answers(text, "How many men are pilots of the west harbour?")[0] == "31"


def test_cells_of_words_tell_rows_with_one_label_apart():
    text = (
        "# Risks\n\n| Asset | Input | Effect |\n|---|---|---|\n"
        "| Royalties | Commodity price | 2,956 |\n| Royalties | Discount rate | 1,597 |\n"
    )
    assert answers(text, "What is the effect of the discount rate on royalties?")[0] == "1,597"
    assert answers(text, "What is the effect of the commodity price on royalties?")[0] == "2,956"


def test_years_of_a_header_over_several_columns_count_for_the_nearest():
    rows = [
        ["", "", "2021", "", "", "2020", ""],
        ["", "Gross", "Less", "Net", "Gross", "Less", "Net"],
        ["Pilots", "15", "1", "14", "25", "2", "23"],
        ["Moorings", "9", "4", "5", "8", "1", "7"],
    ]
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    text = f"<html><body><h1>Licences</h1><p>Licences were:</p><table>{cells}</table></body></html>"
    document = read(text)
    (table,) = document.tables
    assert len(table.headers) == 2
    assert answers(text, "What were net licences for moorings in 2021?")[0] == "5"
    assert answers(text, "What were net licences for moorings in 2020?")[0] == "7"
    assert answers(text, "What were gross licences for pilots in 2020?")[0] == "25"


def test_entry_is_said_with_all_that_names_it():
    document = read(STATEMENT)
    (table,) = document.tables
    best = match_rows(document, table, (), parse_question("How much was spent on pilots in 2020?"), same)[0]
    said = verbalise(document, best, ("Accounts",))
    assert said.startswith("Income and charges of the harbour were as follows (in thousands)")
    assert "Charges" in said
    assert said.endswith("Pilots, 2020: $290 (in thousands)")
    assert {"pilot", "charg", "harbour", "2020"} <= name_terms(document, best, ("Accounts",))
    assert "2021" not in name_terms(document, best, ("Accounts",))


def test_tables_are_taken_from_the_hits_once():
    document = read(STATEMENT)
    (table,) = document.tables
    hits = [hit_of(document, table, 0.7), hit_of(document, table, 0.6)]
    asked = parse_question("What were the harbour dues in 2020?")
    (found,), plain = find_tables(asked, hits, {"made": document}, same)
    assert plain == []
    assert found.hits == tuple(hits)
    assert len(found.texts) == len(found.entries) == ROWS_READ


@pytest.mark.parametrize(
    "question",
    ["Who pays the harbour dues?", "When were the harbour dues paid?", "Why did the harbour dues fall?"],
)
def test_tables_are_read_as_text_where_no_value_is_asked_for(question):
    document = read(STATEMENT)
    hits = [hit_of(document, document.tables[0])]
    assert find_tables(parse_question(question), hits, {"made": document}, same) == ([], hits)
    assert find_tables(parse_question("What were the dues?"), hits, {}, same) == ([], hits)


def test_of_a_large_table_the_rows_among_the_hits_are_matched():
    rows = "".join(f"| Quay {i} | {i} | {2 * i} | {3 * i} |\n" for i in range(1000, 1000 + MOST_CELLS))
    document = read(f"# Quays\n\n| Quay | Length | Depth | Age |\n|---|---|---|---|\n{rows}")
    (table,) = document.tables
    shown = table.rows[700:704]
    passage = Passage("made", shown[0].start, shown[-1].end, document.text[shown[0].start : shown[-1].end], (), ())
    asked = parse_question("How deep is quay 1702 in depth?")
    started = time.process_time()
    entries = match_rows(document, table, (), asked, same, [Hit(0, passage, 0.5, 0.5, 0.5)])
    assert time.process_time() - started < 1
    assert {entry.line.row for entry in entries} == set(shown)
    assert document.text[entries[0].cell.start : entries[0].cell.end] == "3404"


def test_a_header_of_very_many_cells_takes_no_long_time():
    wide = [f"| {' | '.join(f'{word}{i % 90}' for i in range(3000))} |" for word in ("year 20", "7")]
    document = read(f"# Wide\n\n{wide[0]}\n|{'---|' * 3000}\n{wide[1]}\n{wide[1]}\n")
    started = time.process_time()
    for table in document.tables:
        match_rows(document, table, (), parse_question("What was 7 in year 2017?"), same)
    assert time.process_time() - started < 2


def test_tables_of_words_are_read_as_text():
    document = read(
        "# Risks\n\n| Risk | How it is met |\n|---|---|\n| Storm | Moorings are tightened when the glass falls |\n"
        "| Ice | The breaker leaves at 4 |\n| Fog | Pilots sound the horn |\n| Fire | Hoses are tried each month |\n"
    )
    hits = [hit_of(document, document.tables[0])]
    assert find_tables(parse_question("What is done about storms?"), hits, {"made": document}, same) == ([], hits)


def test_of_a_table_without_shares_nothing_answers_what_share_is_asked_for():
    document = read("# Harbour\n\n| Cargo | Tons |\n|---|---|\n| Grain | 12 |\n| Ore | 7 |\n")
    hits = [hit_of(document, document.tables[0])]
    assert find_tables(parse_question("What percentage was grain?"), hits, {"made": document}, same) == ([], [])


def test_model_decides_between_rows_that_match_alike():
    document = read(STATEMENT)
    hits = [hit_of(document, document.tables[0])]
    asked = parse_question("What did the guides of ships cost in 2020?")
    (found,), _ = find_tables(asked, hits, {"made": document}, same)
    readings = [Reading((Span(0, 1, lead, 0.5, 0.5),), lead) for lead in (-9.0, 9.0, -9.0)]
    chosen = choose_entry(found, readings)
    assert (chosen.entry, chosen.reading) == (found.entries[1], readings[1])
    assert 0 < chosen.margin < ONLY
    assert choose_entry(found, [Reading((), 0.0), readings[0], Reading((), 0.0)]).entry == found.entries[1]
    alone = replace(found, entries=found.entries[:1], texts=found.texts[:1])
    assert choose_entry(alone, readings[:1]).margin == ONLY


def test_titles_and_headers_of_tables_are_no_values():
    document = read(STATEMENT)
    value = parse_question("What were harbour dues in 2020?")

    def place(words):
        start = document.text.index(words)
        return start, start + len(words)

    assert is_introduction(document, place("in thousands"), value)
    assert is_introduction(document, place("2020"), value)
    assert not is_introduction(document, place("1,377"), value)
    assert not is_introduction(document, place("1731"), value)
    assert not is_introduction(document, place("2020"), parse_question("Who paid harbour dues?"))


@pytest.fixture
def accounts(index):
    """The accounts and a page of text about the same harbour."""
    text = b"The port of Norwick\n\nNorwick has 14 quays. The longest quay measures 340 metres.\n"
    index.add([GivenFile("accounts.md", STATEMENT.encode()), GivenFile("port.txt", text)])
    return index.open()


def ask_reader(reader, snapshot, encoder, question):
    hits = retrieve(snapshot, encoder, question, READ_PASSAGES)
    return reader.read(question, hits, snapshot.lexical.idf, snapshot.documents)


@pytest.mark.parametrize(
    ("question", "cell", "said"),
    [
        ("How much were harbour dues in 2020?", "$1,377", "$1,377 (in thousands)"),
        ("How much did pilots of the harbour cost in 2020?", "290", "$290 (in thousands)"),
        ("By what percentage did charges for pilots change?", "7%", "7%"),
    ],
)
def test_cell_is_the_candidate_with_its_row_and_unit(fitted_reader, accounts, encoder, question, cell, said):
    first = ask_reader(fitted_reader, accounts, encoder, question)[0]
    document = accounts.documents["accounts"]
    assert document.text[slice(*first.answer)] == cell
    assert cell in document.text[slice(*first.statement)]
    told = compose([first], accounts.documents)
    assert told.answer == said
    for part in told.parts:
        assert document.text[part.start : part.end] == part.text
    for citation in told.citations:
        assert document.text[citation.start : citation.end] == citation.cited_text


def test_text_is_answered_from_as_before_beside_a_table(fitted_reader, accounts, encoder):
    question = "How long is the longest quay?"
    with_tables = ask_reader(fitted_reader, accounts, encoder, question)[0]
    hits = retrieve(accounts, encoder, question, READ_PASSAGES, ["port"])
    without = fitted_reader.read(question, hits, accounts.lexical.idf, accounts.documents)[0]
    assert with_tables.answer == without.answer
    assert accounts.documents["port"].text[slice(*with_tables.answer)] == "340 metres"


def test_no_candidate_of_a_value_is_a_title_or_header(fitted_reader, accounts, encoder):
    document = accounts.documents["accounts"]
    for question in ("How much were harbour dues in 2020?", "What were total charges?", "How many ferries were sunk?"):
        asked = parse_question(question)
        for found in ask_reader(fitted_reader, accounts, encoder, question):
            assert found.document_id != "accounts" or not is_introduction(document, found.answer, asked)


def test_features_are_those_of_text(fitted_reader, accounts, encoder):
    question = "How much were harbour dues in 2020?"
    candidates = ask_reader(fitted_reader, accounts, encoder, question)
    # Those that are read a second time have features of that too.
    names = {frozenset(name for name in found.features if not name.startswith("alone_")) for found in candidates}
    assert len(names) == 1
    assert {found.document_id for found in candidates} == {"accounts", "port"}


def test_question_that_no_row_answers_has_no_lead(fitted_reader, accounts, encoder):
    (found,) = [
        candidate
        for candidate in ask_reader(fitted_reader, accounts, encoder, "How many ferries were sunk in 1944?")
        if candidate.document_id == "accounts"
        and "|" in accounts.documents["accounts"].text[slice(*candidate.statement)]
    ]
    assert found.features["lead"] < 0
    assert found.features["year_elsewhere"] == 1
    assert found.features["coverage"] < 0.5
