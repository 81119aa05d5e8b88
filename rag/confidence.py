"""Candidates -> calibrated confidence, answer or abstain."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.types import Hit
from rag.english.forms import judge_support
from rag.english.language import is_english
from rag.types import Candidate

ABSTENTIONS = {
    "no_passage": "No passage of the documents is about this.",
    "not_stated": "The passages that come nearest do not state it.",
    "constraint_mismatch": "The passages that come nearest are about another year, place, body or quantity.",
    "conflict": "Two places disagree; both are given as alternatives.",
    "unsupported_question": "It asks for a judgement, a comparison, a sum or a summary that no passage states.",
    "language": "The question is in a language that this reader was not made for; ask in English.",
}
"""Reason code -> the reason in words."""


NO_SECOND_LEAD = -15.0
"""The lead over no answer of a second candidate that does not exist."""

MOST_IF_UNFIT = 0.04
"""The confidence in a place that cannot hold what is asked for: it names fewer things than the question says it wants,
or has no value of that kind. Of 73 such best candidates for too few things 3 were right (reader data), of 24 without a
value none (reader data, plain questions, the eval's tune): too few to fit anything."""

NEAR = 0.25
"""Below this dense score of the best passage, by the default encoder, the documents are about something else."""

_WORKED_OUT = re.compile(
    r"^\W*if\b[^?]*\d[^?]*\bhow (?:many|much)\b|\bhow (?:many|much) (?:more|less|fewer)\b"
    r"|\bwhich of (?:the )?(?:two|three|four|both|these|those|them)\b.*\b(?:more|less|fewer|better|worse|\w+er)\b"
    r"|\b(?:more|less|fewer)\b.*\bper\b|\b(?:which|who)\b.*\b(?:most|least|best|worst)\b",
    re.IGNORECASE,
)
"""Asks for a difference, a comparison or something worked out from a given figure."""

_ORDINAL = re.compile(r"\b(\d+)(?:st|nd|rd|th)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic model over named features; one that it has a weight for and that is missing counts as 0."""

    weights: Mapping[str, float]
    bias: float

    def chance(self, features: Mapping[str, float]) -> float:
        """Return the chance in (0, 1)."""
        logit = self.bias + sum(weight * features.get(name, 0.0) for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


@dataclass(frozen=True, slots=True)
class Calibrator:
    """The chance that a candidate is right, by its features: for words of a `text` and for a `cell` of a table."""

    text: Logistic
    cell: Logistic

    @classmethod
    def of(cls, numbers: Mapping[str, Mapping]) -> "Calibrator":
        """Return the calibrator with fitted numbers: for "text" and for "cell", each "weights" and "bias"."""
        return cls(text=Logistic(**numbers["text"]), cell=Logistic(**numbers["cell"]))

    def confidence(self, candidates: Sequence[Candidate]) -> float:
        """Return the chance in [0, 1] that the first candidate is right; 0 where there is none."""
        if not candidates:
            return 0.0
        features = candidates[0].features
        chance = (self.cell if features["cell"] else self.text).chance(confidence_features(candidates))
        return min(chance, MOST_IF_UNFIT) if features["unfit"] else chance


def is_borne(confidence: float, max_risk: float) -> bool:
    """Tell whether an answer of that confidence is given to a caller who bears `max_risk`.

    The risk is 1 - `confidence`, at the four decimals that a confidence has.
    """
    return round(1 - confidence, 4) <= max_risk


def confidence_features(candidates: Sequence[Candidate]) -> dict[str, float]:
    """Return what the confidence in the first candidate rests on: its own features, and how it stands among the others.

    `margin` is its lead over the second in score, at most 5; `second_lead` that of the second over no answer;
    `best_answers` how surely any passage answers; `positive` the share of candidates that lead over no answer.
    """
    first = candidates[0]
    second = candidates[1] if len(candidates) > 1 else None
    leads = [candidate.features["lead"] for candidate in candidates]
    return {
        **first.features,
        "score": first.score,
        "margin": min(first.score - second.score, 5.0) if second else 5.0,
        "second_lead": second.features["lead"] if second else NO_SECOND_LEAD,
        "best_answers": max(candidate.features["answers"] for candidate in candidates),
        "positive": sum(lead > 0 for lead in leads) / len(leads),
        "lead_above_none": max(0.0, first.features["lead"]),
    }


def explain_abstention(question: str, hits: Sequence[Hit], candidates: Sequence[Candidate]) -> str:
    """Return the reason code of an abstention for want of confidence, a key of `ABSTENTIONS`."""
    if not is_english(question):
        return "language"
    if judge_support(question) != "extract" or _WORKED_OUT.search(" ".join(question.split())):
        return "unsupported_question"
    if not candidates or max((hit.lexical for hit in hits), default=0.0) == 0.0:
        return "no_passage"
    if max(hit.dense for hit in hits) < NEAR:
        return "no_passage"
    features = candidates[0].features
    if features["year_contradicted"] or features["numbers_missing"] or features["names_covered"] < 0.5:
        return "constraint_mismatch"
    if _lacks_ordinal(question, hits, candidates[0]):
        return "constraint_mismatch"
    return "not_stated"


def _lacks_ordinal(question: str, hits: Sequence[Hit], candidate: Candidate) -> bool:
    """Tell whether the question names a "3rd" that stands in no passage that holds the candidate."""
    start, end = candidate.statement
    around = [
        hit.passage.text
        for hit in hits
        if hit.passage.document_id == candidate.document_id and hit.passage.start <= start and end <= hit.passage.end
    ]
    return not set(_ORDINAL.findall(question)) <= {number for text in around for number in _ORDINAL.findall(text)}
