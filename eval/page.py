"""Everything that was measured -> one self-contained HTML page."""

from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template

from eval.charts import draw_reliability, draw_risk_coverage
from eval.failures import render_failures
from eval.gate import Verdict
from eval.judge import Outcome
from eval.metrics import BINS, Estimate
from eval.summary import MEASURES, Summary
from index.types import Document


def write_page(
    path: Path,
    documents: Mapping[str, Document],
    outcomes: Sequence[Outcome],
    summaries: Sequence[Summary],
    verdicts: Sequence[Verdict],
) -> None:
    """Write the page; charts and kinds are of the split `gate` where there is one, the other curves stand beside."""
    main = next((summary for summary in summaries if summary.split == "gate"), summaries[-1])
    ordered = [main, *(summary for summary in summaries if summary is not main and summary.split != "all")]
    template = Template((files("eval") / "report.html").read_text("utf-8"))
    served = sum(outcome.correct(main.max_risk) for outcome in outcomes)
    page = template.substitute(
        verdict=_render_verdict(verdicts),
        lead=f"{served} of {len(outcomes)} questions are served well where a risk of {main.max_risk:g} is borne: "
        "a known fact answered rightly, an absent one refused. Figures stand with their 95 % intervals.",
        tiles=_render_tiles(main),
        risk_coverage=draw_risk_coverage(ordered),
        legend=_render_legend(ordered),
        reliability=draw_reliability(main.bins),
        bins=BINS,
        main_split=escape(main.split),
        measures=_render_measures(summaries),
        bounds=_render_bounds(verdicts),
        kinds=_render_kinds(main),
        failures=render_failures(outcomes, documents, main.max_risk),
    )
    path.write_text(page, "utf-8")


def _render_verdict(verdicts: Sequence[Verdict]) -> str:
    if not verdicts:
        return '<span class="chip">bounds not checked</span>'
    broken = sum(not verdict.held for verdict in verdicts)
    if broken:
        return f'<span class="chip bad">{broken} of {len(verdicts)} bounds broke</span>'
    return f'<span class="chip good">all {len(verdicts)} bounds hold</span>'


def _render_tiles(summary: Summary) -> str:
    names = (
        "known_refused",
        "absent_answered",
        "answered_wrongly",
        "right",
        "statement_covers",
        "Success@5",
        "citations_valid",
    )
    tiles = []
    for name in names:
        found = summary.estimates[name]
        if found:
            shown = f"<b>{found.value:.1%}</b><span>{escape(MEASURES[name].title)}</span>"
            tiles.append(f"<li>{shown}<small>{found.low:.1%} to {found.high:.1%}</small></li>")
    return "".join(tiles)


def _render_legend(summaries: Sequence[Summary]) -> str:
    names = [f'<span class="key key-{i}">{escape(summary.split)}</span>' for i, summary in enumerate(summaries)]
    return "".join([*names, '<span class="key key-best">best order</span>'])


def _render_measures(summaries: Sequence[Summary]) -> str:
    head = "".join(f'<th scope="col">{escape(summary.split)} ({summary.questions})</th>' for summary in summaries)
    rows = []
    for name, measure in MEASURES.items():
        better = "↑" if measure.better == "high" else "↓"
        cells = "".join(f"<td>{_render_estimate(summary.estimates[name])}</td>" for summary in summaries)
        title = f'{escape(measure.title)} <i title="{measure.better} is better">{better}</i>'
        rows.append(f'<tr><th scope="row">{title}</th>{cells}</tr>')
    for name in ("median", "p95"):
        cells = "".join(f"<td>{summary.milliseconds[name]:.1f}</td>" for summary in summaries)
        rows.append(f'<tr><th scope="row">milliseconds a question, {name}</th>{cells}</tr>')
    return f"<thead><tr><th></th>{head}</tr></thead><tbody>{''.join(rows)}</tbody>"


def _render_estimate(estimate: Estimate | None) -> str:
    if estimate is None:
        return "–"
    return f"{estimate.value:.3f} <small>{estimate.low:.3f} to {estimate.high:.3f}</small>"


def _render_bounds(verdicts: Sequence[Verdict]) -> str:
    if not verdicts:
        return '<p class="hint">Run with --check to judge the bounds.</p>'
    rows = []
    for verdict in sorted(verdicts, key=lambda verdict: verdict.held):
        css, word = ("good", "held") if verdict.held else ("bad", "broken")
        said, means = escape(verdict.describe()), escape(verdict.bound.means)
        rows.append(f'<li class="{css}"><b>{word}</b> {said}<small>{means}</small></li>')
    return f'<ul class="bounds">{"".join(rows)}</ul>'


def _render_kinds(summary: Summary) -> str:
    head = "".join(
        f'<th scope="col">{name}</th>' for name in ("questions", "right", "covers", "answered", "served well")
    )
    rows = []
    for kind, row in summary.kinds.items():
        absent = kind.startswith("absent")
        right, covers = ("–", "–") if absent else (f"{row['right']:.0%}", f"{row['statement_covers']:.0%}")
        cells = "".join(f"<td>{cell}</td>" for cell in (row["questions"], right, covers, f"{row['answered']:.0%}"))
        bar = f'<td><span class="bar"><span style="width:{row["correct"]:.0%}"></span></span>{row["correct"]:.0%}</td>'
        rows.append(f'<tr><th scope="row">{escape(kind)}</th>{cells}{bar}</tr>')
    return f"<thead><tr><th></th>{head}</tr></thead><tbody>{''.join(rows)}</tbody>"
