"""Whether an abstention gives the right reason: `python -m bench.reasons`, on `eval/reason_questions.jsonl`.

Every question of that file has to be refused, for a reason that was written down beforehand. One half of them, by the
hash of the id, may be looked at; the other is reported. `bench/reasons.md` holds the tables.
"""

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tqdm import tqdm

from bench.retrieval import print_table
from eval.metrics import wilson_interval
from index.build import GivenFile, Index, read_paths
from index.encoder import DEFAULT_MODEL, open_encoder
from index.snapshot import Snapshot
from rag.ask import ask
from rag.confidence import ABSTENTIONS
from rag.models import Models, open_models
from rag.types import Answer, Question

ROOT = Path(__file__).parent.parent
QUESTIONS = ROOT / "eval" / "reason_questions.jsonl"
HALVES = ("tune", "report")
ANSWERED = "answered"
"""Stands in the tables where a code would, for a question that was not refused."""


@dataclass(frozen=True, slots=True)
class Refusable:
    """A question that has to be refused for `reason`; with `texts` it is asked of those, else of the report."""

    id: str
    question: str
    reason: str
    note: str
    texts: tuple[str, ...] = ()

    @property
    def half(self) -> str:
        """The half that it belongs to, by the hash of its id."""
        return HALVES[int(sha256(self.id.encode()).hexdigest(), 16) % 2]


@dataclass(frozen=True, slots=True)
class Given:
    """What was said to a question: a reason code, or `ANSWERED`."""

    asked: Refusable
    code: str

    @property
    def right(self) -> bool:
        """Whether the reason is the one written down."""
        return self.code == self.asked.reason


def load_refusable(path: Path = QUESTIONS) -> list[Refusable]:
    """Return the questions of the file, in its order.

    Raises:
        ValueError: a reason is not one that an abstention can have.
    """
    questions = []
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        found = Refusable(row["id"], row["question"], row["reason"], row["note"], tuple(row.get("texts", ())))
        if found.reason not in ABSTENTIONS:
            raise ValueError(f"{found.id} has the reason '{found.reason}'; expected one of {', '.join(ABSTENTIONS)}")
        questions.append(found)
    return questions


def pose(questions: Sequence[Refusable], models: Models) -> list[Given]:
    """Return what is said to each question at the default risk."""
    given = []
    with tempfile.TemporaryDirectory() as scratch:
        report = index_report(Path(scratch) / "report", models)
        for asked in tqdm(questions, desc="asking", unit="question"):
            snapshot = index_texts(Path(scratch) / asked.id, asked.texts, models) if asked.texts else report
            given.append(Given(asked, code_of(ask(Question(asked.question), snapshot, models))))
    return given


def index_report(folder: Path, models: Models) -> Snapshot:
    """Return the shipped report in an index of its own."""
    index = Index(folder, models.encoder)
    index.add(read_paths([ROOT / "reports"]))
    return index.open()


def index_texts(folder: Path, texts: Sequence[str], models: Models) -> Snapshot:
    """Return the texts, each a document, in an index of their own."""
    index = Index(folder, models.encoder)
    index.add([GivenFile(f"text-{i}.txt", text.encode("utf-8")) for i, text in enumerate(texts)])
    return index.open()


def code_of(answer: Answer) -> str:
    """Return the reason code of an abstention, `ANSWERED` for an answer."""
    return answer.reason_code or ANSWERED


def report_shares(given: Sequence[Given]) -> list[list[object]]:
    """Return one row for each reason and one for all: questions, answered, refused, refused for the right reason.

    The share is that of the refused, with Wilson's 95 % interval.
    """
    reasons = [reason for reason in ABSTENTIONS if any(one.asked.reason == reason for one in given)]
    kept: dict[str, Callable[[Given], bool]] = {
        reason: lambda one, reason=reason: one.asked.reason == reason for reason in reasons
    }
    kept["all"] = lambda one: True
    rows = []
    for name, belongs in kept.items():
        posed = [one for one in given if belongs(one)]
        refused = [one for one in posed if one.code != ANSWERED]
        right = sum(one.right for one in refused)
        rows.append(
            [name, len(posed), len(posed) - len(refused), len(refused), right, format_share(right, len(refused))]
        )
    return rows


def format_share(right: int, trials: int) -> str:
    """Return a share with Wilson's 95 % interval, a dash where nothing was tried."""
    if not trials:
        return "-"
    low, high = wilson_interval(right / trials, trials)
    return f"{right / trials:.2f} [{low:.2f}, {high:.2f}]"


def confusion(given: Sequence[Given]) -> list[list[object]]:
    """Return one row for each reason written down: how often each code, or an answer, was given."""
    counts = Counter((one.asked.reason, one.code) for one in given)
    columns = (*ABSTENTIONS, ANSWERED)
    reasons = [reason for reason in ABSTENTIONS if any(one.asked.reason == reason for one in given)]
    return [[reason, *(counts[reason, code] for code in columns)] for reason in reasons]


def main() -> None:
    """Print the tables of `bench/reasons.md`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=Path, default=Path(".footnote/models"), help="folder of the compiled encoder")
    parser.add_argument("--show", action="store_true", help="list what went wrong in the half that may be looked at")
    options = parser.parse_args()
    given = pose(load_refusable(), open_models(open_encoder(DEFAULT_MODEL, options.models)))
    for half in HALVES:
        part = [one for one in given if one.asked.half == half]
        print(f"half '{half}', answered where the risk is at most {Question('').max_risk:g}\n")
        header = ("reason written down", "questions", "answered", "refused", "right reason", "share of the refused")
        print_table(header, report_shares(part))
        print_table(("reason written down", *ABSTENTIONS, ANSWERED), confusion(part))
        if options.show and half == HALVES[0]:
            wrong = [(one.asked.id, one.asked.reason, one.code, one.asked.question) for one in part if not one.right]
            print_table(("id", "written down", "given", "question"), wrong)


if __name__ == "__main__":
    main()
