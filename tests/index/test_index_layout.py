"""The layout of small made texts: what is a heading, what is one paragraph, what stands alone."""

import pytest

from index.formats.text import read_text

LONG = "The harbour office counted every ship that entered the inner basin during the year"


def read(text):
    return read_text(text.encode(), "made-text")


def body(document):
    return [document.text[block.start : block.end] for block in document.blocks]


def paths(document):
    """Return the section path over each block."""
    found = []
    for block in document.blocks:
        above = [section for section in document.sections if section.start <= block.start]
        found.append(above[-1].path if above else ())
    return found


def test_markdown_headings_nest_by_depth():
    document = read(
        "# Report\n\nOpening words.\n\n## Ships\n\nMany came.\n\n### Grain\n\nSome carried grain.\n\n## Works\n\nNo.\n"
    )
    assert document.title == "Report"
    assert paths(document) == [("Report",), ("Report", "Ships"), ("Report", "Ships", "Grain"), ("Report", "Works")]
    assert body(document) == ["Opening words.", "Many came.", "Some carried grain.", "No."]


def test_markdown_headings_need_no_blank_line_and_may_be_closed():
    document = read("# Report #\nOpening words.\n## Ships ##\nMany ships came.\n")
    assert paths(document) == [("Report",), ("Report", "Ships")]
    assert body(document) == ["Opening words.", "Many ships came."]


@pytest.mark.parametrize(
    "lines",
    [
        ("1. Traffic", "2. Works"),
        ("1.1 Traffic", "1.2 Works"),
        ("I. Traffic", "II. Works"),
        ("(1) Traffic", "(2) Works"),
        ("A. Traffic", "B. Works"),
        ("Chapter 1", "Chapter 2"),
        ("Chapter 1 Traffic", "Chapter 2 Works"),
        ("**Traffic**", "**Works**"),
        ("__Traffic__", "__Works__"),
        ("TRAFFIC", "WORKS"),
        ("Traffic", "Works"),
        ("Traffic in the Outer Harbour", "Works and Dredging"),
    ],
)
def test_headings_of_every_kind_are_siblings(lines):
    first, second = lines
    document = read(f"{first}\n\n{LONG}.\n\n{second}\n\n{LONG}.\n")
    names = [line.strip("*_") for line in lines]
    assert paths(document) == [(names[0],), (names[1],)]
    assert body(document) == [f"{LONG}."] * 2


def test_kinds_of_heading_nest_in_the_order_in_which_they_appear():
    document = read(
        f"I. Harbour\n\nTraffic\n\n(1) Grain\n\n{LONG}.\n\n(2) Ore\n\n{LONG}.\n\n"
        f"Works\n\n{LONG}.\n\nII. Town\n\n{LONG}.\n"
    )
    assert paths(document) == [
        ("I. Harbour", "Traffic", "(1) Grain"),
        ("I. Harbour", "Traffic", "(2) Ore"),
        ("I. Harbour", "Works"),
        ("II. Town",),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "The ships were counted",
        "Ships came, grain was loaded and the lock was closed for two months because of works on the sluice gates",
        "Total 4,812",
        "lower case words",
        "mail@example.org",
        "https://example.org/Harbour",
        "Many ships came.",
        "Why did they come?",
        "Among them:",
    ],
)
def test_lines_that_are_no_heading_stay_body(line):
    document = read(f"{line}\n\n{LONG}.\n")
    assert line in "\n".join(body(document))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Annual Report", ["Annual Report"]),
        (f"{LONG}.\n\nClosing Remarks\n", [f"{LONG}.", "Closing Remarks"]),
        (f"(1) Grain\n\n(2) Ore\n\n{LONG}.\n", ["(1) Grain", f"{LONG}."]),
        ("# Only\n\n# Headings\n", ["# Headings"]),
    ],
)
def test_heading_without_body_is_body(text, expected):
    assert body(read(text)) == expected


def test_hard_wrapped_paragraphs_are_one_block_each():
    text = "The office handled\nmany cases in the\nfirst year.\n\nIt closed nine\nin ten of them.\n"
    document = read(text)
    assert body(document) == ["The office handled\nmany cases in the\nfirst year.", "It closed nine\nin ten of them."]


def test_list_items_are_blocks_of_their_own():
    document = read(
        "The office did three things:\n- it counted ships\n- it dredged the basin\n* it closed the lock\n• it slept\n"
    )
    assert body(document) == [
        "The office did three things:",
        "- it counted ships",
        "- it dredged the basin",
        "* it closed the lock",
        "• it slept",
    ]


def test_wrapped_list_item_is_one_block():
    document = read("Things done:\n\n1. it counted the ships that\n   came in the night\n2. it slept\n")
    assert body(document) == ["Things done:", "1. it counted the ships that\n   came in the night", "2. it slept"]


def test_sentence_over_one_blank_line_is_joined_when_it_goes_on_in_lower_case():
    document = read(f"{LONG}\n\nand wrote the numbers down.\n\nThe book is kept in the tower.\n")
    assert body(document) == [f"{LONG}\n\nand wrote the numbers down.", "The book is kept in the tower."]


def test_sentence_that_ended_is_not_joined():
    document = read(f"{LONG}.\n\nand wrote the numbers down.\n")
    assert body(document)[0] == f"{LONG}."


def test_caption_between_wide_gaps_stands_alone():
    paragraph = f"{LONG}. It wrote the numbers down."
    document = read(
        f"{paragraph}\n\n{paragraph}\n\n{paragraph}\n\n\n\n"
        f"The mayor opened the new lock in May.\n\n\n\n{paragraph}\n\n{paragraph}\n"
    )
    captions = [document.text[block.start : block.end] for block in document.blocks if block.detached]
    assert captions == ["The mayor opened the new lock in May."]


def test_run_in_headings_name_sections_when_there_are_several():
    document = read(f"Grain trade. {LONG}.\n\nOre and coal. {LONG}.\n")
    assert paths(document) == [("Grain trade",), ("Ore and coal",)]
    assert body(document) == [f"Grain trade. {LONG}.", f"Ore and coal. {LONG}."]


def test_a_single_run_in_heading_is_none():
    document = read(f"Grain trade. {LONG}.\n\n{LONG}.\n")
    assert paths(document) == [(), ()]


@pytest.mark.parametrize("opening", ["It was cold", "The lock closed", "Ships came and were counted"])
def test_short_sentences_are_no_run_in_headings(opening):
    document = read(f"{opening}. {LONG}.\n\n{opening}. {LONG}.\n")
    assert paths(document) == [(), ()]


@pytest.mark.parametrize("line", ["## **", "## ****", "# __"])
def test_a_heading_has_a_name(line):
    """A line of marks alone names nothing, so it is no heading and no part of a path."""
    document = read(f"{line}\n\n{LONG}.\n")
    assert all(name.strip() for section in document.sections for name in section.path)


def test_title_is_the_document_id_in_words_where_there_is_no_heading():
    assert read_text(f"{LONG}.\n".encode(), "a/harbour-report").title == "harbour report"


@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_line_ends_of_other_systems_give_the_same_document(ends):
    text = f"# Report\n\n{LONG}.\n\n## Ships\n\nMany\ncame.\n"
    assert read(text.replace("\n", ends)) == read(text)
