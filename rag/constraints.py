"""Question + a place -> whether what the question names (years, numbers, names, its rarest words) stands there."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache

from rag.english.direction import is_turned
from rag.english.question import AskedFor

_YEAR = re.compile(r"(?:1[0-9]|20)\d\d")
_YEAR_IN_TEXT = re.compile(rf"\b{_YEAR.pattern}\b")

OWN_YEAR_MENTIONS = 5
"""A year that a text names so often, and at least as often as all others together, is the one that it is about."""


def constraint_features(
    asked: AskedFor, statement: set[str], passage: set[str], text: str, idf: Callable[[str], float]
) -> dict[str, float]:
    """Return how well the terms of a statement, and of the passage around it, meet the question; most are in [0, 1].

    A year is contradicted where the place names years, and none of them is one that is asked for; it is elsewhere where
    the statement names others, or names none in a document (`text`) that is about another one.
    """
    years = {term for term in passage if _YEAR.fullmatch(term)}
    stated = {term for term in statement if _YEAR.fullmatch(term)} or find_own_year(text)
    return {
        "coverage": coverage(asked.terms, statement, idf),
        "passage_coverage": coverage(asked.terms, passage, idf),
        "year_contradicted": float(bool(asked.years) and bool(years) and not asked.years & years),
        "year_missing": float(bool(asked.years) and not asked.years & years),
        "year_elsewhere": float(bool(asked.years) and bool(stated) and not asked.years & stated),
        "direction_turned": float(is_turned(asked.terms, statement)),
        "numbers_missing": float(any(number not in passage for number in asked.numbers - asked.years)),
        "names_covered": coverage(asked.names, passage, idf) if asked.names else 1.0,
        "names_near": coverage(asked.names, statement, idf) if asked.names else 1.0,
        "rarest_missing": max((idf(term) for term in asked.terms if term not in passage), default=0.0) / 8,
    }


@lru_cache(maxsize=64)
def find_own_year(text: str) -> frozenset[str]:
    """Return the year that `text` is about, alone in a set; an empty set where there is none."""
    counted = Counter(_YEAR_IN_TEXT.findall(text))
    return frozenset(
        year for year, times in counted.items() if times >= OWN_YEAR_MENTIONS and 2 * times > counted.total()
    )


def coverage(terms: Sequence[str], present: set[str], idf: Callable[[str], float]) -> float:
    """Return the share in [0, 1] of the terms' weight that is present."""
    weights = {term: idf(term) for term in terms}
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in present) / total if total else 0.0
