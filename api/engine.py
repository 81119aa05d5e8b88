"""Settings -> what answers: encoder, reader, calibrator and the current snapshot, opened once."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from api.errors import NotReady, logger
from api.settings import Settings
from index.build import Index, read_paths
from index.encoder import open_encoder
from index.errors import FootnoteError, LibraryBusy, SnapshotDamaged, UnknownDocument
from index.library import Entry
from index.progress import Progress
from index.snapshot import Snapshot
from index.types import Document
from rag.ask import ask
from rag.models import Models, open_models
from rag.types import Question

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class View:
    """One snapshot with the ledger's entry and the count of passages of each of its documents."""

    snapshot: Snapshot
    entries: Mapping[str, Entry]
    passages: Mapping[str, int]

    def find(self, document_id: str) -> tuple[Entry, Document]:
        """Return a document and its entry in the ledger.

        Raises:
            UnknownDocument: the snapshot holds none of that id.
        """
        if document_id not in self.entries:
            raise UnknownDocument(f"no document '{document_id[:200]}' in the index; GET /v1/documents lists them")
        return self.entries[document_id], self.snapshot.documents[document_id]


class Engine:
    """An open index and the models that answer from it.

    A view is immutable and replaced whole: who took one goes on reading it, whatever changes meanwhile.
    """

    def __init__(self, index: Index, models: Models) -> None:
        self.index = index
        self.models = models
        self._opening = threading.Lock()
        self._view = self._open_view()

    def snapshot(self) -> Snapshot:
        """Return the current snapshot; one that was published since is opened first."""
        return self.view().snapshot

    def view(self) -> View:
        """Return the current snapshot with its entries; one that was published since is opened first.

        While one caller opens it, the others go on with the one before.
        """
        if self._is_behind() and self._opening.acquire(blocking=False):
            try:
                self._catch_up()
            finally:
                self._opening.release()
        return self._view

    def change(
        self, change: Callable[[Index], T], patience_seconds: float, on_busy: Callable[[], None] | None = None
    ) -> tuple[T, View]:
        """Return what `change` did to the index and the view that holds it, which is in force from then on.

        While another writer is busy it waits, calling `on_busy` ten times a second.

        Raises:
            LibraryBusy: the other writer was not done in time.
        """
        deadline = time.monotonic() + patience_seconds
        while True:
            try:
                done = change(self.index)
                break
            except LibraryBusy:
                if time.monotonic() > deadline:
                    raise
            if on_busy:
                on_busy()
            time.sleep(0.1)
        with self._opening:
            self._catch_up()
            return done, self._view

    def _is_behind(self) -> bool:
        return self.index.current_digest() != self._view.snapshot.digest

    def _catch_up(self) -> None:
        if self._is_behind():
            self._view = self._open_view()

    def _open_view(self) -> View:
        try:
            snapshot = self.index.open()
        except SnapshotDamaged:
            # Two changes by another process while it was being opened take the folder away; a second look is final.
            snapshot = self.index.open()
        snapshot.words.read()
        entries = {}
        for transaction in self.index.library.read_ledger():
            for change in transaction.changes:
                document = snapshot.documents.get(change.entry.document_id)
                if document and document.text_sha256 == change.entry.text_sha256:
                    entries[document.document_id] = change.entry
        return View(snapshot, entries, Counter(passage.document_id for passage in snapshot.passages))


def open_index(settings: Settings) -> Index:
    """Return the index in the settings' data folder; the encoder is compiled first if it never was."""
    encoder = open_encoder(settings.encoder, settings.data / "models")
    return Index(settings.data, encoder, limits=settings.make_parse_limits())


def add_first_reports(index: Index, reports: Path, on_progress: Progress | None = None) -> None:
    """Add the files in `reports` if nothing was ever added or withdrawn; the log names those that were rejected."""
    if not index.library.is_new() or not reports.is_dir():
        return
    for outcome in index.add(read_paths([reports]), on_progress):
        if outcome.state == "rejected":
            logger.warning("left out %s: %s", outcome.filename, outcome.problem)


def open_engine(settings: Settings, on_progress: Progress | None = None) -> Engine:
    """Return an engine that has answered once; at the first start it adds the reports.

    Raises:
        FootnoteError: models or index cannot be used; the message says what and the way out.
    """
    index = open_index(settings)
    add_first_reports(index, settings.reports, on_progress)
    engine = Engine(index, open_models(index.encoder))
    ask(Question("Is the service able to answer?"), engine.snapshot(), engine.models)
    return engine


class Opening:
    """An engine that is opened in the background, so that the service can say meanwhile that it is not ready."""

    def __init__(self, open_: Callable[[], Engine], on_failure: Callable[[FootnoteError], None]) -> None:
        self._open = open_
        self._on_failure = on_failure
        self._engine: Engine | None = None

    def start(self) -> None:
        """Begin to open the engine; returns at once."""
        threading.Thread(target=self._run, name="open-engine", daemon=True).start()

    def engine(self) -> Engine:
        """Return the engine.

        Raises:
            NotReady: it is still being opened.
        """
        if self._engine is None:
            raise NotReady("the index and the models are being opened; ask again in a moment")
        return self._engine

    def _run(self) -> None:
        try:
            self._engine = self._open()
        except FootnoteError as problem:
            self._on_failure(problem)
