"""Verdicts and outcomes -> JUnit XML, the form in which CI services show tests."""

from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from eval.gate import Verdict
from eval.judge import Outcome
from eval.table import describe_outcome


def write_junit(path: Path, outcomes: Sequence[Outcome], verdicts: Sequence[Verdict], max_risk: float) -> None:
    """Write a suite of the bounds and one of the questions.

    A broken bound is a failure. A question that is not served well is marked as skipped with what was said: it is
    the bounds that decide, and a reader who is never wrong is not expected.
    """
    root = ElementTree.Element("testsuites", name="footnote eval")
    bounds = _add_suite(root, "bounds", len(verdicts), failures=sum(not verdict.held for verdict in verdicts))
    for verdict in verdicts:
        case = ElementTree.SubElement(bounds, "testcase", classname="bounds", name=verdict.bound.measure)
        if not verdict.held:
            failure = ElementTree.SubElement(case, "failure", message=_clean(verdict.describe()))
            failure.text = _clean("\n".join([verdict.bound.means, *map(describe_outcome, verdict.culprits)]))
    missed = sum(not outcome.correct(max_risk) for outcome in outcomes)
    questions = _add_suite(root, "questions", len(outcomes), skipped=missed)
    for outcome in outcomes:
        name = f"questions.{outcome.gold.split}.{outcome.gold.kind}"
        seconds = f"{outcome.milliseconds / 1000:.4f}"
        case = ElementTree.SubElement(questions, "testcase", classname=name, name=outcome.gold.id, time=seconds)
        if not outcome.correct(max_risk):
            ElementTree.SubElement(case, "skipped", message=_clean(describe_outcome(outcome)))
    ElementTree.indent(root)
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _add_suite(
    root: ElementTree.Element, name: str, tests: int, failures: int = 0, skipped: int = 0
) -> ElementTree.Element:
    counts = {"tests": str(tests), "failures": str(failures), "errors": "0", "skipped": str(skipped)}
    return ElementTree.SubElement(root, "testsuite", name=name, **counts)


def _clean(text: str) -> str:
    """Return `text` without the control characters that XML cannot hold."""
    return "".join(char if char >= " " or char in "\n\t" else "�" for char in text)
