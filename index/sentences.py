"""Text -> ranges of its sentences: the only import of nupunkt."""

import re
from itertools import pairwise

from nupunkt import sent_spans

from index.types import Range

_WIDE_STOP = re.compile(r"[。！？]+[”’」』）]*")
"""Full stops of scripts written without spaces, which the splitter does not know."""

_STRAY_QUOTE = re.compile(r"^[”\"’')\]]+\s+(?=\S)")


def split_sentences(text: str, start: int, end: int) -> list[Range]:
    """Return the sentences of `text[start:end]` in order, as ranges absolute in `text`, blanks at the edges left out.

    Line breaks inside the range count as blanks: a sentence runs over them. Every non-blank character of
    the range lies in exactly one sentence.
    """
    # One character for one: offsets hold. The splitter would end a sentence at a line break.
    block = re.sub(r"\s", " ", text[start:end])
    cuts = {0, len(block)}
    for _, stop in sent_spans(block):
        cuts.add(stop)
    for stop in _WIDE_STOP.finditer(block):
        cuts.add(stop.end())
    edges = sorted(cuts)
    sentences: list[Range] = []
    for left, right in pairwise(edges):
        piece = block[left:right]
        if not piece.strip():
            continue
        left += len(piece) - len(piece.lstrip())
        right -= len(piece) - len(piece.rstrip())
        # A closing quote that the splitter left behind belongs to the sentence before it.
        stray = _STRAY_QUOTE.match(block[left:right])
        if stray and sentences:
            sentences[-1] = (sentences[-1][0], start + left + len(stray.group().rstrip()))
            left += stray.end()
        sentences.append((start + left, start + right))
    return sentences
