"""A span that a reader proposes -> the span that a person wants to read; pure rules of English text.

Each rule either completes a piece (a word, a value, a date, a title in quotes, a bracket) or drops what dangles at an
end; they are repeated until nothing changes.
"""

import re
from collections.abc import Callable

from index.types import Range
from rag.english.lists import find_list
from rag.english.quantities import DATE
from rag.english.values import CAPITALS, find_values

MOST_OF_TITLE = 0.5
"""From this share of a quoted title's characters on, a span stands for the whole title."""

_WHOLE = ("number", "money", "share", "date")
_WORD = re.compile(r"\w+(?:(?:[-‑]|[’'](?!s\b)|(?<=\d)[.,:/](?=\d))\w+)*")
_PAIRS = ("()", "[]", "“”")
_LOOSE_BEFORE = ",;:.!?…–—-‑*•/|)]}”’'"
_LOOSE_AFTER = ",;:!?…–—-‑*•/|([{“‘'"
_ABBREVIATION = re.compile(r"(?:\b(?:[A-Za-z]\.){2,}|\b(?:Inc|Ltd|Co|Corp|Jr|Sr|Bros|etc)\.)$")
_JOINS_BEFORE = re.compile(r"of|and|or|nor|but|in|on|at|by|for|with|from|as|that|which|who|is|are|was|were")
_ARTICLE = re.compile(r"the|an?")
_JOINS_AFTER = re.compile(
    r"of|and|n?or|but|in|on|at|by|for|with|from|to|as|than|into|that|which|who|whose|is|are|was|were|be|been|has|have"
    r"|had|an?|the|its|their|his|her|such|including"
)
_KEEPS_FIRST = re.compile(
    r"by \w+ing\b|from .+ (?:to|until|through) |at (?:least|most) |as \w+ as |with or "
    r"|(?:in|on|at|by|for|with|as) (?:the )?\w+ (?:of|to|with) ",
    re.DOTALL | re.IGNORECASE,
)
"""Openings that are no loose ends: manners, ranges, degrees, and prepositions of several words."""
_CLAUSE_WORDS = 8
"""A span of more words is read as a clause, whose opening belongs to it."""

_YEAR = re.compile(r"(?:1[0-9]|20)\d\d")
_OFFICE = re.compile(
    r"(?<![\w-])(?:(?:Deputy|Vice|Acting|Assistant|Associate|Executive|Senior|First|Former|Prime|Chief|Lord|Lady|Sir|Dame"
    r"|Director|Secretary|Attorney|Governor|Major|Lieutenant)[- ])*"
    r"(?:Director|General|President|Minister|Commissioner|Secretary|Chairman|Chairwoman|Chair|Chancellor|Governor|Mayor"
    r"|Professor|Prof\.|Dr\.?|Doctor|Judge|Justice|Senator|Ambassador|Captain|Colonel|Major|Admiral|Bishop|Archbishop"
    r"|Cardinal|Pope|King|Queen|Prince|Princess|Emperor|Empress|Sir|Dame|Lord|Lady|Officer|Mr\.?|Mrs\.?|Ms\.?)"
    r"(?: of [A-Z]\w+)? $"
)
_BARE_NAME = re.compile(rf"[{CAPITALS}][\w’'.-]*(?: (?:[a-z]{{1,3}} )?[{CAPITALS}][\w’'.-]*)+")


def widen(text: str, span: Range, within: Range) -> Range:
    """Return the range of `text`, inside `within`, that a person wants to read where a reader proposes `span`.

    Values come whole, with qualifier, currency, scale and unit; so do dates, most of a quoted title, and names with
    the office before them. Ends are free of punctuation, stray quotes and brackets, and words that only join.

    Raises:
        ValueError: `span` and `within` share no character that is not blank.
    """
    low, high = max(span[0], within[0]), min(span[1], within[1])
    if not text[low : max(low, high)].strip():
        raise ValueError(f"the span {span} holds no words of {within}; give one that does")
    start, end = _widen_sentence(_flatten(text, within), low - within[0], high - within[0])
    return within[0] + start, within[0] + end


def widen_list(text: str, span: Range, within: Range) -> Range:
    """Return the range of the whole list that `span` is a member or a run of, as `widen` would leave it.

    It is what `widen` returns where `span` is in no list; for questions that ask for several things.

    Raises:
        ValueError: `span` and `within` share no character that is not blank.
    """
    inner = _flatten(text, within)

    def extend(found: Range) -> Range:
        low, high = find_list(inner, (found[0] - within[0], found[1] - within[0]))
        return widen(text, (within[0] + low, within[0] + high), within)

    return _settle(extend, widen(text, span, within))


def _settle(step: Callable[[Range], Range], span: Range) -> Range:
    """Return where repeating `step` leads: the range that it leaves alone, or the least of those that it goes round."""
    seen: list[Range] = []
    while span not in seen:
        seen.append(span)
        span = step(span)
    return min(seen[seen.index(span) :])


def _flatten(text: str, within: Range) -> str:
    """Return the words of `within` on one line, character for character, so that ranges hold."""
    return re.sub(r"\s", " ", text[slice(*within)])


def widen_title(text: str, span: Range, within: Range) -> Range:
    """Return the range of the whole title in quotes that `span` stands in; what `widen` returns where it is in none.

    For questions that ask for a name or a title, of which a part is no answer.

    Raises:
        ValueError: `span` and `within` share no character that is not blank.
    """
    start, end = widen(text, span, within)
    for value in find_values(text[within[0] : within[1]]):
        low, high = within[0] + value.start, within[0] + value.end
        if value.kind == "quoted" and low <= start and end <= high:
            return low, high
    return start, end


