"""GET /v1/documents and what hangs on one; POST /v1/verify."""

from typing import Annotated

from fastapi import APIRouter, Header, Query
from fastapi.responses import Response

from api.document_schemas import DocumentBody, DocumentReply, DocumentsReply
from api.routes.state import EngineOf
from api.schemas import Verdict, VerifyBody, VerifyReply
from rag.cite import check_citation

router = APIRouter(prefix="/v1", tags=["documents"])


@router.get("/documents", response_model=DocumentsReply)
def list_documents(
    engine: EngineOf,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: Annotated[str, Query(max_length=200, description="`next_cursor` of the page before")] = "",
) -> DocumentsReply:
    """Return the documents that stand in the index, by id in sorted order."""
    view = engine.view()
    following = [document_id for document_id in sorted(view.entries) if document_id > cursor]
    shown = following[:limit]
    return DocumentsReply(
        documents=[DocumentBody.of(*view.find(document_id), view.passages[document_id]) for document_id in shown],
        next_cursor=shown[-1] if len(following) > limit else None,
    )


@router.get("/documents/{document_id:path}/text", response_class=Response)
def get_text(
    document_id: str,
    engine: EngineOf,
    text_sha256: Annotated[str | None, Query(max_length=64)] = None,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """Return the exact text that every offset refers to, or a former one by its sha256."""
    if text_sha256 is None:
        _, document = engine.view().find(document_id)
        text_sha256, text = document.text_sha256, document.text
    else:
        text = engine.index.library.fetch_text(document_id, text_sha256)
    headers = {"ETag": f'"{text_sha256}"', "Cache-Control": "no-cache"}
    if if_none_match and text_sha256 in if_none_match:
        return Response(status_code=304, headers=headers)
    return Response(text.encode("utf-8"), media_type="text/plain; charset=utf-8", headers=headers)


@router.get("/documents/{document_id:path}", response_model=DocumentReply)
def get_document(document_id: str, engine: EngineOf) -> DocumentReply:
    """Return a document's metadata, sections and pages."""
    view = engine.view()
    entry, document = view.find(document_id)
    return DocumentReply.of(entry, document, view.passages[document_id])


@router.post("/verify", response_model=VerifyReply)
def verify_citations(body: VerifyBody, engine: EngineOf) -> VerifyReply:
    """Say of each citation whether its words stand where it says."""
    snapshot = engine.snapshot()
    results = []
    for given in body.citations:
        verdict = check_citation(
            snapshot,
            engine.index.library,
            given.document_id,
            given.text_sha256,
            given.start_char_index,
            given.end_char_index,
            given.cited_text,
        )
        results.append(
            Verdict(
                status=verdict.status,
                reason=verdict.reason,
                text_sha256=verdict.text_sha256,
                start_char_index=verdict.start,
                end_char_index=verdict.end,
            )
        )
    return VerifyReply(results=results)
