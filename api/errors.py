"""Exception -> status and the one JSON error shape (RFC 9457)."""

import http
import logging
from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from index.errors import (
    BadDocumentId,
    FootnoteError,
    LedgerDamaged,
    LibraryBusy,
    SnapshotDamaged,
    SnapshotMismatch,
    TextGone,
    UnknownDocument,
    UnknownFormat,
    UnreadableFile,
)
from rag.errors import BadQuestion

MEDIA_TYPE = "application/problem+json"

logger = logging.getLogger("footnote")


class NotReady(FootnoteError):
    """The service has not opened its index and models yet, or is about to stop."""


class QueueFull(FootnoteError):
    """As many uploads wait as may."""


class NotMultipart(FootnoteError):
    """The body of an upload is not said to be multipart/form-data."""


class BadUpload(FootnoteError):
    """The body of an upload is no form that can be read, or its fields do not fit together."""


class FileTooLarge(FootnoteError):
    """A file of an upload is larger than the setting allows."""


class StorageFull(FootnoteError):
    """The disk took no more."""


class NothingAdded(FootnoteError):
    """Every file of an upload was rejected; `files` says why of each, `status` and `code` are those of the failure."""

    def __init__(self, detail: str, files: list[dict], status: int, code: str) -> None:
        super().__init__(detail)
        self.files, self.status, self.code = files, status, code


class UnknownJob(FootnoteError):
    """No job of that id is remembered."""


class BadRange(FootnoteError):
    """The range is no part of the text."""


class UnknownPage(FootnoteError):
    """The document has no page of that number, or no pages at all."""


class Problem(BaseModel):
    """The body of every failing reply, as `application/problem+json`."""

    type: str = Field(description="urn:footnote:problem: and the code")
    title: str
    status: int
    detail: str = Field(description="what is wrong, what was expected, and the way out")
    code: str
    request_id: str
    errors: list[dict] | None = Field(None, description="the fields of a bad body, or the files of a rejected upload")


PROBLEMS = {
    f"{kind}XX": {"description": text, "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}}
    for kind, text in ((4, "The request cannot be served"), (5, "The service cannot serve it now, or has a fault"))
}
"""What the schema says of the failing replies of every route."""

STATUSES: Mapping[type[FootnoteError], tuple[int, str]] = {
    BadQuestion: (422, "bad_question"),
    BadDocumentId: (422, "bad_document_id"),
    UnknownDocument: (404, "unknown_document"),
    TextGone: (410, "text_gone"),
    LibraryBusy: (409, "library_busy"),
    UnknownFormat: (415, "unknown_format"),
    UnreadableFile: (422, "unreadable_file"),
    NotReady: (503, "not_ready"),
    QueueFull: (503, "queue_full"),
    NotMultipart: (415, "unsupported_media_type"),
    BadUpload: (422, "bad_upload"),
    FileTooLarge: (413, "file_too_large"),
    StorageFull: (507, "storage_full"),
    UnknownJob: (404, "unknown_job"),
    BadRange: (422, "bad_range"),
    UnknownPage: (404, "unknown_page"),
    SnapshotDamaged: (503, "snapshot_damaged"),
    SnapshotMismatch: (503, "snapshot_mismatch"),
    LedgerDamaged: (503, "ledger_damaged"),
}
"""Status and code of each exception; what is not here is a fault of ours, 500."""

_CODES = {404: "not_found", 405: "method_not_allowed", 413: "body_too_large"}


def problem(
    status: int,
    code: str,
    detail: str,
    request_id: str,
    errors: list[dict] | None = None,
    headers: Mapping | None = None,
) -> JSONResponse:
    """Return the error response: type, title, status, detail, code, request_id, and errors of the body if any."""
    body = Problem(
        type=f"urn:footnote:problem:{code}",
        title=http.HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        code=code,
        request_id=request_id,
        errors=errors,
    )
    given = body.model_dump(exclude={"errors"} if errors is None else None)
    return JSONResponse(given, status, {"Retry-After": "1"} if status == 503 else headers, MEDIA_TYPE)


def add_error_handlers(app: FastAPI) -> None:
    """Give every failing path of `app` the one shape."""
    app.add_exception_handler(FootnoteError, _handle_footnote_error)
    app.add_exception_handler(RequestValidationError, _handle_bad_body)
    app.add_exception_handler(HTTPException, _handle_http_exception)
    app.add_exception_handler(Exception, _handle_fault)


def describe(error: FootnoteError) -> tuple[int, str]:
    """Return the status and code of a failure."""
    if isinstance(error, NothingAdded):
        return error.status, error.code
    return next((found for kind, found in STATUSES.items() if isinstance(error, kind)), (500, "internal_error"))


def fault(request_id: str) -> JSONResponse:
    """Return the response to a failure that is ours."""
    return problem(500, "internal_error", "a fault of ours; the log has it under this request_id", request_id)


def _request_id(request: Request) -> str:
    return request.scope.get("request_id", "")


def _handle_footnote_error(request: Request, error: FootnoteError) -> JSONResponse:
    status, code = describe(error)
    errors = error.files if isinstance(error, NothingAdded) else None
    return problem(status, code, str(error), _request_id(request), errors)


def _handle_bad_body(request: Request, error: RequestValidationError) -> JSONResponse:
    media_type = request.headers.get("content-type", "")
    of_body = any(entry["loc"][0] == "body" for entry in error.errors())
    if of_body and "json" not in media_type.lower():
        detail = f"the body's Content-Type is {_printable(media_type) or 'missing'!r}, expected application/json"
        return problem(415, "unsupported_media_type", detail, _request_id(request))
    # What was given is not repeated: it may hold lone surrogates or NaN, which JSON cannot carry.
    errors = [
        {"field": ".".join(_printable(part) for part in entry["loc"]), "problem": _printable(entry["msg"])}
        for entry in error.errors()
    ]
    detail = "; ".join(f"{entry['field']}: {entry['problem']}" for entry in errors[:5])
    return problem(422, "bad_request", detail, _request_id(request), errors[:50])


def _printable(part: object) -> str:
    return str(part).encode("utf-8", "replace").decode("utf-8")[:200]


def _handle_http_exception(request: Request, error: HTTPException) -> JSONResponse:
    if error.status_code == 400:
        # The framework could not parse the body at all.
        return problem(422, "bad_request", "the body is no JSON in UTF-8 of a sensible depth", _request_id(request))
    code = _CODES.get(error.status_code, "http_error")
    detail = str(error.detail)
    if error.status_code == 404:
        detail = f"nothing is at {_printable(request.url.path)}; GET /openapi.json lists what is"
    return problem(error.status_code, code, detail, _request_id(request), headers=error.headers)


def _handle_fault(request: Request, error: Exception) -> JSONResponse:
    logger.error("request %s failed", _request_id(request), exc_info=error)
    return fault(_request_id(request))
