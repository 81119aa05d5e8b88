"""Plain text in any common encoding -> Document."""

import codecs

from charset_normalizer import from_bytes

from index.errors import UnreadableFile
from index.formats.characters import check_length, name_of
from index.formats.layout import lay_out
from index.formats.text_tables import find_tables
from index.types import Document

_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""Mark -> encoding, in the order in which they are tried: UTF-16's is the beginning of UTF-32's."""


def read_text(content: bytes, document_id: str) -> Document:
    r"""Return the document of a plain text file: decoded, `\n` line ends, sections and blocks found.

    Raises:
        UnreadableFile: the bytes are not text in any encoding that can be told, or hold no visible character.
    """
    text = read_characters(content, document_id)
    title, blocks, sections = lay_out(text)
    tables, blocks = find_tables(text, blocks)
    return Document(
        document_id=document_id,
        title=title or name_of(document_id),
        text=text,
        blocks=tuple(blocks),
        sections=sections,
        tables=tuple(tables),
    )


def read_characters(content: bytes, document_id: str) -> str:
    r"""Return the characters of a text file with `\n` line ends.

    Raises:
        UnreadableFile: the bytes are not text in any encoding that can be told, or hold no visible character.
    """
    text = decode_text(content).replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        raise UnreadableFile(f"'{document_id}' has NUL characters: it is no text; save it as UTF-8")
    check_length(len(text), document_id)
    if not text.strip():
        raise UnreadableFile(f"'{document_id}' holds no text ({len(content)} bytes): give a file with text in it")
    return text


def decode_text(content: bytes) -> str:
    """Return the characters: by byte order mark, else UTF-8, else the encoding that fits the bytes best.

    Raises:
        UnreadableFile: no encoding fits, or NUL characters show that this is no text.
    """
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if content.startswith(mark):
            return _decode(content, encoding)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as problem:
        # Two mebibytes are enough to tell; the whole file is then decoded strictly.
        best = from_bytes(content[: 1 << 21]).best()
        if best is None:
            raise UnreadableFile(f"the file is no text in a known encoding ({problem}); save it as UTF-8") from problem
        return _decode(content, best.encoding)


def _decode(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as problem:
        raise UnreadableFile(f"the file looks like {encoding} but is not ({problem}); save it as UTF-8") from problem
