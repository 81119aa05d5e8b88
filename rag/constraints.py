"""Question + a place -> whether what the question names (years, numbers, names, its rarest words) stands there."""

import re
from collections.abc import Callable, Sequence

from rag.english.question import AskedFor

_YEAR = re.compile(r"(?:1[0-9]|20)\d\d")


def constraint_features(
    asked: AskedFor, statement: set[str], passage: set[str], idf: Callable[[str], float]
) -> dict[str, float]:
    """Return how well the terms of a statement, and of the passage around it, meet the question; most are in [0, 1].

    A year is contradicted where the place names years, and none of them is one that is asked for.
    """
    years = {term for term in passage if _YEAR.fullmatch(term)}
    stated = {term for term in statement if _YEAR.fullmatch(term)}
    return {
        "coverage": coverage(asked.terms, statement, idf),
        "passage_coverage": coverage(asked.terms, passage, idf),
        "year_contradicted": float(bool(asked.years) and bool(years) and not asked.years & years),
        "year_missing": float(bool(asked.years) and not asked.years & years),
        "year_elsewhere": float(bool(asked.years) and bool(stated) and not asked.years & stated),
        "numbers_missing": float(any(number not in passage for number in asked.numbers - asked.years)),
        "names_covered": coverage(asked.names, passage, idf) if asked.names else 1.0,
        "names_near": coverage(asked.names, statement, idf) if asked.names else 1.0,
        "rarest_missing": max((idf(term) for term in asked.terms if term not in passage), default=0.0) / 8,
    }


def coverage(terms: Sequence[str], present: set[str], idf: Callable[[str], float]) -> float:
    """Return the share in [0, 1] of the terms' weight that is present."""
    weights = {term: idf(term) for term in terms}
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in present) / total if total else 0.0
