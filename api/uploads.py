"""The body of an upload -> files that lie on disk, each accepted at the door or refused by name and reason."""

import errno
import re
import tempfile
import unicodedata
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from fastapi.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from api.errors import BadUpload, FileTooLarge, NothingAdded, StorageFull, describe
from api.multipart import MAX_FIELD_BYTES, FormReader, Part, find_boundary
from index.errors import BadDocumentId, FootnoteError, UnreadableFile
from index.formats import recognise_media_type
from index.library import check_document_id, make_document_id

MAX_NAME_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file of an upload, `spool[start:start + length]`; `problem` says why it was refused at the door."""

    filename: str
    document_id: str | None
    start: int
    length: int
    problem: FootnoteError | None = None


class Upload:
    """The files of one request, all in one nameless file on disk: it goes when it is closed, or with the process."""

    def __init__(self, spool: BinaryIO) -> None:
        self._spool = spool
        self.files: list[UploadedFile] = []

    def read(self, start: int, length: int) -> bytes:
        """Return the bytes of a file."""
        self._spool.seek(start)
        return self._spool.read(length)

    def close(self) -> None:
        """Let the files go."""
        self._spool.close()


async def receive_upload(content_type: str, body: AsyncIterator[bytes], folder: Path, max_file_bytes: int) -> Upload:
    """Return the files of a form; while it streams in, no more than a piece of it is held in memory.

    Raises:
        NotMultipart, BadUpload: it is no form with files, or its `document_id` fields do not fit them.
        NothingAdded: each of its files was refused.
        StorageFull: the disk took no more.
    """
    boundary = find_boundary(content_type)
    spool = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - the upload outlives this function and closes it
    try:
        form = FormReader(boundary, spool, max_file_bytes)
        async for piece in body:
            await run_in_threadpool(form.write, piece)
        return await run_in_threadpool(_check_files, form.finish(), Upload(spool), max_file_bytes)
    except BaseException as problem:
        spool.close()
        if isinstance(problem, ClientDisconnect):
            raise BadUpload("the connection ended before the body did") from problem
        if isinstance(problem, OSError) and problem.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull("the disk took no more of the upload; make room and send it again") from problem
        raise


def clean_filename(name: str) -> str:
    """Return a file's name with what could mislead left out: steps out of its folder, control and format characters.

    Folders are kept, with "/" between them.
    """
    # Browsers write these for a quote and for line ends in the name.
    name = re.sub("%0[AaDd]", "", name.replace("%22", '"'))
    visible = "".join(char for char in name if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    return "/".join(part for part in re.split(r"[/\\]+", visible) if part.strip() not in ("", ".", ".."))


def _check_files(parts: list[Part], upload: Upload, max_file_bytes: int) -> Upload:
    files = [part for part in parts if part.filename or (part.filename is not None and part.received)]
    ids = _pair_ids(parts, len(files), upload)
    upload.files = [_check_file(part, given, upload, max_file_bytes) for part, given in zip(files, ids, strict=True)]
    refused = [(file.filename, file.problem) for file in upload.files if file.problem]
    if len(refused) == len(files):
        raise explain_nothing_added(refused)
    return upload


def explain_nothing_added(refused: list[tuple[str, FootnoteError]]) -> NothingAdded:
    """Return the failure of an upload of which nothing is left: the one reason of its files, or 422 for several."""
    reasons = {describe(problem) for _, problem in refused}
    status, code = reasons.pop() if len(reasons) == 1 else (422, "nothing_added")
    files = [{"field": filename, "problem": str(problem)} for filename, problem in refused]
    detail = "; ".join(f"{file['field']}: {file['problem']}" for file in files[:5])
    return NothingAdded(detail, files, status, code)


def _pair_ids(parts: list[Part], files: int, upload: Upload) -> list[str | None]:
    """Return the id asked for each file: the n-th field belongs to the n-th file, an empty one asks for none."""
    fields = [part for part in parts if part.filename is None]
    for part in fields:
        if part.field != "document_id":
            raise BadUpload(f"the form has a field {part.field[:100]!r} without a file name; it may have document_id")
        if part.received > MAX_FIELD_BYTES:
            raise BadUpload(f"a document_id has {part.received} bytes, at most {MAX_FIELD_BYTES} are read")
    if not files:
        raise BadUpload("the form has no file; send one or more, as in: curl -F file=@report.pdf")
    if fields and len(fields) != files:
        raise BadUpload(
            f"the form has {files} file(s) and {len(fields)} document_id field(s); give none, or one for each file"
        )
    ids = [upload.read(part.start, part.kept).decode("utf-8", "replace").strip() for part in fields]
    return [given or None for given in ids] or [None] * files


def _check_file(part: Part, given: str | None, upload: Upload, max_file_bytes: int) -> UploadedFile:
    filename = clean_filename(part.filename or "")
    document_id = None
    try:
        if len(filename) > MAX_NAME_LENGTH:
            raise BadDocumentId(f"the file's name has {len(filename)} characters, at most {MAX_NAME_LENGTH} are kept")
        document_id = check_document_id(given) if given else make_document_id(filename)
        if part.received > max_file_bytes:
            raise FileTooLarge(
                f"the file has {part.received} bytes, at most {max_file_bytes} are read (FOOTNOTE_MAX_FILE_BYTES)"
            )
        if not part.received:
            raise UnreadableFile("the file is empty")
        recognise_media_type(upload.read(part.start, part.kept))
    except FootnoteError as problem:
        return UploadedFile(filename[:MAX_NAME_LENGTH], document_id, part.start, part.kept, problem)
    return UploadedFile(filename, document_id, part.start, part.kept)
