"""Document -> list[Passage]: pure; the token counters come in as arguments."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

from index.sentences import split_sentences
from index.types import Block, Document, Passage, Range, Section

Counter = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class PassageSettings:
    """How large passages are; the snapshot's manifest states the values that it was built with."""

    max_tokens: int = 160
    overlap_sentences: int = 1
    path_pieces: int = 64

    def to_json(self) -> dict[str, int]:
        """Return the settings as the manifest holds them."""
        return asdict(self)


def cut_passages(
    document: Document, settings: PassageSettings, count_tokens: Counter, count_pieces: Counter, max_pieces: int
) -> list[Passage]:
    """Return the passages of `document` in order of their start, made of whole sentences of one section.

    Each holds at most `settings.max_tokens` tokens by `count_tokens`, and its searchable text at most
    `max_pieces` pieces by `count_pieces` (the encoder's own limit). A passage starts with the last
    `settings.overlap_sentences` sentences of the one before it in the same section, where they fit. A sentence
    over the limits is cut at blanks, or between characters where it has none; a single character is never cut.
    Every non-blank character of every block lies in some passage.
    """
    passages = []
    for section, sentences in _group_sentences(document):
        path = _shorten_path(section, count_pieces, min(settings.path_pieces, max_pieces // 2))

        def fits(start: int, end: int, path: tuple[str, ...] = path) -> bool:
            text = document.text[start:end]
            # A token spans at most a few characters of text; counting far longer ranges would be slow and in vain.
            if len(text) > 24 * settings.max_tokens:
                return False
            searchable = _clean(path, text)
            return count_tokens(text) <= settings.max_tokens and count_pieces(searchable) <= max_pieces

        units = [unit for sentence in sentences for unit in _split_to_fit(document.text, sentence, fits)]
        for first, last in _pack(units, settings.overlap_sentences, fits):
            start, end = units[first][0], units[last][1]
            text = document.text[start:end]
            passages.append(Passage(document.document_id, start, end, text, section, tuple(units[first : last + 1])))
    return passages


def searchable_text(passage: Passage, settings: PassageSettings, count_pieces: Counter, max_pieces: int) -> str:
    """Return what is embedded and searched: the section path in front, blanks folded, hyphenation undone.

    Of a path with more than `settings.path_pieces` pieces, or half the encoder's limit, the outermost headings are
    left out.
    """
    path = _shorten_path(passage.section, count_pieces, min(settings.path_pieces, max_pieces // 2))
    return _clean(path, passage.text)


def _shorten_path(section: tuple[str, ...], count_pieces: Counter, limit: int) -> tuple[str, ...]:
    first = 0
    while first < len(section) and count_pieces(": ".join(section[first:])) > limit:
        first += 1
    return section[first:]


def _clean(path: tuple[str, ...], text: str) -> str:
    cleaned = re.sub(r"(?<=[^\W\d_])(?:-\s*\n\s*|\u00ad\s*)(?=[^\W\d_])", "", text)
    cleaned = re.sub(r"\*\*|__", "", cleaned)
    return " ".join(": ".join([*path, cleaned]).split())


def _group_sentences(document: Document) -> Iterator[tuple[tuple[str, ...], list[Range]]]:
    """Yield the sentences of each run of blocks that may share a passage, with their section path."""
    starts = [section.start for section in document.sections]
    group: list[Range] = []
    key: tuple[object, ...] = ()
    path: tuple[str, ...] = ()
    for number, block in enumerate(document.blocks):
        section = _section_at(document.sections, starts, block)
        block_key = (section, number if block.detached else None)
        if group and block_key != key:
            yield path, group
            group = []
        key, path = block_key, section.path if section else ()
        group.extend(split_sentences(document.text, block.start, block.end))
    if group:
        yield path, group


def _section_at(sections: tuple[Section, ...], starts: list[int], block: Block) -> Section | None:
    i = bisect_right(starts, block.start) - 1
    return sections[i] if i >= 0 else None


def _split_to_fit(text: str, sentence: Range, fits: Callable[[int, int], bool]) -> Iterator[Range]:
    start, end = sentence
    while end - start > 1 and not fits(start, end):
        cut = _longest_fitting_cut(text, start, end, fits)
        stop = start + len(text[start:cut].rstrip())
        yield start, stop
        start = cut + (len(text[cut:end]) - len(text[cut:end].lstrip()))
    if start < end:
        yield start, end


def _longest_fitting_cut(text: str, start: int, end: int, fits: Callable[[int, int], bool]) -> int:
    low, high = start + 1, end
    while low < high:
        middle = (low + high + 1) // 2
        if fits(start, middle):
            low = middle
        else:
            high = middle - 1
    blank = max(text.rfind(" ", start + 1, low + 1), text.rfind("\n", start + 1, low + 1))
    return blank if blank > start + (low - start) // 2 else low


def _pack(units: list[Range], overlap: int, fits: Callable[[int, int], bool]) -> Iterator[tuple[int, int]]:
    """Yield first and last unit of each passage; each ends after the one before it."""
    first, reached = 0, -1
    while reached < len(units) - 1:
        last = reached + 1
        while first < last and not fits(units[first][0], units[last][1]):
            first += 1
        while last + 1 < len(units) and fits(units[first][0], units[last + 1][1]):
            last += 1
        yield first, last
        reached = last
        first = max(first + 1, last + 1 - overlap)
