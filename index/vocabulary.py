"""Texts -> their words, and which is nearest to one that is none of them: the only import of rapidfuzz."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from functools import cached_property

from rapidfuzz.distance import OSA

WORD = re.compile(r"[^\W\d_]+")


class Vocabulary:
    """The words of some texts, in lower case. They are counted when one is first looked for."""

    def __init__(self, texts: Callable[[], Iterable[str]]) -> None:
        """Take what returns the texts."""
        self._texts = texts

    def read(self) -> None:
        """Count the words now, so that no question waits for it."""
        _ = self._by_letter

    def nearest(self, word: str, most: int) -> str | None:
        """Return the word that is at most `most` edits away and begins with the same letter, None where there is none.

        An edit is a letter put in, left out or replaced, or two neighbours exchanged (optimal string alignment). Of
        several the one with fewest edits, then the most frequent, then the first in alphabetical order.
        """
        near = []
        for other in self._by_letter.get(word[:1], ()):
            if abs(len(other) - len(word)) <= most and (edits := OSA.distance(word, other, score_cutoff=most)) <= most:
                near.append((edits, -self._counts[other], other))
        return min(near)[2] if near else None

    @cached_property
    def _counts(self) -> Counter[str]:
        return Counter(word for text in self._texts() for word in WORD.findall(text.lower()))

    @cached_property
    def _by_letter(self) -> dict[str, list[str]]:
        words: dict[str, list[str]] = defaultdict(list)
        for word in self._counts:
            words[word[0]].append(word)
        return words
