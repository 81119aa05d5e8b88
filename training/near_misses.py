"""A known question -> one that is almost the same and that its context does not answer."""

import re
from collections.abc import Sequence
from random import Random

OPPOSITES = (
    ("increase", "decrease"), ("increased", "decreased"), ("rise", "fall"), ("rose", "fell"), ("gain", "lose"),
    ("largest", "smallest"), ("highest", "lowest"), ("most", "fewest"), ("biggest", "smallest"), ("best", "worst"),
    ("first", "last"), ("earliest", "latest"), ("oldest", "youngest"), ("longest", "shortest"), ("early", "late"),
    ("north", "south"), ("northern", "southern"), ("east", "west"), ("eastern", "western"), ("upper", "lower"),
    ("import", "export"), ("imports", "exports"), ("domestic", "foreign"), ("public", "private"), ("urban", "rural"),
    ("male", "female"), ("men", "women"), ("boys", "girls"), ("before", "after"), ("more", "less"),
    ("above", "below"), ("internal", "external"), ("positive", "negative"), ("civil", "military"), ("income", "costs"),
    ("support", "oppose"), ("supported", "opposed"), ("allowed", "banned"), ("open", "closed"), ("opened", "closed"),
    ("begin", "end"), ("began", "ended"), ("won", "lost"), ("buy", "sell"), ("bought", "sold"), ("true", "false"),
    ("maximum", "minimum"), ("assets", "liabilities"), ("revenue", "expenses"), ("profit", "loss"),
    ("young", "old"), ("strong", "weak"), ("rich", "poor"), ("granted", "refused"), ("accepted", "rejected"),
)  # fmt: skip
"""Words of which one put for the other turns a question round."""

_TURNED = {one: other for pair in OPPOSITES for one, other in (pair, pair[::-1])}
_YEAR = re.compile(r"\b(?:1[0-9]|20)\d\d\b")
_NUMBER = re.compile(r"(?<![\w.,])\d[\d,.]*\d\b|(?<![\w.,])\d\b")
_NAME = re.compile(r"(?<!^)(?<![.?!] )\b[A-Z][\w’'-]+(?: (?:of |the |de |von )?[A-Z][\w’'-]+)*")


def find_names(text: str) -> list[str]:
    """Return the capitalised names of `text` that do not open a sentence, in order, with repeats."""
    return [match.group() for match in _NAME.finditer(text)]


def perturb(question: str, context: str, names: Sequence[str], random: Random) -> str | None:
    """Return `question` with its year, number, name or a word of direction changed, or None if it has none.

    What is put in does not stand in `context`; `names` are those to choose from. Which of the possible changes is
    made is left to `random`.
    """
    changes = [_change_year(question, context, random), _change_number(question, context, random)]
    changes += [_change_name(question, context, names, random), _turn_word(question, context, random)]
    possible = [changed for changed in changes if changed]
    return random.choice(possible) if possible else None


def _change_year(question: str, context: str, random: Random) -> str | None:
    found = [match for match in _YEAR.finditer(question)]
    steps = [sign * step for step in range(1, 13) for sign in (-1, 1)]
    if not found:
        return None
    match = random.choice(found)
    other = [str(int(match.group()) + step) for step in steps if str(int(match.group()) + step) not in context]
    return _put(question, match, random.choice(other[:10])) if other else None


def _change_number(question: str, context: str, random: Random) -> str | None:
    found = [match for match in _NUMBER.finditer(question) if not _YEAR.fullmatch(match.group())]
    if not found:
        return None
    match = random.choice(found)
    digits = [str(random.randint(1, 9)) if sign.isdigit() else sign for sign in match.group()]
    other = "".join(digits)
    return _put(question, match, other) if other not in context and other != match.group() else None


def _change_name(question: str, context: str, names: Sequence[str], random: Random) -> str | None:
    lowered = context.lower()
    found = [match for match in _NAME.finditer(question) if match.group().lower() in lowered]
    if not found or not names:
        return None
    match = random.choice(found)
    wanted = len(match.group().split())
    drawn = [random.choice(names) for _ in range(12)]
    other = [name for name in drawn if name.lower() not in lowered and name.lower() not in question.lower()]
    other.sort(key=lambda name: abs(len(name.split()) - wanted))
    return _put(question, match, other[0]) if other else None


def _turn_word(question: str, context: str, random: Random) -> str | None:
    words = set(re.findall(r"\w+", context.lower()))
    found = [
        match
        for match in re.finditer(r"\b[a-z]+\b", question)
        if match.group() in _TURNED and _TURNED[match.group()] not in words
    ]
    if not found:
        return None
    match = random.choice(found)
    return _put(question, match, _TURNED[match.group()])


def _put(question: str, match: re.Match[str], other: str) -> str:
    return question[: match.start()] + other + question[match.end() :]
