"""Curves and bins -> inline SVG; colours come from the page's style sheet, so that light and dark both hold."""

from collections.abc import Sequence
from html import escape

from eval.metrics import Bin
from eval.summary import Summary

WIDTH, HEIGHT = 360, 300
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 12, 42
MAX_POINTS = 160
"""Points that a curve is drawn with; the first and the last are always among them."""


def draw_risk_coverage(summaries: Sequence[Summary]) -> str:
    """Return the risk-coverage curves of the splits, the best order's for the last, and the operating points."""
    shown = [summary for summary in summaries if summary.risks]
    lines = []
    for i, summary in enumerate(shown):
        lines.append(_polyline(_thin(list(zip(summary.coverages, summary.risks, strict=True))), f"line line-{i}"))
    if shown:
        best = _best_order(shown[0].risks[-1], len(shown[0].risks))
        lines.insert(0, _polyline(_thin(best), "line best"))
    for i, summary in enumerate(shown):
        if summary.operating_point:
            x, y = summary.operating_point
            title = f"{summary.split}: {x:.1%} answered, {y:.1%} of them wrong"
            lines.append(
                f'<circle class="point point-{i}" cx="{_x(x)}" cy="{_y(y)}" r="4.5"><title>{title}</title></circle>'
            )
    label = "Risk-coverage curve: share of answers that are wrong against share of questions answered"
    return _frame(label, "coverage: share of questions answered", "risk: share wrong", lines)


def draw_reliability(bins: Sequence[Bin]) -> str:
    """Return the reliability diagram: the share right of each bin, with its interval, against its confidence."""
    marks = [_polyline([(0, 0), (1, 1)], "line best")]
    for found in bins:
        x = _x(found.confidence)
        title = f"{found.questions} questions, confidence {found.confidence:.2f}, right {found.right:.2f}"
        marks.append(f'<line class="whisker" x1="{x}" x2="{x}" y1="{_y(found.low)}" y2="{_y(found.high)}"/>')
        marks.append(
            f'<circle class="point point-0" cx="{x}" cy="{_y(found.right)}" r="4.5"><title>{title}</title></circle>'
        )
    label = "Reliability diagram: share right against confidence, in bins of equal mass"
    return _frame(label, "mean confidence of a bin", "share right", marks)


def _frame(label: str, x_title: str, y_title: str, marks: Sequence[str]) -> str:
    grid = []
    for tick in (0, 0.2, 0.4, 0.6, 0.8, 1):
        x, y = _x(tick), _y(tick)
        grid.append(f'<line class="grid" x1="{x}" x2="{x}" y1="{_y(0)}" y2="{_y(1)}"/>')
        grid.append(f'<line class="grid" x1="{_x(0)}" x2="{_x(1)}" y1="{y}" y2="{y}"/>')
        grid.append(f'<text x="{x}" y="{_y(0) + 15}" text-anchor="middle">{tick:g}</text>')
        grid.append(f'<text x="{_x(0) - 6}" y="{y + 4}" text-anchor="end">{tick:g}</text>')
    turned = f'transform="rotate(-90 12 {_y(0.5)})"'
    grid.append(f'<text x="{_x(0.5)}" y="{HEIGHT - 8}" text-anchor="middle">{escape(x_title)}</text>')
    grid.append(f'<text x="12" y="{_y(0.5)}" text-anchor="middle" {turned}>{escape(y_title)}</text>')
    inner = "".join([*grid, *marks])
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}">{inner}</svg>'


def _best_order(risk: float, steps: int) -> list[tuple[float, float]]:
    """Return the curve of the order that puts every right answer first, where a share `risk` of all is wrong."""
    coverages = [(i + 1) / steps for i in range(steps)]
    return [(coverage, max(0.0, (coverage - (1 - risk)) / coverage)) for coverage in coverages]


def _thin(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    step = max(1, len(points) // MAX_POINTS)
    kept = points[::step]
    return kept if kept[-1] == points[-1] else [*kept, points[-1]]


def _polyline(points: Sequence[tuple[float, float]], css: str) -> str:
    drawn = " ".join(f"{_x(x)},{_y(y)}" for x, y in points)
    return f'<polyline class="{css}" points="{drawn}"/>'


def _x(share: float) -> float:
    return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)


def _y(share: float) -> float:
    return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)
