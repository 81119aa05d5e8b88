"""An earlier report + the outcomes of now -> the questions that flipped, and whether that is more than noise."""

from collections.abc import Sequence
from dataclasses import dataclass

from eval.errors import BadReport
from eval.judge import Outcome
from eval.metrics import Estimate, estimate_difference
from eval.record import FormerOutcome, FormerReport
from eval.table import describe_outcome


@dataclass(frozen=True, slots=True)
class Comparison:
    """Questions served well now and not then (`gained`), and the other way round (`lost`), each with the former answer.

    `difference` is the share served well now less that of then, over the questions of both, with the 95 % interval of
    the paired bootstrap over facts.
    """

    gained: tuple[tuple[FormerOutcome, Outcome], ...]
    lost: tuple[tuple[FormerOutcome, Outcome], ...]
    difference: Estimate
    left_out: int
    then_borne: float
    now_borne: float

    @property
    def beyond_noise(self) -> bool:
        """Whether 0 is outside the interval of the difference."""
        return self.difference.low > 0 or self.difference.high < 0


def compare(former: FormerReport, outcomes: Sequence[Outcome], max_risk: float) -> Comparison:
    """Return how `outcomes` differ from a former report; a question is served well if it is `Outcome.correct`.

    Raises:
        BadReport: they have no question in common.
    """
    pairs = [(former.outcomes[now.gold.id], now) for now in outcomes if now.gold.id in former.outcomes]
    if not pairs:
        raise BadReport("the former report has none of these questions; compare reports of the same set")
    then_well = [then.correct for then, _ in pairs]
    now_well = [now.correct(max_risk) for _, now in pairs]
    facts = [now.gold.fact for _, now in pairs]
    flipped = list(zip(pairs, then_well, now_well, strict=True))
    return Comparison(
        gained=tuple(pair for pair, then, now in flipped if now and not then),
        lost=tuple(pair for pair, then, now in flipped if then and not now),
        difference=estimate_difference(then_well, now_well, facts),
        left_out=len(former.outcomes) + len(outcomes) - 2 * len(pairs),
        then_borne=former.max_risk,
        now_borne=max_risk,
    )


def format_comparison(comparison: Comparison) -> str:
    """Return lines for a terminal: every flipped question, then the verdict."""
    lines = []
    for title, pairs in (("better than before", comparison.gained), ("worse than before", comparison.lost)):
        lines.append(f"{title}: {len(pairs)}")
        for then, now in pairs:
            before = f"{'answered' if then.answered else 'refused'} {then.answer!r} at {then.confidence:.2f}"
            lines.append(f"  {describe_outcome(now)}; before: {before}")
    if comparison.left_out:
        lines.append(f"{comparison.left_out} questions are in one of the two reports only and do not count")
    if comparison.then_borne != comparison.now_borne:
        lines.append(f"the risk borne was {comparison.then_borne:g} then and is {comparison.now_borne:g} now")
    found = comparison.difference
    verdict = "more than noise" if comparison.beyond_noise else "no more than noise"
    lines.append(f"share served well: {found.value:+.4f} [{found.low:+.4f}, {found.high:+.4f}], {verdict}")
    return "\n".join(lines)
