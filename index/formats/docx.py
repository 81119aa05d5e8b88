"""DOCX -> Document: the paragraphs, lists, tables and notes of the zip's XML parts."""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from zlib import error as DeflateError

from lxml import etree

from index.errors import UnreadableFile
from index.formats.builder import TextBuilder
from index.formats.characters import name_of
from index.formats.docx_styles import Numbering, Styles, is_on, read_value, tag
from index.formats.grid import GridCell
from index.types import Document, Running

MAX_PART_BYTES = 128 << 20
"""A part of a real report unpacks to a few megabytes; a bomb to thousands of them."""

_PLACEHOLDER_TITLE = re.compile(
    r"(?:word |untitled |microsoft )?(?:document|template|title|report)?\s*\d*(?:\.\w+)?", re.I
)
_DROPPED = frozenset({tag("del"), tag("moveFrom"), tag("instrText"), tag("delText"), tag("pPr"), tag("tblPr")})
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def read_docx(content: bytes, document_id: str) -> Document:
    """Return the document of a Word file: headings by style, lists with numbers, tables, notes below their paragraph.

    Deleted and hidden text is left out; headers and footers are kept beside the text.

    Raises:
        UnreadableFile: the container or its XML is damaged or encrypted, unpacks to too much, or holds no text.
    """
    parts = _Parts(content, document_id)
    body = parts.read("word/document.xml")
    if body is None:
        raise UnreadableFile(f"'{document_id}' has no part 'word/document.xml': save it again as DOCX")
    root = body.find(tag("body"))
    writer = _BodyWriter(parts)
    if root is not None:
        writer.write(root)
    return writer.builder.finish(document_id, _find_title(parts, writer) or name_of(document_id), _read_running(parts))


NO_ZIP = (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError)
"""What the standard library raises for a damaged container, by what of it is damaged."""


class _Parts:
    """The XML parts of the container, unpacked one at a time and never beyond a limit."""

    def __init__(self, content: bytes, document_id: str) -> None:
        self._document_id = document_id
        try:
            self._zip = zipfile.ZipFile(BytesIO(content))
            self.names = self._zip.namelist()
        except NO_ZIP as problem:
            raise UnreadableFile(f"'{document_id}' is a damaged DOCX ({problem}): save or fetch it again") from problem

    def read(self, name: str) -> etree._Element | None:
        if name not in self.names:
            return None
        content = self._unpack(name)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
        try:
            return etree.fromstring(content, parser)
        except etree.XMLSyntaxError as problem:
            raise UnreadableFile(
                f"'{self._document_id}': its part '{name}' is no XML that can be read ({problem}); save it again"
            ) from problem

    def _unpack(self, name: str) -> bytes:
        try:
            with self._zip.open(name) as part:
                content = part.read(MAX_PART_BYTES + 1)
        except (zipfile.BadZipFile, RuntimeError, ValueError, OSError, EOFError, DeflateError) as problem:
            raise UnreadableFile(
                f"'{self._document_id}': its part '{name}' cannot be unpacked ({problem}); "
                "save it again without a password"
            ) from problem
        if len(content) > MAX_PART_BYTES:
            raise UnreadableFile(
                f"'{self._document_id}': its part '{name}' unpacks to more than {MAX_PART_BYTES >> 20} MiB, "
                "as in a zip bomb; it is not read"
            )
        return content


