"""The trained reader that ships: its files, its windows, and what it reads."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.graphs import open_tokenizer
from rag.errors import BadQuestion, ReaderDamaged
from rag.span_model import FOLDER, SpanModel
from rag.windows import LEAST_TEXT, MAX_PIECES, MAX_QUESTION_PIECES, cut_windows

TEXT = "The mill on the Orbe was built in 1723 by Samuel Roth. It ground 912 tons of rye in its first year."


@pytest.fixture(scope="module")
def model():
    return SpanModel()


@pytest.fixture(scope="module")
def tokenizer():
    return open_tokenizer(FOLDER / "tokenizer.json")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("When was the mill built?", "1723"),
        ("Who built the mill?", "Samuel Roth"),
        ("How many tons of rye did it grind?", "912"),
    ],
)
def test_spans_are_read(model, question, answer):
    (reading,) = model.read(question, [TEXT], [0], 2)
    best = reading.spans[0]
    assert TEXT[best.start : best.end].startswith(answer)
    assert best.lead > 0
    assert 0 < best.share <= 1


def test_text_that_does_not_answer_leads_less(model):
    answering, other = model.read(
        "Who built the mill?", [TEXT, "The lake froze in 1830, and wolves came over the ice."], [0, 0], 1
    )
    assert answering.answers > other.answers
    assert answering.spans[0].lead > other.spans[0].lead


def test_reading_depends_neither_on_other_texts_nor_on_threads(model):
    texts = [TEXT, "The lake froze in 1830.", TEXT * 9]
    alone = [model.read("Who built the mill?", [text], [0], 3)[0] for text in texts]
    assert model.read("Who built the mill?", texts, [0, 0, 0], 3) == alone
    with ThreadPoolExecutor(8) as pool:
        assert all(
            found == alone
            for found in pool.map(lambda _: model.read("Who built the mill?", texts, [0, 0, 0], 3), range(8))
        )


@given(question=st.text(min_size=1, max_size=60), text=st.text(max_size=300), limit=st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_spans_lie_in_the_text_apart_from_each_other(model, question, text, limit):
    (reading,) = model.read(question, [text], [0], limit)
    assert len(reading.spans) <= limit
    assert [span.lead for span in reading.spans] == sorted((span.lead for span in reading.spans), reverse=True)
    for i, span in enumerate(reading.spans):
        assert 0 <= span.start < span.end <= len(text)
        assert all(span.end <= other.start or other.end <= span.start for other in reading.spans[:i])


@given(words=st.integers(0, 900), asked=st.integers(1, MAX_QUESTION_PIECES))
@settings(max_examples=60, deadline=None)
def test_windows_cover_the_text_within_what_the_model_reads(tokenizer, words, asked):
    text = "mill " * words
    windows = cut_windows(tokenizer, "who " * asked, text)
    assert {place for window in windows for place in window.offsets} == set(
        tokenizer.encode(text, add_special_tokens=False).offsets
    )
    for window in windows:
        assert len(window.ids) == len(window.type_ids) <= max(MAX_PIECES, asked + 3 + LEAST_TEXT) <= 512
        assert window.ids[window.first - 1] == window.ids[-1] == tokenizer.token_to_id("[SEP]")
        assert window.type_ids.index(1) == window.first == asked + 2


def test_question_longer_than_is_read_is_refused(tokenizer):
    with pytest.raises(
        BadQuestion, match=rf"the question has {MAX_QUESTION_PIECES + 1} word pieces, .* at most .* shorten it"
    ):
        cut_windows(tokenizer, "who " * (MAX_QUESTION_PIECES + 1), "text")


def test_answer_far_into_a_long_text_is_read(model):
    filler = "The lake froze, and wolves came over the ice to the farms on the far bank. " * 40
    (reading,) = model.read("Who built the mill?", [filler + TEXT + filler], [0], 1)
    span = reading.spans[0]
    assert (filler + TEXT)[span.start : span.end] == "Samuel Roth"


@pytest.fixture
def copied(tmp_path):
    return shutil.copytree(FOLDER, tmp_path / "weights")


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_flipped_byte_is_found(copied, name):
    content = bytearray((copied / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copied / name).write_bytes(content)
    with pytest.raises(ReaderDamaged, match=rf"{name} has sha256 .*, its card states .*; install again"):
        SpanModel(copied)


@pytest.mark.parametrize(
    "damage", [lambda path: path.unlink(), lambda path: path.write_text("{"), lambda path: path.write_text("{}")]
)
def test_damaged_card_is_told(copied, damage):
    damage(copied / "card.json")
    with pytest.raises(ReaderDamaged, match=r"cannot be read: .*; install again"):
        SpanModel(copied)


def test_card_says_what_the_model_is_made_of():
    card = json.loads((FOLDER / "card.json").read_text("utf-8"))
    assert {"data", "licence", "made_by", "run", "begins_from", "figures"} <= set(card)
    assert card["run"]["seconds"] > 0


def test_what_leads_in_is_read_and_is_no_answer(model):
    lead = "Mills on the Orbe, built by: "
    (reading,) = model.read("Who built the mill on the Orbe?", [lead + "Samuel Roth, in 1723."], [len(lead)], 2)
    assert [span.start for span in reading.spans if span.start < 0] == []
    assert "Samuel Roth, in 1723."[reading.spans[0].start : reading.spans[0].end] == "Samuel Roth"
