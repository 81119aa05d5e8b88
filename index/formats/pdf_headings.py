"""Type of a paragraph's letters -> is it a heading, and how deep?"""

import re
from collections import Counter
from collections.abc import Sequence

from index.formats.builder import Level
from index.formats.pdf_lines import Line

_DECIMAL = re.compile(r"(\d{1,2}(?:\.\d{1,2})*)[.)]?\s+\S")
_NAMED = re.compile(r"(?:part|chapter|section|item|note|annex|appendix|schedule)\s+[\divxlc]+[a-z]?\b", re.I)
_END = re.compile(r"[.;,]$|[.!?]\s+[A-Z].*[.!?]$")
_DIVISION = re.compile(r"(?:(part|chapter)|item)\s+[\divxlc]+[a-z]?\b", re.I)
"""Divisions that hold others whatever their type looks like, the first kind above the second."""

DATE_LINE = re.compile(r"(?:for|as (?:at|of)|at|dated?)\s.{0,60}\d{4}", re.I)
_LARGER = 1.08
_MAX_WORDS = 25
_MAX_LINES = 3

Style = tuple[float, bool, bool, bool]
"""Height of the letters, bold, capitals, upright; greater is nearer to the title."""


class HeadingStyles:
    """What is body text in this document, and in which order its heading styles stand."""

    def __init__(self, lines: Sequence[Line], outline: Sequence[tuple[int, str, int | None]]) -> None:
        sizes: Counter[float] = Counter()
        heavy: Counter[bool] = Counter()
        for line in lines:
            sizes[_round(line.size)] += len(line.text)
            heavy[line.bold] += len(line.text)
        self.body_size = sizes.most_common(1)[0][0] if sizes else 10.0
        self._body_bold = heavy[True] > heavy[False]
        self._ranks: list[Style] = []
        titles = Counter(_fold(title) for _, title, _ in outline)
        # An outline that says the same on every page, as some converters make it, is none.
        sensible = len(titles) > 2 and len(titles) * 10 > 6 * len(outline)
        self._outline = {(_fold(title), page): depth for depth, title, page in outline if page} if sensible else {}

    def read_style(self, lines: Sequence[Line], page: int) -> Style | int | None:
        """Return the style of what looks like a heading, or its depth in the outline; None for body text."""
        text = " ".join(line.text for line in lines)
        depth = self._outline.get((_fold(text), page))
        if depth is not None:
            return depth
        words = text.split()
        letters = sum(character.isalpha() for character in text)
        if (
            len(lines) > _MAX_LINES
            or len(words) > _MAX_WORDS
            or letters < 3
            or letters * 2 < len(text.replace(" ", ""))
        ):
            return None
        if (text[0] == "(" and text[-1] == ")") or DATE_LINE.fullmatch(text):
            return None
        if (
            text[0].islower()
            or (_END.search(text) and not _is_named(text))
            or (text[-1] == ":" and not _is_named(text))
        ):
            return None
        size = _round(max(line.size for line in lines))
        bold = all(line.bold for line in lines) and not self._body_bold
        italic = all(line.italic for line in lines)
        capitals = lines[0].text.isupper()
        large = size > _LARGER * self.body_size
        labelled = len(words) <= 12 and len(lines) == 1 and bool(_DECIMAL.match(text) or _NAMED.match(text))
        shown = (
            large
            or bold
            or (capitals and letters > 4 and len(words) <= 12)
            or (italic and len(words) <= 10)
            or labelled
        )
        return (size, bold, capitals, not italic) if shown else None

    def rank(self, styles: Sequence[Style]) -> None:
        """Take in the styles of all headings; their levels follow from them together."""
        self._ranks = sorted(set(styles), reverse=True)

    def find_level(self, style: Style | int, text: str) -> Level:
        """Return the level of a heading: by the outline, else by style, then by the depth of its number."""
        if isinstance(style, int):
            return (0, style)
        number = _DECIMAL.match(text)
        division = _DIVISION.match(text)
        if division:
            return (1, 0 if division.group(1) else 1)
        return (2, self._ranks.index(style), number.group(1).count(".") if number else 0)


def _is_named(text: str) -> bool:
    return bool(_NAMED.match(text)) and len(text.split()) <= 20 and not re.search(r"[a-z)]{2}\.\s+[A-Z]", text[8:])


def _round(size: float) -> float:
    return round(size * 2) / 2


def _fold(text: str) -> str:
    return " ".join(re.sub(r"\W+", " ", text).split()).casefold()
