"""One upload on its way into the index, and how far it is."""

import secrets
import time
from collections.abc import Callable, Iterator

from api.engine import Engine, View
from api.job_schemas import FileBody, JobBody
from api.uploads import Upload
from index.build import GivenFile, Index, Outcome
from index.errors import FootnoteError
from index.types import Document


class Job:
    """The files of an upload, and a body that is replaced whole at each step, so that any thread may read it."""

    def __init__(self, upload: Upload, engine: Engine) -> None:
        self.body = JobBody(
            job_id="job_" + secrets.token_hex(8),
            state="queued",
            documents=[
                FileBody(
                    document_id=file.document_id,
                    filename=file.filename,
                    state="rejected" if file.problem else "queued",
                    problem=str(file.problem) if file.problem else None,
                )
                for file in upload.files
            ],
        )
        self.failure: FootnoteError | None = None
        self._upload = upload
        self._engine = engine
        self._accepted = [row for row, file in enumerate(upload.files) if file.problem is None]
        self._step_began = (0.0, 0)

    @property
    def has_ended(self) -> bool:
        """Tell whether the body is the last one."""
        return self.body.state in ("done", "failed")

    def run(self, check: Callable[[], None]) -> None:
        """Add the files to the index in one step; `check` is called often, and what it raises ends the change.

        Raises:
            FootnoteError: the index could not be changed.
        """
        self._update(state="running", step="waiting for another writer")

        def change(index: Index) -> list[Outcome]:
            reading = iter(self._accepted)

            def on_progress(step: str, done: int, total: int) -> None:
                check()
                self._show_step(step, done, total)

            def on_read(outcome: Outcome, document: Document | None) -> None:
                check()
                self._show_read(next(reading), outcome, document)

            return index.add(self._take_files(), on_progress, on_read)

        outcomes, view = self._engine.change(change, float("inf"), check)
        self._finish(outcomes, view)

    def fail(self, failure: FootnoteError) -> None:
        """Say that nothing of the job is in the index, and why."""
        self.failure = failure
        self._update(state="failed", problem=str(failure), step=None, per_second=None, seconds_left=None)

    def close(self) -> None:
        """Let the files go."""
        self._upload.close()

    def _take_files(self) -> Iterator[GivenFile]:
        for number, row in enumerate(self._accepted):
            file = self._upload.files[row]
            self._show_step("reading files", number, len(self._accepted))
            self._update_file(row, state="reading")
            yield GivenFile(file.filename, self._upload.read(file.start, file.length), file.document_id)

    def _show_read(self, row: int, outcome: Outcome, document: Document | None) -> None:
        if document is None:
            self._update_file(row, state="rejected", problem=outcome.problem)
            return
        self._update_file(
            row,
            state="read",
            title=document.title,
            text_sha256=document.text_sha256,
            pages=len(document.pages) or None,
            characters=len(document.text),
            problem=outcome.problem,
        )

    def _show_step(self, step: str, done: int, total: int) -> None:
        now = time.monotonic()
        if step != self.body.step:
            self._step_began = (now, done)
        began, at_first = self._step_began
        rate = (done - at_first) / (now - began) if done > at_first and now > began else None
        self._update(
            step=step,
            done=done,
            total=total,
            per_second=rate and round(rate, 2),
            seconds_left=rate and round((total - done) / rate, 1),
        )

    def _finish(self, outcomes: list[Outcome], view: View) -> None:
        for row, outcome in zip(self._accepted, outcomes, strict=True):
            self._update_file(row, state=outcome.state, problem=outcome.problem)
            entry = view.entries.get(outcome.document_id or "")
            if entry and outcome.state != "rejected":
                known = {"media_type": entry.media_type, "file_sha256": entry.file_sha256}
                self._update_file(row, **known, passages=view.passages[entry.document_id])
        self._update(state="done", step=None, per_second=None, seconds_left=None, snapshot=view.snapshot.digest)

    def _update_file(self, row: int, **changes: object) -> None:
        documents = list(self.body.documents)
        documents[row] = documents[row].model_copy(update=changes)
        self._update(documents=documents)

    def _update(self, **changes: object) -> None:
        self.body = self.body.model_copy(update=changes)
