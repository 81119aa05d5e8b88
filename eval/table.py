"""Figures -> lines for a terminal."""

from collections.abc import Sequence

from eval.gate import Verdict
from eval.judge import Outcome
from eval.metrics import Estimate
from eval.summary import MEASURES, Summary

SHOWN_CULPRITS = 5


def format_table(summaries: Sequence[Summary]) -> str:
    """Return a table with a line a measure and a column a split, each figure with its 95 % interval."""
    width = max(len(measure.title) for measure in MEASURES.values()) + 2
    header = "".join(f"{f'{summary.split} ({summary.questions})':>24}" for summary in summaries)
    lines = [f"{'':<{width}}{header}"]
    for name, measure in MEASURES.items():
        cells = "".join(f"{format_estimate(summary.estimates[name]):>24}" for summary in summaries)
        lines.append(f"{measure.title:<{width}}{cells}")
    for name in ("median", "p95"):
        cells = "".join(f"{f'{summary.milliseconds[name]:.1f}':>24}" for summary in summaries)
        lines.append(f"{f'milliseconds a question, {name}':<{width}}{cells}")
    return "\n".join(lines)


def format_kinds(summary: Summary) -> str:
    """Return a table with a line a kind of question of one split."""
    lines = [
        f"{summary.split + ', by kind':<24}{'questions':>10}{'right':>9}{'covers':>9}{'answered':>10}{'correct':>9}"
    ]
    for kind, row in summary.kinds.items():
        right, covers = (
            f"{row[name]:.3f}" if not kind.startswith("absent") else "-" for name in ("right", "statement_covers")
        )
        lines.append(
            f"{kind:<24}{row['questions']:>10}{right:>9}{covers:>9}{row['answered']:>10.3f}{row['correct']:>9.3f}"
        )
    return "\n".join(lines)


def format_estimate(estimate: Estimate | None) -> str:
    """Return the figure and its interval, or a dash."""
    return f"{estimate.value:.3f} [{estimate.low:.3f}, {estimate.high:.3f}]" if estimate else "-"


def format_verdicts(verdicts: Sequence[Verdict]) -> str:
    """Return a line a bound; a broken one with the first of the questions that count against it."""
    lines = []
    for verdict in verdicts:
        lines.append(f"{'held  ' if verdict.held else 'BROKEN'} {verdict.describe()}")
        lines += [f"         {describe_outcome(outcome)}" for outcome in verdict.culprits[:SHOWN_CULPRITS]]
        if len(verdict.culprits) > SHOWN_CULPRITS:
            rest = ", ".join(outcome.gold.id for outcome in verdict.culprits[SHOWN_CULPRITS:])
            lines.append(f"         and {len(verdict.culprits) - SHOWN_CULPRITS} more: {rest}")
    broken = sum(not verdict.held for verdict in verdicts)
    lines.append(f"{broken} of {len(verdicts)} bounds broke" if broken else f"all {len(verdicts)} bounds hold")
    return "\n".join(lines)


def describe_outcome(outcome: Outcome) -> str:
    """Return a line on what was asked, what was said and what is right."""
    gold = outcome.gold
    expected = repr(gold.answers[0]) if gold.answers else f"absent ({gold.absent})" if not gold.known else "the passage"
    said = repr(_shorten(outcome.answer)) if outcome.answer else "nothing"
    problem = f"; {outcome.citation_problem}" if outcome.citation_problem else ""
    return f"{gold.id} {gold.question!r}: {said} at {outcome.confidence:.2f}, expected {expected}{problem}"


def _shorten(text: str, limit: int = 80) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
