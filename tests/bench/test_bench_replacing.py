"""A report with other numbers and names: exact spans, and one replacement for each."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.replaced import REPORT, exchange
from bench.replacing import BODIES, NAMES, Edit, Replacing, apply, move
from eval.dataset import GoldQuestion, Place, load_questions

SEED = 5
TEXT = (
    "SIPO held 2,325 talks in Wuhan in 2016 and 2017, the 2nd batch.\n\n(1) Wuhan paid RMB 1.2 billion (36.3%) to SIPO."
)
FIGURE = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?=st|nd|rd|th|\W|$)")


@pytest.fixture(scope="module")
def shipped():
    text, questions = REPORT.read_text("utf-8"), load_questions()
    return text, questions, *exchange(text, questions, SEED)


def test_every_number_in_digits_is_another_of_its_shape():
    changed = Replacing([TEXT], SEED).text(TEXT)
    old, new = FIGURE.findall(TEXT), FIGURE.findall(changed)
    assert [re.sub(r"[1-9]", "9", number) for number in old[:1]] == [
        re.sub(r"[1-9]", "9", number) for number in new[:1]
    ]
    kept = [(before, after) for before, after in zip(old, new, strict=True) if before == after]
    assert kept == [("1", "1")], "only the number of the heading stays"


def test_years_keep_their_distance():
    first, second = re.findall(r"\b(?:19|20)\d\d\b", Replacing([TEXT], SEED).text(TEXT))
    assert int(second) - int(first) == 1
    assert first != "2016"


def test_rank_has_the_ending_of_its_number():
    changed = Replacing([TEXT], SEED).text(TEXT)
    number, ending = re.search(r"the (\d)(st|nd|rd|th) batch", changed).groups()
    assert ending == {"1": "st", "2": "nd", "3": "rd"}.get(number, "th")


def test_same_name_becomes_the_same_and_different_ones_different():
    replacing = Replacing([TEXT], SEED)
    changed = replacing.text(TEXT)
    wuhan, sipo = replacing.text("Wuhan"), replacing.text("SIPO")
    assert changed.count(wuhan) == changed.count(sipo) == 2
    assert "Wuhan" not in changed
    assert sipo.isupper()
    assert len(sipo) == 4
    others = [replacing.text(name) for name in NAMES]
    assert len(set(others)) == len(NAMES)
    assert not set(others) & set(NAMES)


def test_bodies_keep_their_number_of_words():
    assert all(len(name.split()) == len(other.split()) for name, other in BODIES.items())


def test_mistyped_name_becomes_the_other_name_mistyped():
    replacing = Replacing([TEXT], SEED)
    name, mistyped = replacing.text("Shanghai"), replacing.text("Where in Shangai?")
    assert mistyped == f"Where in {name[:5] + name[6:]}?"


@pytest.mark.parametrize(("answer", "kept"), [("2,325 talks", " talks"), ("RMB 1.2 billion", " billion")])
def test_span_and_answer_move_with_their_text(answer, kept):
    start = TEXT.index(answer)
    gold = GoldQuestion(
        "k1", "k1", "tune", "number", "report", "?", (answer,), (Place("d", start, start + len(answer)),)
    )
    replacing = Replacing([TEXT], SEED)
    edits = replacing.edits(TEXT)
    made = replacing.question(gold, TEXT, edits)
    assert apply(TEXT, edits)[made.spans[0].start : made.spans[0].end] == made.answers[0]
    assert made.answers[0] != answer
    assert made.answers[0].endswith(kept)


def test_rank_in_words_follows_the_digits_of_the_paragraph():
    replacing = Replacing([TEXT], SEED)
    start = TEXT.index("Wuhan")
    gold = GoldQuestion(
        "k1", "k1", "tune", "place", "report", "Where was the second batch?", (), (Place("d", start, start + 5),)
    )
    asked = replacing.question(gold, TEXT, replacing.edits(TEXT)).question
    assert asked != gold.question
    apart = GoldQuestion("k2", "k2", "tune", "place", "report", "Where was the third batch?", (), gold.spans)
    assert replacing.question(apart, TEXT, replacing.edits(TEXT)).question == apart.question


def test_position_inside_a_number_has_no_place():
    with pytest.raises(ValueError, match="lies inside"):
        move(3, [Edit(2, 5, "x")])


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 4), st.text("xyz", max_size=6)), max_size=4))
def test_what_no_edit_touches_stays(drawn):
    text = "".join(chr(0x4E00 + i) for i in range(40))
    edits, reach = [], 0
    for start, length, words in sorted(drawn):
        if start >= reach:
            edits.append(Edit(start, start + length, words))
            reach = start + length
    made = apply(text, edits)
    untouched = [i for i in range(len(text)) if not any(edit.start <= i < edit.end for edit in edits)]
    assert all(made[move(i, edits)] == text[i] for i in untouched)


def test_answers_of_the_shipped_questions_stand_in_their_spans(shipped):
    _, questions, changed, asked = shipped
    assert len(asked) == len(questions)
    for gold in asked:
        held = [" ".join(changed[span.start : span.end].split()).casefold() for span in gold.spans]
        assert all(any(" ".join(answer.split()).casefold() in text for text in held) for answer in gold.answers)


def test_no_name_and_no_figure_of_the_shipped_report_is_left(shipped):
    text, _, changed, asked = shipped
    whole = changed + " ".join(gold.question for gold in asked)
    assert not [name for name in (*NAMES, *BODIES) if re.search(rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])", whole)]
    old, new = FIGURE.findall(text), FIGURE.findall(changed)
    same = [number for number, other in zip(old, new, strict=True) if number == other]
    assert len(same) == len(re.findall(r"^\(\d+\)", text, re.MULTILINE))
    assert len(changed.split("\n")) == len(text.split("\n"))


def test_same_seed_same_exchange(shipped):
    text, questions, changed, asked = shipped
    assert exchange(text, questions, SEED) == (changed, asked)
    assert exchange(text, questions, SEED + 1)[0] != changed
