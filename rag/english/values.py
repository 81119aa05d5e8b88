"""Text -> the values that stand in it: numbers with unit and qualifier, dates, quoted titles."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.english.quantities import DATE, NUMBER

_QUOTED = re.compile(r"[\"“]\s*(?P<words>[^\"“”\n\s](?:[^\"“”\n]{0,158}[^\"“”\n\s])?)\s*[\"”]")
CAPITALS = "A-ZÀ-ÖØ-ÞĆČĎĐĞİŁŃŇŌŐŘŚŞŠŤŮŰŹŻŽ"
"""What a name begins with, for a class of a regular expression."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value at `start:end` of the text it was found in; `kind` is number, money, share, date or quoted."""

    start: int
    end: int
    kind: str


def find_values(text: str) -> list[Value]:
    """Return the values of `text` in order of start; a date is not a number as well, other kinds may overlap."""
    # A value may stand on two lines; one character for one, so that offsets hold.
    flat = re.sub(r"\s", " ", text)
    numbers = list(_find_numbers(flat))
    measured = [value for value, is_bare in numbers if not is_bare]
    dates = [Value(*match.span(), "date") for match in DATE.finditer(flat)]
    dates = [date for date in dates if not any(_overlap(date, value) for value in measured)]
    bare = [value for value, is_bare in numbers if is_bare and not any(_overlap(value, date) for date in dates)]
    quoted = [Value(*match.span("words"), "quoted") for match in _QUOTED.finditer(flat)]
    return sorted([*dates, *measured, *bare, *quoted], key=lambda value: (value.start, value.end))


def _find_numbers(text: str) -> Iterator[tuple[Value, bool]]:
    """Yield the numbers, and whether each is bare: without currency, scale or unit, so that it may be a year."""
    for match in NUMBER.finditer(text):
        found = match.groupdict()
        kind = "share" if found["share"] else "money" if found["money"] or found["word"] else "number"
        yield Value(*match.span(), kind), not any(found[part] for part in ("share", "money", "word", "scale", "unit"))


def _overlap(a: Value, b: Value) -> bool:
    return a.start < b.end and b.start < a.end
