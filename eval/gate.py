"""Bounds + the figures of a split -> which bound broke, by how much, and which questions did it."""

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from eval.errors import BadBounds
from eval.judge import Outcome
from eval.metrics import Estimate
from eval.summary import MEASURES, Summary, find_culprits

SHIPPED = Path(str(files("eval") / "expected.toml"))
SIDES = {"at_least": "low", "at_most": "high"}
"""A bound's side -> the end of the interval that is held against it, so that luck does not pass."""

SLACK = 0.01
"""What a proposed bound leaves for another machine's rounding, which may turn a question or two."""

_TWO_SIDES = ("known_refused", "absent_answered")
"""Measures that are bounded together or not at all."""

_EXACT = ("citations_valid",)
"""Measures that allow no exception; of these the figure itself is bounded."""

_UNBOUNDED = (
    "R@1",
    "R@5",
    "nDCG@10",
    "exact_match",
    "contains",
    "near_absent_answered",
    "coverage_at_1",
    "coverage_at_5",
)
"""Measures that say little beside the others; `propose` leaves them out."""


@dataclass(frozen=True, slots=True)
class Bound:
    """`side` is "at_least" or "at_most"; `end` says what is held against `limit`: "low", "high" or "value"."""

    measure: str
    side: str
    limit: float
    end: str
    means: str

    def holds(self, estimate: Estimate | None) -> bool:
        """Whether the bound holds; one on something that was not measured does not."""
        return estimate is not None and self.exceeded_by(estimate) <= 0

    def exceeded_by(self, estimate: Estimate) -> float:
        """Return by how much the bound is broken; 0 or less where it holds."""
        found = getattr(estimate, self.end)
        return self.limit - found if self.side == "at_least" else found - self.limit


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one bound, and the questions that count against its measure where it broke."""

    bound: Bound
    estimate: Estimate | None
    culprits: tuple[Outcome, ...]

    @property
    def held(self) -> bool:
        """Whether the bound holds."""
        return self.bound.holds(self.estimate)

    def describe(self) -> str:
        """Return a line that says what was measured and what was expected."""
        bound, title = self.bound, MEASURES[self.bound.measure].title
        wanted = f"{bound.side.replace('_', ' ')} {bound.limit:g}"
        if self.estimate is None:
            return f"{bound.measure} ({title}): no question to measure it on, expected {wanted}"
        found = getattr(self.estimate, bound.end)
        end = "" if bound.end == "value" else f", {bound.end} end {found:.4f}"
        broken = "" if self.held else f", broken by {bound.exceeded_by(self.estimate):.4f}"
        return f"{bound.measure} ({title}): {self.estimate.value:.4f}{end}, expected {wanted}{broken}"


def load_bounds(path: Path = SHIPPED) -> list[Bound]:
    """Return the bounds of a TOML file: a table a measure, with `at_least` or `at_most`, `means`, and perhaps `on`.

    Raises:
        BadBounds: it is no such file, names no known measure, or bounds known facts only or absent facts only, which
            a system that always answers or always refuses passes.
    """
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as problem:
        raise BadBounds(
            f"{path} cannot be read as bounds ({problem}); --write-expected FILE makes such a file"
        ) from problem
    bounds = [_read_bound(path, name, table) for name, table in tables.items()]
    bounded = {bound.measure for bound in bounds}
    if not bounds or len(bounded.intersection(_TWO_SIDES)) == 1:
        raise BadBounds(
            f"{path} bounds {', '.join(sorted(bounded)) or 'nothing'}; bound both known_refused and absent_answered, "
            "since a system that always answers, or always refuses, passes one of them alone"
        )
    return bounds


def _read_bound(path: Path, name: str, table: object) -> Bound:
    if name not in MEASURES:
        raise BadBounds(f"{path} bounds '{name}', which is not measured; expected one of {', '.join(MEASURES)}")
    sides = [side for side in SIDES if isinstance(table, dict) and side in table]
    if len(sides) != 1 or not isinstance(table[sides[0]], int | float) or math.isnan(table[sides[0]]):
        raise BadBounds(f"{path} has {table!r} for '{name}'; expected one number, as at_least or at_most")
    side = sides[0]
    if side != ("at_least" if MEASURES[name].better == "high" else "at_most"):
        raise BadBounds(f"{path} bounds '{name}' {side}, but better is {MEASURES[name].better}; use the other side")
    end = table.get("on", SIDES[side])
    if end not in (SIDES[side], "value"):
        raise BadBounds(f"{path} bounds '{name}' on '{end}'; expected '{SIDES[side]}' (the default) or 'value'")
    return Bound(name, side, float(table[side]), end, str(table.get("means", "")))


def judge_bounds(bounds: Sequence[Bound], summary: Summary, outcomes: Sequence[Outcome]) -> list[Verdict]:
    """Return the verdict on each bound; `outcomes` are those that `summary` is of."""
    verdicts = []
    for bound in bounds:
        estimate = summary.estimates[bound.measure]
        measure = MEASURES[bound.measure]
        culprits = () if bound.holds(estimate) else find_culprits(measure, outcomes, summary.max_risk)
        verdicts.append(Verdict(bound, estimate, tuple(culprits)))
    return verdicts


def propose(estimates: Mapping[str, Estimate | None]) -> str:
    """Return a file of bounds that these figures hold: interval ends, moved outwards by `SLACK` and to two decimals.

    A bound that cannot break is left out; the two sides of refusal are kept, marked, since a gate needs both.
    """
    lines = [
        "# Bounds of `footnote eval --check`, judged on the split `gate`. at_least is held against the low end of the",
        '# 95 % interval and at_most against its high end; with on = "value" the figure itself is bounded.',
        f"# A bound is what the system holds now, with {SLACK:g} to spare for another machine's rounding.",
        "# Change one only in a commit that says why.",
    ]
    two_sided = all(estimates[name] for name in _TWO_SIDES)
    for name, estimate in estimates.items():
        if estimate and name not in _UNBOUNDED and (two_sided or name not in _TWO_SIDES):
            lines += _propose_bound(name, estimate)
    return "\n".join(lines) + "\n"


def _propose_bound(name: str, estimate: Estimate) -> list[str]:
    side = "at_least" if MEASURES[name].better == "high" else "at_most"
    end = "value" if name in _EXACT else SIDES[side]
    found, slack = getattr(estimate, end), 0 if end == "value" else SLACK
    if side == "at_least":
        limit = max(0.0, math.floor((found - slack) * 100) / 100)
    else:
        limit = min(1.0, math.ceil((found + slack) * 100) / 100)
    idle = limit == (0 if side == "at_least" else 1)
    if idle and name not in _TWO_SIDES:
        return []
    key = name if name.isidentifier() else f'"{name}"'
    lines = ["", f"[{key}]", f"{side} = {limit:.2f}"]
    if idle:
        lines[-1] += "  # cannot break: too few questions, or the system fails all of them"
    if end == "value":
        lines.append('on = "value"')
    return [*lines, f'means = "{_MEANS[name]}"']


_MEANS = {
    "Success@1": "For this share of known facts the first passage states the fact at the right place.",
    "Success@5": "For this share of known facts one of the first five passages states the fact at the right place.",
    "RR@10": "How near the top the first passage with the fact stands, on average.",
    "statement_covers": "For this share of known facts the cited statement covers the whole fact.",
    "right_occurrence": "For this share of known facts the answer is taken from a place that states the fact.",
    "token_f1": "How many words the answer shares with the accepted one, on average over known facts.",
    "right": "For this share of known facts the best answer is right, however unsure the system is of it.",
    "citations_valid": "Every citation is verbatim, whole and bound to its text; there is no exception.",
    "known_refused": "At most this share of known facts is refused; a system that always refuses breaks it.",
    "absent_answered": "At most this share of absent facts is answered; a system that always answers breaks it.",
    "answered_wrongly": "At most this share of the answers given is wrong, absent facts counted in.",
    "aurc": "Risk on average over all coverages; wrong answers and confidences that do not tell them raise it.",
    "e_aurc": "How far the order by confidence is from the best order; a constant confidence breaks it.",
    "coverage_at_10": "This share of all questions can be answered with at most 10 % of the answers wrong.",
    "calibration_error": "How far confidences are from the shares right, on average.",
}
