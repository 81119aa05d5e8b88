"""POST /v1/documents and DELETE /v1/documents/{document_id}."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from api.job import Job
from api.job_schemas import AcceptedBody, UploadedBody, WithdrawnBody
from api.jobs import watch
from api.routes.state import EngineOf, JobsOf, SettingsOf
from api.uploads import explain_nothing_added, receive_upload
from index.errors import UnreadableFile

router = APIRouter(prefix="/v1", tags=["documents"])

PATIENCE_SECONDS = 5.0
"""How long a withdrawal waits for another writer."""

_FORM = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": {"type": "array", "items": {"type": "string", "format": "binary"}},
                    "document_id": {
                        "type": "array",
                        "items": {"type": "string"},
                        "description": "none, or one for each file in their order; an empty one asks for none",
                    },
                },
            }
        }
    },
}


@router.post(
    "/documents",
    status_code=202,
    response_model=AcceptedBody,
    responses={200: {"model": UploadedBody, "description": "with wait=true: what became of each file"}},
    openapi_extra={"requestBody": _FORM},
)
async def add_documents(
    request: Request,
    engine: EngineOf,
    jobs: JobsOf,
    settings: SettingsOf,
    wait: Annotated[bool, Query(description="answer when the files are in the index, not before")] = False,
):
    """Add or replace documents: one or more files as a multipart form, read in the background in one step."""
    with jobs.take_place():
        content_type = request.headers.get("content-type", "")
        upload = await receive_upload(content_type, request.stream(), settings.data, settings.max_file_bytes)
        job = jobs.submit(upload, engine)
    if wait:
        return JSONResponse((await _wait(job)).model_dump())
    return AcceptedBody(job_id=job.body.job_id, documents=job.body.documents)


@router.delete("/documents/{document_id:path}", response_model=WithdrawnBody)
def withdraw_document(document_id: str, engine: EngineOf) -> WithdrawnBody:
    """Withdraw a document; in force when the reply is sent. Citations of it can still be told apart by /v1/verify."""
    outcome, view = engine.change(lambda index: index.remove(document_id), PATIENCE_SECONDS)
    return WithdrawnBody(document_id=document_id, filename=outcome.filename, snapshot=view.snapshot.digest)


async def _wait(job: Job) -> UploadedBody:
    async for _ in watch(job):
        pass
    if job.failure:
        raise job.failure
    body = job.body
    if all(document.state == "rejected" for document in body.documents):
        raise explain_nothing_added([(one.filename, UnreadableFile(one.problem)) for one in body.documents])
    return UploadedBody(job_id=body.job_id, documents=body.documents, snapshot=body.snapshot)
