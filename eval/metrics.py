"""Arrays -> figures with 95 % intervals: shares, means, risk-coverage, calibration, paired differences.

Several questions ask about one fact and are not independent, so that intervals are made from facts: Wilson intervals
take the number of facts for the number of trials, and the bootstrap draws facts with all their questions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1000
SEED = 20240229
BINS = 10
_Z = NormalDist().inv_cdf(0.975)

Values = NDArray[np.float64]
Statistic = Callable[..., float]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval, from `questions` questions about `facts` facts."""

    value: float
    low: float
    high: float
    questions: int
    facts: int


@dataclass(frozen=True, slots=True)
class Bin:
    """One of the bins of equal mass: the mean confidence of its questions and the share of them that is right."""

    confidence: float
    right: float
    low: float
    high: float
    questions: int


def as_values(column: Sequence[float]) -> Values:
    """Return the column as an array."""
    return np.asarray(column, dtype=np.float64)


def estimate_share(flags: Sequence[bool], facts: Sequence[str]) -> Estimate:
    """Return the share of the questions with the flag, with Wilson's interval (Wilson 1927).

    The number of facts stands for the number of trials, as if the questions about one fact always agreed; that is
    the widest that the interval can rightly be.
    """
    share, trials = float(np.mean(flags)), len(set(facts))
    low, high = wilson_interval(share, trials)
    return Estimate(share, low, high, len(flags), trials)


def wilson_interval(share: float, trials: int) -> tuple[float, float]:
    """Return Wilson's 95 % score interval for a share seen in a number of trials, within [0, 1]."""
    centre = share + _Z**2 / (2 * trials)
    half = _Z * np.sqrt(share * (1 - share) / trials + _Z**2 / (4 * trials**2))
    scale = 1 + _Z**2 / trials
    return max(0.0, float((centre - half) / scale)), min(1.0, float((centre + half) / scale))


def estimate_by_facts(statistic: Statistic, facts: Sequence[str], *columns: Sequence[float]) -> Estimate:
    """Return `statistic(*columns)` with the percentile interval of `RESAMPLES` bootstrap draws of whole facts.

    Columns have one value a question. The generator's seed is fixed: same columns, same interval.
    """
    arrays = [as_values(column) for column in columns]
    value = float(statistic(*arrays))
    names, of_question = np.unique(np.asarray(facts), return_inverse=True)
    random = np.random.default_rng(SEED)
    drawn = []
    for _ in range(RESAMPLES):
        counts = np.bincount(random.integers(0, len(names), len(names)), minlength=len(names))
        rows = np.repeat(np.arange(len(facts)), counts[of_question])
        drawn.append(statistic(*(array[rows] for array in arrays)))
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Estimate(value, float(low), float(high), len(facts), len(names))


def mean(values: Values) -> float:
    """Return the mean."""
    return float(np.mean(values))


def _descend(confidences: Values, right: Values) -> tuple[Values, Values, NDArray[np.bool_]]:
    """Return confidences and errors in descending confidence, and where a group of equal confidences ends.

    Each error is the mean of its group: a threshold cannot split a group, and so the order within it cannot matter.
    """
    order = np.argsort(-confidences, kind="stable")
    ordered, wrong = confidences[order], 1 - right[order]
    ends = np.append(ordered[1:] != ordered[:-1], True)
    group = np.concatenate(([0], np.cumsum(ends[:-1])))
    means = np.bincount(group, wrong) / np.bincount(group)
    return ordered, means[group], ends


def risk_coverage(confidences: Values, right: Values) -> tuple[Values, Values]:
    """Return coverage k/n and selective risk at k, k = 1..n: the share wrong of the k most confident questions.

    Within a group of equal confidences the errors are spread evenly, which is their expectation over random orders.
    """
    _, wrong, _ = _descend(confidences, right)
    k = np.arange(1, len(wrong) + 1)
    return k / len(wrong), np.cumsum(wrong) / k


def aurc(confidences: Values, right: Values) -> float:
    """Return the area under the risk-coverage curve: the mean of the selective risk over all n coverages k/n.

    The convention of Geifman, Uziel and El-Yaniv (2019, "Bias-reduced uncertainty estimation"); lower is better.
    """
    return float(risk_coverage(confidences, right)[1].mean())


def e_aurc(confidences: Values, right: Values) -> float:
    """Return the excess of the AURC over that of the best order, in which every right answer precedes every wrong one.

    Of the same work as `aurc`, with the exact area of the best order instead of its approximation; 0 is perfect order.
    """
    return aurc(confidences, right) - float(risk_coverage(right, right)[1].mean())


def coverage_at_risk(confidences: Values, right: Values, risk: float) -> float:
    """Return the largest coverage that a threshold on the confidence reaches with a selective risk of at most `risk`.

    A threshold takes a group of equal confidences whole or not at all; 0 where none holds the risk.
    """
    _, wrong, ends = _descend(confidences, right)
    k = np.arange(1, len(wrong) + 1)
    held = ends & (np.cumsum(wrong) / k <= risk + 1e-12)
    return float(k[held].max(initial=0) / len(wrong))


def reliability(confidences: Values, right: Values) -> list[Bin]:
    """Return `BINS` bins of equal mass, most confident first, each with Wilson's interval over its questions.

    A group of equal confidences may run over the edge of a bin; its share of right answers then goes to both alike.
    """
    ordered, wrong, _ = _descend(confidences, right)
    bins = []
    for rows in np.array_split(np.arange(len(ordered)), BINS):
        if len(rows):
            share = float(1 - wrong[rows].mean())
            bins.append(Bin(float(ordered[rows].mean()), share, *wilson_interval(share, len(rows)), len(rows)))
    return bins


def calibration_error(confidences: Values, right: Values) -> float:
    """Return the expected calibration error on `BINS` bins of equal mass.

    That is the mean over the questions of the distance between their bin's mean confidence and its share right
    (Naeini et al. 2015, with equal-mass bins as in Nixon et al. 2019).
    """
    ordered, wrong, _ = _descend(confidences, right)
    parts = [rows for rows in np.array_split(np.arange(len(ordered)), BINS) if len(rows)]
    return float(sum(abs(np.sum(ordered[rows] - (1 - wrong[rows]))) for rows in parts) / len(ordered))


def estimate_difference(old: Sequence[float], new: Sequence[float], facts: Sequence[str]) -> Estimate:
    """Return the mean of `new` less that of `old`, question by question, with the paired bootstrap over facts."""
    return estimate_by_facts(mean, facts, as_values(new) - as_values(old))


def percentile(values: Sequence[float], share: float) -> float:
    """Return the percentile `share` (0 to 100) of `values`, linear between neighbours."""
    return float(np.percentile(values, share))
