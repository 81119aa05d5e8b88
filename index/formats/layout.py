"""Plain text -> blocks and sections: which lines are headings, and which paragraphs a page break has cut in two."""

import re
from collections import Counter
from dataclasses import dataclass, replace

from index.sentences import split_sentences
from index.types import Block, Section

_LABEL = re.compile(
    r"(?P<hash>#{1,6})\s"
    r"|(?P<chapter>(?:chapter|part|section|annex|appendix)\s+[\divxlc]+\b)"
    r"|(?P<roman>[IVXLC]{1,6}[.)])\s"
    r"|(?P<decimal>\d{1,2}(?:\.\d{1,2})*[.)]?)\s"
    r"|(?P<paren>\(\d{1,2}\))\s*"
    r"|(?P<paren_letter>\([a-zA-Z]\))\s"
    r"|(?P<letter>[A-Z][.)])\s",
    re.IGNORECASE,
)
_LIST_ITEM = re.compile(r"\s*(?:[-*•·–▪◦]\s|\d{1,3}[.)]\s|#{1,6}\s)")
_CAPTION_WORDS = 40
_SENTENCE_END = re.compile(r"[.!?…:;。！？][”’\"')\]*_]*$")
_FINITE = frozenset(
    {"is", "are", "was", "were", "be", "been", "has", "have", "had", "will", "would", "can", "could", "may", "might"}
    | {"must", "shall", "should", "do", "does", "did", "became", "made", "held", "took", "gave", "grew", "rose", "fell"}
    | {"got", "led", "went", "came", "saw", "began", "set", "brought", "met", "won", "lost", "kept", "says", "said"}
    | {"shows", "showed", "operate", "operates", "include", "includes", "provide", "provides", "offer", "offers"}
)
"""Words that are verbs wherever they stand; with words in -ed, enough to tell most sentences from headings."""

_NO_HEADING_START = frozenset(
    {"the", "this", "that", "these", "those", "it", "we", "they", "he", "she", "you", "i", "there", "in", "on", "at"}
    | {"as", "for", "from", "to", "by", "with", "of", "and", "or", "but", "if", "when", "while", "since", "after"}
    | {"before", "although", "all", "some", "each", "both"}
)
_PARTICIPLES = frozenset({"related", "based", "associated", "connected"})
_ADJECTIVE_AFTER = frozenset(
    {"a", "an", "the", "of", "on", "in", "for", "to", "with", "and", "or", "by", "its", "their", "more", "most"}
)
"""After these a word in -ed is an adjective ("reform on integrated administration"), not a verb."""


@dataclass(frozen=True, slots=True)
class _Lines:
    """A run of lines without a blank one among them; `gap` counts the blank lines before it."""

    start: int
    end: int
    gap: int


@dataclass(frozen=True, slots=True)
class _Heading:
    start: int
    end: int
    style: str
    name: str


def lay_out(text: str) -> tuple[str, tuple[Block, ...], tuple[Section, ...]]:
    """Return the title (the first heading, or ""), the blocks of the body and the sections over them, in order.

    A heading's level follows from nesting: a style seen above closes what stands under it, a new style goes
    one level deeper. A heading with nothing below it is body: no visible character is lost.
    """
    runs = _find_runs(text)
    usual_gap = Counter(run.gap for run in runs[1:]).most_common(1)[0][0] if len(runs) > 1 else 1
    headings = {i: found for i, run in enumerate(runs) if (found := _read_heading(text, run))}
    _drop_headings_without_body(headings, runs)
    blocks = _join_blocks(text, runs, headings, usual_gap)
    run_ins = _find_run_ins(text, blocks)
    marks = sorted([*headings.values(), *run_ins], key=lambda mark: mark.start)
    title = marks[0].name if marks and marks[0].style != "run-in" else ""
    return title, tuple(blocks), tuple(_nest_sections(marks, blocks))


def _find_runs(text: str) -> list[_Lines]:
    runs: list[_Lines] = []
    start, gap, position = -1, 0, 0
    while position <= len(text):
        stop = text.find("\n", position)
        stop = len(text) if stop < 0 else stop
        line = text[position:stop]
        if not line.strip():
            start, gap = -1, gap + 1
        elif start < 0 or _LIST_ITEM.match(line) or (_LIST_ITEM.match(text[start:position]) and text[start] == "#"):
            start = position + len(line) - len(line.lstrip())
            runs.append(_Lines(start, position + len(line.rstrip()), gap))
            gap = 0
        else:
            runs[-1] = replace(runs[-1], end=position + len(line.rstrip()))
        position = stop + 1
    return runs


def _read_heading(text: str, run: _Lines) -> _Heading | None:
    raw = text[run.start : run.end]
    if len(raw) > 160 or "\n" in raw:
        return None
    label = _LABEL.match(raw)
    bold = re.fullmatch(r"(\*\*|__)(.+)\1", raw)
    name = " ".join(re.sub(r"\*\*|__|^#{1,6}\s+|\s+#+$", "", raw).split())
    style = _style_of(label) if label else "bold" if bold else "capitals" if raw.isupper() else "bare"
    if not re.search(r"\w", name):
        return None
    if style.startswith(("hash", "chapter")):
        return _Heading(run.start, run.end, style, name)
    words = re.findall(r"[^\W\d_][\w'’-]*", name[label.end() :] if label else name)
    if not words or len(words) > 20 or _SENTENCE_END.search(raw) or not (label or words[0][0].isupper()):
        return None
    if style in ("bare", "capitals") and not _is_title_like(name, words):
        return None
    return _Heading(run.start, run.end, style, name)