def _widen_sentence(text: str, start: int, end: int) -> Range:
    values = find_values(text)
    whole = [(value.start, value.end) for value in values if value.kind in _WHOLE]
    titles = [(value.start, value.end) for value in values if value.kind == "quoted"]
    pieces = whole + [match.span() for match in _WORD.finditer(text)]

    def polish(span: Range) -> Range:
        span = _settle(lambda found: _grow(text, found, pieces, titles), _trim(text, span, whole))
        return _drop_ends(text, span, [piece for piece in whole + titles if _holds(span, piece)])

    return _settle(polish, (start, end))


def _grow(text: str, span: Range, pieces: list[Range], titles: list[Range]) -> Range:
    span = _complete_titles(text, _complete(text, span, pieces), titles)
    return _add_office(text, _close_brackets(text, span))


def _complete(text: str, span: Range, pieces: list[Range]) -> Range:
    """Return `span` with the whole of every piece that it cuts; a year stays one, since it may be all that is asked."""
    if _YEAR.fullmatch(text[slice(*span)]):
        pieces = [piece for piece in pieces if not DATE.fullmatch(text[slice(*piece)])]
    cut = [(low, high) for low, high in pieces if low < span[1] and span[0] < high]
    return min([span[0], *(low for low, _ in cut)]), max([span[1], *(high for _, high in cut)])


def _complete_titles(text: str, span: Range, titles: list[Range]) -> Range:
    """Return `span` with the whole of each title that it is most of; with both quotes where it reaches over one."""
    start, end = span
    for low, high in titles:
        shared = min(end, high) - max(start, low)
        opens, closes = len(text[:low].rstrip()) - 1, high + len(text[high:]) - len(text[high:].lstrip())
        if shared > 0 and (start <= opens or end > closes):
            start, end = min(start, opens), max(end, closes + 1)
        elif shared >= MOST_OF_TITLE * (high - low):
            start, end = min(start, low), max(end, high)
    return start, end


def _close_brackets(text: str, span: Range) -> Range:
    start, end = span
    for opening, closing in _PAIRS:
        unopened, unclosed = _count_unpaired(text[start:end], opening, closing)
        if unclosed and (found := text.find(closing, end)) >= 0:
            end = found + 1
        if unopened and (found := text.rfind(opening, 0, start)) >= 0:
            start = found
    return start, end


def _count_unpaired(words: str, opening: str, closing: str) -> tuple[int, int]:
    """Return how many closing marks were never opened, and how many opening ones are never closed."""
    unopened = unclosed = 0
    for char in words:
        if char == opening:
            unclosed += 1
        elif char == closing and unclosed:
            unclosed -= 1
        elif char == closing:
            unopened += 1
    return unopened, unclosed


def _add_office(text: str, span: Range) -> Range:
    office = _OFFICE.search(text[: span[0]]) if _BARE_NAME.fullmatch(text[slice(*span)]) else None
    return (office.start(), span[1]) if office else span


def _drop_ends(text: str, span: Range, kept: list[Range]) -> Range:
    """Return `span` without what dangles at its ends; nothing of `kept` is dropped, nor is everything."""

    def drop(span: Range) -> Range:
        start, end = span
        first = _WORD.match(text, start, end)
        if first and _dangles_before(text, span, first.group()) and not _cuts(kept, start):
            start = first.end()
        last = re.search(r"(?<![\w’'-])[a-z]+$", text[start:end])
        if last and _JOINS_AFTER.fullmatch(last.group()) and not _cuts(kept, end - 1):
            end = start + last.start()
        return _trim(text, (start, end), kept) if _WORD.search(text, start, end) else span

    return _settle(drop, _trim(text, span, kept))


def _dangles_before(text: str, span: Range, word: str) -> bool:
    if _ARTICLE.fullmatch(word):
        return True
    opens_sentence = not text[: span[0]].strip()
    if not _JOINS_BEFORE.fullmatch(word.lower() if opens_sentence else word):
        return False
    words = text[slice(*span)]
    return len(words.split()) <= _CLAUSE_WORDS and not _KEEPS_FIRST.match(words)


def _trim(text: str, span: Range, kept: list[Range]) -> Range:
    """Return `span` without blanks, punctuation, and stray quotes and brackets at its ends; marks alone stay."""
    start, end = span
    start, end = end - len(text[start:end].lstrip()), start + len(text[start:end].rstrip())
    if not _WORD.search(text, start, end):
        return start, end
    while not _cuts(kept, start) and _is_loose(text, start, (start, end)):
        start += 1
    while not _cuts(kept, end - 1) and _is_loose(text, end - 1, (start, end)):
        end -= 1
    return start, end


def _is_loose(text: str, at: int, span: Range) -> bool:
    """Tell whether the mark `at` one end of `span` belongs to nothing in it."""
    words, mark, leads = text[slice(*span)], text[at], at == span[0]
    for opening, closing in _PAIRS:
        if mark == (opening if leads else closing):
            rest = words[1:] if leads else words[:-1]
            unopened, unclosed = _count_unpaired(rest, opening, closing)
            wraps = leads and words.endswith(closing) and not any(_count_unpaired(rest[:-1], opening, closing))
            return wraps or not (unopened if leads else unclosed)
    if mark == '"':
        return words.count('"') % 2 == 1 or (words.count('"') == 2 and words[0] == words[-1])
    if mark == "." and not leads:
        return not _ABBREVIATION.search(words)
    return mark.isspace() or mark in (_LOOSE_BEFORE if leads else _LOOSE_AFTER)


def _cuts(pieces: list[Range], at: int) -> bool:
    return any(low <= at < high for low, high in pieces)


def _holds(span: Range, piece: Range) -> bool:
    return span[0] <= piece[0] and piece[1] <= span[1]
