"""The facts labelled by hand in four real reports (`eval/PDF_FACTS.md`), and how shares of them are printed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.metrics import wilson_interval
from index.types import Document

FACTS = Path(__file__).parents[1] / "eval" / "pdf_facts.jsonl"


@dataclass(frozen=True, slots=True)
class Fact:
    """A question about one report with what is right; `pages` is empty where the report does not state it."""

    id: str
    document: str
    kind: str
    form: str
    question: str
    answers: tuple[str, ...]
    page: int | None
    pages: frozenset[int]
    row: str | None
    column: str | None
    unit: str | None
    scale: str | None


def load_facts(path: Path = FACTS) -> list[Fact]:
    """Return the facts of the file, in its order."""
    return [
        Fact(
            id=row["id"],
            document=row["document"],
            kind=row["kind"],
            form=row["form"],
            question=row["question"],
            answers=tuple(row["answers"]),
            page=row["page"],
            pages=frozenset(row["pages"]),
            row=row["row"],
            column=row["column"],
            unit=row["unit"],
            scale=row["scale"],
        )
        for row in map(json.loads, path.read_text("utf-8").splitlines())
    ]


def pages_of(document: Document, start: int, end: int) -> frozenset[int]:
    """Return the numbers of the pages that `text[start:end]` stands on."""
    return frozenset(page.number for page in document.pages if page.start < end and start < page.end)


def share(outcomes: Sequence[bool]) -> str:
    """Return how many are true of how many, with the share's interval."""
    if not outcomes:
        return "-"
    value = sum(outcomes) / len(outcomes)
    low, high = wilson_interval(value, len(outcomes))
    return f"{sum(outcomes)}/{len(outcomes)} = {value:.2f} [{low:.2f}, {high:.2f}]"
