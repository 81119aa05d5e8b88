"""Outcomes and figures <-> the JSON report."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from eval.dataset import Place
from eval.errors import BadReport
from eval.gate import Verdict
from eval.judge import Outcome
from eval.summary import Summary

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class FormerOutcome:
    """What an earlier report holds of a question."""

    fact: str
    correct: bool
    answered: bool
    answer: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class FormerReport:
    """An earlier report: the risk borne then, and its outcomes by question id."""

    max_risk: float
    outcomes: dict[str, FormerOutcome]


def write_report(
    path: Path, snapshot: str, outcomes: Sequence[Outcome], summaries: Sequence[Summary], verdicts: Sequence[Verdict]
) -> None:
    """Write the report; one question a line, so that two reports can be told apart by line."""
    max_risk = summaries[0].max_risk
    head = {
        "format_version": FORMAT_VERSION,
        "snapshot": snapshot,
        "max_risk": max_risk,
        "bounds": [{"held": verdict.held, **asdict(verdict.bound)} for verdict in verdicts],
        "documents": (ids := sorted({place.document_id for outcome in outcomes for place in _places(outcome)})),
        "splits": {summary.split: _rounded(asdict(summary)) for summary in summaries},
    }
    lines = [_dump(_outcome_record(outcome, max_risk, ids)) for outcome in outcomes]
    text = _dump(head)[:-1] + ', "questions": [\n' + ",\n".join(lines) + "\n]}\n"
    path.write_text(text, "utf-8")


def read_report(path: Path) -> FormerReport:
    """Return what an earlier report holds of its questions.

    Raises:
        BadReport: it is no report, or one of another format.
    """
    try:
        report = json.loads(path.read_text("utf-8"))
        if report["format_version"] != FORMAT_VERSION:
            raise BadReport(
                f"{path} has format {report['format_version']}, expected {FORMAT_VERSION}; make it again with --json"
            )
        outcomes = {
            row["id"]: FormerOutcome(row["fact"], row["correct"], row["answered"], row["answer"], row["confidence"])
            for row in report["questions"]
        }
        return FormerReport(report["max_risk"], outcomes)
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise BadReport(f"{path} is no report of footnote eval ({problem!r}); make one with --json FILE") from problem


def _outcome_record(outcome: Outcome, max_risk: float, ids: Sequence[str]) -> dict:
    record = asdict(outcome)
    gold = record.pop("gold")
    # The statement is the text of the first citation; places are [number of the document, start, end].
    del record["statement"]
    for name in ("answer_places", "citation_places", "hits"):
        record[name] = _compact(getattr(outcome, name), ids)
    return {
        **{name: gold[name] for name in ("id", "fact", "split", "kind", "form", "absent", "question")},
        "gold_answers": gold["answers"],
        "gold_places": _compact(outcome.gold.spans, ids),
        "correct": outcome.correct(max_risk),
        "answered": outcome.answered(max_risk),
        **_rounded(record),
    }


def _places(outcome: Outcome) -> tuple[Place, ...]:
    return (*outcome.gold.spans, *outcome.answer_places, *outcome.citation_places, *outcome.hits)


def _compact(places: Sequence[Place], ids: Sequence[str]) -> list[list[int]]:
    return [[ids.index(place.document_id), place.start, place.end] for place in places]


def _dump(record: dict) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {name: _rounded(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(inner) for inner in value]
    return value