def _style_of(label: re.Match[str]) -> str:
    kind, mark = next((kind, mark) for kind, mark in label.groupdict().items() if mark)
    depth = len(mark) if kind == "hash" else mark.rstrip(".)").count(".") if kind == "decimal" else 0
    return f"{kind}{depth}"


def _is_title_like(name: str, words: list[str]) -> bool:
    numbers = re.findall(r"\d[\d.,]*", name)
    if len(words) > 12 or any(not re.fullmatch(r"(?:19|20)\d\d", number) for number in numbers):
        return False
    if name[0].isdigit() or re.search(r"[,;|\t]\s*$|\t|@|://", name):
        return False
    capitals = sum(word[0].isupper() for word in words if len(word) > 3)
    long_words = sum(len(word) > 3 for word in words)
    return 2 * capitals > long_words or (len(words) <= 6 and not _has_finite_verb(words))


def _has_finite_verb(words: list[str]) -> bool:
    lowered = [word.lower() for word in words]
    for before, word in zip(["the", *lowered], lowered, strict=False):
        past = word.endswith("ed") and len(word) > 4 and word not in _PARTICIPLES and before not in _ADJECTIVE_AFTER
        if past or word in _FINITE:
            return True
    return False


def _drop_headings_without_body(headings: dict[int, _Heading], runs: list[_Lines]) -> None:
    """Leave only headings with body below: before the next heading of its own style or of one that is open above."""
    open_styles: list[str] = []
    above: dict[int, list[str]] = {}
    for i in sorted(headings):
        style = headings[i].style
        if style in open_styles:
            del open_styles[open_styles.index(style) :]
        above[i] = [*open_styles, style]
        open_styles.append(style)
    for i in sorted(headings, reverse=True):
        following = headings.get(i + 1)
        if i + 1 == len(runs) or (following and following.style in above[i]):
            del headings[i]


def _join_blocks(text: str, runs: list[_Lines], headings: dict[int, _Heading], usual_gap: int) -> list[Block]:
    """Return the paragraphs; those that a page break has cut in two are one, captions and fragments are detached."""
    blocks: list[Block] = []
    previous_is_body = False
    for i, run in enumerate(runs):
        if i in headings:
            previous_is_body = False
            continue
        following = runs[i + 1] if i + 1 < len(runs) and i + 1 not in headings else None
        apart = (previous_is_body and run.gap > usual_gap) or bool(following and following.gap > usual_gap)
        short = len(text[run.start : run.end].split()) <= _CAPTION_WORDS
        torn = _starts_inside_sentence(text, run)
        caption = apart and short and len(split_sentences(text, run.start, run.end)) == 1
        if previous_is_body and (torn or not caption) and _is_cut(text, blocks[-1], run, usual_gap):
            blocks[-1] = replace(blocks[-1], end=run.end)
        else:
            blocks.append(Block(run.start, run.end, detached=short and (caption or torn)))
        previous_is_body = True
    return blocks


def _is_cut(text: str, block: Block, run: _Lines, usual_gap: int) -> bool:
    """Tell whether `run` goes on with the sentence that `block` leaves open, as after a page break."""
    before = text[max(block.start, block.end - 400) : block.end]
    if block.detached or run.gap == 0 or _SENTENCE_END.search(before) or len(before.split()) < 8:
        return False
    if _LIST_ITEM.match(text[run.start : run.start + 8]):
        return False
    return _starts_inside_sentence(text, run) or run.gap > usual_gap


def _starts_inside_sentence(text: str, run: _Lines) -> bool:
    first = text[run.start]
    return first.islower() or first in ",;)]%"


def _find_run_ins(text: str, blocks: list[Block]) -> list[_Heading]:
    """Return the run-in headings: a few words without a verb and a full stop, opening a paragraph.

    One alone is a fragment; a style that is used at least twice is a heading. They stay in the body as
    sentences of their own, so a wrong guess costs a name in a path and nothing else.
    """
    found = []
    for block in blocks:
        sentences = split_sentences(text, block.start, min(block.end, block.start + 400))
        if block.detached or len(sentences) < 2:
            continue
        start, end = sentences[0]
        name = " ".join(text[start:end].split())
        words = re.findall(r"[^\W\d_][\w'’-]*", name)
        if (
            name.endswith(".")
            and 1 < len(words) <= 20
            and words[0][0].isupper()
            and words[0].lower() not in _NO_HEADING_START
            and not re.search(r"[\d,;]\S* \d|\d|[“”\"()]", name)
            and not _has_finite_verb(words)
        ):
            found.append(_Heading(start, end, "run-in", name.rstrip(".")))
    return found if len(found) > 1 else []


def _nest_sections(marks: list[_Heading], blocks: list[Block]) -> list[Section]:
    if not blocks:
        return []
    body_start, body_end = blocks[0].start, blocks[-1].end
    edges = [*(mark.start for mark in marks), body_end]
    sections: list[Section] = []
    open_above: list[_Heading] = []
    if body_start < edges[0]:
        sections.append(Section((), body_start, edges[0]))
    for mark, end in zip(marks, edges[1:], strict=True):
        styles = [heading.style for heading in open_above]
        if mark.style in styles:
            del open_above[styles.index(mark.style) :]
        open_above.append(mark)
        sections.append(Section(tuple(heading.name for heading in open_above), mark.start, max(end, mark.end)))
    return sections
