"""Request -> the engine that answers it."""

from typing import Annotated

from fastapi import Depends, Request

from api.engine import Engine, Opening
from api.jobs import Jobs
from api.settings import Settings
from index.errors import UnknownDocument
from index.snapshot import Snapshot


def get_opening(request: Request) -> Opening:
    """Return the application's engine, opened or not."""
    return request.app.state.opening


def get_settings(request: Request) -> Settings:
    """Return the application's settings."""
    return request.app.state.settings


def get_jobs(request: Request) -> Jobs:
    """Return the application's queue of uploads."""
    return request.app.state.jobs


def get_engine(opening: Annotated[Opening, Depends(get_opening)]) -> Engine:
    """Return the open engine.

    Raises:
        NotReady: it is still being opened.
    """
    return opening.engine()


SettingsOf = Annotated[Settings, Depends(get_settings)]
JobsOf = Annotated[Jobs, Depends(get_jobs)]
EngineOf = Annotated[Engine, Depends(get_engine)]


def check_documents(snapshot: Snapshot, documents: list[str] | None) -> tuple[str, ...] | None:
    """Return the documents asked about in canonical order; None means all.

    Raises:
        UnknownDocument: one of them does not stand in the index.
    """
    if documents is None:
        return None
    for document_id in documents:
        if document_id not in snapshot.documents:
            shown = document_id.encode("utf-8", "replace").decode("utf-8")[:200]
            raise UnknownDocument(f"no document '{shown}' in the index; GET /v1/documents lists them")
    return tuple(sorted(set(documents)))
