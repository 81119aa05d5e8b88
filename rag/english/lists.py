"""One member of a list in a sentence -> the whole list: like things, with commas between and "and" before the last."""

import re
from collections.abc import Callable

from index.types import Range
from rag.english.values import CAPITALS

_Step = Callable[[str, Range], int | None]
"""Text and range -> where the member before or after it starts or ends, if one does."""

_JOIN = re.compile(r"(?:,|;)\s+(?:and |or |as well as )?|\s+(?:and|or|&|as well as)\s+")
_LAST_JOIN = re.compile(r"\b(?:and|or|as well as)\b|&")
_NAME_WORD = rf"[{CAPITALS}0-9][\w’'&./-]*"
_NAME = re.compile(rf"(?:the )?[\"“]?{_NAME_WORD}(?: (?:(?:of|the|de|la|for|&) ){{0,2}}{_NAME_WORD})*[\"”]?")
_END = re.compile(r"[.:!?](?=\s|$)|[()—–\"“”]")
_VERBS = (
    r"is|are|was|were|be|been|being|has|have|had|can|could|will|would|shall|should|may|might|must|do|does|did"
    r"|which|that|who|whom|whose|when|while|where|because|although|if|but|than|then|also|not"
    r"|they|he|she|it|we|you|there"
)
_PREPOSITIONS = (
    r"in|on|at|by|for|with|from|to|into|through|under|over|during|after|before|between|against|among|about|as|via"
    r"|within|without|across|per|until|since"
)
_CLAUSE = re.compile(rf"\b(?:{_VERBS})\b", re.IGNORECASE)
_OPENING = r"\b(?:including|includes?|included|such as|namely|e\.g\.|among them|among which|both|either)(?!\w)"
_OPENS_LIST = re.compile(
    rf"(?:\b(?:{_VERBS}|{_PREPOSITIONS}|like|of|the|its|their|his|her)|{_OPENING})\s+",
    re.IGNORECASE,
)
_BREAKS = re.compile(rf"{_CLAUSE.pattern}|{_OPENING}", re.IGNORECASE)
_LEAVES = re.compile(rf"(?:{_VERBS}|{_PREPOSITIONS}|including|such as|namely|e\.g\.)\b", re.IGNORECASE)
_PREPOSITION = re.compile(rf"\s(?:{_PREPOSITIONS})\s")
_ARTICLE = re.compile(r"(?:the |an? )?")
_LONGEST_ITEM = 10
"""Words; what is longer between two commas is no member of a list."""


def find_list(text: str, span: Range) -> Range:
    """Return the range in the sentence `text` of the list that `span` is a member or a run of; `span` if of none.

    A list has three members, or two with "and" between. Names join names; other things join what reads as no clause.
    """
    is_name = _NAME.fullmatch(re.split(r",? and |, ", text[slice(*span)])[0]) is not None
    found = _extend(text, span, _next_name, _previous_name) if is_name else span
    joined = _JOIN.match(text, span[1]) and re.search(rf"(?:{_JOIN.pattern})$", text[: span[0]])
    if found == span and (not is_name or joined):
        found = _extend(text, span, _next_phrase, _previous_phrase)
    return found if _is_list(text[slice(*found)]) else span


def split_list(text: str, span: Range) -> list[Range]:
    """Return the members of the list that `span` is, in order; the span itself where it is none."""
    members, start = [], span[0]
    for join in _JOIN.finditer(text, *span):
        members.append((start, join.start()))
        start = join.end()
    members.append((start, span[1]))
    return members if all(low < high for low, high in members) else [span]


def count_at_most(text: str) -> int:
    """Return how many members a list in the sentence `text` has at most."""
    return len(_JOIN.findall(text)) + 1


def _extend(text: str, span: Range, following: _Step, preceding: _Step) -> Range:
    start, end = span
    # What follows a last "and" is beyond the list.
    ends_list = not _LAST_JOIN.search(text[start:end]) and _LAST_JOIN.search(text[:start].rstrip()[-10:])
    while not ends_list and (high := following(text, (start, end))) is not None:
        ends_list = _LAST_JOIN.match(text[end:high].lstrip(" ,;"))
        end = high
    while (low := preceding(text, (start, end))) is not None:
        start = low
    return start, end


def _is_list(words: str) -> bool:
    joins = _JOIN.findall(words)
    # With a comma before the only "and", what follows is more often a clause than a second member.
    return len(joins) > 1 or any(_LAST_JOIN.search(join) and not set(",;") & set(join) for join in joins)


def _next_name(text: str, span: Range) -> int | None:
    join = _JOIN.match(text, span[1])
    name = _NAME.match(text, join.end()) if join else None
    return name.end() if name else None


def _previous_name(text: str, span: Range) -> int | None:
    for name in _NAME.finditer(text, 0, span[0]):
        join = _JOIN.match(text, name.end())
        if join and _ARTICLE.fullmatch(text, join.end(), span[0]):
            return name.start()
    return None


def _next_phrase(text: str, span: Range) -> int | None:
    """Return where the member after `span` ends: at the next join, or, being the last, where the sentence goes on."""
    join = _JOIN.match(text, span[1])
    if not join:
        return None
    stop = _END.search(text, join.end())
    rest = text[join.end() : stop.start() if stop else len(text)]
    is_last = bool(_LAST_JOIN.search(join.group()))
    following = re.search(r",|;" if is_last else _JOIN.pattern, rest)
    item = rest[: following.start()] if following else rest
    if (not is_last and (not following or _CLAUSE.search(item))) or _LEAVES.match(item):
        return None
    if is_last:
        item = _cut_last(item, text[slice(*span)])
    return join.end() + len(item) if 0 < len(item.split()) <= _LONGEST_ITEM else None


def _cut_last(item: str, before: str) -> str:
    """Return the last member without what the sentence goes on with; a preposition stays if the list has one before."""
    ends = [match.start() for match in [_CLAUSE.search(item)] if match]
    if not _PREPOSITION.search(before):
        ends += [match.start() for match in [_PREPOSITION.search(item)] if match]
    return item[: min(ends)].rstrip() if ends else item.rstrip()


def _previous_phrase(text: str, span: Range) -> int | None:
    """Return where the member before `span` starts: after the last join, or, being the first, where the list opens."""
    joins = [join for join in _JOIN.finditer(text, 0, span[0]) if join.end() <= span[0]]
    if not joins or not _ARTICLE.fullmatch(text, joins[-1].end(), span[0]):
        return None
    item_end = joins[-1].start()
    ends = [stop.end() for stop in _END.finditer(text, 0, item_end)]
    starts = [join.end() for join in joins[:-1] if not _LAST_JOIN.search(join.group())]
    start = max([0, *ends, *starts])
    item = text[start:item_end]
    if start in starts and not _BREAKS.search(item) and len(item.split()) <= _LONGEST_ITEM:
        return start
    return start + _find_first(item, _JOIN.split(text[slice(*span)])) if item.strip() else None


def _find_first(item: str, others: list[str]) -> int:
    """Return where in `item` the first member starts: after the word that opens the list, else as short as the others.

    A preposition that stands in the other members as well opens no list.
    """
    inner = {word for other in others for word in other.lower().split()[1:]}
    opened = [match.end() for match in _OPENS_LIST.finditer(item) if match.group().strip().lower() not in inner]
    first = item[opened[-1] :] if opened else item
    lengths = [len(other.split()) for other in others]
    limit = max(lengths) + 1 if opened else min(lengths)
    words = list(re.finditer(r"\S+", first))
    if not words:
        return len(item)
    return len(item) - len(first) + (0 if len(words) <= limit else words[-min(lengths)].start())
