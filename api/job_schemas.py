"""The bodies of uploads and jobs; frozen, so that one can be read while the next is being made."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

FileState = Literal["queued", "reading", "read", "ready", "unchanged", "replaced", "rejected", "withdrawn"]
JobState = Literal["queued", "running", "done", "failed"]


class FileBody(BaseModel):
    """A document as in lists; what is not known of it yet, or never will be of a rejected one, is null.

    `problem` says why it was rejected, or what of a file that was taken is not in the text.

    Until its job is done it is `queued`, `reading` or `read`; nothing of a job is in the index before all of it is.
    """

    model_config = ConfigDict(frozen=True)

    document_id: str | None
    title: str | None = None
    filename: str
    media_type: str | None = None
    file_sha256: str | None = None
    text_sha256: str | None = None
    pages: int | None = None
    characters: int | None = None
    passages: int | None = None
    state: FileState
    problem: str | None = None


class JobBody(BaseModel):
    """How far an upload is. `done` of `total` are done of `step`, at `per_second`; null while that is not known.

    `state` done means that the snapshot holds every file that was not rejected; failed means that it holds none.
    """

    model_config = ConfigDict(frozen=True)

    job_id: str
    state: JobState
    step: str | None = None
    done: int = 0
    total: int = 0
    per_second: float | None = None
    seconds_left: float | None = None
    documents: list[FileBody]
    problem: str | None = None
    snapshot: str | None = None


class AcceptedBody(BaseModel):
    """The job that reads the files of an upload."""

    job_id: str
    documents: list[FileBody]


class UploadedBody(AcceptedBody):
    """What became of the files of an upload, and the snapshot that holds them."""

    snapshot: str | None


class WithdrawnBody(BaseModel):
    """A document that was withdrawn, and the snapshot without it, which is in force."""

    document_id: str
    filename: str
    state: Literal["withdrawn"] = "withdrawn"
    snapshot: str
