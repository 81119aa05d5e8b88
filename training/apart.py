"""What trains must not know what it is measured on: runs of words that data shares with the reports and the eval."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
WORDS = 8
"""Words in a row that two texts share by copying and hardly ever by chance."""


class SharedWords(Exception):
    """The data holds words of a report or of an eval question."""


def check_apart(rows: Iterable[dict]) -> None:
    """Do nothing if no row of the reader data shares `WORDS` words in a row with what the project is measured on.

    Raises:
        SharedWords: some do; the first are named.
    """
    measured = {run for text in read_measured() for run in runs_of(text)}
    texts = dict.fromkeys(text for row in rows for text in (row["context"], row["question"]))
    shared = sorted({" ".join(run) for text in texts for run in runs_of(text) if run in measured})
    if shared:
        raise SharedWords(f"the data shares {len(shared)} runs of {WORDS} words with reports/ or eval/: {shared[:5]}")


def read_measured() -> Iterator[str]:
    """Yield the texts of the shipped reports and the questions of the eval set."""
    for path in sorted((ROOT / "reports").glob("*.txt")):
        yield path.read_text("utf-8")
    for path in sorted((ROOT / "eval").glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            yield json.loads(line)["question"]


def read_labelled_values() -> dict[str, set[str]]:
    """Return the answers of the facts labelled by hand, by document: what is made by rule leaves them out."""
    values: dict[str, set[str]] = defaultdict(set)
    for line in (ROOT / "eval" / "pdf_facts.jsonl").read_text("utf-8").splitlines():
        fact = json.loads(line)
        values[fact["document"]].update(fact["answers"])
    return values


def runs_of(text: str) -> Iterator[tuple[str, ...]]:
    """Yield every run of `WORDS` words of `text`, in lower case and without punctuation."""
    words = re.findall(r"\w+", text.lower())
    for i in range(len(words) - WORDS + 1):
        yield tuple(words[i : i + WORDS])
