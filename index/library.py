"""Files and texts by hash, and the ledger of what was added, replaced and withdrawn."""

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from filelock import FileLock, Timeout

from index.durable import encode_json, write_whole
from index.errors import BadDocumentId, LedgerDamaged, LibraryBusy, TextGone, UnknownDocument

ADDED, REPLACED, WITHDRAWN = "added", "replaced", "withdrawn"


@dataclass(frozen=True, slots=True)
class Entry:
    """One version of one document: its file and the text that extraction made of it, by sha256."""

    document_id: str
    filename: str
    media_type: str
    file_sha256: str
    text_sha256: str


@dataclass(frozen=True, slots=True)
class Change:
    """What one line of the ledger did to one document; `entry` is the version added, or the one withdrawn."""

    action: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Transaction:
    """One line of the ledger: what changed, when (UTC, ISO 8601), and the digest of the snapshot it led to."""

    time: str
    snapshot: str
    changes: tuple[Change, ...]


class Library:
    """The durable side of the index. The ledger's last whole line is the truth; appending it is the commit."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ledger = folder / "ledger"
        self._files = folder / "files"

    def is_new(self) -> bool:
        """Tell whether nothing was ever written to the ledger."""
        return not self.read_ledger()

    def store(self, content: bytes) -> str:
        """Keep `content` under its sha256, durably, and return that."""
        name = sha256(content).hexdigest()
        path = self._files / name
        if not path.is_file() or sha256(path.read_bytes()).hexdigest() != name:
            write_whole(path, content)
        return name

    def fetch(self, name: str) -> bytes:
        """Return the bytes kept under the sha256 `name`.

        Raises:
            TextGone: they are not there, or are no longer the bytes that the name states.
        """
        path = self._files / name
        content = path.read_bytes() if path.is_file() else None
        if content is None or sha256(content).hexdigest() != name:
            raise TextGone(f"{path} is {'missing' if content is None else 'damaged'}; add the file again")
        return content

    def entries(self) -> dict[str, Entry]:
        """Return the documents that stand, by id in sorted order."""
        standing: dict[str, Entry] = {}
        for transaction in self.read_ledger():
            for change in transaction.changes:
                standing.pop(change.entry.document_id, None)
                if change.action != WITHDRAWN:
                    standing[change.entry.document_id] = change.entry
        return dict(sorted(standing.items()))

    def versions(self, document_id: str) -> list[Entry]:
        """Return every version of the document that was ever added, oldest first; none for an unknown id."""
        return [
            change.entry
            for transaction in self.read_ledger()
            for change in transaction.changes
            if change.entry.document_id == document_id and change.action != WITHDRAWN
        ]

    def fetch_text(self, document_id: str, text_sha256: str) -> str:
        """Return a present or former text of the document.

        Raises:
            UnknownDocument: no document of that id was ever added.
            TextGone: the document never had that text, or it is kept no longer.
        """
        versions = self.versions(document_id)
        if not versions:
            raise UnknownDocument(f"no document '{document_id}'; GET /v1/documents lists them")
        if text_sha256 not in {entry.text_sha256 for entry in versions}:
            raise TextGone(f"document '{document_id}' has no text with sha256 '{text_sha256}' that is still kept")
        return self.fetch(text_sha256).decode("utf-8")

    def read_ledger(self) -> list[Transaction]:
        """Return all transactions, oldest first; a last line without its end was never committed and is left out.

        Raises:
            LedgerDamaged: a line is not the one that was written.
        """
        if not self._ledger.is_file():
            return []
        lines = self._ledger.read_bytes().split(b"\n")[:-1]
        return [self._parse(number, line) for number, line in enumerate(lines, 1)]

    def commit(self, snapshot: str, changes: Sequence[Change]) -> None:
        """Append a transaction to the ledger, durably; the caller holds the lock."""
        record = {
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            "snapshot": snapshot,
            "changes": [{"action": change.action, **asdict(change.entry)} for change in changes],
        }
        body = encode_json(record)
        line = sha256(body.rstrip(b"\n")).hexdigest().encode() + b" " + body
        whole = self._ledger.read_bytes() if self._ledger.is_file() else b""
        # What a crash left of an unfinished line goes; every whole line stays.
        write_whole(self._ledger, whole[: whole.rfind(b"\n") + 1] + line)

    def _parse(self, number: int, line: bytes) -> Transaction:
        checksum, _, body = line.partition(b" ")
        if sha256(body).hexdigest().encode() != checksum:
            raise LedgerDamaged(
                f"line {number} of {self._ledger} does not match its checksum; restore the file from a backup, or move "
                f"{self.folder} away and add the reports again"
            )
        record = json.loads(body)
        changes = []
        for change in record["changes"]:
            action = change.pop("action")
            changes.append(Change(action, Entry(**change)))
        return Transaction(record["time"], record["snapshot"], tuple(changes))


@contextmanager
def acquire_lock(library: Library) -> Iterator[None]:
    """Hold the library's lock inside a `with` statement; it does not wait.

    Raises:
        LibraryBusy: another process is changing the library.
    """
    library.folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(library.folder / ".lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as problem:
        raise LibraryBusy(f"another process is changing {library.folder}; try again when it is done") from problem
    try:
        yield
    finally:
        lock.release()


def make_document_id(path: str) -> str:
    """Return the slug of a file's name without its ending, relative folders kept: `a/My Report.txt` -> `a/my-report`.

    Raises:
        BadDocumentId: the name has no letter or digit.
    """
    parts = [part for part in re.split(r"[/\\]+", path) if part not in ("", ".", "..")]
    if parts:
        stem, dot, ending = parts[-1].rpartition(".")
        parts[-1] = stem if dot and stem and ending.isalnum() else parts[-1]
    slugs = [_slug(part) for part in parts]
    if not slugs or not all(slugs):
        raise BadDocumentId(
            f"no document id can be made of the file name {path!r}: it needs a letter or a digit in each part"
        )
    return check_document_id("/".join(slugs))


def check_filename(filename: str) -> None:
    """Do nothing for a name that can be written down.

    Raises:
        BadDocumentId: it has bytes that are no Unicode text, or control characters.
    """
    if printable(filename) != filename:
        raise BadDocumentId(f"the file name {printable(filename)!r} is no Unicode text; rename the file")
    if any(unicodedata.category(character) == "Cc" for character in filename):
        raise BadDocumentId(f"the file name {filename!r} has control characters; rename the file")


def printable(text: str) -> str:
    """Return `text` with what UTF-8 cannot carry (lone surrogates) as question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def check_document_id(document_id: str) -> str:
    """Return `document_id` as it is.

    Raises:
        BadDocumentId: it is not made of slugs joined by `/`.
    """
    if (
        not document_id
        or len(document_id) > 200
        or any(_slug(part) != part or not part for part in document_id.split("/"))
    ):
        raise BadDocumentId(
            f"document id {document_id!r} is no slug: lower-case letters, digits and single hyphens, "
            "folders joined by '/', at most 200 characters"
        )
    return document_id


def _slug(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\W_]+", "-", folded).strip("-")[:120].strip("-")
