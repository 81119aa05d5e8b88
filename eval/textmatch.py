"""Two texts -> how far they say the same: exact match, token F1 and containment after normalising.

Exact match and F1 are those of SQuAD (Rajpurkar et al. 2016): lower case, no punctuation, no articles, white space
folded. Before that, numbers and units are brought to one form, since "28,157" and "28157", "35%" and "35 per cent",
"1.2 billion" and "1,200 million" say the same.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

_SCALES = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_NUMBER_WORDS = {
    word: str(number)
    for number, word in enumerate(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
    )
}
_ARTICLES = {"a", "an", "the"}
_UNITS = (
    (re.compile(r"%|\bper\s+cent\b|\bpct\b"), " percent "),
    (re.compile(r"[¥￥]|\bcny\b|\bren\s?min\s?bi\b|\byuan\b|\brmb(?=\W*\d)"), " rmb "),
    (re.compile(r"\bus\s?\$|\busd\b|\$"), " $ "),
)
_GROUPED = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_SCALED = re.compile(r"(\d+(?:\.\d+)?)(?:\s*)(thousand|million|billion|trillion)s?\b")
_DECIMAL = re.compile(r"\d+\.\d+")


def normalise(text: str) -> list[str]:
    """Return the tokens of `text` in the form in which texts are compared."""
    text = unicodedata.normalize("NFKC", text).lower()
    text = _GROUPED.sub("", text)
    for pattern, unit in _UNITS:
        text = pattern.sub(unit, text)
    text = _SCALED.sub(lambda match: _plain(Decimal(match[1]).scaleb(_SCALES[match[2]])), text)
    text = _DECIMAL.sub(lambda match: _plain(Decimal(match[0])), text)
    kept = "".join(char for i, char in enumerate(text) if not _is_dropped(text, i))
    return [_NUMBER_WORDS.get(token, token) for token in kept.split() if token not in _ARTICLES]


def exact_match(answer: str, accepted: Sequence[str]) -> bool:
    """Tell whether `answer` is one of the accepted ones after normalising."""
    tokens = normalise(answer)
    return any(tokens == normalise(gold) for gold in accepted)


def token_f1(answer: str, accepted: Sequence[str]) -> float:
    """Return the greatest F1 of the tokens that `answer` shares with an accepted one, in [0, 1]."""
    return max((_f1(normalise(answer), normalise(gold)) for gold in accepted), default=0.0)


def contains(answer: str, accepted: Sequence[str]) -> bool:
    """Tell whether an accepted answer's tokens stand in `answer`, in a row: "8" is not in "28"."""
    tokens = normalise(answer)
    return any(_stands_in(normalise(gold), tokens) for gold in accepted)


def _f1(found: list[str], gold: list[str]) -> float:
    shared = sum((Counter(found) & Counter(gold)).values())
    return 2 * shared / (len(found) + len(gold)) if shared else 0.0


def _stands_in(part: list[str], whole: list[str]) -> bool:
    return bool(part) and any(whole[i : i + len(part)] == part for i in range(len(whole) - len(part) + 1))


def _plain(number: Decimal) -> str:
    plain = f"{number:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _is_dropped(text: str, i: int) -> bool:
    """Tell whether the character is punctuation; a point inside a number and a sign before one are not."""
    if text[i] == "$" or unicodedata.category(text[i])[0] not in "PS":
        return False
    before, after = text[i - 1 : i], text[i + 1 : i + 2]
    if text[i] == "." and before.isdigit() and after.isdigit():
        return False
    return not (text[i] in "-−" and after.isdigit() and not before.strip())
