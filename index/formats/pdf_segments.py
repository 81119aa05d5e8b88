"""Letters with boxes -> words, and segments of words without a column gap among them."""

import unicodedata
from dataclasses import dataclass, field
from itertools import pairwise

_COLUMN_GAP = 1.0
"""A gap as wide as the letters are high parts two columns; blanks between words are a quarter of that, gaps between
letters hardly a twentieth."""

_WORD_GAP = 0.15
_TOUCHING = 0.05
_MANY = 0.3
"""With blanks guessed before so many of the letters though they touch, the file places every letter on its own."""

_RAISED = 0.8


@dataclass(slots=True)
class Word:
    """Letters without a blank among them, from `x0` to `x1`."""

    text: str
    x0: float
    x1: float


@dataclass(slots=True)
class Segment:
    """Words on one line without a column gap among them; `y0` is the lower edge, `size` the height of the letters."""

    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    bold: bool
    italic: bool
    words: list[Word] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The words, with blanks between."""
        return " ".join(word.text for word in self.words)


@dataclass(slots=True)
class Glyph:
    """A letter; `turn` counts the quarters that it is turned by, and the box is given as if it were not.

    A blank before it was `blank_guessed` where the file holds none and the library put one between two letters.
    """

    character: str
    x0: float
    y0: float
    x1: float
    y1: float
    style: tuple[bool, bool]
    turn: int
    blank_before: bool
    blank_guessed: bool = False


def make_segments(glyphs: list[Glyph], turn: int) -> list[Segment]:
    """Return the segments that the letters turned by `turn` quarters make, in the order of the file."""
    segments: list[Segment] = []
    counts: list[list[int]] = []
    last: Glyph | None = None
    upright = [glyph for glyph in glyphs if glyph.turn == turn]
    scattered = sum(_is_guess(a, b) for a, b in pairwise(upright)) > _MANY * len(upright)
    for glyph in upright:
        height = max(glyph.y1 - glyph.y0, 0.1)
        current = segments[-1] if segments and last else None
        if (
            current is None
            or not _is_same_line(current, glyph)
            or not -0.6 < _gap(last, glyph) / current.size < _COLUMN_GAP
        ):
            current = Segment(glyph.x0, glyph.y0, glyph.x1, glyph.y1, height, *glyph.style)
            segments.append(current)
            counts.append([0, 0, 0, 0])
            current.words.append(Word("", glyph.x0, glyph.x1))
        elif _begins_word(current, last, glyph, scattered):
            current.words.append(Word("", glyph.x0, glyph.x1))
        word = current.words[-1]
        word.text += glyph.character
        word.x0, word.x1 = min(word.x0, glyph.x0), max(word.x1, glyph.x1)
        current.x0, current.x1 = min(current.x0, glyph.x0), max(current.x1, glyph.x1)
        # Bullets and brackets come from fonts of their own, whose boxes say nothing about the letters.
        if glyph.character.isalnum() and (height > current.size or not counts[-1][3]):
            current.size, current.y0, current.y1 = height, glyph.y0, glyph.y1
            counts[-1][3] = 1
        counts[-1][0] += 1
        counts[-1][1] += glyph.style[0]
        counts[-1][2] += glyph.style[1]
        last = glyph
    for segment, (letters, bold, italic, _) in zip(segments, counts, strict=True):
        segment.bold, segment.italic = bold * 10 > letters * 9, italic * 10 > letters * 9
    return segments


def _is_same_line(segment: Segment, glyph: Glyph) -> bool:
    shared = min(segment.y1, glyph.y1) - max(segment.y0, glyph.y0)
    return shared > 0.5 * min(segment.size, max(glyph.y1 - glyph.y0, 0.1))


def _gap(last: Glyph, glyph: Glyph) -> float:
    after, before = glyph.x0 - last.x1, last.x0 - glyph.x1
    if unicodedata.bidirectional(glyph.character) in ("R", "AL"):
        return before
    if unicodedata.bidirectional(last.character) in ("R", "AL"):
        return min(after, before, key=abs)
    return after


def _begins_word(segment: Segment, last: Glyph, glyph: Glyph, scattered: bool) -> bool:
    blank = glyph.blank_before and not (scattered and _is_guess(last, glyph))
    return blank or _gap(last, glyph) > _WORD_GAP * segment.size or _is_note_number(segment, last, glyph)


def _is_guess(last: Glyph, glyph: Glyph) -> bool:
    """Tell whether there is no blank between two letters in the file, and hardly any room for one."""
    near = abs(glyph.x0 - last.x1) < _TOUCHING * (glyph.y1 - glyph.y0)
    return glyph.blank_guessed and near


def _is_note_number(segment: Segment, last: Glyph, glyph: Glyph) -> bool:
    """Tell whether a raised small digit begins: a note's number must not become a digit of what it stands behind."""
    height = glyph.y1 - glyph.y0
    raised = height < _RAISED * segment.size and (glyph.y0 + glyph.y1) > (segment.y0 + segment.y1) + 0.1 * segment.size
    was_raised = last.y1 - last.y0 < _RAISED * segment.size
    return raised and not was_raised and glyph.character.isdigit()