class _BodyWriter:
    """Writes paragraphs and tables in order."""

    def __init__(self, parts: _Parts) -> None:
        self.builder = TextBuilder()
        self.title = ""
        self.first_heading = ""
        self._styles = Styles(parts.read("word/styles.xml"))
        self._numbering = Numbering(parts.read("word/numbering.xml"))
        self._notes = {
            (kind, note.get(tag("id"))): note
            for kind, name in (("footnote", "word/footnotes.xml"), ("endnote", "word/endnotes.xml"))
            for note in _iterate(parts.read(name), tag(kind))
            if note.get(tag("type")) in (None, "normal")
        }

    def write(self, body: etree._Element) -> None:
        """Write what `body` holds."""
        styled = any((self._styles.find_level(paragraph) or 0) > 0 for paragraph in body.iter(tag("p")))
        blocks = list(_iterate_blocks(body))
        for i, block in enumerate(blocks):
            if block.tag == tag("tbl"):
                self._write_table(block)
            else:
                last = i + 1 == len(blocks)
                self._write_paragraph(block, look_for_bold=not styled and not last)

    def _write_paragraph(self, paragraph: etree._Element, look_for_bold: bool = False) -> None:
        text = _read_text(paragraph).strip()
        level = self._styles.find_level(paragraph)
        if level is None and look_for_bold and self._is_bold_line(paragraph, text):
            level = 5 if text.isupper() else 6
        numbering = self._styles.find_numbering(paragraph) if text else None
        mark = self._numbering.next_mark(*numbering) if numbering else ""
        text = f"{mark} {text}" if mark else text
        if level is not None:
            self.title = self.title or (text if level == 0 else "")
            self.first_heading = self.first_heading or text
            self.builder.add_heading(" ".join(text.split()), (level,))
        else:
            self.builder.add_paragraph(text)
        for box in paragraph.iter(tag("txbxContent")):
            if not any(above.tag == _FALLBACK for above in box.iterancestors()):
                for inner in box.iter(tag("p")):
                    self.builder.add_paragraph(_read_text(inner), detached=True)
        self._write_notes(paragraph)

    def _write_notes(self, element: etree._Element) -> None:
        for kind in ("footnote", "endnote"):
            for reference in element.iter(tag(f"{kind}Reference")):
                note = self._notes.pop((kind, reference.get(tag("id"))), None)
                if note is not None:
                    words = " ".join(_read_text(inner) for inner in note.iter(tag("p")))
                    self.builder.add_paragraph(words, detached=True)

    def _is_bold_line(self, paragraph: etree._Element, text: str) -> bool:
        if not text or len(text.split()) > 16 or re.search(r"[.,;:]$", text) or "\n" in text:
            return False
        runs = [run for run in paragraph.iter(tag("r")) if "".join(run.itertext(tag("t"))).strip()]
        bold = self._styles.is_bold(paragraph)
        return bool(runs) and all(is_on(run.find(tag("rPr")), "b") or bold for run in runs)

    def _write_table(self, table: etree._Element) -> None:
        rows = [row for row in _iterate_rows(table)]
        grid = [_read_row(row) for row in rows]
        filled = [[cell for cell in row if cell.text.strip()] for row in grid]
        if len({cell.column for row in filled for cell in row}) < 2 or sum(len(row) > 1 for row in filled) < 2:
            for cell in table.iter(tag("tc")):
                for paragraph in cell.findall(tag("p")):
                    self._write_paragraph(paragraph)
            return
        named = 0
        while named < len(rows) and is_on(rows[named].find(tag("trPr")), "tblHeader"):
            named += 1
        self.builder.add_table(grid, named or None)
        self._write_notes(table)


def _read_row(row: etree._Element) -> list[GridCell]:
    cells = []
    before = read_value(row, "trPr/gridBefore") or "0"
    column = int(before) if before.isdecimal() else 0
    for cell in row.iter(tag("tc")):
        if cell.getparent() is not row and next(cell.iterancestors(tag("tr"))) is not row:
            continue
        span = read_value(cell, "tcPr/gridSpan") or "1"
        width = min(int(span), 100) if span.isdecimal() and int(span) else 1
        text = " ".join(_read_text(paragraph) for paragraph in cell.iter(tag("p")))
        cells.append(GridCell(text, column, width))
        column += width
    return cells


def _iterate_rows(table: etree._Element) -> Iterator[etree._Element]:
    for row in table.iter(tag("tr")):
        if next(row.iterancestors(tag("tbl"))) is table:
            yield row


def _iterate_blocks(body: etree._Element) -> Iterator[etree._Element]:
    """Yield paragraphs and tables in order, also from inside of content controls and tracked insertions."""
    waiting = list(reversed(body))
    while waiting:
        element = waiting.pop()
        if element.tag in (tag("p"), tag("tbl")):
            yield element
        elif element.tag not in _DROPPED and element.tag != _FALLBACK:
            waiting += reversed(element)


def _read_text(paragraph: etree._Element) -> str:
    """Return the words of a paragraph: what was deleted, is hidden, or stands in a text box is left out."""
    written: list[str] = []
    waiting = list(reversed(paragraph))
    while waiting:
        element = waiting.pop()
        name = element.tag
        if name in _DROPPED or name in (_FALLBACK, tag("txbxContent")):
            continue
        if name == tag("t"):
            written.append(element.text or "")
        elif name == tag("tab"):
            written.append("\t")
        elif name in (tag("br"), tag("cr")):
            written.append("\n")
        elif name == tag("noBreakHyphen"):
            written.append("-")
        elif not (name == tag("r") and is_on(element.find(tag("rPr")), "vanish")):
            waiting += reversed(element)
    return "".join(written)


def _iterate(root: etree._Element | None, name: str) -> Iterator[etree._Element]:
    return iter(()) if root is None else root.iter(name)


def _read_running(parts: _Parts) -> list[Running]:
    texts = []
    for name in sorted(name for name in parts.names if re.fullmatch(r"word/(?:header|footer)\d*\.xml", name)):
        words = " ".join(_read_text(paragraph) for paragraph in _iterate(parts.read(name), tag("p"))).split()
        if words and Running(None, " ".join(words)) not in texts:
            texts.append(Running(None, " ".join(words)))
    return texts


def _find_title(parts: _Parts, writer: _BodyWriter) -> str:
    core = parts.read("docProps/core.xml")
    given = core.findtext("{http://purl.org/dc/elements/1.1/}title") if core is not None else None
    named = " ".join((given or "").split())
    sensible = named and not _PLACEHOLDER_TITLE.fullmatch(named)
    return writer.title or (named if sensible else "") or writer.first_heading
