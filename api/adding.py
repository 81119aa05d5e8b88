"""footnote index add: what is shown while files are added, and what became of them at the end."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from index.build import GivenFile, Index, Outcome
from index.library import printable
from index.progress import ProgressBar
from index.types import Document


class Adding:
    """One `footnote index add`: a bar with rate and time left, then lines that say what became of each file."""

    def __init__(self, files: Sequence[tuple[str, Path]]) -> None:
        self._files = files
        self._bar = ProgressBar()
        self._pages = 0
        self._unreadable: list[Outcome] = []
        self._began = time.monotonic()

    def run(self, index: Index) -> list[Outcome]:
        """Add the files in one step and return what became of each; one that cannot be read harms no other."""
        try:
            return index.add(self._take(), self._bar, self._count) + self._unreadable
        finally:
            self._bar.close()

    def describe(self, outcomes: Sequence[Outcome], index: Index) -> list[str]:
        """Return the lines to print: each file that was taken, the sum, and last those that were rejected, with why."""
        taken = [outcome for outcome in outcomes if outcome.state != "rejected"]
        rejected = [outcome for outcome in outcomes if outcome.state == "rejected"]
        return [
            *(f"{one.state:<10} {one.document_id}" + (f": {one.problem}" if one.problem else "") for one in taken),
            self._sum_up(outcomes, index),
            *map(_describe_rejected, rejected),
        ]

    def _take(self) -> Iterator[GivenFile]:
        for done, (name, path) in enumerate(self._files):
            self._bar("reading files", done, len(self._files))
            self._bar.note(self._tell_pages(), printable(name))
            try:
                content = path.read_bytes()
            except OSError as problem:
                unreadable = Outcome(None, printable(name), "rejected", f"cannot be opened: {problem.strerror}")
                self._unreadable.append(unreadable)
                self._bar.say(_describe_rejected(unreadable))
                continue
            yield GivenFile(name, content)
        self._bar("reading files", len(self._files), len(self._files))

    def _count(self, outcome: Outcome, document: Document | None) -> None:
        self._pages += len(document.pages) if document else 0
        if document is None:
            self._bar.say(_describe_rejected(outcome))

    def _tell_pages(self) -> str:
        """Say how many pages were read; nothing where no file had any, as text and Markdown have none."""
        return f"{self._pages:,} pages, " if self._pages else ""

    def _sum_up(self, outcomes: Sequence[Outcome], index: Index) -> str:
        seconds = time.monotonic() - self._began
        states = Counter(outcome.state for outcome in outcomes)
        changed = {outcome.document_id for outcome in outcomes if outcome.state in ("ready", "replaced")}
        passages = sum(passage.document_id in changed for passage in index.open().passages) if changed else 0
        parts = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
        return (
            f"{len(outcomes)} file(s): {parts or 'nothing to add'}; {self._tell_pages()}{passages:,} passages "
            f"in {seconds:.1f} s ({passages / max(seconds, 0.1):.0f} passages/s)"
        )


def _describe_rejected(outcome: Outcome) -> str:
    return f"rejected   {outcome.filename}: {outcome.problem}"
