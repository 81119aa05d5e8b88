"""Question and texts -> the spans that a trained model would answer with: the model that ships, and its scores."""

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.encoder import hash_file
from index.graphs import open_session, open_tokenizer
from rag.errors import ReaderDamaged
from rag.windows import Window, cut_windows

FOLDER = Path(__file__).parent / "weights"
"""The model that ships: `model.onnx`, `tokenizer.json` and `card.json`, which states the sha256 of both."""

MAX_SPAN_PIECES = 48
"""Pieces of the longest span that is proposed."""


Logits = NDArray[np.float32]
"""One number a piece, shape (pieces,)."""


@dataclass(frozen=True, slots=True)
class Span:
    """`text[start:end]` answers with the log odds `lead` against no answer in that text.

    `share` is the softmax probability in [0, 1] of the span among all of its window, none included. `clarity` is that
    of an answer within the span, none left out: how clear it is where the answer stands, if there is one.
    """

    start: int
    end: int
    lead: float
    share: float
    clarity: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model sees in one text: the best spans, best first, and `answers`, the log odds that any does."""

    spans: tuple[Span, ...]
    answers: float


_Scored = tuple[Window, Logits, Logits, float]
"""A window with its start and end scores and whether it answers."""


class SpanModel:
    """The compiled model, opened once and safe to call from several threads.

    Each window runs alone and on one thread, so that its scores depend neither on the other texts nor on the number
    of cores; several run side by side.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        """Open the model in `folder` and check its files against its card.

        Raises:
            ReaderDamaged: a file is missing or is not the one that the card states.
        """
        self.sha256: str = _read_card(folder)["files"]["model.onnx"]
        self._session = open_session(folder / "model.onnx")
        self._tokenizer = open_tokenizer(folder / "tokenizer.json")
        self._workers = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="read")

    def read(self, question: str, texts: Sequence[str], starts: Sequence[int], spans: int) -> list[Reading]:
        """Return what is seen in each text, with up to `spans` spans that do not overlap.

        What stands before a text's start, in characters, is read too but is no answer; spans count from there.

        Raises:
            BadQuestion: the question is longer than the model reads.
        """
        windows = [cut_windows(self._tokenizer, question, text) for text in texts]
        scored = iter(list(self._workers.map(self._score, [window for cut in windows for window in cut])))
        return [
            _join([(window, *next(scored)) for window in cut], start, spans)
            for cut, start in zip(windows, starts, strict=True)
        ]

    def _score(self, window: Window) -> tuple[Logits, Logits, float]:
        ids = np.array([window.ids], dtype=np.int64)
        types = np.array([window.type_ids], dtype=np.int64)
        start, end, answers = self._session.run(None, {"ids": ids, "types": types})
        return start[0], end[0], float(answers[0])


def _join(scored: Sequence[_Scored], opening: int, limit: int) -> Reading:
    """Return the best spans over the windows of one text, from the character `opening` on."""
    spans = sorted(
        (span for window, start, end, _ in scored for span in _best_spans(window, start, end, opening, limit)),
        key=lambda span: (-span.lead, span.start, span.end),
    )
    kept: list[Span] = []
    for span in spans:
        if len(kept) < limit and not any(span.start < other.end and other.start < span.end for other in kept):
            kept.append(span)
    return Reading(tuple(kept), max(answers for *_, answers in scored))


def _best_spans(window: Window, start: Logits, end: Logits, opening: int, limit: int) -> list[Span]:
    """Return up to `limit` spans that do not overlap, best first, in characters from `opening` on."""
    if not window.offsets:
        return []
    none = float(start[0] + end[0])
    starts, ends = start[window.first : window.last], end[window.first : window.last]
    pieces = np.arange(len(starts))
    length = pieces[None, :] - pieces[:, None]
    inside = np.array([left >= opening for left, _ in window.offsets])
    allowed = (length >= 0) & (length < MAX_SPAN_PIECES) & inside[:, None]
    sums = np.where(allowed, starts[:, None] + ends[None, :], -np.inf)
    starting, ending = _softmax(starts), _softmax(ends)
    log_all = _log_sum(np.append(starts, start[0])) + _log_sum(np.append(ends, end[0]))
    found: list[Span] = []
    while len(found) < limit and np.isfinite(best := float(sums.max())):
        first, last = np.unravel_index(int(sums.argmax()), sums.shape)
        left, right = window.offsets[first][0], window.offsets[last][1]
        clarity = float(starting[first : last + 1].sum() * ending[first : last + 1].sum())
        found.append(Span(left - opening, right - opening, best - none, float(np.exp(best - log_all)), clarity))
        sums[: last + 1, first:] = -np.inf
    return found


def _softmax(logits: Logits) -> Logits:
    powers = np.exp(logits - logits.max())
    return powers / powers.sum()


def _log_sum(logits: NDArray[np.float32]) -> float:
    top = float(logits.max())
    return top + float(np.log(np.exp(logits - top).sum()))


def _read_card(folder: Path) -> dict:
    try:
        card = json.loads((folder / "card.json").read_text("utf-8"))
        for name, expected in card["files"].items():
            found = hash_file(folder / name)
            if found != expected:
                raise ReaderDamaged(f"{folder / name} has sha256 {found}, its card states {expected}; install again")
    except (OSError, ValueError, KeyError) as problem:
        raise ReaderDamaged(f"the span model in {folder} cannot be read: {problem}; install again") from problem
    return card
