"""Question and text -> windows of word pieces, each no longer than the span model reads."""

from dataclasses import dataclass

from index.graphs import Tokenizer
from index.types import Range
from rag.errors import BadQuestion

MAX_PIECES = 256
"""Pieces of one window, question and marks counted in, but for a question that leaves less room than `LEAST_TEXT`; what
the span model was trained on."""

OVERLAP = 64
"""Pieces that a window of a long text shares with the one before it."""

LEAST_TEXT = 128
"""Pieces of text that a window holds beside however long a question."""

MAX_QUESTION_PIECES = 512 - 3 - LEAST_TEXT
"""The model has no more than 512 positions."""

_MARKS = 3
"""[CLS] question [SEP] text [SEP]."""


@dataclass(frozen=True, slots=True)
class Window:
    """The pieces `ids` of a question and of a part of a text; `ids[first:last]` are the text's.

    `offsets[i]` is the range of characters of the text that piece `first + i` stands for.
    """

    ids: tuple[int, ...]
    first: int
    offsets: tuple[Range, ...]

    @property
    def last(self) -> int:
        """The end, exclusive, of the text's pieces."""
        return self.first + len(self.offsets)

    @property
    def type_ids(self) -> tuple[int, ...]:
        """0 for the question and its marks, 1 for the text and the mark after it."""
        return (0,) * self.first + (1,) * (len(self.ids) - self.first)


def cut_windows(tokenizer: Tokenizer, question: str, text: str) -> list[Window]:
    """Return the windows of `text` in order, at least one; every piece of it stands in one.

    Raises:
        BadQuestion: the question is longer than `MAX_QUESTION_PIECES`.
    """
    start, separator = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    asked = tokenizer.encode(question, add_special_tokens=False).ids
    read = tokenizer.encode(text, add_special_tokens=False)
    if len(asked) > MAX_QUESTION_PIECES:
        raise BadQuestion(
            f"the question has {len(asked)} word pieces, the reader reads at most {MAX_QUESTION_PIECES}; shorten it"
        )
    room = max(MAX_PIECES - _MARKS - len(asked), LEAST_TEXT)
    head = (start, *asked, separator)
    windows = []
    for position in range(0, max(1, len(read.ids) - OVERLAP), room - OVERLAP):
        stop = position + room
        windows.append(
            Window((*head, *read.ids[position:stop], separator), len(head), tuple(read.offsets[position:stop]))
        )
    return windows
