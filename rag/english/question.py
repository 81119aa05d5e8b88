"""Question -> what is asked for (its kind), its terms, and the constraints that an answer must meet."""

import re
from dataclasses import dataclass

from index.lexical import analyse
from rag.english.forms import asks_for_several, count_wanted, wants_sentence
from rag.english.kinds import find_asked_kind

_MONEY_WORD = r"(?:financing|funds?|funding|investments?|cost|price|revenue|income|salary|budget|fee|money|capital)"
_PLACE_OR_BODY = (
    r"(?:city|cities|country|countries|province|provinces|region|regions|district|places?|company|companies"
    r"|organi[sz]ations?|agency|agencies|office|ministry|ministries|body|bodies|institutions?|person|people|team"
    r"|platform|cent(?:er|re)s?)"
)
_WORK = (
    r"(?:reports?|plans?|scheme|rules|documents?|book|law|act|survey|measures|guidelines|opinions|title|name"
    r"|code ?name|names|called)"
)
_KINDS = (
    ("share", r"\b(?:what|which|how much|how many)\b.*\b(?:percent|per ?cent|percentage|proportion|share|rate)\b|%"),
    ("date", r"\b(?:when|(?:what|which) (?:year|date|month|day))\b"),
    ("money", r"\bhow much (?:money|funding|financing|capital|was (?:paid|spent|raised|invested))"),
    ("money", r"\bhow much did .*\b(?:cost|pay|spend|raise)\b"),
    ("money", rf"\b{_MONEY_WORD}\b.*\b(?:amount|total|how much)"),
    ("money", rf"\b(?:amount|how much)\b.*\b{_MONEY_WORD}\b"),
    ("number", r"\bhow (?:many|much|large|big|long|far|old|tall|high|often)\b"),
    ("number", r"\b(?:number|total|count|amount|quantity) of\b"),
    ("name", r"\b(?:who|whom|whose|where)\b"),
    ("name", rf"\b(?:which|what) (?:\w+ ){{0,3}}?(?:{_PLACE_OR_BODY}|{_WORK})\b"),
)
"""Kind -> the words that ask for it; the first that is found counts."""

_YEAR = re.compile(r"\b(?:1[0-9]\d\d|20\d\d)\b")
_SHARE = re.compile(
    r"%|\bper ?cent|\bproportion\b|\b(?:what|which) (?:share|part|portion|fraction) of\b", re.IGNORECASE
)
_CHANGE = re.compile(
    r"\b(?:chang(?:e[ds]?|ing)|increas(?:e[ds]?|ing)|decreas(?:e[ds]?|ing)|versus|vs|gr[eo]w\w*|rise[ns]?|rose|rising"
    r"|fell|fall(?:en|s|ing)?|declin\w+|dropp?\w*|from (?:19|20)\d\d to"
    r"|how (?:much|many) (?:more|less|fewer))\b",
    re.IGNORECASE,
)
_COUNT = re.compile(r"\bhow many\b|\bnumber of\b", re.IGNORECASE)
_MOMENT = re.compile(
    r"\b(?:as of|as at|at (?:the )?(?:very )?(?:year[- ]?end|end|beginning|start|close|(?:3[01]|28) \w+"
    r"|(?:January|March|June|September|December)))\b|\bbalances?\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d[\d,.]*\d|\d")
_NAME = re.compile(r"(?<![.?!] )(?<!^)\b[A-Z][\w’'-]+")


@dataclass(frozen=True, slots=True)
class AskedFor:
    """What a question asks for.

    `kind` is number, money, share, date, name or "" (a sentence answers). `numbers` (years among them) and `names`
    are words that the place which answers must hold, or at least not contradict. `several` asks for a list, of `wanted`
    members where that is more than 1, and `sentence` for whole sentences. `value` is the kind of value without which a
    place cannot answer (see `kinds.py`), often "". The last four say which cell of a table is meant: a `share` or an
    amount, a `change` or how much it was, a `count` of things, and what stood at a `moment` or what happened over a
    time.
    """

    kind: str
    terms: tuple[str, ...]
    years: frozenset[str]
    numbers: frozenset[str]
    names: tuple[str, ...]
    several: bool
    wanted: int
    sentence: bool
    value: str
    share: bool
    change: bool
    count: bool
    moment: bool


def parse_question(question: str) -> AskedFor:
    """Return what `question` asks for; any text is a question."""
    folded = " ".join(question.split())
    several, sentence = asks_for_several(folded), wants_sentence(folded)
    numbers = frozenset(number.replace(",", "") for number in _NUMBER.findall(folded))
    return AskedFor(
        kind=next((kind for kind, pattern in _KINDS if re.search(pattern, folded, re.IGNORECASE)), ""),
        terms=tuple(dict.fromkeys(analyse(folded))),
        years=frozenset(_YEAR.findall(folded)),
        numbers=numbers,
        names=tuple(dict.fromkeys(term for name in _NAME.findall(folded) for term in analyse(name))),
        several=several,
        wanted=count_wanted(folded),
        sentence=sentence,
        value="" if several or sentence else find_asked_kind(folded),
        share=_SHARE.search(folded) is not None,
        change=_CHANGE.search(folded) is not None,
        count=_COUNT.search(folded) is not None,
        moment=_MOMENT.search(folded) is not None,
    )
