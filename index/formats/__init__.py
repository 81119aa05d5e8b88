"""Bytes of a file -> Document; one module a format, chosen by content."""

import re
import zipfile
from io import BytesIO

from index.errors import UnknownFormat
from index.formats.docx import NO_ZIP, read_docx
from index.formats.html import read_html
from index.formats.markdown import looks_like_markdown, read_markdown
from index.formats.pdf import read_pdf
from index.formats.text import read_text
from index.types import Document

PDF, DOCX = "application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HTML, MARKDOWN, TEXT = "text/html", "text/markdown", "text/plain"
MEDIA_TYPES = {PDF: read_pdf, DOCX: read_docx, HTML: read_html, MARKDOWN: read_markdown, TEXT: read_text}

_PDF_START, _PDF_OBJECT = re.compile(rb"%PDF-\d\.\d\s"), re.compile(rb"[\r\n]\d+ \d+ obj\b")
_HTML_START = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*){0,5}"
    rb"(?:<!doctype\s+html|<(?:html|head|body|title|meta|script|style|table|div|article|section|main|ul|ol|h[1-6]|p)[\s>])",
    re.I | re.S,
)


def read_document(content: bytes, document_id: str) -> tuple[Document, str]:
    """Return the document that `content` holds and its media type.

    Raises:
        UnknownFormat: the bytes are of a format that no module here reads.
        UnreadableFile: the bytes cannot be decoded, or hold no text.
    """
    media_type = recognise_media_type(content)
    return MEDIA_TYPES[media_type](content, document_id), media_type


def recognise_media_type(content: bytes) -> str:
    """Return the media type that the bytes show; a file's name is never trusted.

    Raises:
        UnknownFormat: the signature belongs to a format that is not read here.
    """
    # Some programs write a few bytes before the header; readers of PDF look that far.
    if content.startswith(b"%PDF-") or (_PDF_START.search(content[:1024]) and _PDF_OBJECT.search(content[:65536])):
        return PDF
    if content.startswith(b"PK\x03\x04"):
        return _recognise_zip(content)
    for signature, name in _OTHER_FORMATS.items():
        if content.startswith(signature):
            raise UnknownFormat(
                f"the file is {name}; PDF, DOCX, HTML, Markdown and plain text are read: "
                "save or export it as text first"
            )
    start = _decode_start(content)
    if _HTML_START.match(start.encode("utf-8", "replace")):
        return HTML
    return MARKDOWN if looks_like_markdown(start) else TEXT


def _recognise_zip(content: bytes) -> str:
    try:
        names = zipfile.ZipFile(BytesIO(content)).namelist()
    except NO_ZIP:
        names = ["word/document.xml"] if b"word/" in content[:65536] else []
    if "word/document.xml" in names:
        return DOCX
    raise UnknownFormat(
        "the file is a ZIP container (XLSX, EPUB, …) and no DOCX: save or export it as text first, "
        "or give the files that are in it"
    )


def _decode_start(content: bytes) -> str:
    start = content[: 1 << 17]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return start[: len(start) // 4 * 4].decode("utf-16", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return start.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")


_OTHER_FORMATS = {
    b"\xd0\xcf\x11\xe0": "an old Office file",
    b"{\\rtf": "an RTF file",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"\x1f\x8b": "a gzip archive",
    b"\x7fELF": "a program",
}
