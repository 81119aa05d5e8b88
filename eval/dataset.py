"""The records of a set of questions, its own JSON Lines form, and whether it holds together."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from eval.errors import BadQuestions
from index.types import Document

KINDS = (
    "number", "share", "money", "date", "person", "body", "place", "list", "title", "definition", "reason",
)  # fmt: skip
FORMS = ("report", "paraphrase", "keywords", "typo")
ABSENCES = ("year", "place", "body", "quantity", "false_premise", "partly_stated", "far")
SPLITS = ("tune", "gate")
SHIPPED = Path(str(files("eval") / "questions.jsonl"))


@dataclass(frozen=True, slots=True)
class Place:
    """A range of a document's text, in characters, that states a fact."""

    document_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question with what is right: `answers` at `spans`, or neither where the answer is absent from the reports.

    Questions of one `fact` are ways of asking the same and are never counted as independent. `absent` says how the
    answer is absent, one of `ABSENCES` in the shipped set; None for a known fact.
    """

    id: str
    fact: str
    split: str
    kind: str
    form: str
    question: str
    answers: tuple[str, ...] = ()
    spans: tuple[Place, ...] = ()
    absent: str | None = None
    why_absent: str | None = None

    @property
    def known(self) -> bool:
        """Whether the reports state the answer."""
        return self.absent is None


def load_questions(path: Path = SHIPPED) -> list[GoldQuestion]:
    """Return the questions of a file in the set's own form, in its order; `eval/GUIDE.md` says what the fields mean.

    Raises:
        BadQuestions: a line is no JSON or lacks a field; the line is named.
    """
    questions = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            questions.append(question_from(json.loads(line)))
        except (ValueError, KeyError, TypeError) as problem:
            raise BadQuestions(
                f"{path} line {number} is no question ({problem!r}); expected the fields that eval/GUIDE.md lists"
            ) from problem
    return questions


def question_from(row: Mapping) -> GoldQuestion:
    """Return the question that a row of the set's own form holds.

    Raises:
        KeyError, TypeError, ValueError: a field is missing or of another form.
    """
    return GoldQuestion(
        id=row["id"],
        fact=row["fact"],
        split=row["split"],
        kind=row["kind"],
        form=row["form"],
        question=row["question"],
        answers=tuple(row["answers"]),
        spans=tuple(Place(row["document_id"], int(start), int(end)) for start, end in row["spans"]),
        absent=row.get("absent"),
        why_absent=row.get("why_absent"),
    )


def check_spans(questions: Iterable[GoldQuestion], documents: Mapping[str, Document]) -> None:
    """Do nothing where every span is a range of a document and every accepted answer stands in one of them.

    White space is folded before an answer is looked for, since a sentence may run over a page break.

    Raises:
        BadQuestions: a span's document is not there, or is another text; all such questions are counted.
    """
    problems = [found for question in questions for found in _span_problems(question, documents)]
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise BadQuestions(
            f"{problems[0]}{more}; give the reports that the questions were made from with --reports DIR"
        )


def _span_problems(question: GoldQuestion, documents: Mapping[str, Document]) -> list[str]:
    cut = []
    for place in question.spans:
        document = documents.get(place.document_id)
        if document is None:
            held = ", ".join(list(documents)[:5]) or "none"
            return [f"question {question.id} is about document '{place.document_id}', but the index holds: {held}"]
        if not 0 <= place.start < place.end <= len(document.text):
            return [
                f"question {question.id} has the span {place.start}:{place.end}, "
                f"but '{place.document_id}' has {len(document.text)} characters"
            ]
        cut.append(" ".join(document.text[place.start : place.end].split()).casefold())
    lost = [
        answer for answer in question.answers if not any(" ".join(answer.split()).casefold() in text for text in cut)
    ]
    return [f"question {question.id} has the answer {lost[0]!r}, but its spans hold {cut}"] if lost and cut else []


def find_faults(questions: Sequence[GoldQuestion]) -> list[str]:
    """Return what is wrong with the shipped set by its own guide, apart from the spans; empty where nothing is."""
    faults = [f"{name} '{value}' stands {count} times" for name, value, count in _repeated(questions)]
    splits: dict[str, set[str]] = {}
    forms: dict[str, set[str]] = {}
    for question in questions:
        splits.setdefault(question.fact, set()).add(question.split)
        forms.setdefault(question.fact, set()).add(question.form)
        faults += [f"question {question.id} {fault}" for fault in _field_faults(question)]
    faults += [f"fact {fact} is in several splits" for fact, found in splits.items() if len(found) > 1]
    known = {question.fact for question in questions if question.known}
    return faults + [f"fact {fact} is asked in one form only" for fact in sorted(known) if len(forms[fact]) < 2]


def _repeated(questions: Sequence[GoldQuestion]) -> list[tuple[str, str, int]]:
    ids = Counter(question.id for question in questions)
    texts = Counter(" ".join(question.question.casefold().split()) for question in questions)
    named = [("id", value, count) for value, count in ids.items()]
    named += [("question", value, count) for value, count in texts.items()]
    return [found for found in named if found[2] > 1]


def _field_faults(question: GoldQuestion) -> list[str]:
    faults = []
    if question.split not in SPLITS:
        faults.append(f"has split '{question.split}', expected one of {SPLITS}")
    if question.form not in FORMS:
        faults.append(f"has form '{question.form}', expected one of {FORMS}")
    if question.known:
        if question.kind not in KINDS:
            faults.append(f"has kind '{question.kind}', expected one of {KINDS}")
        if not question.answers or not question.spans:
            faults.append("is of a known fact but lacks answers or spans")
    else:
        if question.absent not in ABSENCES:
            faults.append(f"is absent as '{question.absent}', expected one of {ABSENCES}")
        if question.answers or question.spans:
            faults.append("is absent but has answers or spans")
        if not question.why_absent:
            faults.append("does not say why it is absent")
    return faults
