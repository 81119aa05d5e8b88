"""A question that leans on the one before -> the question that it means on its own; rules of English.

Only the words of earlier questions, and an earlier answer where it is a name, are put in: what is said must still be
stated by the documents.
"""

import re

_YEAR = re.compile(r"\b(?:1[0-9]\d\d|20\d\d)\b")
_NAME = re.compile(r"(?<!^)(?<![.?!] )\b[A-Z][\w’'-]*(?: (?:of (?:the )?|de |the )?[A-Z][\w’'-]*)*")
_ELLIPSIS = re.compile(
    r"(?:and|but|so|then)?,? ?(?:(?P<about>what|how) about )?(?:(?P<join>in|for|at|of|by|during|on|from) )?"
    r"(?P<what>[^?]+?)",
    re.I,
)
_VERB = re.compile(
    r"\b(?:who|whom|whose|which|when|where|why|how|is|are|was|were|do|does|did|has|have|had|can|could|will|would|shall"
    r"|should|may|might)\b",
    re.I,
)
_OPENING = re.compile(r"^(?:and|but|so|then|also)\b,? ", re.I)
_PERSON = re.compile(r"\b(?P<whose>his|her(?= [a-z]))\b|\b(?:he|she|him|her)\b", re.I)
_THING = re.compile(
    r"\b(?P<whose>its|their)\b|\b(?:it|they|them|those|these|that|this)\b(?= (?:of|in|by|for|to|with|on)?\b| ?\?|$)",
    re.I,
)
_AUXILIARY = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would)"
_SUBJECTS = (
    re.compile(rf"\bhow (?:many|much)(?: of)?(?: the)? (?P<what>.+?) {_AUXILIARY}\b", re.I),
    re.compile(rf"\b(?:what|which) (?P<what>[a-z].+?) {_AUXILIARY}\b", re.I),
    re.compile(
        rf"\b(?:what|who|when|where|why|how)(?: \w+)? {_AUXILIARY}(?: there)?(?: the| an?)? (?P<what>.+?)"
        r"(?: (?:in|during|by|for|from|on|at|to|with)\b.*)?$",
        re.I,
    ),
)
_PERSON_NAME = re.compile(r"(?:[A-Z][\w’'.-]*)(?: [A-Z][\w’'.-]*){0,5}")
_PARTICIPLE = re.compile(r" \w+(?:ed|en)$")


def resolve(question: str, earlier: str, answer: str | None) -> str:
    """Return `question` as it is meant after the question `earlier`, which was answered with `answer` if at all.

    "And in 2016?" is the earlier question of another year, "What about Hunan?" of another place; "they" is what the
    earlier question asked about, "he" the person it was answered with. A question that stands on its own is returned as
    it is, and so is one that these rules do not understand.
    """
    asked = " ".join(question.split()).rstrip("?").strip()
    former = " ".join(earlier.split()).rstrip("?").strip()
    if not asked or not former:
        return question
    found = _ELLIPSIS.fullmatch(asked)
    leans = found and (found["about"] or found["join"] or _OPENING.match(f"{asked} ") or _YEAR.fullmatch(asked))
    if leans and not _VERB.search(found["what"]):
        return _exchange(former, found["what"].strip(), found["join"] or "in") or question
    asked = _OPENING.sub("", asked)
    resolved = _name_person(asked, answer) or _name_thing(asked, former)
    return f"{resolved[:1].upper()}{resolved[1:]}?" if resolved else question


def _exchange(former: str, what: str, join: str) -> str | None:
    """Return the former question with its year or its last name exchanged for `what`, or with `what` added."""
    if year := _YEAR.search(what):
        there = _YEAR.search(former)
        return f"{_YEAR.sub(year.group(), former)}?" if there else f"{former} in {year.group()}?"
    if not what[0].isupper():
        return None
    names = list(_NAME.finditer(former))
    if not names:
        return f"{former} {join} {what}?"
    return f"{former[: names[-1].start()]}{what}{former[names[-1].end() :]}?"


def _name_person(asked: str, answer: str | None) -> str | None:
    found = _PERSON.search(asked)
    if not found or not answer or not _PERSON_NAME.fullmatch(answer.strip()):
        return None
    return _put(asked, found, answer.strip())


def _name_thing(asked: str, former: str) -> str | None:
    """Return the question with its first "it" or "they" named, of the same year as the former one if it names none."""
    found = _THING.search(asked)
    about = next((match["what"] for pattern in _SUBJECTS if (match := pattern.search(former))), None)
    if not found or not about:
        return None
    named = _put(asked, found, f"the {_PARTICIPLE.sub('', about)}")
    year = _YEAR.search(former)
    return f"{named} in {year.group()}" if year and not _YEAR.search(named) else named


def _put(asked: str, found: re.Match[str], name: str) -> str:
    return f"{asked[: found.start()]}{name}{'’s' if found['whose'] else ''}{asked[found.end() :]}"
