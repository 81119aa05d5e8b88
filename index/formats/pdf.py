"""PDF -> Document: pages in reading order, headings by type and outline, tables by columns, running lines beside."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from index.errors import UnreadableFile
from index.formats.builder import Level, TextBuilder
from index.formats.characters import name_of
from index.formats.grid import GridCell
from index.formats.pdf_glyphs import PageText, open_pdf
from index.formats.pdf_headings import HeadingStyles, Style
from index.formats.pdf_lines import Line, make_lines, order_regions
from index.formats.pdf_paragraphs import goes_on, is_fragment, split_paragraphs
from index.formats.pdf_rows import part_stacked
from index.formats.pdf_running import find_running
from index.formats.pdf_tables import FoundTable, find_tables
from index.types import Document, Running, Table

_NO_TITLE = re.compile(
    r"_|\.(?:docx?|pdf|indd|xlsx?|pptx?|html?|rtf)\b|^(?:microsoft|untitled|document\d*$|slide \d)", re.I
)


@dataclass(slots=True)
class _Part:
    """A paragraph (with the style that makes it a heading) or a table; `right` is the edge of its region."""

    page: int
    lines: Sequence[Line]
    right: float
    table: FoundTable | None = None
    style: Style | int | None = None
    aside: bool = field(default=False)


def read_pdf(content: bytes, document_id: str) -> Document:
    """Return the document of a PDF; the notes name the pages whose text cannot be read, and nothing of those is in it.

    Raises:
        UnreadableFile: it is encrypted, truncated or damaged, or no page has a text layer.
    """
    with open_pdf(content, document_id) as file:
        pages = [file.read_page(number) for number in range(1, file.pages + 1)]
        given_title, outline = file.title, file.outline()
    silent = [page.number for page in pages if not page.segments and not page.aside]
    if len(silent) == len(pages):
        raise UnreadableFile(
            f"'{document_id}' has {len(pages)} page(s) and no text layer on any: it was probably scanned; "
            "run text recognition (OCR) over it and add the result"
        )
    lines = [make_lines(page.segments) for page in pages]
    running = find_running(lines)
    bodies = [[line for i, line in enumerate(page) if i not in out] for page, out in zip(lines, running, strict=True)]
    styles = HeadingStyles([line for body in bodies for line in body], outline)
    parts = [_read_parts(page, body, styles) for page, body in zip(pages, bodies, strict=True)]
    builder = TextBuilder()
    _write(builder, pages, parts, styles)
    beside = [
        Running(page.number, line.text)
        for page, found, out in zip(pages, lines, running, strict=True)
        for i, line in enumerate(found)
        if i in out
    ]
    title = _choose_title(given_title, parts) or name_of(document_id)
    return builder.finish(document_id, title, beside, _describe_silent(silent))


def _read_parts(page: PageText, lines: Sequence[Line], styles: HeadingStyles) -> list[_Part]:
    parts: list[_Part] = []
    for found in order_regions(lines):
        region, done = found.lines, 0
        right = max(line.x1 for line in region)
        if found.rows:
            grid = [[GridCell(cell, column) for column, cell in enumerate(row)] for row in found.rows]
            parts.append(_Part(page.number, region, right, FoundTable(0, len(region), grid, [])))
            continue
        for table in [*find_tables(region), None]:
            between = region[done : table.first if table else len(region)]
            for paragraph in split_paragraphs(between, styles.body_size):
                style = styles.read_style(paragraph, page.number)
                parts.append(_Part(page.number, paragraph, right, style=style))
            if table:
                parts.append(_Part(page.number, region[table.first : table.last], right, table))
                done = table.last
    parts += [_Part(page.number, [line], line.x1, aside=True) for line in make_lines(page.aside)]
    return parts


def _write(
    builder: TextBuilder, pages: Sequence[PageText], parts: Sequence[Sequence[_Part]], styles: HeadingStyles
) -> None:
    headings = [part for page in parts for part in page if part.style is not None]
    styles.rank([part.style for part in headings if not isinstance(part.style, int)])
    cover = _find_cover_styles(headings)
    before: _Part | None = None
    table: Table | None = None
    for page, inside in zip(pages, parts, strict=True):
        builder.start_page(page.number)
        for part in inside:
            text = "\n".join(line.text for line in part.lines)
            if part.table:
                alike = table if before is not None and _goes_on_with(before, part) else None
                for grid in part_stacked(part.table.grid):
                    table = builder.add_table(grid, like=alike)
            elif part.style is not None:
                builder.add_heading(text, _level(styles, part, text, cover))
            else:
                flows = before is not None and _is_prose(before) and not part.aside
                on = flows and goes_on(before.lines, part.lines, before.right)
                builder.add_paragraph(text, detached=part.aside or (not on and is_fragment(text)), goes_on=on)
            before = part


def _goes_on_with(before: _Part, part: _Part) -> bool:
    """Tell whether a table goes on with the one just before, which may have named its columns."""
    return before.table is not None and 0 < len(before.table.columns) == len(part.table.columns)


def _level(styles: HeadingStyles, part: _Part, text: str, cover: set[Style]) -> Level:
    # What stands on the cover alone is no parent of what follows.
    return (9, 9) if part.style in cover else styles.find_level(part.style, text)


def _find_cover_styles(headings: Sequence[_Part]) -> set[Style]:
    if not headings:
        return set()
    first = headings[0].page
    later = {part.style for part in headings if part.page > first}
    alone = {part.style for part in headings if part.page == first and not isinstance(part.style, int)} - later
    return alone if later else set()


def _is_prose(part: _Part) -> bool:
    return part.table is None and part.style is None and not part.aside


def _choose_title(given: str, parts: Sequence[Sequence[_Part]]) -> str:
    """Return the metadata's title if it is one and the first pages say its words, else their biggest heading."""
    given = " ".join(given.split())
    words = [word for word in re.findall(r"\w+", given.casefold()) if len(word) > 3]
    start = " ".join(line.text for page in parts[:4] for part in page for line in part.lines).casefold()
    if len(given.split()) > 1 and not _NO_TITLE.search(given) and 2 * sum(word in start for word in words) > len(words):
        return given
    first = next((page for page in parts if page), [])
    lines = [line for part in first for line in part.lines if re.search(r"[^\W\d_]{3}", line.text)]
    biggest = max((line.size for line in lines), default=0.0)
    part = next((part for part in first for line in part.lines if line in lines and line.size > 0.95 * biggest), None)
    alike = [line.text for line in part.lines if line.size > 0.95 * biggest] if part else []
    return " ".join(alike[:3])


def _describe_silent(pages: Sequence[int]) -> list[str]:
    if not pages:
        return []
    spans: list[list[int]] = []
    for page in pages:
        if spans and spans[-1][1] == page - 1:
            spans[-1][1] = page
        else:
            spans.append([page, page])
    named = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)
    return [f"no text layer on page(s) {named}: nothing of them is indexed; run text recognition (OCR) to read them"]
