"""A sentence with several values -> the one that a question means, by the words that stand next to it."""

import re
from collections.abc import Callable, Sequence

from index.lexical import analyse
from index.types import Range
from rag.english.question import AskedFor
from rag.english.values import Value, find_values

LEAD, LEAD_ALONE = 0.25, 0.45
"""By how much the words around a value have to fit better than those around any other, in F1 times the share of the
question's terms that the sentence holds: where a reader proposes the same value, and where it does not. From these on
it was the right one of several for four in five of the numbers that the reader's training articles are asked for."""

_FITTING = {"number": {"number"}, "money": {"money"}, "share": {"share"}, "date": {"date"}}
"""Kind that is asked for -> kinds of values that may be meant."""

_NEAR_TERMS = 8
_CLAUSE = re.compile(r"[,;:()\[\]–—]\s|[()\[\]]|\.\s")
_NEXT = re.compile(rf"{_CLAUSE.pattern}|\b(?:and|or|but)\s")
"""What parts the words after one value from those before the next."""

_DIGITS = re.compile(r"\d[\d,.]*\d|\d")


def choose_value(sentence: str, proposed: Range, asked: AskedFor, idf: Callable[[str], float]) -> Range | None:
    """Return the range of the value in `sentence` that is meant; None where none is, or where it is not clear which.

    A lone value of the kind that is asked for is meant. Of several it is the one whose neighbouring words, up to the
    next value or the end of the clause, are most those of the question: of "12 ships with grain and 9 with coal" the 9
    if coal is asked for. Numbers that the question names itself are not meant. `proposed` is a reader's guess.
    """
    found = find_values(sentence)
    fitting = [value for value in found if _fits(value, sentence, asked)]
    if len(fitting) < 2:
        return (fitting[0].start, fitting[0].end) if fitting else None
    present = set(analyse(sentence))
    weights = {term: idf(term) for term in asked.terms}
    wanted = {term: weight for term, weight in weights.items() if term in present and not term.isdigit()}
    if not wanted:
        return None
    held = sum(wanted.values()) / sum(weights.values())
    edges = [value for value in found if value.kind in _FITTING]
    scores = [_score(value, edges, sentence, wanted, idf) for value in fitting]
    best, second = sorted(scores, reverse=True)[:2]
    chosen = fitting[scores.index(best)]
    agreed = chosen.start < proposed[1] and proposed[0] < chosen.end
    lead = (best - second) * held
    return (chosen.start, chosen.end) if lead >= (LEAD if agreed else LEAD_ALONE) else None


def _fits(value: Value, sentence: str, asked: AskedFor) -> bool:
    if value.kind not in _FITTING.get(asked.kind, ()):
        return False
    digits = {number.replace(",", "") for number in _DIGITS.findall(sentence[value.start : value.end])}
    return not digits or not digits <= asked.numbers


def _score(
    value: Value, edges: Sequence[Value], sentence: str, wanted: dict[str, float], idf: Callable[[str], float]
) -> float:
    """Return how far the words before, after or around a value are those of the question: an F1 in [0, 1]."""
    left = max((other.end for other in edges if other.end <= value.start), default=0)
    right = min((other.start for other in edges if other.start >= value.end), default=len(sentence))
    clauses = [match.end() for match in _NEXT.finditer(sentence, left, value.start)]
    left = max([left, *clauses])
    closing = _CLAUSE.search(sentence, value.end, right)
    right = closing.start() if closing else right
    before, after = analyse(sentence[left : value.start])[-_NEAR_TERMS:], analyse(sentence[value.end : right])
    after = after[:_NEAR_TERMS]
    return max(_f1(after, wanted, idf), _f1(before, wanted, idf), _f1(before + after, wanted, idf))


def _f1(terms: Sequence[str], wanted: dict[str, float], idf: Callable[[str], float]) -> float:
    shared = sum(wanted[term] for term in set(terms) if term in wanted)
    if not shared:
        return 0.0
    precision = shared / sum(idf(term) for term in set(terms))
    recall = shared / sum(wanted.values())
    return 2 * precision * recall / (precision + recall)
