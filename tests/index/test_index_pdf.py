"""PDF -> Document: reading order, pages, running lines, headings, tables, and files that cannot be read."""

import pytest
from made_files import SENTENCE, make_flowing_pdf, make_pdf, paths_of, rows_of, words_of

from index.errors import UnreadableFile
from index.formats import read_document

BOLD, LARGE = ("Helvetica-Bold", 10), ("Helvetica-Bold", 18)


def read(content):
    return read_document(content, "made-pdf")[0]


def lines(texts, x=50, top=700, pitch=12, face=()):
    return [(x, top - pitch * i, text, *face) for i, text in enumerate(texts)]


def paragraph(number, sentences=8):
    return " ".join(SENTENCE.format(100 * number + i) for i in range(sentences))


def page_of(document, word):
    place = document.text.index(word)
    return next(page.number for page in document.pages if page.start <= place < page.end)


def test_text_of_one_column_in_paragraphs():
    document = read(make_flowing_pdf([("BodyText", paragraph(i)) for i in range(4)]))
    assert [" ".join(words.split()) for words in words_of(document)] == [paragraph(i) for i in range(4)]
    assert "\n" in words_of(document)[0]


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_reading_order_and_paragraphs_over_edges_of_columns_and_pages(columns):
    texts = [paragraph(i, 10) for i in range(24)]
    parts = [("BodyText", text) for text in texts]
    document = read(make_flowing_pdf(parts, columns, "Harbour Office – Annual Report", "Page "))
    assert len(document.pages) > 1
    assert " ".join(document.text.split()) == " ".join(texts)
    for text in texts:
        # No sentence is cut: where a paragraph breaks at a full stop, nothing is lost.
        assert sum(" ".join(words.split()) in text for words in words_of(document)) in (1, 2)
    cut = [words for words in words_of(document) if not words.rstrip().endswith(".")]
    assert cut == []


def test_running_lines_are_beside_the_text_with_their_page():
    parts = [("BodyText", paragraph(i, 10)) for i in range(24)]
    document = read(make_flowing_pdf(parts, 1, "Harbour Office – Annual Report", "Page "))
    pages = len(document.pages)
    assert pages >= 3
    assert "Annual Report" not in document.text
    assert {(running.page, running.text) for running in document.running} == {
        (page, text) for page in range(1, pages + 1) for text in ("Harbour Office – Annual Report", f"Page {page}")
    }


def test_pages_cover_the_text_and_count_from_one():
    document = read(make_pdf([[(50, 700, f"Only page {word} says this.")] for word in ("one", "two", "three")]))
    assert [page.number for page in document.pages] == [1, 2, 3]
    assert document.pages[0].start == 0
    assert document.pages[-1].end == len(document.text)
    assert all(a.end == b.start for a, b in zip(document.pages, document.pages[1:], strict=False))
    assert [page_of(document, word) for word in ("page one", "page two", "page three")] == [1, 2, 3]


def test_sentence_over_a_page_break_is_one_range():
    first = [
        *lines(["The harbour office counted every ship that entered the inner basin and"], top=100),
        (300, 30, "1"),
    ]
    second = [*lines(["wrote its cargo down in the long book of the tower."]), (300, 30, "2")]
    third = [*lines(["Nobody read the book."]), (300, 30, "3")]
    document = read(make_pdf([first, second, third]))
    assert words_of(document)[0].endswith("inner basin and\nwrote its cargo down in the long book of the tower.")
    assert [running.text for running in document.running] == ["1", "2", "3"]


def test_page_numbers_of_a_table_column_are_no_running_lines():
    pages = [
        [*lines(["Ships came in great numbers to the outer harbour."]), (50, 60, str(value))] for value in (7, 3, 9, 4)
    ]
    document = read(make_pdf(pages))
    assert document.running == ()
    assert all(str(value) in document.text for value in (7, 3, 9, 4))


def test_continued_headings_at_the_top_are_running_lines():
    top = [(50, 760, "Results of the harbour (continued)", *BOLD)]
    pages = [
        [
            (50, 760, "Results of the harbour", *BOLD),
            *lines(["The harbour earned more than in any year before it, and"]),
        ],
        [*top, *lines(["its costs fell by a tenth."])],
    ]
    document = read(make_pdf(pages))
    assert "continued" not in document.text
    assert paths_of(document) == [("Results of the harbour",)]
    assert words_of(document) == ["The harbour earned more than in any year before it, and\nits costs fell by a tenth."]


def test_words_hyphenated_over_line_ends_stand_as_in_the_file():
    document = read(
        make_pdf([lines(["The two offices agreed on a long and fruitful co-", "operation of their ships."])])
    )
    assert words_of(document) == ["The two offices agreed on a long and fruitful co-\noperation of their ships."]


