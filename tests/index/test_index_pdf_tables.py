"""Tables of a PDF: which lines are one table, which columns it has, and whose label a line is."""

from made_files import make_pdf, rows_of

from index.formats import read_document
from index.formats.pdf_lines import Line
from index.formats.pdf_segments import Glyph, Segment, Word, make_segments
from index.formats.pdf_tables import find_tables

LETTER = 5.0


def read(items):
    return read_document(make_pdf([items]), "made-pdf")[0]


def draw(rows, top=700, lefts=(50, 300, 370, 440), pitch=12):
    """Return the items of rows of texts; None in place of a row leaves a line out."""
    return [
        (left, top - pitch * i, text)
        for i, row in enumerate(rows)
        if row
        for left, text in zip(lefts, row, strict=False)
        if text
    ]


def texts_of(document, table):
    return [[text for _, text in row] for row in rows_of(document, table)[1]]


def columns_of(document, table):
    return {text: column for row in rows_of(document, table)[1] for column, text in row}


def line_of(*cells, y=700.0):
    """Return a line of (left edge, words), every letter 5 wide."""
    segments = []
    for left, text in cells:
        words, x = [], float(left)
        for word in text.split():
            words.append(Word(word, x, x + LETTER * len(word)))
            x += LETTER * (len(word) + 1)
        segments.append(Segment(words[0].x0, y, words[-1].x1, y + 8, 10.0, False, False, words))
    return Line(segments)


def test_columns_whose_numbers_reach_over_each_other_stay_apart():
    rows = [["Sales", "4,112,601", "11.2"], ["Costs", "3,012,167", "13.0"], ["Profit", "1,100,434", "5.9"]]
    items = draw(rows, lefts=(50, 300, 356))
    items += [
        (50, 664, "Margin"),
        (330, 664, "26.8 %"),
        (50, 652, "Interest"),
        (315, 652, "3,817"),
        (352, 652, "(101.6)"),
    ]
    document = read(items)
    (table,) = document.tables
    columns = columns_of(document, table)
    amounts = {columns[text] for text in ("4,112,601", "3,012,167", "1,100,434", "3,817")}
    changes = {columns[text] for text in ("11.2", "13.0", "5.9", "(101.6)")}
    assert len(amounts) == len(changes) == 1
    assert amounts != changes


def test_dashes_with_a_currency_side_by_side_are_two_cells():
    rows = [["Warrants", "$— $—", "$291"], ["Notes", "$— $—", "$118"]]
    table = find_tables([line_of((50, a), (300, b), (400, c), y=700 - 12 * i) for i, (a, b, c) in enumerate(rows)])[0]
    assert [[cell.text for cell in row] for row in table.grid] == [
        ["Warrants", "$—", "$—", "$291"], ["Notes", "$—", "$—", "$118"]
    ]  # fmt: skip


def test_share_whose_sign_stands_apart_is_one_cell():
    table = find_tables(
        [line_of((50, "Net income"), (300, "12"), (400, "(8.5)"), (450, "%")), line_of((50, "Tax"), (300, "7"), y=688)]
    )[0]
    assert [cell.text for cell in table.grid[0]] == ["Net income", "12", "(8.5)%"]


def test_next_table_with_columns_of_its_own_is_another_one():
    first = [["In thousands", "2022", "2021"], ["Land", "900", "804"], ["Vehicles", "157", "38"]]
    second = [["Amounts of the year are as follows:"], None, ["In thousands", "2022", "2021", "2020"]]
    second += [["Grain", "157", "57", "27"], ["Oil", "12", "11", "10"]]
    document = read(draw(first) + draw(second, top=640, lefts=(50, 280, 335, 400)))
    assert [texts_of(document, table) for table in document.tables] == [
        [["Land", "900", "804"], ["Vehicles", "157", "38"]],
        [["Grain", "157", "57", "27"], ["Oil", "12", "11", "10"]],
    ]
    assert [len(rows_of(document, table)[0][-1]) for table in document.tables] == [3, 4]
    assert document.text[slice(*document.tables[1].title)] == "Amounts of the year are as follows:"


def test_groups_within_a_table_do_not_part_it():
    rows = [
        ["", "2022", "2021"],
        ["Assets", "", ""],
        ["Cash", "5", "4"],
        None,
        ["Liabilities", "", ""],
        ["Debt", "3", "2"],
    ]
    document = read(draw(rows))
    assert [texts_of(document, table) for table in document.tables] == [
        [["Assets"], ["Cash", "5", "4"], ["Liabilities"], ["Debt", "3", "2"]]
    ]


def test_sum_without_a_label_is_a_row():
    rows = [["Holdings", "% of value"], ["Grain Ltd", "27.7"], ["Ore Ltd", "72.3"]]
    document = read([*draw(rows), (294, 654, "100.0")])
    assert texts_of(document, document.tables[0]) == [["Grain Ltd", "27.7"], ["Ore Ltd", "72.3"], ["100.0"]]


def test_wide_label_does_not_cut_a_table():
    wide = "Adjustments that reconcile the loss of the year with the cash that was used in the operating"
    rows = [["", "2022", "2021"], ["Loss of the year", "316", "307"], [wide], ["activities:"]]
    rows += [["Interest", "549", "228"], ["Dividends", "356", "880"]]
    document = read(draw(rows, lefts=(50, 440, 500)))
    assert [texts_of(document, table) for table in document.tables] == [
        [
            ["Loss of the year", "316", "307"],
            [f"{wide} activities:"],
            ["Interest", "549", "228"],
            ["Dividends", "356", "880"],
        ]
    ]


