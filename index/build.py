"""The steps in order: files -> documents -> passages -> vectors and terms -> snapshot -> ledger -> CURRENT."""

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.durable import write_whole
from index.embedding import Embedding
from index.encoder import Encoder
from index.errors import FootnoteError, SnapshotDamaged, UnknownDocument
from index.lexical import LexicalIndex
from index.library import (
    ADDED,
    REPLACED,
    WITHDRAWN,
    Change,
    Entry,
    Library,
    acquire_lock,
    check_document_id,
    check_filename,
    make_document_id,
    printable,
)
from index.parse import ParseLimits, Parser
from index.passages import PassageSettings, cut_passages
from index.paths import find_files
from index.progress import Progress
from index.snapshot import Snapshot, open_snapshot, verify_snapshot, write_snapshot
from index.tokens import ENCODING, count_tokens
from index.types import Document, Passage

KEPT_SNAPSHOTS = 2
"""The current one and the one before it; both are whole, so a reader that is opening the older is not disturbed."""


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file as it was given: its name (relative, folders kept), its bytes, and the id asked for, if any."""

    filename: str
    content: bytes
    document_id: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document: `state` is ready, unchanged, replaced, rejected or withdrawn.

    `problem` says why a file was rejected, or what of one that was taken could not be read.
    """

    document_id: str | None
    filename: str
    state: str
    problem: str | None = None


