"""The layout of the shipped report: real text with real faults."""

import pytest

from index.passages import PassageSettings, cut_passages
from index.sentences import split_sentences
from index.tokens import count_tokens

CHAPTER = "III. Strategy Implementation, Protection and Administration"
SECOND = "Protection and Administration"
ADMINISTRATION = "(3) IP Administration and Management"

PATHS = [
    (CHAPTER, "Strategy Implementation", "(1) Organization and Coordination Work Related to the National IP Strategy"),
    (CHAPTER, "Strategy Implementation", "(2) Organization and Coordination of IP Strategies for Industrial Sectors"),
    (CHAPTER, "Strategy Implementation", "(3) Organization and Coordination of Regional IP Strategies"),
    (CHAPTER, "Strategy Implementation", "(4) Promotion of National Patent Development Strategy"),
    (CHAPTER, "Policy Research"),
    (CHAPTER, SECOND, "(1) Organization and Coordination of IP Protection Nationwide"),
    (CHAPTER, SECOND, "(2) IP Law Enforcement"),
    (CHAPTER, SECOND, ADMINISTRATION, "Reform on integrated IP administration"),
    (
        CHAPTER,
        SECOND,
        ADMINISTRATION,
        "Work related to the IP Powerhouse construction at provincial/city level and cooperation consultation between "
        "SIPO and provincial governments",
    ),
    (CHAPTER, SECOND, ADMINISTRATION, "Corporate IP strength construction"),
    (
        CHAPTER,
        SECOND,
        ADMINISTRATION,
        "National standard for IP management by business enterprises, universities and research institutions",
    ),
    (CHAPTER, SECOND, ADMINISTRATION, "Patent utilization and industrialization"),
    (CHAPTER, SECOND, ADMINISTRATION, "IP investment and financing"),
    (CHAPTER, "IP Services", "(1) Construction of IP Service Industry Agglomeration Areas"),
    (CHAPTER, "IP Services", "(2) Nurturing Branded IP Service Institutions"),
    (CHAPTER, "IP Services", "(3) Statistical Survey on IP Service Industry"),
]


def sentence_around(document, words):
    """Return the words of the sentence that holds `words`, whichever block it stands in."""
    place = document.text.index(words)
    assert document.text.count(words) == 1
    for block in document.blocks:
        for start, end in split_sentences(document.text, block.start, block.end):
            if start <= place < end:
                return document.text[start:end]
    raise AssertionError(f"{words!r} stands in no sentence")


def block_of(document, words):
    place = document.text.index(words)
    return next(block for block in document.blocks if block.start <= place < block.end)


def test_report_is_read_byte_for_byte(report):
    assert len(report.text) == 27465
    assert report.title == CHAPTER
    assert report.text[16037:16043] == "28,157"
    assert report.pages == ()


def test_report_sections_that_hold_body_are_the_headings_of_the_report(report):
    with_body = [
        section.path
        for section in report.sections
        if any(section.start <= block.start < section.end for block in report.blocks)
    ]
    assert with_body == PATHS


def test_report_headings_are_not_glued_to_the_body(report):
    body = "\n".join(report.text[block.start : block.end] for block in report.blocks)
    numbered = [path[-1] for path in PATHS if path[-1].startswith("(")]
    assert len(numbered) == 9
    for heading in [*numbered, ADMINISTRATION, "**Protection and Administration**"]:
        assert heading in report.text
        assert heading not in body
    for line in ["Strategy Implementation", "Policy Research", "Protection and Administration", "IP Services"]:
        assert f"\n{line}\n" in report.text
        assert line not in [text.strip() for text in body.split("\n")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "2017 Annual Plan for Deepening the Implementation of the National\n",
            "IP Strategy and Accelerating the Development",
        ),
        ("SIPO provided assistance in the making of the action plan", "for coordinated development information"),
        ("Feasible Operational Rules for Compulsory Licensing of Patents\n", "in the Event of National Emergency"),
        ("the Ministry of Commerce and the Ministry of Science", "and Technology to facilitate IP reform"),
    ],
)
def test_report_sentence_cut_by_a_page_break_is_one_sentence(report, before, after):
    gap = report.text[report.text.index(before) + len(before) : report.text.index(after)]
    assert gap.strip() == ""
    sentence = sentence_around(report, before)
    assert after in sentence
    assert sentence[-1] in '."'
    assert sentence_around(report, after) == sentence


def test_report_sentence_without_full_stop_ends_before_the_heading(report):
    sentence = sentence_around(report, "made remarks on 4 of the articles")
    assert sentence == "Relevant CPC central and state leaders reviewed and made remarks on 4 of the articles"


@pytest.mark.parametrize(
    "words",
    [
        'economic development" in Hunan.',
        "The IP Cooperation Consultation Meeting between SIPO and Zhejiang Provincial Government was held in Hangzhou.",
        "The National IP Operating Public Service Platform-Finance Innovation (HengQin) Pilot Platform began to run "
        "online.",
    ],
)
def test_report_captions_and_the_torn_fragment_stand_alone(report, encoder, words):
    block = block_of(report, words)
    assert block.detached
    assert report.text[block.start : block.end] == words
    passages = cut_passages(report, PassageSettings(), count_tokens, encoder.count_pieces, 256)
    assert [passage.text for passage in passages if words in passage.text] == [words]


def test_report_has_no_other_detached_block(report):
    assert sum(block.detached for block in report.blocks) == 3


@pytest.mark.parametrize(
    "path", [path for path in PATHS if path[2:3] == (ADMINISTRATION,)], ids=lambda path: path[-1][:30]
)
def test_report_run_in_heading_opens_its_section_and_stays_in_the_body(report, path):
    section = next(section for section in report.sections if section.path == path)
    assert report.text[section.start :].startswith(path[-1] + ".")
    assert sentence_around(report, path[-1] + ".") == path[-1] + "."


def test_report_passage_that_answers_has_its_section_path(report, encoder):
    passages = cut_passages(report, PassageSettings(), count_tokens, encoder.count_pieces, 256)
    holding = [passage for passage in passages if passage.start <= 16037 and passage.end >= 16043]
    assert holding
    assert {passage.section for passage in holding} == {(CHAPTER, SECOND, "(2) IP Law Enforcement")}
    assert (15984, 16125) in {sentence for passage in holding for sentence in passage.sentences}


def test_report_sentences_are_whole(report):
    """Each begins with a capital, a digit or a quote and ends with a stop, apart from the known torn places."""
    odd = []
    for block in report.blocks:
        for start, end in split_sentences(report.text, block.start, block.end):
            sentence = report.text[start:end]
            if not (sentence[0].isupper() or sentence[0].isdigit()) or sentence[-1] not in '.”"':
                odd.append(sentence)
    assert odd == [
        'economic development" in Hunan.',
        "Relevant CPC central and state leaders reviewed and made remarks on 4 of the articles",
    ]
