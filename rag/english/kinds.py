"""Whether words hold a value of the kind that is asked for; or whether they can at all, which is judged generously.

Where they cannot, they do not answer. So only what a question opens by asking for counts there, not every hint at a
kind that `question.py` takes, and all that may stand in for a value does.
"""

import re

from rag.english.values import find_values

_TIMES = (
    r"(?:seconds?|minutes?|hours?|days?|nights?|weeks?|fortnights?|months?|quarters?|years?|decades?|centur(?:y|ies))"
)
_OPENS = r"(?:^|[,:;] )(?:(?:in|on|by|since|until|from|for|at|to|of|about|roughly|approximately|exactly|and|so) )*"
_ASKING = (
    ("time", rf"how many (?:\w+ )?{_TIMES}\b|how long (?:did|does|do|has|have|had|will|can|could|would)\b"),
    ("count", r"how many (?!per ?cent)"),
    ("share", r"(?:what|which) (?:percentage|per ?cent|proportion|share|fraction) of\b"),
    (
        "money",
        r"how much (?:\w+ )?money\b"
        r"|what (?:is|was) the (?:\w+ ){0,2}(?:cost|price|budget|salary|fee|fine)(?=\W*$| (?:of|for|in|per|to|on)\b)",
    ),
    ("date", r"when (?:was|were|did|will|has|have|had)\b|(?:what|which) (?:year|date|month|day)\b"),
)
"""Kind -> the words that ask for it; the first that is found counts."""

_NUMBER_WORD = (
    r"(?:no|none|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|both|pairs?|single|sole|twice|once"
    r"|first|second|third|another|neither|dozens?|scores?|hundreds?|thousands?|millions?|billions?|half|quarter|few"
    r"|many|most|several|numerous|all|every|majority|minority|(?:doubl|tripl|quadrupl|halv)\w+|\w+(?:teen|ty|fold))"
)
_STANDS_IN = {
    "count": rf"\d|\b{_NUMBER_WORD}\b",
    "share": r"%|\bper ?cent|\b(?:half|halves|(?:third|quarter|fifth|tenth)s?|most|majority|minority|all|none|every"
    rf"|wholly|fully|entire(?:ly)?|whole|sole)\b|(?:\d|\b{_NUMBER_WORD}) (?:in|of|out of)\b",
    "money": r"[$€£¥₹%]|\d[., ]?\d\d|\b(?:hundred|thousand|million|billion|trillion|free|nothing|doubled|halved)\b",
    "date": rf"\d|\b(?:{_TIMES}|spring|summer|autumn|winter|season|period|term|era|age|war|time|when|while|once|after"
    r"|before|during|since|until|till|late|later|early|earlier|today|now|annual(?:ly)?|daily|(?:Mon|Tues|Wednes|Thurs"
    r"|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August|September|October|November|December)\b",
    "time": rf"\d|\b(?:{_TIMES}|since|until|till|forever|permanent(?:ly)?|indefinite(?:ly)?|annual(?:ly)?|daily)\b"
    r"|\b(?:short|long|limited|brief|whole|entire|same) (?:period|time|term)\b",
}
"""Kind -> what stands in for a value of it."""

_QUANTITIES = frozenset(("number", "money", "share"))
_HOLDING = {"number": _QUANTITIES, "money": _QUANTITIES, "share": _QUANTITIES, "date": frozenset(("date", "number"))}
"""Kind that is asked for, as `AskedFor` has it -> kinds of values that may answer."""

_YEAR = re.compile(r"\b(?:1[0-9]|20)\d\d\b")


def find_asked_kind(question: str) -> str:
    """Return count, share, money, date or time (a span of it) where `question` opens by asking for one, or ""."""
    return next((kind for kind, words in _ASKING if re.search(_OPENS + rf"(?:{words})", question, re.IGNORECASE)), "")


def holds_value(words: str, kind: str) -> bool:
    """Return whether a value stands in `words` that fits the `kind` of `AskedFor`; true for names and sentences."""
    return kind not in _HOLDING or any(value.kind in _HOLDING[kind] for value in find_values(words))


def may_hold_value(words: str, kind: str) -> bool:
    """Return whether a value of the `kind` that `find_asked_kind` names can stand in `words`; true for ""."""
    if not kind:
        return True
    if kind in ("money", "time"):
        held = {value.kind for value in find_values(words)}
        if held & ({"money", "share"} if kind == "money" else {"date"}):
            return True
        words = _YEAR.sub("", words)
    return re.search(_STANDS_IN[kind], words, re.IGNORECASE) is not None
