"""Passages -> vectors of them and of their sentences, those of a former snapshot taken over."""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from index.dense import DenseIndex
from index.encoder import Encoder
from index.passages import PassageSettings, searchable_text, sentence_texts
from index.progress import Progress
from index.snapshot import Snapshot
from index.types import Passage, Vectors

ENCODED_AT_ONCE = 4096


class Embedding:
    """What turns passages into the texts that are searched and into their vectors."""

    def __init__(self, encoder: Encoder, settings: PassageSettings) -> None:
        self._encoder = encoder
        self._settings = settings

    def searchable_texts(self, passages: Sequence[Passage]) -> list[str]:
        """Return what is embedded and searched of each passage, in order."""
        counter, limit = self._encoder.count_pieces, self._encoder.max_pieces
        return [searchable_text(passage, self._settings, counter, limit) for passage in passages]

    def embed(
        self, passages: Sequence[Passage], texts: Sequence[str], former: Snapshot | None, on_progress: Progress | None
    ) -> tuple[DenseIndex, DenseIndex]:
        """Return the vectors of the passages, in 32 bits, and of all their sentences in order, in 16.

        `texts` are the searchable texts of the passages. What `former` holds is not computed again.
        """
        known = self._known_passages(former)
        dense = DenseIndex.build(self._encode("passages", texts, known, on_progress))
        said = [text for passage in passages for text in sentence_texts(passage)]
        # Vectors in 16 bits stand apart from those in 32: of the same words they are not the same.
        known = _known_sentences(former)
        return dense, DenseIndex.build_half(self._encode("sentences", said, known, on_progress))

    def _encode(
        self, what: str, texts: Sequence[str], known: Mapping[str, Vectors], on_progress: Progress | None
    ) -> Vectors:
        """Return the vectors of `texts`; those `known` are not computed again, which changes no bit of them."""
        vectors = np.empty((len(texts), self._encoder.dimensions), dtype=np.float32)
        rows: dict[str, list[int]] = {}
        for row, text in enumerate(texts):
            if text in known:
                vectors[row] = known[text]
            else:
                rows.setdefault(text, []).append(row)
        new = sorted(rows)
        # In blocks, so that no second copy of all vectors is held.
        for first in range(0, len(new), ENCODED_AT_ONCE):
            block = new[first : first + ENCODED_AT_ONCE]
            tell = partial(_tell, on_progress, f"embedding {what}", first, len(new)) if on_progress else None
            for text, vector in zip(block, self._encoder.encode(block, tell), strict=True):
                vectors[rows[text]] = vector
        return vectors

    def _known_passages(self, former: Snapshot | None) -> dict[str, Vectors]:
        if former is None:
            return {}
        texts = self.searchable_texts(former.passages)
        return {text: former.dense.vector(row) for row, text in enumerate(texts)}


def _known_sentences(former: Snapshot | None) -> dict[str, Vectors]:
    known = {}
    for row, passage in enumerate(former.passages if former else ()):
        rows = former.sentences_of(row)
        texts = sentence_texts(passage) if rows else []
        known.update(zip(texts, map(former.sentences.vector, rows), strict=True))
    return known


def _tell(on_progress: Progress, step: str, before: int, total: int, done: int) -> None:
    on_progress(step, before + done, total)
