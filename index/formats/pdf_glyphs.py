"""PDF bytes -> words with boxes, page by page: the only import of pypdfium2."""

import ctypes
import math
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pypdfium2
import pypdfium2.raw as pdfium

from index.errors import UnreadableFile
from index.formats.pdf_segments import Glyph, Segment, make_segments

_HYPHENS = frozenset({0x2, 0xAD, 0xFFFE})
_ITALIC_FLAG = 1 << 6
_FORCE_BOLD_FLAG = 1 << 18
_MAX_MAP_ERRORS = 0.3
"""With more of its letters without a known character, a page's text is noise."""


@dataclass(slots=True)
class PageText:
    """The segments of one page in the order of the file; `aside` are those that stand turned beside the others."""

    number: int
    segments: list[Segment]
    aside: list[Segment] = field(default_factory=list)


class PdfFile:
    """An open PDF."""

    def __init__(self, document: pypdfium2.PdfDocument) -> None:
        self._document = document

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return len(self._document)

    @property
    def title(self) -> str:
        """The title in the metadata; "" if there is none."""
        return self._document.get_metadata_value("Title") or ""

    def outline(self) -> list[tuple[int, str, int | None]]:
        """Return (depth from 0, title, 1-based page or None) of each bookmark, in order."""
        found = []
        try:
            for item in self._document.get_toc(max_depth=8):
                target = item.get_dest()
                index = target.get_index() if target else None
                found.append((item.level, item.get_title() or "", None if index is None else index + 1))
        except pypdfium2.PdfiumError:
            # A broken outline is worth nothing; the pages are read all the same.
            return []
        return found

    def load_page(self, number: int) -> pypdfium2.PdfPage:
        """Return page `number` (1-based), for who draws it; the caller closes it."""
        return self._document[number - 1]

    def read_page(self, number: int) -> PageText:
        """Return the words of page `number` (1-based); none where it cannot be loaded."""
        try:
            page = self._document[number - 1]
            text_page = page.get_textpage()
        except pypdfium2.PdfiumError:
            return PageText(number, [])
        try:
            glyphs, errors = _read_glyphs(page, text_page)
        finally:
            text_page.close()
            page.close()
        if errors > _MAX_MAP_ERRORS * len(glyphs):
            return PageText(number, [])
        turns = Counter(glyph.turn for glyph in glyphs)
        main = turns.most_common(1)[0][0] if turns else 0
        aside = [segment for turn in sorted(turns) if turn != main for segment in make_segments(glyphs, turn)]
        return PageText(number, make_segments(glyphs, main), aside)


@contextmanager
def open_pdf(content: bytes, document_id: str) -> Iterator[PdfFile]:
    """Hold the PDF open inside a `with` statement.

    Raises:
        UnreadableFile: it is encrypted, truncated or otherwise no PDF that can be read.
    """
    try:
        document = pypdfium2.PdfDocument(content)
        pages = len(document)
    except pypdfium2.PdfiumError as problem:
        if "assword" in str(problem) or "ecurity" in str(problem):
            raise UnreadableFile(
                f"'{document_id}' is an encrypted PDF that needs a password to open; "
                "save it without one and add it again"
            ) from problem
        cut = "" if b"%%EOF" in content[-2048:] else "; its end is missing, so it was probably cut off on its way"
        raise UnreadableFile(
            f"'{document_id}' is a damaged PDF ({len(content)} bytes{cut}); fetch it again, or save it anew"
        ) from problem
    try:
        if not pages:
            raise UnreadableFile(f"'{document_id}' is a PDF without pages; save it anew")
        yield PdfFile(document)
    finally:
        document.close()


def _read_glyphs(page: pypdfium2.PdfPage, text_page: pypdfium2.PdfTextPage) -> tuple[list[Glyph], int]:
    """Return the letters inside of the page's visible box, and how many have no known character."""
    left, bottom, right, top = page.get_bbox()
    box = pdfium.FS_RECTF()
    glyphs: list[Glyph] = []
    styles: dict[int | None, tuple[bool, bool]] = {}
    style, turn, last_object = (False, False), 0, None
    blank, given, unknown, errors = False, False, False, 0
    # Bound once: these are called for every letter of a report.
    handle = text_page.raw
    get_code, get_box, get_object = (
        pdfium.FPDFText_GetUnicode,
        pdfium.FPDFText_GetLooseCharBox,
        pdfium.FPDFText_GetTextObject,
    )
    for i in range(text_page.count_chars()):
        code = get_code(handle, i)
        character = _character_of(code)
        if character.isspace() or (code < 32 and code not in _HYPHENS):
            blank = True
            given = given or not pdfium.FPDFText_IsGenerated(handle, i)
            continue
        if not get_box(handle, i, box) or box.right - box.left > 1e6:
            continue
        middle, level = (box.left + box.right) / 2, (box.top + box.bottom) / 2
        if not (left - 1 <= middle <= right + 1 and bottom - 1 <= level <= top + 1):
            continue
        holder = get_object(handle, i)
        address = ctypes.addressof(holder.contents) if holder else None
        if address is None or address != last_object:
            last_object = address
            font = pdfium.FPDFTextObj_GetFont(holder) if holder else None
            key = ctypes.addressof(font.contents) if font else None
            if key is None or key not in styles:
                styles[key] = _read_style(text_page, i)
            style, turn = styles[key], _read_turn(text_page, i)
            unknown = pdfium.FPDFText_HasUnicodeMapError(text_page, i) == 1
        errors += unknown or character == "\ufffd"
        x0, y0, x1, y1 = _turn_back(box.left, box.bottom, box.right, box.top, turn)
        glyphs.append(Glyph(character, x0, y0, x1, y1, style, turn, blank, blank and not given))
        blank = given = False
    return glyphs, errors


def _character_of(code: int) -> str:
    if code in _HYPHENS:
        return "-"
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


def _read_style(text_page: pypdfium2.PdfTextPage, i: int) -> tuple[bool, bool]:
    name = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(text_page, i, name, 128, flags)
    written = name.value.decode("utf-8", "replace").lower()
    heavy = any(word in written for word in ("bold", "black", "heavy", "semibold", "-bd", "demi"))
    bold = heavy or pdfium.FPDFText_GetFontWeight(text_page, i) >= 600 or bool(flags.value & _FORCE_BOLD_FLAG)
    italic = "italic" in written or "oblique" in written or bool(flags.value & _ITALIC_FLAG)
    return bold, italic


def _read_turn(text_page: pypdfium2.PdfTextPage, i: int) -> int:
    angle = pdfium.FPDFText_GetCharAngle(text_page, i)
    return round(angle / (math.pi / 2)) % 4 if angle >= 0 else 0


def _turn_back(x0: float, y0: float, x1: float, y1: float, turn: int) -> tuple[float, float, float, float]:
    """Return the box in coordinates in which its letters stand upright; `turn` counts quarters."""
    if turn == 1:
        return -y1, x0, -y0, x1
    if turn == 2:
        return -x1, -y1, -x0, -y0
    if turn == 3:
        return y0, -x1, y1, -x0
    return x0, y0, x1, y1
