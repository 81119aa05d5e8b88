"""What holds for any text: offsets, coverage, limits, and the same in, same out."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.errors import UnreadableFile
from index.formats.text import read_text
from index.passages import PassageSettings, cut_passages, searchable_text
from index.sentences import split_sentences
from index.tokens import count_tokens

PIECES = st.sampled_from(
    [
        "\n", "\n\n", "\n\n\n\n", "\r\n", "\r", " ", "\t", "\u3000", "\u2028", "\x85", "\x0b", "\f", "\x1c", "\u200b",
        "\ufeff", "\u00ad", "-\n", "- ", "* ", "# ", "## ", "**", "__", "(1) ", "III. ", "1.2 ", "A. ", "Chapter 3",
        "Annual Report\n\n", "The office handled 28,157 cases in 2017. ", "and closed nine in ten of them ", "word ",
        "Grain trade. ", "Dr. ", "U.S. ", "e\u0301", "\u0301", "😀", "👩‍👩‍👧 ",
        "知识产权。", "！", "각", "”", '"', "' ", ") ",
        ".", "!", "?", "…", "x" * 50, "co-\noperation ", "a**b", "🇩🇪", "\U0010ffff", "ﬀ", "İ",
    ]
)  # fmt: skip
TEXTS = st.lists(st.one_of(PIECES, PIECES, st.text(max_size=12)), max_size=40).map("".join)
LIMITS = st.sampled_from([(4, 0, 3), (5, 0, 4), (8, 0, 6), (24, 40, 60), (160, 200, 256)])
"""Tokens, characters of the path, pieces; the smallest just hold any one character."""


def count_fake_pieces(text):
    return len(re.findall(r"\w+|[^\w\s]", text)) + 2


def read_or_none(text):
    content = text.encode()
    normalised = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    try:
        document = read_text(content, "any")
    except UnreadableFile:
        assert not normalised.strip() or "\0" in text
        return None
    assert document.text == normalised
    return document


def visible(text, start, end):
    return {i for i in range(start, end) if not text[i].isspace()}


def letters(text):
    return [character for character in text if character.isalnum()]


@given(TEXTS)
@settings(max_examples=150, deadline=None)
@example("# #\n\nwords")
@example("Report\n\n\n\nwords")
def test_every_visible_character_is_in_a_block_or_in_a_heading_line(text):
    document = read_or_none(text)
    if document is None:
        return
    text = document.text
    reached = 0
    outside = visible(text, 0, len(text))
    for block in document.blocks:
        assert reached <= block.start < block.end <= len(text)
        assert text[block.start : block.end].strip() == text[block.start : block.end]
        outside -= visible(text, block.start, block.end)
        reached = block.end
    headings = {section.start: section.path[-1] for section in document.sections if section.path}
    for start in {text.rfind("\n", 0, i) + 1 for i in outside}:
        end = text.find("\n", start)
        line = text[start : end if end >= 0 else len(text)]
        place = start + len(line) - len(line.lstrip())
        assert place in headings
        assert letters(headings[place]) == letters(line)


@given(TEXTS)
@settings(max_examples=100, deadline=None)
@example("## **\n\nwords")
def test_sections_cover_the_blocks_in_order(text):
    document = read_or_none(text)
    if document is None:
        return
    reached = 0
    for section in document.sections:
        assert reached <= section.start < section.end <= len(document.text)
        assert all(name and name == " ".join(name.split()) for name in section.path)
        reached = section.end
    for block in document.blocks:
        assert sum(section.start <= block.start and block.end <= section.end for section in document.sections) == 1


@given(TEXTS, LIMITS, st.integers(0, 3))
@settings(max_examples=150, deadline=None)
def test_passages_of_any_text(text, limits, overlap):
    document = read_or_none(text)
    if document is not None:
        max_tokens, path_pieces, max_pieces = limits
        check_passages(document, PassageSettings(max_tokens, overlap, path_pieces), count_fake_pieces, max_pieces)


@given(TEXTS, st.integers(0, 2))
@settings(max_examples=60, deadline=None)
def test_passages_of_any_text_hold_the_limit_of_the_real_encoder(real_encoder, text, overlap):
    document = read_or_none(text)
    if document is not None:
        check_passages(document, PassageSettings(160, overlap), real_encoder.count_pieces, real_encoder.max_pieces)


@pytest.mark.parametrize(
    "heading", ["# " + "각," * 79, "# " + "!" * 158, "# " + "각 " * 79, "# " + "知" * 150 + "\n\n## " + "识" * 150]
)
def test_long_headings_leave_room_for_the_words_below(real_encoder, heading):
    document = read_text(f"{heading}\n\nThe office handled 28,157 cases in 2017.\n".encode(), "any")
    check_passages(document, PassageSettings(), real_encoder.count_pieces, real_encoder.max_pieces)


@pytest.mark.parametrize(
    "text",
    [
        "hyphen" + "-\n" + "ation " + "co-\noperation " * 300,
        "so\u00adft hy\u00adphens " * 300,
        "**bold**" * 500,
        "a b " * 2000,
        "🇩🇪" * 500,
        "\u0301" * 3000,
        "a" + " " * 20_000 + "b",
        "a" + "\n" * 20_000 + "b" + "\u2028" * 20_000 + "c",
    ],
    ids=["hyphens", "soft-hyphens", "bold", "single-letters", "flags", "combining", "blanks", "lines"],
)
@pytest.mark.parametrize("limits", [(5, 0, 4), (160, 200, 256)], ids=["tiny", "usual"])
def test_passages_of_hard_texts(text, limits):
    max_tokens, path_pieces, max_pieces = limits
    document = read_text(text.encode(), "any")
    check_passages(document, PassageSettings(max_tokens, 1, path_pieces), count_fake_pieces, max_pieces)


def test_sentence_of_a_hundred_thousand_words():
    words = " ".join(f"ship{i % 97}" for i in range(100_000))
    document = read_text(f"Report\n\n{words}.\n".encode(), "any")
    check_passages(document, PassageSettings(), count_fake_pieces, 256)


def test_word_of_a_hundred_thousand_characters():
    document = read_text(("知" * 50_000 + "x1" * 25_000).encode(), "any")
    check_passages(document, PassageSettings(), count_fake_pieces, 256)


def limit_calls(count, calls):
    """Return `count`, failing after so many calls: cutting that never ends must fail and not hang."""
    left = iter(range(calls))

    def counted(text):
        assert next(left, None) is not None, f"{calls} calls and no end"
        return count(text)

    return counted


def check_passages(document, passage_settings, count_pieces, max_pieces, marks=False):
    """Assert all that a passage promises; with `marks`, those of Markdown may stand between its sentences."""
    arguments = (document, passage_settings, count_tokens, limit_calls(count_pieces, 20_000), max_pieces)
    passages = cut_passages(*arguments)
    assert passages == cut_passages(*arguments)
    missing = set()
    for block in document.blocks:
        missing |= visible(document.text, block.start, block.end)
    for passage in passages:
        assert passage.text == document.text[passage.start : passage.end]
        assert passage.text.strip() == passage.text != ""
        searchable = searchable_text(passage, passage_settings, count_pieces, max_pieces)
        assert count_tokens(passage.text) <= passage_settings.max_tokens
        assert count_pieces(searchable) <= max_pieces
        check_sentences(document.text, passage, marks)
        missing -= visible(document.text, passage.start, passage.end)
    assert not missing
    assert [passage.start for passage in passages] == sorted(passage.start for passage in passages)
    assert len({(passage.start, passage.end) for passage in passages}) == len(passages)


def check_sentences(text, passage, marks):
    assert passage.sentences[0][0] == passage.start
    assert passage.sentences[-1][1] == passage.end
    reached = passage.start
    for start, end in passage.sentences:
        assert reached <= start < end <= passage.end
        between = text[reached:start]
        assert not (re.search(r"\w", between) if marks else between.strip())
        assert text[start:end].strip() == text[start:end]
        reached = end


@given(TEXTS, st.integers(0, 30), st.integers(0, 30))
@settings(max_examples=200, deadline=None)
@example('He said "stop." ” And went. 知识。” 产权！', 0, 0)
@example("”", 0, 0)
@example('Stop. ") Go.', 0, 0)
def test_sentences_hold_every_visible_character_once(text, left, right):
    start, end = min(left, len(text)), max(min(left, len(text)), len(text) - right)
    seen = []
    reached = start
    for first, last in split_sentences(text, start, end):
        assert reached <= first < last <= end
        assert text[first:last].strip() == text[first:last]
        seen += [i for i in range(first, last) if not text[i].isspace()]
        reached = last
    assert seen == sorted(visible(text, start, end))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One came. Two went.", ["One came.", "Two went."]),
        ("One came\nhere. Two\n\nwent.", ["One came\nhere.", "Two\n\nwent."]),
        ("It rose by 3.5% to RMB 1.2 billion. Then it fell.", ["It rose by 3.5% to RMB 1.2 billion.", "Then it fell."]),
        (
            "Dr. Brandt met Mr. Lee in the U.S. office. They spoke.",
            ["Dr. Brandt met Mr. Lee in the U.S. office.", "They spoke."],
        ),
        ("Was it so? Yes! It was.", ["Was it so?", "Yes!", "It was."]),
        ('She said "It is done." Then she left.', ['She said "It is done."', "Then she left."]),
        ("她来了。他走了！好吗？", ["她来了。", "他走了！", "好吗？"]),
        ("他说：“好。”然后走了。", ["他说：“好。”", "然后走了。"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_sentences_of_small_texts(text, expected):
    assert [text[start:end] for start, end in split_sentences(text, 0, len(text))] == expected