def test_headings_by_size_and_weight_nest():
    page = [
        (50, 760, "Harbour Report", *LARGE),
        (50, 730, "Traffic", "Helvetica-Bold", 13),
        *lines([paragraph(1, 1)], top=710),
        (50, 680, "Grain", *BOLD),
        *lines([paragraph(2, 1)], top=660),
        (50, 630, "Works", "Helvetica-Bold", 13),
        *lines([paragraph(3, 1)], top=610),
    ]
    document = read(make_pdf([page]))
    assert document.title == "Harbour Report"
    assert [path for path in paths_of(document) if len(path) > 1] == [
        ("Harbour Report", "Traffic"),
        ("Harbour Report", "Traffic", "Grain"),
        ("Harbour Report", "Works"),
    ]


def test_outline_names_headings_that_look_like_body():
    page = [
        item for i in range(3) for item in lines([f"About subject {i}", paragraph(i, 1)], top=700 - 100 * i, pitch=40)
    ]
    plain = read(make_pdf([page]))
    assert paths_of(plain) == [()]
    outline = [(0, "About subject 0", 1), (1, "About subject 1", 1), (0, "About subject 2", 1)]
    assert paths_of(read(make_pdf([page], outline=outline))) == [
        ("About subject 0",), ("About subject 0", "About subject 1"), ("About subject 2",)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Report of the Harbour", "Report of the Harbour"),
        ("Microsoft Word - harbour.docx", "Harbour Report"),
        ("harbour_final_2", "Harbour Report"),
        ("Quarterly Statement of Something Else", "Harbour Report"),
        (None, "Harbour Report"),
    ],
)
def test_title_of_the_metadata_is_used_where_it_is_one(given, expected):
    page = [(50, 760, "Harbour Report", *LARGE), *lines(["This is the report of the harbour office."])]
    assert read(make_pdf([page], title=given)).title == expected


ROWS = [
    ["", "2017", "2016"],
    ["Grain and other dry goods", "$ 1,234", "$ 987"],
    ["Ore", "(56)", "—"],
    ["Total", "1,178", "987"],
]


def make_aligned_table(gap=60):
    page = lines(["Cargo by kind (in thousands of tonnes):"], top=740)
    for i, row in enumerate(ROWS):
        page += [(50 if j == 0 else 220 + gap * j, 710 - 14 * i, text) for j, text in enumerate(row) if text]
    return make_pdf([[*page, *lines([paragraph(1, 1)], top=600)]])


def make_ruled_table():
    return make_flowing_pdf(
        [("BodyText", "Cargo by kind (in thousands of tonnes):"), ("table", ROWS), ("BodyText", paragraph(1))]
    )


@pytest.mark.parametrize("content", [make_aligned_table(), make_ruled_table()], ids=["aligned", "set"])
def test_rows_of_a_table_stand_on_one_line_with_header_unit_and_title(content):
    document = read(content)
    (table,) = document.tables
    headers, rows = rows_of(document, table)
    assert [[text for _, text in row] for row in headers] == [["2017", "2016"]]
    assert [[text.replace("$ ", "$") for _, text in row] for row in rows] == [
        ["Grain and other dry goods", "$1,234", "$987"], ["Ore", "(56)", "—"], ["Total", "1,178", "987"]
    ]  # fmt: skip
    assert {column for row in rows for column, _ in row[1:]} == {column for column, _ in headers[0]}
    assert document.text[slice(*table.title)] == "Cargo by kind (in thousands of tonnes):"
    assert [document.text[start:end] for start, end in table.units] == ["(in thousands of tonnes)"]


def test_label_over_two_lines_is_one_row():
    page = [
        (250, 700, "2017"), (320, 700, "2016"), (50, 686, "Change in provisions for ships that"),
        (50, 674, "were lost at sea"), (250, 674, "12"), (320, 674, "14"), (50, 660, "Ore"), (250, 660, "7"),
        (320, 660, "8"),
    ]  # fmt: skip
    document = read(make_pdf([page]))
    assert [[text for _, text in row] for row in rows_of(document, document.tables[0])[1]] == [
        ["Change in provisions for ships that were lost at sea", "12", "14"], ["Ore", "7", "8"]
    ]  # fmt: skip


def draw_rows(rows, top, lefts=(50, 220, 320, 420), pitch=13):
    return [(lefts[j], top - pitch * i, text) for i, row in enumerate(rows) for j, text in enumerate(row) if text]


def test_cells_of_words_that_run_over_lines_are_one_row():
    rows = [
        ["Kind", "Value", "Way of valuing", "Share"],
        ["Shares", "28,797", "Private deals and", "n/a"],
        ["", "", "discount rates", ""],
        ["Loans to harbour", "726", "Valued at mean", "50%"],
        ["Partnership", "", "recovery", ""],
        ["Warrants", "12", "Other", "7%"],
    ]
    document = read(make_pdf([draw_rows(rows, 700)]))
    assert [[text for _, text in row] for row in rows_of(document, document.tables[0])[1]] == [
        ["Shares", "28,797", "Private deals and discount rates", "n/a"],
        ["Loans to harbour Partnership", "726", "Valued at mean recovery", "50%"],
        ["Warrants", "12", "Other", "7%"],
    ]


