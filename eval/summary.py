"""Outcomes -> every measure with its interval, and for each the questions that count against it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from eval import metrics
from eval.dataset import GoldQuestion
from eval.judge import Outcome
from eval.metrics import Bin, Estimate

Judged = Sequence[Outcome]
Flag = Callable[[Outcome, float], float]
"""Takes an outcome and the risk borne."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A named figure: of whom it is taken, what of each question enters, and which end of its scale is good.

    `family` is "share" (a yes or no, Wilson's interval), "mean" or "selective" (a statistic of confidence and right
    over all questions); the last two have bootstrap intervals. `fails` tells which questions count against it.
    """

    name: str
    title: str
    family: str
    better: str
    of: Callable[[Outcome, float], bool]
    value: Flag
    fails: Callable[[Outcome, float], bool]
    statistic: Callable[..., float] | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """All measures of one split; one that has no question to be taken of is None. Coverages and risks are a curve."""

    split: str
    max_risk: float
    questions: int
    estimates: dict[str, Estimate | None]
    coverages: list[float]
    risks: list[float]
    operating_point: tuple[float, float] | None
    bins: list[Bin]
    kinds: dict[str, dict[str, float]]
    milliseconds: dict[str, float]


def _known(outcome: Outcome, _: float) -> bool:
    return outcome.gold.known and outcome.judged


def _absent(outcome: Outcome, _: float) -> bool:
    return not outcome.gold.known


def _near(outcome: Outcome, _: float) -> bool:
    return not outcome.gold.known and outcome.gold.absent != "far"


def _ranked(outcome: Outcome, _: float) -> bool:
    return bool(outcome.retrieval)


def _offered(outcome: Outcome, _: float) -> bool:
    return outcome.offered


def _answered(outcome: Outcome, max_risk: float) -> bool:
    return outcome.judged and outcome.answered(max_risk)


def _refused(outcome: Outcome, max_risk: float) -> bool:
    return not outcome.answered(max_risk)


def _answered_wrongly(outcome: Outcome, max_risk: float) -> bool:
    return outcome.answered(max_risk) and not outcome.right


def _wrong(outcome: Outcome, _: float) -> bool:
    return outcome.offered and not outcome.right


def _judged(outcome: Outcome, _: float) -> bool:
    return outcome.judged


def _field(name: str) -> Flag:
    return lambda outcome, _: float(getattr(outcome, name))


def _lacks(name: str) -> Callable[[Outcome, float], bool]:
    return lambda outcome, _: not getattr(outcome, name)


def _found(name: str, title: str, family: str) -> Measure:
    def value(outcome: Outcome, _: float) -> float:
        return outcome.retrieval[name]

    return Measure(name, title, family, "high", _ranked, value, lambda outcome, _: outcome.retrieval[name] < 1)


def _of_known(name: str, title: str, family: str = "share") -> Measure:
    return Measure(name, title, family, "high", _known, _field(name), _lacks(name))


def _selective(name: str, title: str, better: str, statistic: Callable[..., float]) -> Measure:
    return Measure(name, title, "selective", better, _judged, _field("right"), _wrong, statistic)


_VALID = Measure(
    "citations_valid",
    "citations verbatim and valid",
    "share",
    "high",
    _offered,
    lambda outcome, _: outcome.citation_problem is None,
    lambda outcome, _: outcome.citation_problem is not None,
)

MEASURES: dict[str, Measure] = {
    measure.name: measure
    for measure in (
        _found("Success@1", "a passage with the fact comes first", "share"),
        _found("Success@5", "a passage with the fact among five", "share"),
        _found("R@1", "share of the fact's passages found first", "mean"),
        _found("R@5", "share of the fact's passages among five", "mean"),
        _found("RR@10", "reciprocal rank among ten", "mean"),
        _found("nDCG@10", "nDCG among ten", "mean"),
        _of_known("statement_covers", "statement covers the fact"),
        _of_known("right_occurrence", "answer stands at the right place"),
        _of_known("exact_match", "exact match"),
        _of_known("token_f1", "token F1", "mean"),
        _of_known("contains", "answer contains the accepted one"),
        _of_known("right", "answer right (any risk borne)"),
        _VALID,
        Measure("known_refused", "known facts refused", "share", "low", _known, _refused, _refused),
        Measure("absent_answered", "absent facts answered", "share", "low", _absent, _answered, _answered),
        Measure("near_absent_answered", "near misses answered", "share", "low", _near, _answered, _answered),
        Measure("answered_wrongly", "wrong among the answered", "share", "low", _answered, _wrong, _answered_wrongly),
        _selective("aurc", "AURC", "low", metrics.aurc),
        _selective("e_aurc", "E-AURC", "low", metrics.e_aurc),
        *(
            _selective(
                f"coverage_at_{risk}",
                f"coverage at {risk} % risk",
                "high",
                partial(metrics.coverage_at_risk, risk=risk / 100),
            )
            for risk in (1, 5, 10)
        ),
        _selective(
            "calibration_error", f"calibration error, {metrics.BINS} equal bins", "low", metrics.calibration_error
        ),
    )
}
"""Every measure by name, in the order in which they are shown."""


def summarise(split: str, outcomes: Judged, max_risk: float) -> Summary:
    """Return every measure of `outcomes` where a caller bears `max_risk`."""
    judged = [outcome for outcome in outcomes if outcome.judged]
    columns = _columns(judged)
    coverages, risks = metrics.risk_coverage(*columns) if judged else ((), ())
    answered = [outcome for outcome in judged if outcome.answered(max_risk)]
    wrong = sum(not outcome.right for outcome in answered)
    times = [outcome.milliseconds for outcome in outcomes]
    return Summary(
        split=split,
        max_risk=max_risk,
        questions=len(outcomes),
        estimates={name: estimate(measure, outcomes, max_risk) for name, measure in MEASURES.items()},
        coverages=[round(float(coverage), 4) for coverage in coverages],
        risks=[round(float(risk), 4) for risk in risks],
        operating_point=(len(answered) / len(judged), wrong / len(answered)) if answered else None,
        bins=metrics.reliability(*columns) if judged else [],
        kinds=_by_kind(judged, max_risk),
        milliseconds={"median": metrics.percentile(times, 50), "p95": metrics.percentile(times, 95)},
    )


def estimate(measure: Measure, outcomes: Judged, max_risk: float) -> Estimate | None:
    """Return the measure over the outcomes that it is taken of, or None where there is none."""
    taken = [outcome for outcome in outcomes if measure.of(outcome, max_risk)]
    if not taken:
        return None
    facts = [outcome.gold.fact for outcome in taken]
    if measure.statistic:
        return metrics.estimate_by_facts(measure.statistic, facts, *_columns(taken))
    values = [measure.value(outcome, max_risk) for outcome in taken]
    if measure.family == "share":
        return metrics.estimate_share(values, facts)
    return metrics.estimate_by_facts(metrics.mean, facts, values)


def find_culprits(measure: Measure, outcomes: Judged, max_risk: float) -> list[Outcome]:
    """Return the questions that count against the measure, the most confident first, where it is better low or high."""
    failed = [outcome for outcome in outcomes if measure.of(outcome, max_risk) and measure.fails(outcome, max_risk)]
    return sorted(failed, key=lambda outcome: (-outcome.confidence, outcome.gold.id))


def _columns(outcomes: Judged) -> tuple[metrics.Values, metrics.Values]:
    """Return confidence and right of every question; where nothing was offered, 0 and wrong: it comes last."""
    confidences = [outcome.confidence if outcome.offered else 0.0 for outcome in outcomes]
    return metrics.as_values(confidences), metrics.as_values([outcome.right for outcome in outcomes])


def _by_kind(outcomes: Judged, max_risk: float) -> dict[str, dict[str, float]]:
    """Return a row for each kind of known fact, each form in which they are asked, and each kind of absence."""
    known = [outcome for outcome in outcomes if outcome.gold.known]
    absent = [outcome for outcome in outcomes if not outcome.gold.known]
    groups = _group(known, lambda gold: gold.kind)
    forms = _group(known, lambda gold: f"form: {gold.form}")
    groups |= forms if len(forms) > 1 else {}
    groups |= _group(absent, lambda gold: f"absent: {gold.absent}")
    return {
        name: {
            "questions": len(group),
            "right": _share(outcome.right for outcome in group),
            "statement_covers": _share(outcome.statement_covers for outcome in group),
            "answered": _share(outcome.answered(max_risk) for outcome in group),
            "correct": _share(outcome.correct(max_risk) for outcome in group),
        }
        for name, group in groups.items()
    }


def _group(outcomes: Judged, name: Callable[[GoldQuestion], str]) -> dict[str, list[Outcome]]:
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault(name(outcome.gold), []).append(outcome)
    return dict(sorted(groups.items()))


def _share(flags: Iterable[bool]) -> float:
    flags = list(flags)
    return round(sum(flags) / len(flags), 4)
