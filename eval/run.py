"""The steps of `footnote eval` in order: questions -> answers -> outcomes -> figures -> reports and gate."""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from eval import gate
from eval.compare import compare, format_comparison
from eval.dataset import SHIPPED, SPLITS, GoldQuestion, check_spans
from eval.errors import BadBounds, BadQuestions, BadReport
from eval.gate import Verdict
from eval.judge import TOP_K, Outcome, System, judge, pose
from eval.junit import write_junit
from eval.locate import Located, locate_answers
from eval.page import write_page
from eval.record import read_report, write_report
from eval.sources import Source, read_source
from eval.summary import Summary, summarise
from eval.table import format_kinds, format_table, format_verdicts
from index.build import GivenFile, Index, read_paths
from index.progress import ProgressBar, track
from index.snapshot import Snapshot
from rag.ask import ask
from rag.models import Models

DONE, FAILED, WRONG_USE = 0, 1, 2
QUERY_TOP_K = 50
"""Passages taken of a collection that is judged by document, where several passages may be of one document."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags of `footnote eval`."""
    parser.add_argument(
        "--questions", type=Path, default=SHIPPED, metavar="FILE", help="questions: JSONL, CSV, SQuAD, BEIR"
    )
    parser.add_argument("--reports", type=Path, metavar="DIR", help="ask these reports, in an index made for this run")
    parser.add_argument("--split", choices=(*SPLITS, "all"), default="all", help="questions to measure (default: all)")
    parser.add_argument("--max-risk", type=float, metavar="R", help="share of wrong answers that is borne, 0 to 1")
    parser.add_argument("--check", action="store_true", help="exit 1 if a bound does not hold on the split gate")
    parser.add_argument(
        "--expected", type=Path, metavar="FILE", help="bounds to check (default: those of the shipped set)"
    )
    parser.add_argument(
        "--write-expected", type=Path, metavar="FILE", help="write the bounds that the system holds now"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the whole report as JSON", dest="json")
    parser.add_argument("--junit", type=Path, metavar="FILE", help="write bounds and questions as JUnit XML")
    parser.add_argument(
        "--html", type=Path, metavar="FILE", help="write one page with charts and every failed question"
    )
    parser.add_argument(
        "--compare", type=Path, metavar="OLD.json", help="list what differs from an earlier JSON report"
    )


def run(options: argparse.Namespace, index: Index, models: Models, max_risk: float) -> int:
    """Measure and report as `options` say; return the exit code.

    Returns:
        0 done, and every bound holds where they are checked; 1 a bound broke; 2 wrong use, with a line on stderr.
    """
    try:
        return _run(options, index, models, max_risk)
    except (BadQuestions, BadBounds, BadReport) as problem:
        print(f"footnote: {' '.join(str(problem).split())}", file=sys.stderr)
        return WRONG_USE


def _run(options: argparse.Namespace, index: Index, models: Models, max_risk: float) -> int:
    bounds = _read_bounds(options)
    former = read_report(options.compare) if options.compare else None
    source = read_source(options.questions)
    with _open_texts(options.reports, source, index, models) as snapshot:
        questions = _choose_questions(options, source, snapshot)
        outcomes = measure(questions, partial(ask, snapshot=snapshot, models=models), snapshot, source.qrels)
    summaries = summarise_splits(outcomes, max_risk)
    print(f"{format_table(summaries)}\n\n{format_kinds(summaries[0])}")
    print(f"an answer is given where its risk is at most {max_risk:g}")
    verdicts = []
    if bounds:
        gated = [outcome for outcome in outcomes if outcome.gold.split == "gate"]
        verdicts = gate.judge_bounds(bounds, next(found for found in summaries if found.split == "gate"), gated)
        print(f"\n{format_verdicts(verdicts)}")
    if former:
        print(f"\n{format_comparison(compare(former, outcomes, max_risk))}")
    _write_files(options, snapshot, outcomes, summaries, verdicts)
    return FAILED if any(not verdict.held for verdict in verdicts) else DONE


def _choose_questions(options: argparse.Namespace, source: Source, snapshot: Snapshot) -> list[GoldQuestion]:
    """Return the questions to ask, with their spans, after checking that they fit the texts."""
    located = locate_answers(source.questions, snapshot.documents)
    _report_located(located, options.check)
    check_spans([question for question in source.questions if isinstance(question, GoldQuestion)], snapshot.documents)
    questions = [question for question in located.questions if options.split in ("all", question.split)]
    needed = "gate" if options.check else options.split
    if not any(needed in ("all", question.split) for question in questions):
        raise BadQuestions(
            f"{options.questions} has no question of split '{needed}' that can be asked; ask other splits"
        )
    return questions


def measure(
    questions: Sequence[GoldQuestion], system: System, snapshot: Snapshot, qrels: dict | None = None
) -> list[Outcome]:
    """Return the outcome of asking each question once; with `qrels` documents are ranked, else passages."""
    # Imported here, since every command loads this module and only this one needs the library behind it.
    from eval.retrieval import measure_documents, measure_retrieval

    top_k = QUERY_TOP_K if qrels else TOP_K
    answers = [pose(question, system, top_k) for question in track(questions, "asking", "question")]
    hits = [[hit.passage for hit in answer.hits] for answer in answers]
    if qrels:
        found = measure_documents(questions, hits, qrels)
    else:
        found = measure_retrieval(questions, hits, snapshot.passages)
    return [
        judge(question, answer, snapshot.documents, found.get(question.id, {}))
        for question, answer in zip(questions, answers, strict=True)
    ]


def summarise_splits(outcomes: Sequence[Outcome], max_risk: float) -> list[Summary]:
    """Return the figures of each split that there is, and of all questions last where there are several."""
    parts = {split: [outcome for outcome in outcomes if outcome.gold.split == split] for split in SPLITS}
    parts = {split: part for split, part in parts.items() if part}
    if len(parts) != 1:
        parts["all"] = list(outcomes)
    return [summarise(split, part, max_risk) for split, part in parts.items()]


def _read_bounds(options: argparse.Namespace) -> list[gate.Bound]:
    if not options.check:
        return []
    if options.split == "tune":
        raise BadBounds("--check judges the split gate, but --split tune leaves it out; drop one of them")
    if options.expected is None and options.questions != SHIPPED:
        raise BadBounds(
            "--check of other questions needs their bounds: --expected FILE; --write-expected FILE makes them"
        )
    return gate.load_bounds(options.expected or gate.SHIPPED)


@contextmanager
def _open_texts(reports: Path | None, source: Source, index: Index, models: Models) -> Iterator[Snapshot]:
    """Give the snapshot that is asked: of `reports`, else of the texts that the set brings, else of the index."""
    if reports is None and not source.texts:
        yield index.open()
        return
    files = read_paths([reports]) if reports else []
    if reports is None:
        files = [GivenFile(f"{name}.txt", text.encode("utf-8"), name) for name, text in source.texts.items()]
    with tempfile.TemporaryDirectory(prefix="footnote-eval-") as folder:
        made = Index(Path(folder), models.encoder)
        for outcome in made.add(files, ProgressBar()):
            if outcome.state == "rejected":
                print(f"footnote: left out {outcome.filename}: {outcome.problem}", file=sys.stderr)
        yield made.open()


def _report_located(located: Located, check: bool) -> None:
    for line in located.ambiguous:
        print(f"footnote: ambiguous: {line}", file=sys.stderr)
    for line in located.lost:
        print(f"footnote: left out: {line}", file=sys.stderr)
    if located.lost and check:
        raise BadQuestions(
            f"{len(located.lost)} questions have answers that stand nowhere; a check leaves no question out"
        )


def _write_files(
    options: argparse.Namespace,
    snapshot: Snapshot,
    outcomes: Sequence[Outcome],
    summaries: Sequence[Summary],
    verdicts: Sequence[Verdict],
) -> None:
    if options.json:
        write_report(options.json, snapshot.digest, outcomes, summaries, verdicts)
    if options.junit:
        write_junit(options.junit, outcomes, verdicts, summaries[0].max_risk)
    if options.html:
        write_page(options.html, snapshot.documents, outcomes, summaries, verdicts)
    if options.write_expected:
        gated = [summary for summary in summaries if summary.split == "gate"]
        if not gated:
            raise BadBounds("--write-expected needs the split gate; drop --split tune")
        options.write_expected.write_text(gate.propose(gated[0].estimates), "utf-8")