def test_header_that_comes_again_begins_another_table():
    rows = [
        ["Currency", "Amount", "Value"], ["EUR", "12", "34"], ["USD", "5", "6"], ["31 December 2016"],
        ["Currency", "Amount", "Value"], ["EUR", "7", "8"], ["USD", "9", "1"],
    ]  # fmt: skip
    document = read(make_pdf([draw_rows(rows, 700)]))
    assert [[[text for _, text in row] for row in rows_of(document, table)[0]] for table in document.tables] == [
        [["Currency", "Amount", "Value"]], [["31 December 2016"], ["Currency", "Amount", "Value"]]
    ]  # fmt: skip
    assert [len(table.rows) for table in document.tables] == [2, 2]


def test_one_row_below_its_names_is_a_table():
    page = draw_rows([["", "2017", "2016", "2015"], ["Options", "5,085", "4,077", "3,042"]], 700)
    document = read(make_pdf([[*page, *lines([paragraph(1, 1)], top=600)]]))
    assert [len(table.rows) for table in document.tables] == [1]


def test_unit_below_the_heading_of_a_table():
    page = [(50, 730, "Balance sheet", *BOLD), (50, 718, "(In thousands of pounds)", *BOLD)]
    page += draw_rows([["", "2017", "2016"], ["Cash", "5", "4"], ["Debt", "3", "2"]], 690)
    document = read(make_pdf([[*page, *lines([paragraph(i, 3) for i in range(2)], top=600)]]))
    assert [document.text[start:end] for start, end in document.tables[0].units] == ["(In thousands of pounds)"]


@pytest.mark.parametrize(
    "rows",
    [
        [["•", "The harbour was dredged in the spring of the year."], ["•", "The lock was closed for two months."]],
        [["(a)", "The harbour was dredged in the spring."], ["(b)", "The lock was closed for two months."]],
        [["The harbour office counted", "every ship that came in the year 2017"], ["and wrote it down", "in a book."]],
    ],
)
def test_lists_and_wide_blanks_are_no_tables(rows):
    page = draw_rows(rows, 700, lefts=(50, 70) if len(rows[0][0]) < 4 else (50, 200))
    assert read(make_pdf([page])).tables == ()


def test_table_that_goes_on_over_the_page_takes_its_headers_along():
    def rows(first, last, top):
        return [
            item
            for i in range(first, last)
            for item in ((50, top - 14 * (i - first), f"Basin {i}"), (300, top - 14 * (i - first), f"{i},500"),
                         (400, top - 14 * (i - first), f"{i},200"))
        ]  # fmt: skip

    head = [(300, 700, "2017"), (400, 700, "2016"), *lines(["Ships in each basin:"], top=730)]
    document = read(make_pdf([[*head, *rows(1, 6, 686)], rows(6, 10, 760)]))
    first, second = document.tables
    assert second.headers == first.headers
    assert second.title == first.title
    assert [len(first.rows), len(second.rows)] == [5, 4]


def test_cells_that_are_paragraphs_stay_in_their_row():
    page = []
    for i in range(4):
        top = 700 - 80 * i
        page += lines([f"The risk of kind {i} that ships", "cannot enter the harbour"], 50, top)
        page += lines(
            [f"The pilots of group {i} were given", "charts of every bank and every", "buoy in the bay"], 300, top
        )
    document = read(make_pdf([page]))
    (table,) = document.tables
    assert [[text for _, text in row] for row in rows_of(document, table)[1]] == [
        [
            f"The risk of kind {i} that ships cannot enter the harbour",
            f"The pilots of group {i} were given charts of every bank and every buoy in the bay",
        ]
        for i in range(4)
    ]


def test_note_numbers_do_not_become_digits():
    page = [(50, 700, "The office counted 4,812"), (164, 704, "1", "Helvetica", 5), (170, 700, "ships in the year.")]
    assert "4,812 1 ships" in " ".join(read(make_pdf([page])).text.split())


def test_pages_without_text_are_named_and_the_others_read():
    document = read(make_pdf([lines([paragraph(1, 1)]), [], lines([paragraph(2, 1)]), [], []]))
    assert document.notes == (
        "no text layer on page(s) 2, 4-5: nothing of them is indexed; run text recognition (OCR) to read them",
    )
    assert [page.end > page.start for page in document.pages] == [True, False, True, False, False]


def test_scan_is_refused():
    with pytest.raises(UnreadableFile, match=r"'made-pdf' has 2 page\(s\) and no text layer on any.*OCR"):
        read(make_pdf([[], []]))


@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_truncated_pdf_is_refused(share):
    whole = make_flowing_pdf([("BodyText", paragraph(i)) for i in range(30)])
    with pytest.raises(UnreadableFile, match=r"'made-pdf' is a damaged PDF .*cut off on its way"):
        read(whole[: int(len(whole) * share)])


def test_encrypted_pdf_is_refused():
    with pytest.raises(UnreadableFile, match="'made-pdf' is an encrypted PDF that needs a password"):
        read(make_pdf([lines(["Secret."])], password="harbour"))


def test_text_outside_of_the_page_and_turned_text():
    document = read(make_pdf([[(50, 700, "Shown words stand here."), (-500, 700, "outside"), (50, 5000, "above")]]))
    assert document.text == "Shown words stand here."
