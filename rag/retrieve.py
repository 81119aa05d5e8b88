"""Question -> ranked hits: a dense and a lexical leg, fused on scores with absolute bounds."""

from collections.abc import Collection

import numpy as np

from index.encoder import Encoder
from index.snapshot import Snapshot
from index.types import Hit, Vectors

DENSE_WEIGHT = 0.6
"""The dense leg's share in the fused score, chosen by `bench/retrieval.py` on data apart from the shipped report."""

SENTENCE_SHARE = 0.5
"""What the nearest sentence's cosine counts in the dense score, the passage's own has the rest; chosen there too."""

CANDIDATES = 100
"""How many rows each leg hands to the fusion."""


def retrieve(
    snapshot: Snapshot, encoder: Encoder, question: str, limit: int, documents: Collection[str] | None = None
) -> list[Hit]:
    """Return the `limit` best passages, best first, ties by row; of `documents` only, where given.

    The dense score is the mean of two cosines, of the passage and of its nearest sentence: a fact is one sentence among
    several. The fused score is the convex combination of it, moved to [0, 1], and BM25 over the most that the
    question's terms could score: both bounds are known beforehand, so that scores of different questions compare
    (Bruch et al. 2023, "An analysis of fusion functions for hybrid retrieval", the theoretical min-max form).
    """
    rows = None
    if documents is not None:
        rows = [row for row, passage in enumerate(snapshot.passages) if passage.document_id in documents]
    vector = encoder.encode([question])[0]
    lexical = snapshot.lexical.scores(question)
    candidates = np.union1d(snapshot.dense.search(vector, CANDIDATES, rows), _best_rows(lexical, rows)).astype(np.int64)
    sentences = _sentence_cosines(snapshot, vector, candidates)
    whole = snapshot.dense.cosines(vector, candidates)
    nearest = np.array([max(own, default=cosine) for own, cosine in zip(sentences, whole, strict=True)])
    dense = (1 - SENTENCE_SHARE) * whole + SENTENCE_SHARE * nearest
    fused = DENSE_WEIGHT * (1 + dense) / 2 + (1 - DENSE_WEIGHT) * lexical[candidates]
    order = np.lexsort((candidates, -fused))[:limit]
    return [
        Hit(
            row=int(candidates[i]),
            passage=snapshot.passages[candidates[i]],
            score=float(fused[i]),
            dense=float(dense[i]),
            lexical=float(lexical[candidates[i]]),
            sentences=sentences[i],
        )
        for i in order
    ]


def _sentence_cosines(snapshot: Snapshot, vector: Vectors, rows: np.ndarray) -> list[tuple[float, ...]]:
    """Return the cosines of `vector` with the sentences of each of `rows`, in their order."""
    spans = [snapshot.sentences_of(row) for row in rows]
    every = np.array([sentence for span in spans for sentence in span], dtype=np.int64)
    cosines = iter(snapshot.sentences.cosines(vector, every).tolist())
    return [tuple(next(cosines) for _ in span) for span in spans]


def _best_rows(scores: np.ndarray, rows: list[int] | None) -> np.ndarray:
    pool = np.arange(len(scores)) if rows is None else np.asarray(rows, dtype=np.int64)
    pool = pool[scores[pool] > 0]
    return pool[np.lexsort((pool, -scores[pool]))[:CANDIDATES]]
