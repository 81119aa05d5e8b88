"""Bytes of a file -> Document; one module a format, chosen by content."""

from index.errors import UnknownFormat
from index.formats.text import read_text
from index.types import Document

MEDIA_TYPES = {"text/plain": read_text}


def read_document(content: bytes, document_id: str) -> tuple[Document, str]:
    """Return the document that `content` holds and its media type.

    Raises:
        UnknownFormat: the bytes are of a format that no module here reads.
        UnreadableFile: the bytes cannot be decoded, or hold no text.
    """
    media_type = recognise_media_type(content)
    return MEDIA_TYPES[media_type](content, document_id), media_type


def recognise_media_type(content: bytes) -> str:
    """Return the media type that the first bytes show; a file's name is never trusted.

    Raises:
        UnknownFormat: the signature belongs to a format that is not read here.
    """
    for signature, name in _OTHER_FORMATS.items():
        if content.startswith(signature):
            raise UnknownFormat(f"the file is {name}; this version reads plain text: save or export it as text first")
    return "text/plain"


_OTHER_FORMATS = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a ZIP container (DOCX, XLSX, EPUB, …)",
    b"\xd0\xcf\x11\xe0": "an old Office file",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"\x1f\x8b": "a gzip archive",
    b"\x7fELF": "a program",
}