def test_sentence_between_two_tables_is_of_neither():
    rows = [["", "2022", "2021"], ["Grain", "316", "307"], ["Ore", "31", "30"]]
    sentence = "The harbour office counted every ship that entered the inner basin during the whole of the month."
    document = read([*draw(rows, 700, (50, 440, 500)), (50, 664, sentence), *draw(rows, 652, (50, 440, 500))])
    assert [len(table.rows) for table in document.tables] == [2, 2]
    assert any(document.text[block.start : block.end] == sentence for block in document.blocks)


def test_label_over_three_lines_is_one_row():
    rows = [["Grain", "5", "4"], ["Issue of shares and payment of"], ["the least taxes that were withheld upon"]]
    rows += [["the settlement of restricted units", "381", "507"], ["Ore", "3", "2"]]
    document = read(draw(rows))
    label = "Issue of shares and payment of the least taxes that were withheld upon the settlement of restricted units"
    assert texts_of(document, document.tables[0])[1] == [label, "381", "507"]


def test_note_or_numbered_heading_below_a_table_is_no_part_of_its_last_label():
    for below in ("(1) Without what was written off.", "(8) Intangible Assets"):
        document = read(draw([["2023", "1,776"], ["2024", "1,876"], ["Total", "3,652"], [below]]))
        assert texts_of(document, document.tables[0])[-1] == ["Total", "3,652"]
        assert below in document.text


def test_list_of_exhibits_is_no_table():
    rows = [["10.30†", "Employment agreement between the harbour and its office"], ["", "(filed on March 18)"]]
    rows += [["21.1*", "List of all subsidiaries of the harbour"], ["32", "Certification of the accounts by the board"]]
    rows += [["101.INS*", "Document of the tagged data of the report"]]
    document = read(draw(rows, lefts=(50, 110)))
    assert document.tables == ()
    assert "21.1* List of all subsidiaries of the harbour" in document.text


def test_rows_that_a_key_opens_go_on_until_the_next_key():
    rows = [["3.8", "Seventh certificate of the", "3.1", "2/8/19"], ["", "harbour company"]]
    rows += [["3.9", "Second by-laws of the office,", "3.2", "1/9/22"], ["", "Dated November 3"]]
    rows += [["10.1", "Commercial lease of the tower", "10.11", "8/2/96"]]
    document = read(draw(rows, lefts=(50, 110, 370, 440)))
    assert texts_of(document, document.tables[0]) == [
        ["3.8", "Seventh certificate of the harbour company", "3.1", "2/8/19"],
        ["3.9", "Second by-laws of the office, Dated November 3", "3.2", "1/9/22"],
        ["10.1", "Commercial lease of the tower", "10.11", "8/2/96"],
    ]


def test_sum_below_years_is_no_part_of_the_last_year():
    document = read(
        draw([["2023", "1,776", "12"], ["2024", "1,876", "14"], ["2025", "1,896", "16"], ["", "5,548", "42"]])
    )
    assert texts_of(document, document.tables[0])[2:] == [["2025", "1,896", "16"], ["5,548", "42"]]


def test_years_with_what_happened_stay_a_table_of_values():
    document = read(draw([["2023", "$1,776", "12"], ["2024", "1,876", "14"], ["2025", "896", "16"]]))
    assert [len(table.rows) for table in document.tables] == [3]


def test_bullets_of_symbol_fonts_make_no_table():
    bulleted = [
        line_of((50, "\uf0b7"), (68, f"The requirement for office number {word}"), y=700 - 12 * i)
        for i, word in enumerate(("one", "two", "three", "four"))
    ]
    assert find_tables(bulleted) == []


def test_marks_that_say_yes_are_cells():
    rows = [("Grain", "●", "●", "12"), ("Ore", "●", "–", "14"), ("Oil", "–", "●", "16")]
    lines = [line_of(*zip((50, 200, 300, 400), row, strict=True), y=700 - 12 * i) for i, row in enumerate(rows)]
    assert [[cell.text for cell in row] for row in find_tables(lines)[0].grid] == [list(row) for row in rows]


def test_period_in_the_middle_is_over_all_columns():
    rows = [["", "2022", "2021", "2020"], ["Cash", "5,000", "4,000", "3,000"], ["Debt", "1,000", "2,000", "3,000"]]
    document = read([(325, 712, "Year ended December 31,"), *draw(rows)])
    (period, _) = document.tables[0].headers
    assert [(cell.column, cell.span) for cell in period.cells] == [(1, 3)]


def glyphs_of(text, guessed):
    """Return the letters of `text`; with `guessed` each has a blank before it that the file does not hold."""
    found, x = [], 0.0
    for before, letter in zip(" " + text, text, strict=False):
        if letter == " ":
            x += 2.5
            continue
        found.append(Glyph(letter, x, 0, x + LETTER, 10, (False, False), 0, before == " " or guessed, guessed))
        x += LETTER
    return found


def test_letters_placed_one_by_one_make_words():
    (segment,) = make_segments(glyphs_of("Seventh Certificate of Amendment", guessed=True), 0)
    assert segment.text == "Seventh Certificate of Amendment"


def test_narrow_blanks_between_words_are_kept():
    glyphs = glyphs_of("ofMinnesota ofEquipment", guessed=False)
    for glyph in glyphs:
        if glyph.character in "ME":
            glyph.blank_before = glyph.blank_guessed = True
    (segment,) = make_segments(glyphs, 0)
    assert segment.text == "of Minnesota of Equipment"