class Index:
    """The library and its snapshots in one data folder."""

    def __init__(
        self,
        folder: Path,
        encoder: Encoder,
        settings: PassageSettings | None = None,
        limits: ParseLimits | None = None,
    ) -> None:
        self.folder = folder
        self.library = Library(folder)
        self.encoder = encoder
        self._settings = settings or PassageSettings()
        self._embedding = Embedding(encoder, self._settings)
        self._limits = limits or ParseLimits()
        self._snapshots = folder / "snapshots"
        self._current = folder / "CURRENT"

    @property
    def made_with(self) -> dict:
        """What a snapshot's manifest states besides its files."""
        return {
            "encoder": self.encoder.identity(),
            "tokenizer": {"name": ENCODING},
            "passage_settings": self._settings.to_json(),
        }

    def open(self) -> Snapshot:
        """Return the snapshot that the ledger's last line led to; an empty one is built where there is none.

        Raises:
            SnapshotDamaged, SnapshotMismatch: it cannot be used; the message names the file and the way out.
        """
        ledger = self.library.read_ledger()
        if not ledger:
            with acquire_lock(self.library):
                digest = self._build([], None, None)
                write_whole(self._current, f"{digest}\n".encode())
                return self._open_digest(digest)
        digest = ledger[-1].snapshot
        if self.current_digest() != digest:
            # The last writer was stopped between its commit and this rename.
            write_whole(self._current, f"{digest}\n".encode())
        return self._open_digest(digest)

    def current_digest(self) -> str | None:
        """Return what CURRENT names: cheap, so that a server can look before each answer; None before the first."""
        return self._current.read_text("utf-8").strip() if self._current.is_file() else None

    def verify(self) -> str:
        """Return the digest of the current snapshot after checking every byte of it and of the library's files.

        Raises:
            SnapshotDamaged, SnapshotMismatch, TextGone, LedgerDamaged: what is wrong, by name.
        """
        ledger = self.library.read_ledger()
        if not ledger:
            raise SnapshotDamaged(f"{self.folder} holds no index yet; make one: footnote index add PATH")
        verify_snapshot(self._snapshots / ledger[-1].snapshot)
        for entry in self.library.entries().values():
            self.library.fetch(entry.file_sha256)
            self.library.fetch(entry.text_sha256)
        return ledger[-1].snapshot

    def add(
        self,
        given: Iterable[GivenFile],
        on_progress: Progress | None = None,
        on_read: Callable[[Outcome, Document | None], None] | None = None,
    ) -> list[Outcome]:
        """Add or replace documents in one step; return what became of each, in the order given.

        A file that cannot be read is rejected by name and reason, and the others go on. `given` is taken one by one;
        `on_read` hears of each once it is read or rejected (without a document), before any of them is in the index.
        What these callbacks raise ends the change, and the index stays as it was.

        Raises:
            LibraryBusy: another process is changing the library.
        """
        with acquire_lock(self.library):
            standing = self.library.entries()
            outcomes: list[Outcome] = []
            changes: dict[str, Change] = {}
            documents: dict[str, Document] = {}
            with Parser(self._limits) as parser:
                for file in given:
                    try:
                        outcome, entry, document = self._take_in(file, standing, outcomes, parser)
                    except FootnoteError as problem:
                        rejected = Outcome(file.document_id, printable(file.filename), "rejected", str(problem))
                        outcomes.append(rejected)
                        if on_read:
                            on_read(rejected, None)
                        continue
                    outcomes.append(outcome)
                    if on_read:
                        on_read(outcome, document)
                    if outcome.state != "unchanged":
                        changes[entry.document_id] = Change(ADDED if outcome.state == "ready" else REPLACED, entry)
                        documents[entry.document_id] = document
            if changes:
                self._advance(standing, changes, documents, on_progress)
            return outcomes

    def remove(self, document_id: str, on_progress: Progress | None = None) -> Outcome:
        """Withdraw a document; its file and text stay in the library so that former citations can be told.

        Raises:
            UnknownDocument: no such document stands.
            LibraryBusy: another process is changing the library.
        """
        with acquire_lock(self.library):
            standing = self.library.entries()
            if document_id not in standing:
                known = ", ".join(standing) or "none"
                raise UnknownDocument(f"no document '{document_id}' in the index; it holds: {known}")
            entry = standing[document_id]
            self._advance(standing, {document_id: Change(WITHDRAWN, entry)}, {}, on_progress)
            return Outcome(document_id, entry.filename, "withdrawn")

    def build(self, on_progress: Progress | None = None) -> str:
        """Build the snapshot again from the library's files, trusting no former snapshot; return its digest."""
        with acquire_lock(self.library):
            standing = self.library.entries()
            with Parser(self._limits) as parser:
                documents = {entry.document_id: self._extract(entry, parser) for entry in standing.values()}
            digest = self._build(list(documents.values()), None, on_progress)
            self._commit(digest, [])
            return digest

    def _take_in(
        self, file: GivenFile, standing: Mapping[str, Entry], taken: Sequence[Outcome], parser: Parser
    ) -> tuple[Outcome, Entry, Document]:
        check_filename(file.filename)
        document_id = check_document_id(file.document_id) if file.document_id else make_document_id(file.filename)
        if any(outcome.document_id == document_id and outcome.state != "rejected" for outcome in taken):
            raise FootnoteError(
                f"another file of this batch has the id '{document_id}' already; give one a document_id"
            )
        document, media_type = parser.read(file.content, document_id)
        entry = Entry(
            document_id=document_id,
            filename=file.filename,
            media_type=media_type,
            file_sha256=self.library.store(file.content),
            text_sha256=self.library.store(document.text.encode("utf-8")),
        )
        former = standing.get(document_id)
        state = "ready" if former is None else "unchanged" if former == entry else "replaced"
        return Outcome(document_id, file.filename, state, "; ".join(document.notes) or None), entry, document

    def _extract(self, entry: Entry, parser: Parser) -> Document:
        document, _ = parser.read(self.library.fetch(entry.file_sha256), entry.document_id)
        return document

    def _advance(
        self,
        standing: Mapping[str, Entry],
        changes: Mapping[str, Change],
        read: Mapping[str, Document],
        on_progress: Progress | None,
    ) -> None:
        former = self._former_snapshot()
        documents = dict(read)
        with Parser(self._limits) as parser:
            for document_id, entry in standing.items():
                if document_id not in changes:
                    kept = former.documents.get(document_id) if former else None
                    documents[document_id] = kept or self._extract(entry, parser)
        digest = self._build(list(documents.values()), former, on_progress)
        self._commit(digest, list(changes.values()))

    def _build(self, documents: list[Document], former: Snapshot | None, on_progress: Progress | None) -> str:
        documents = sorted(documents, key=lambda document: document.document_id)
        passages: list[Passage] = []
        for i, document in enumerate(documents):
            passages += cut_passages(
                document, self._settings, count_tokens, self.encoder.count_pieces, self.encoder.max_pieces
            )
            if on_progress:
                on_progress("cutting documents", i + 1, len(documents))
        texts = self._embedding.searchable_texts(passages)
        dense, sentences = self._embedding.embed(passages, texts, former, on_progress)
        lexical = LexicalIndex.build(texts)
        return write_snapshot(self._snapshots, documents, passages, dense, sentences, lexical, self.made_with)

    def _former_snapshot(self) -> Snapshot | None:
        ledger = self.library.read_ledger()
        return self._open_digest(ledger[-1].snapshot) if ledger else None

    def _commit(self, digest: str, changes: list[Change]) -> None:
        self.library.commit(digest, changes)
        write_whole(self._current, f"{digest}\n".encode())
        recent = [transaction.snapshot for transaction in self.library.read_ledger()]
        kept = set(list(dict.fromkeys(reversed(recent)))[:KEPT_SNAPSHOTS])
        for folder in self._snapshots.iterdir():
            if folder.name not in kept:
                shutil.rmtree(folder)

    def _open_digest(self, digest: str) -> Snapshot:
        return open_snapshot(self._snapshots / digest, self.made_with)


def read_paths(paths: Iterable[Path]) -> list[GivenFile]:
    """Return the files that `find_files` finds, whole in memory.

    Raises:
        FootnoteError: a path does not exist.
    """
    return [GivenFile(name, path.read_bytes()) for name, path in find_files(paths)]
