"""Does the reader read, or does it know the report? All of the eval's questions, with other numbers and names.

Run as `python -m bench.replaced`. Numbers and names of the shipped report, and with them of its questions, answers and
spans, are exchanged for others of the same shape (`bench/replacing.py`), an index is built of the changed report, and
every question is asked in both worlds. `--show` prints the exchange. `bench/replaced.md` holds the tables.
"""

import argparse
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from bench.replacing import Replacing, apply
from bench.retrieval import print_table
from eval import metrics
from eval.dataset import FORMS, SPLITS, GoldQuestion, check_spans, load_questions
from eval.judge import Outcome
from eval.metrics import Estimate
from eval.run import measure
from eval.table import format_estimate
from index.build import GivenFile, Index
from index.encoder import DEFAULT_MODEL, Encoder, open_encoder
from index.snapshot import Snapshot
from rag.ask import ask
from rag.models import open_models
from rag.types import Question

SEED = 20261124
MAX_RISK = Question("").max_risk
MARK = -0.05
"""The most that a figure may fall."""

REPORT = Path(__file__).parents[1] / "reports" / "sipo-2017-strategy-protection-administration.txt"
MEASURES: tuple[tuple[str, bool, Callable[[Outcome], bool]], ...] = (
    ("right when forced", True, lambda outcome: outcome.right),
    ("right at the default", True, lambda outcome: outcome.correct(MAX_RISK)),
    ("answered at the default", True, lambda outcome: outcome.answered(MAX_RISK)),
    ("absent refused", False, lambda outcome: outcome.correct(MAX_RISK)),
)
"""Name, whether it is taken of known facts or else of absent ones, and what is counted."""


def main() -> None:
    """Print the tables of `bench/replaced.md`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=Path, default=Path(".footnote/models"), help="folder of the compiled encoder")
    parser.add_argument("--seed", type=int, default=SEED, help="of the exchange")
    parser.add_argument("--show", action="store_true", help="print the changed report and questions, and ask nothing")
    options = parser.parse_args()
    text, questions = REPORT.read_text("utf-8"), load_questions()
    changed, asked = exchange(text, questions, options.seed)
    if options.show:
        print(changed, *(f"{gold.id} {gold.question} {gold.answers}" for gold in asked), sep="\n")
        return
    encoder = open_encoder(DEFAULT_MODEL, options.models)
    models = open_models(encoder)
    outcomes = []
    for content, posed in ((text, questions), (changed, asked)):
        with tempfile.TemporaryDirectory() as folder:
            snapshot = build(Path(folder), content, encoder)
        check_spans(posed, snapshot.documents)
        outcomes.append(measure(posed, partial(ask, snapshot=snapshot, models=models), snapshot))
    report(*outcomes)


def exchange(text: str, questions: Sequence[GoldQuestion], seed: int) -> tuple[str, list[GoldQuestion]]:
    """Return the report and its questions with other numbers and names, the same in all of them."""
    replacing = Replacing([text, *(gold.question for gold in questions)], seed)
    edits = replacing.edits(text)
    return apply(text, edits), [replacing.question(gold, text, edits) for gold in questions]


def build(folder: Path, text: str, encoder: Encoder) -> Snapshot:
    """Return the snapshot of `text` alone, under the shipped report's name."""
    index = Index(folder, encoder)
    list(index.add([GivenFile(REPORT.name, text.encode("utf-8"), REPORT.stem)]))
    return index.open()


def report(old: Sequence[Outcome], new: Sequence[Outcome]) -> None:
    """Print each measure as the report is and as it is changed, for each split and form, and whether the mark holds."""
    for split in SPLITS:
        rows = []
        for name, known, count in MEASURES:
            for form in ("all", *FORMS) if known else ("all",):
                pairs = [
                    (before, after)
                    for before, after in zip(old, new, strict=True)
                    if before.gold.split == split and before.gold.known == known and form in ("all", before.gold.form)
                ]
                rows.append([name, form, len(pairs), *map(format_estimate, compare(pairs, count))])
        print(f"## {split}\n")
        print_table(["measure", "form", "questions", "as it is", "replaced", "replaced less as it is"], rows)
        for name, _, count in MEASURES[:2]:
            pairs = [pair for pair in zip(old, new, strict=True) if pair[0].gold.split == split and pair[0].gold.known]
            fallen = compare(pairs, count)[2]
            print(f"{name}: changes by {fallen.value:+.3f}; the mark is held: {fallen.value >= MARK}")
        print()


def compare(
    pairs: Sequence[tuple[Outcome, Outcome]], count: Callable[[Outcome], bool]
) -> tuple[Estimate, Estimate, Estimate]:
    """Return the share counted before and after, and the paired difference."""
    facts = [before.gold.fact for before, _ in pairs]
    old, new = [count(before) for before, _ in pairs], [count(after) for _, after in pairs]
    return (
        metrics.estimate_share(old, facts),
        metrics.estimate_share(new, facts),
        metrics.estimate_difference(old, new, facts),
    )


if __name__ == "__main__":
    main()
