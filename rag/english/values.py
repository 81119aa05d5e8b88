"""Text -> the values that stand in it: numbers with unit and qualifier, dates, names, quoted titles."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MONTH = (
    "(?:January|February|March|April|May|June|July|August|September|October|November|December"
    "|Jan\\.?|Feb\\.?|Mar\\.?|Apr\\.?|Jun\\.?|Jul\\.?|Aug\\.?|Sept?\\.?|Oct\\.?|Nov\\.?|Dec\\.?)"
)
_YEAR = r"(?:1[0-9]\d\d|20\d\d)"
_QUALIFIER = (
    r"(?:(?:more|less|fewer|greater|higher|lower) than|up to|at (?:least|most)|as many as|nearly|almost|approximately"
    r"|about|around|roughly|over|under|some|only|exactly|above|below|just over|just under)"
)
_CURRENCY = r"(?:RMB|CNY|USD|US\$|EUR|GBP|JPY|CHF|HK\$|A\$|C\$|Rs\.?|[$€£¥₹])"
_CURRENCY_WORD = r"(?:US dollars|dollars|yuan|euros?|pounds|francs|yen|rupees)"
_SCALE = r"(?:hundred thousand|thousand|million|billion|trillion|hundred|bn|mn)"
_DIGITS = r"\d+(?:,\d{3})*(?:\.\d+)?"
_WORD_NUMBER = (
    r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    r"|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|one hundred)(?:-\w+)?"
)

_DATE = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)? {_MONTH},? {_YEAR}|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? {_YEAR}"
    rf"|{_MONTH},? {_YEAR}|\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}\b|{_MONTH} \d{{1,2}}\b"
    rf"|{_YEAR}\s?[-–]\s?(?:{_YEAR}|\d\d)\b|{_YEAR}s?\b(?!,\d)|\d{{1,2}}(?:st|nd|rd|th) century)"
)
_NUMBER = re.compile(
    rf"(?:\b{_QUALIFIER} )?(?:(?P<money>{_CURRENCY})\s?)?(?<![\w.,-])(?P<digits>{_DIGITS}|\b{_WORD_NUMBER}\b)(?!\d)"
    rf"(?P<scale>[\s-]{_SCALE}\b)?(?P<share>\s?%|\s(?:per ?cent|percent|percentage points)\b)?"
    rf"(?P<word>\s{_CURRENCY_WORD}\b)?",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“]\s*(?P<words>[^\"“”\n\s](?:[^\"“”\n]{0,158}[^\"“”\n\s])?)\s*[\"”]")
_NAME_WORD = r"(?:[A-Z][\w’'&/.-]*[\w’']|[A-Z]\b|\d+(?:st|nd|rd|th)\b)"
_JOINT = r"(?:of|the|and|for|on|in|to|de|la|von|van|&|with|from|by)"
_NAME = re.compile(
    rf"{_NAME_WORD}(?:(?:,? ?{_JOINT}){{1,3}} {_NAME_WORD}| {_NAME_WORD}| \((?:\d{{4}}|Draft)\)| {_YEAR}\b)*"
)


@dataclass(frozen=True, slots=True)
class Value:
    """A value at `start:end` of the text it was found in; `kind` is number, money, share, date, name or quoted."""

    start: int
    end: int
    kind: str


def find_values(text: str) -> list[Value]:
    """Return the values of `text` in order of start; a date is not a number as well, other kinds may overlap."""
    # A value may stand on two lines; one character for one, so that offsets hold.
    flat = re.sub(r"\s", " ", text)
    dates = [Value(*match.span(), "date") for match in _DATE.finditer(flat)]
    numbers = [value for value in _find_numbers(flat) if not any(_overlap(value, date) for date in dates)]
    quoted = [Value(*match.span("words"), "quoted") for match in _QUOTED.finditer(flat)]
    names = [name for name in _find_names(flat) if not any(_within(name, date) for date in dates)]
    return sorted([*dates, *numbers, *quoted, *names], key=lambda value: (value.start, value.end))


def _find_numbers(text: str) -> Iterator[Value]:
    for match in _NUMBER.finditer(text):
        after = text[match.end("digits") : match.end("digits") + 2].lower()
        if after in ("st", "nd", "rd", "th"):
            continue
        money, share, word = match.group("money", "share", "word")
        yield Value(*match.span(), "share" if share else "money" if money or word else "number")


def _find_names(text: str) -> Iterator[Value]:
    for match in _NAME.finditer(text):
        first_word = match.group().split()[0]
        opens_sentence = not text[: match.start()].strip()
        single = " " not in match.group()
        if opens_sentence and single and not (first_word.isupper() and len(first_word) > 1):
            continue
        yield Value(*match.span(), "name")


def _within(a: Value, b: Value) -> bool:
    return b.start <= a.start and a.end <= b.end


def _overlap(a: Value, b: Value) -> bool:
    return a.start < b.end and b.start < a.end
