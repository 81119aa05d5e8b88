"""Passages of small texts: packing, overlap, edges, and what is searched."""

import itertools
from dataclasses import replace

import pytest

from index.formats.text import read_text
from index.passages import PassageSettings, cut_passages, searchable_text
from index.types import Passage

WORDS = ["alpha", "bravo", "carol", "delta", "eagle", "fancy", "giant", "hotel", "india", "joker"]
SENTENCES = [f"{word.title()} saw four ships." for word in WORDS]


def count_words(text):
    return len(text.split())


def cut(text, max_tokens=160, overlap=1, max_pieces=256):
    document = read_text(text.encode(), "any")
    return cut_passages(document, PassageSettings(max_tokens, overlap), count_words, count_words, max_pieces)


def test_passages_are_filled_and_overlap_by_whole_sentences():
    passages = cut(" ".join(SENTENCES), max_tokens=12)
    assert [passage.text for passage in passages] == [
        " ".join(SENTENCES[first : first + 3]) for first in (0, 2, 4, 6)
    ] + [" ".join(SENTENCES[8:])]


@pytest.mark.parametrize("overlap", [0, 1, 2])
def test_overlap_is_as_many_sentences_as_the_settings_say(overlap):
    passages = cut(" ".join(SENTENCES), max_tokens=12, overlap=overlap)
    for former, passage in itertools.pairwise(passages):
        shared = set(former.sentences) & set(passage.sentences)
        assert len(shared) == overlap


def test_overlap_gives_way_where_it_does_not_fit():
    long = "Kilo saw " + "many " * 8 + "ships."
    passages = cut(f"{SENTENCES[0]} {long} {SENTENCES[1]}", max_tokens=12)
    assert [passage.text for passage in passages] == [SENTENCES[0], long, SENTENCES[1]]


def test_the_encoder_limits_as_well_as_the_tokens():
    assert len(cut(" ".join(SENTENCES), max_tokens=1000, max_pieces=8)) > len(SENTENCES) // 2
    assert len(cut(" ".join(SENTENCES), max_tokens=1000, max_pieces=1000)) == 1


def test_no_passage_reaches_over_a_heading():
    passages = cut(f"Ships\n\n{SENTENCES[0]}\n\nWorks\n\n{SENTENCES[1]}\n")
    assert [(passage.section, passage.text) for passage in passages] == [
        (("Ships",), SENTENCES[0]),
        (("Works",), SENTENCES[1]),
    ]


def test_paragraphs_of_one_section_share_a_passage():
    passages = cut(f"{SENTENCES[0]} {SENTENCES[1]}\n\n{SENTENCES[2]} {SENTENCES[3]}\n")
    assert [len(passage.sentences) for passage in passages] == [4]


def test_sentence_over_the_limit_is_cut_at_blanks():
    passages = cut("Lima saw " + "many " * 40 + "ships.", max_tokens=10, overlap=0)
    assert len(passages) == 5
    assert all(passage.text.split()[0] in ("Lima", "many", "ships.") for passage in passages)


@pytest.mark.parametrize(
    ("section", "text", "path_pieces", "expected"),
    [
        ((), "Plain  words\nhere", 200, "Plain words here"),
        (("A", "B"), "words", 200, "A: B: words"),
        (("Outer heading", "Inner"), "words", 2, "Inner: words"),
        (("Outer heading",), "words", 1, "words"),
        ((), "co-\noperation", 200, "cooperation"),
        ((), "so\u00adft", 200, "soft"),
        ((), "2016-\n2017", 200, "2016- 2017"),
        ((), "**Bold** and __under__", 200, "Bold and under"),
    ],
)
def test_what_is_searched_is_cleaned(section, text, path_pieces, expected):
    passage = Passage("any", 0, len(text), text, section, ((0, len(text)),))
    assert searchable_text(passage, PassageSettings(path_pieces=path_pieces), count_words, 1000) == expected


def test_path_takes_at_most_half_of_what_the_encoder_reads():
    passage = Passage("any", 0, 5, "words", ("One two three", "Four five"), ((0, 5),))
    assert searchable_text(passage, PassageSettings(), count_words, 5) == "Four five: words"


def test_document_without_blocks_has_no_passage(report):

    assert cut_passages(replace(report, blocks=(), sections=()), PassageSettings(), count_words, count_words, 9) == []
