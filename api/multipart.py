"""A multipart form -> its parts on disk, as the body streams in: the only import of python-multipart."""

from dataclasses import dataclass
from typing import BinaryIO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from api.errors import BadUpload, NotMultipart

MAX_PARTS = 2000
MAX_FIELD_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Part:
    """A field of a form, or a file if it has a file name; its bytes are `spool[start:start + kept]`.

    Of what is longer than the limit `received` counts all bytes, and none past the limit is kept.
    """

    field: str
    filename: str | None
    start: int
    kept: int
    received: int


def find_boundary(content_type: str) -> bytes:
    """Return the boundary that the Content-Type names.

    Raises:
        NotMultipart: it names another type.
        BadUpload: it names no boundary.
    """
    media_type, options = parse_options_header(content_type)
    if media_type != b"multipart/form-data":
        shown = media_type.decode("latin-1") or "missing"
        raise NotMultipart(f"the body's Content-Type is {shown!r}, expected multipart/form-data with the files")
    if b"boundary" not in options:
        raise BadUpload("the Content-Type multipart/form-data names no boundary")
    return options[b"boundary"]


class FormReader:
    """Takes a body in pieces cut anywhere and writes the content of its parts to one file on disk."""

    def __init__(self, boundary: bytes, spool: BinaryIO, max_file_bytes: int) -> None:
        self._spool = spool
        self._max_file_bytes = max_file_bytes
        self._parts: list[Part] = []
        self._header = self._value = self._disposition = b""
        self._field, self._filename = "", None
        self._start = self._written = self._received = 0
        self._complete = False
        taken = ("part_begin", "part_data", "part_end", "header_field", "header_value", "header_end", "end")
        callbacks = {f"on_{name}": getattr(self, f"_{name}") for name in (*taken, "headers_finished")}
        try:
            self._parser = MultipartParser(boundary, callbacks)
        except FormParserError as problem:
            raise BadUpload(f"the boundary of the form cannot be used: {problem}") from problem

    def write(self, piece: bytes) -> None:
        """Take the next piece of the body.

        Raises:
            BadUpload: it goes on in a way that no form does.
        """
        try:
            self._parser.write(piece)
        except FormParserError as problem:
            raise BadUpload(f"the body is no multipart form: {problem}") from problem

    def finish(self) -> list[Part]:
        """Return the parts in their order.

        Raises:
            BadUpload: the body ended before the form did.
        """
        if not self._complete:
            raise BadUpload("the body ends before its last boundary; send it again")
        return self._parts

    def _part_begin(self) -> None:
        if len(self._parts) == MAX_PARTS:
            raise BadUpload(f"the form has more than {MAX_PARTS} parts; send the files in several uploads")
        self._disposition = b""
        self._start, self._received = self._written, 0

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header = self._value = b""

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        if b"name" not in options:
            raise BadUpload("a part of the form has no name in its Content-Disposition")
        self._field = _decode(options[b"name"])
        self._filename = _decode(options[b"filename"]) if b"filename" in options else None

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        limit = MAX_FIELD_BYTES if self._filename is None else self._max_file_bytes
        wanted = data[start : min(end, start + max(0, limit - self._received))]
        self._spool.write(wanted)
        self._written += len(wanted)
        self._received += end - start

    def _part_end(self) -> None:
        kept = self._written - self._start
        self._parts.append(Part(self._field, self._filename, self._start, kept, self._received))

    def _end(self) -> None:
        self._complete = True


def _decode(name: bytes) -> str:
    """Return the name as browsers and curl send it (UTF-8), or as old programs do."""
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return name.decode("latin-1")
