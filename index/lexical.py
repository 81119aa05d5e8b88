"""Texts -> term scores: the only import of the BM25 library (bm25s) and of the stemmer."""

import logging
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import bm25s
import numpy as np
import Stemmer
from bm25s.stopwords import STOPWORDS_EN_PLUS
from numpy.typing import NDArray

from index.errors import SnapshotDamaged

FOLDER = "terms"

# The library sets its own logger to DEBUG when it is imported.
logging.getLogger("bm25s").setLevel(logging.WARNING)

_TERM = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_STOPWORDS = frozenset(STOPWORDS_EN_PLUS) | {"many", "much"}
_NO_TERM = "\0"
"""Stands in for the terms of texts that have none, since BM25 needs an average length above zero."""


def analyse(text: str) -> list[str]:
    """Return the terms of `text` in order: folded, without stop words, stemmed; `28,157` is one term, `28157`."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("'s ", " ")
    words = [word for word in _TERM.findall(_THOUSANDS.sub("", folded)) if word not in _STOPWORDS]
    return _stem(tuple(words))


@cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")


def _stem(words: tuple[str, ...]) -> list[str]:
    return _stemmer().stemWords(list(words))


class LexicalIndex:
    """BM25 (Lucene's variant, k1 1.5, b 0.75) over the terms of texts; row i is passage i of the snapshot."""

    def __init__(self, model: bm25s.BM25, rows: int) -> None:
        self._model = model
        self.rows = rows
        # How many passages hold each term: the length of its column of scores.
        self._document_frequency = np.diff(model.scores["indptr"])

    @classmethod
    def build(cls, texts: Sequence[str]) -> "LexicalIndex":
        """Return the index of `texts`; the vocabulary is in sorted order, so the same texts give the same bytes."""
        terms = [analyse(text) for text in texts]
        if not any(terms):
            terms = [[_NO_TERM] for _ in texts] or [[_NO_TERM]]
        vocabulary = {term: i for i, term in enumerate(sorted({term for row in terms for term in row}))}
        model = bm25s.BM25(method="lucene", k1=1.5, b=0.75)
        ids = [[vocabulary[term] for term in row] for row in terms]
        model.index((ids, vocabulary), show_progress=False)
        return cls(model, len(texts))

    @classmethod
    def load(cls, folder: Path, rows: int) -> "LexicalIndex":
        """Return the index of `rows` texts that `save` wrote to `folder`.

        Raises:
            SnapshotDamaged: its files are not ones that bm25s reads.
        """
        try:
            return cls(bm25s.BM25.load(folder / FOLDER, show_progress=False), rows)
        except (OSError, ValueError, KeyError) as problem:
            raise SnapshotDamaged(
                f"{folder / FOLDER} is no index that bm25s reads; rebuild: footnote index build"
            ) from problem

    def save(self, folder: Path) -> None:
        """Write the index to `folder`."""
        self._model.save(folder / FOLDER, show_progress=False)

    def knows(self, term: str) -> bool:
        """Tell whether any text holds `term`, as `analyse` makes it."""
        return term in self._model.vocab_dict

    def idf(self, term: str) -> float:
        """Return the term's weight, ln(1 + (N - n + 0.5) / (n + 0.5)) (Lucene); a term never seen weighs most."""
        i = self._model.vocab_dict.get(term)
        # bm25s adds an empty term beyond the columns of scores.
        n = int(self._document_frequency[i]) if i is not None and i < len(self._document_frequency) else 0
        return float(np.log1p((self.rows - n + 0.5) / (n + 0.5)))

    def scores(self, question: str) -> NDArray[np.float32]:
        """Return each row's BM25 score over the most that the question's terms could score: shape (rows,), in [0, 1].

        A term that no text holds counts in the most: a question about something else scores low everywhere.
        """
        terms = Counter(analyse(question))
        most = sum(count * self.idf(term) for term, count in terms.items())
        known = [term for term in terms.elements() if term in self._model.vocab_dict]
        if not known or not most or not self.rows:
            return np.zeros(self.rows, dtype=np.float32)
        return (self._model.get_scores(known)[: self.rows] / most).astype(np.float32)
