"""Settings -> what answers: encoder, reader, calibrator and the current snapshot, opened once."""

import threading
from collections.abc import Callable
from pathlib import Path

from api.errors import NotReady
from api.settings import Settings
from index.build import Index, Outcome, read_paths
from index.encoder import open_encoder
from index.errors import FootnoteError
from index.progress import Progress
from index.snapshot import Snapshot
from rag.ask import ask
from rag.models import Models, open_models
from rag.types import Question


class Engine:
    """An open index and the models that answer from it."""

    def __init__(self, index: Index, models: Models) -> None:
        self.index = index
        self.models = models
        self._snapshot = index.open()
        self._opening = threading.Lock()

    def snapshot(self) -> Snapshot:
        """Return the current snapshot; one that another process has published since is opened first."""
        if self.index.current_digest() != self._snapshot.digest:
            with self._opening:
                if self.index.current_digest() != self._snapshot.digest:
                    self._snapshot = self.index.open()
        return self._snapshot


def open_index(settings: Settings) -> Index:
    """Return the index in the settings' data folder; the encoder is compiled first if it never was."""
    return Index(settings.data, open_encoder(settings.encoder, settings.data / "models"))


def add_first_reports(index: Index, reports: Path, on_progress: Progress | None = None) -> list[Outcome]:
    """Add the files in `reports` if nothing was ever added or withdrawn; return what became of them."""
    if not index.library.is_new() or not reports.is_dir():
        return []
    return index.add(read_paths([reports]), on_progress)


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
