"""Hits + what the reader proposes in them -> hits in the order in which they seem to answer."""

import math
from collections.abc import Sequence
from dataclasses import replace

from index.types import Hit
from rag.types import Candidate

READER_WEIGHT = 0.2
"""The reader's share in a passage's score, the retriever has the rest; `bench/ranking.md` says how it was chosen."""

SOFTNESS = 4.0
"""The reader's log odds are divided by it, so that a passage that surely answers still differs from a likely one."""


def rerank(hits: Sequence[Hit], candidates: Sequence[Candidate], weight: float = READER_WEIGHT) -> list[Hit]:
    """Return the hits, best first, ties in the order given, with the reader's share in their scores, still in [0, 1].

    `candidates` are those of all parts of the question. Where there are none, nothing was read, and the hits stay.
    """
    if not candidates:
        return list(hits)
    scored = [replace(hit, score=(1 - weight) * hit.score + weight * see(hit, candidates)) for hit in hits]
    return sorted(scored, key=lambda hit: -hit.score)


def see(hit: Hit, candidates: Sequence[Candidate]) -> float:
    """Return how surely the reader saw an answer in the passage, in [0, 1]: 0 where it proposes nothing in it."""
    odds = log_odds(hit, candidates)
    return 0.0 if odds is None else soften(odds)


def log_odds(hit: Hit, candidates: Sequence[Candidate]) -> float | None:
    """Return the best log odds of the candidates that stand in the passage, None where none does."""
    seen = [candidate.features["answers"] for candidate in candidates if _holds(hit, candidate)]
    return max(seen, default=None)


def soften(odds: float, softness: float = SOFTNESS) -> float:
    """Return the chance in (0, 1) that has the log odds `odds / softness`."""
    return 1 / (1 + math.exp(-odds / softness))


def _holds(hit: Hit, candidate: Candidate) -> bool:
    start, end = candidate.statement
    return hit.passage.document_id == candidate.document_id and hit.passage.start <= start and end <= hit.passage.end
