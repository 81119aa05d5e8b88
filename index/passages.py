"""Document -> list[Passage]: pure; the token counters come in as arguments."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise

from index.sentences import split_sentences
from index.tables import relate_rows
from index.types import Block, Document, Passage, Range, Related, Section, Table

Counter = Callable[[str], int]

ROWS_PER_PASSAGE = 4
"""Few, so that a row is found by its own words; more than one, since neighbours explain each other."""

_RELATED_PIECES = 64
"""How much of a table's headers, unit and title is searched with each of its passages."""

_PROSE_CELL_WORDS = 25
"""A cell with more is prose: its row is read by sentences."""


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
    for group in _group_sentences(document):
        path = _shorten_path(group.path, count_pieces, min(settings.path_pieces, max_pieces // 2))
        context = _shorten_context(group.related, count_pieces, max_pieces)
        front = (*path, *context)

        def fits(start: int, end: int, front: tuple[str, ...] = front) -> bool:
            text = document.text[start:end]
            # A token spans at most a few characters of text; counting far longer ranges would be slow and in vain.
            if len(text) > 24 * settings.max_tokens:
                return False
            searchable = _clean(front, text)
            return count_tokens(text) <= settings.max_tokens and count_pieces(searchable) <= max_pieces

        units = [unit for sentence in group.sentences for unit in _split_to_fit(document.text, sentence, fits)]
        for first, last in _pack(units, settings.overlap_sentences if group.kind == "text" else 0, fits):
            start, end = units[first][0], units[last][1]
            text = document.text[start:end]
            sentences = tuple(units[first : last + 1])
            passages.append(
                Passage(document.document_id, start, end, text, group.path, sentences, group.kind, group.related)
            )
    return passages


def searchable_text(passage: Passage, settings: PassageSettings, count_pieces: Counter, max_pieces: int) -> str:
    """Return what is embedded and searched: the section path in front, blanks folded, hyphenation undone.

    Of a path with more than `settings.path_pieces` pieces, or half the encoder's limit, the outermost headings are
    left out. Rows of a table have its headers, unit and title in front too, as far as a quarter of the limit goes.
    """
    path = _shorten_path(passage.section, count_pieces, min(settings.path_pieces, max_pieces // 2))
    return _clean((*path, *_shorten_context(passage.related, count_pieces, max_pieces)), passage.text)


def sentence_texts(passage: Passage) -> list[str]:
    """Return what is embedded of each sentence of `passage`, in order: as `searchable_text`, with nothing in front."""
    sentences = [passage.text[start - passage.start : end - passage.start] for start, end in passage.sentences]
    return [_clean((), sentence) or sentence for sentence in sentences]


def _shorten_path(section: tuple[str, ...], count_pieces: Counter, limit: int) -> tuple[str, ...]:
    first = 0
    while first < len(section) and count_pieces(": ".join(section[first:])) > limit:
        first += 1
    return section[first:]


def _shorten_context(related: tuple[Related, ...], count_pieces: Counter, max_pieces: int) -> tuple[str, ...]:
    limit = min(_RELATED_PIECES, max_pieces // 4)
    kept: dict[Related, str] = {}
    for role in ("header", "unit", "context"):
        for item in related:
            words = " ".join(item.text.replace("|", " ").split())
            told = item.role == role and any(words in other for other in kept.values())
            if item.role == role and not told and count_pieces(": ".join([*kept.values(), words])) <= limit:
                kept[item] = words
    # Read from the general to the particular: the title first, the columns last.
    order = {"context": 0, "unit": 1, "header": 2}
    return tuple(kept[item] for item in sorted(kept, key=lambda item: (order[item.role], item.start)))


def _clean(path: tuple[str, ...], text: str) -> str:
    cleaned = re.sub(r"(?<=[^\W\d_])(?:-\s*\n\s*|\u00ad\s*)(?=[^\W\d_])", "", text)
    cleaned = re.sub(r"\*\*|__", "", cleaned)
    return " ".join(": ".join([*path, cleaned]).split())


@dataclass(frozen=True, slots=True)
class _Group:
    """Sentences, or rows of a table, that may share a passage."""

    path: tuple[str, ...]
    sentences: list[Range]
    kind: str = "text"
    related: tuple[Related, ...] = ()


def _group_sentences(document: Document) -> Iterator[_Group]:
    """Yield the sentences of each run of blocks that may share a passage, with their section path."""
    starts = [section.start for section in document.sections]
    tables = iter([*document.tables, None])
    table = next(tables)
    group: list[Range] = []
    rows: list[Block] = []
    key: tuple[object, ...] = ()
    path: tuple[str, ...] = ()
    for number, block in enumerate(document.blocks):
        section = _section_at(document.sections, starts, block)
        while table and table.end <= block.start:
            yield from _group_rows(document, table, rows, path)
            table, rows = next(tables), []
        inside = table is not None and table.start <= block.start
        block_key = (section, number if block.detached else None, table.start if inside else None)
        # Words that are in no block, such as a comment of Markdown, must not get into a passage between two that are.
        apart = block_key != key or (
            number and re.search(r"\w", document.text[document.blocks[number - 1].end : block.start])
        )
        if group and apart:
            yield _Group(path, group)
            group = []
        key, path = block_key, section.path if section else ()
        if inside:
            rows.append(block)
        else:
            group.extend(split_sentences(document.text, block.start, block.end))
    if group:
        yield _Group(path, group)
    if table:
        yield from _group_rows(document, table, rows, path)


def _group_rows(document: Document, table: Table, rows: list[Block], path: tuple[str, ...]) -> Iterator[_Group]:
    """Yield the rows a few at a time; the headers that stand in the table go with the first of them."""
    inside = {row.start for row in table.headers}
    heads = sum(block.start in inside for block in rows)
    edges = [0, *range(heads + ROWS_PER_PASSAGE, len(rows), ROWS_PER_PASSAGE), len(rows)]
    for first, last in pairwise(edges):
        chosen = rows[first:last]
        if not chosen:
            continue
        start, end = chosen[0].start, chosen[-1].end
        related = tuple(
            Related(role, left, right, document.text[left:right])
            for role, (left, right) in relate_rows(table, start)
            if not (start <= left and right <= end)
        )
        sentences = [sentence for row in chosen for sentence in _row_sentences(document.text, row)]
        yield _Group(path, sentences, "rows", related)


def _row_sentences(text: str, row: Block) -> list[Range]:
    cells = re.split(r"[\t|]", text[row.start : row.end])
    prose = any(len(cell.split()) > _PROSE_CELL_WORDS for cell in cells)
    return split_sentences(text, row.start, row.end) if prose else [(row.start, row.end)]


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
