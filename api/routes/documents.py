"""GET /v1/documents and what hangs on one; POST /v1/verify."""

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Header, Query
from fastapi.responses import Response

from api.engine import Engine
from api.routes.state import EngineOf
from api.schemas import DocumentBody, DocumentReply, DocumentsReply, Verdict, VerifyBody, VerifyReply
from index.errors import UnknownDocument
from index.library import Entry
from index.types import Document
from rag.cite import check_citation

router = APIRouter(prefix="/v1", tags=["documents"])


@router.get("/documents", response_model=DocumentsReply)
def list_documents(
    engine: EngineOf,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: Annotated[str, Query(max_length=200, description="`next_cursor` of the page before")] = "",
) -> DocumentsReply:
    """Return the documents that stand in the index, by id in sorted order."""
    snapshot = engine.snapshot()
    entries = engine.index.library.entries()
    counts = Counter(passage.document_id for passage in snapshot.passages)
    following = [document_id for document_id in snapshot.documents if document_id > cursor and document_id in entries]
    shown = following[:limit]
    return DocumentsReply(
        documents=[DocumentBody.of(entries[i], snapshot.documents[i], counts[i]) for i in shown],
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
        _, document = _find(engine, document_id)
        text_sha256, text = document.text_sha256, document.text
    else:
        text = engine.index.library.fetch_text(document_id, text_sha256)
    headers = {"ETag": f'"{text_sha256}"', "Cache-Control": "no-cache"}
    if if_none_match and text_sha256 in if_none_match:
        return Response(status_code=304, headers=headers)
    return Response(text.encode("utf-8"), media_type="text/plain; charset=utf-8", headers=headers)


@router.get("/documents/{document_id:path}/original", response_class=Response)
def get_original(document_id: str, engine: EngineOf) -> Response:
    """Return the file as it was given."""
    entry, _ = _find(engine, document_id)
    content = engine.index.library.fetch(entry.file_sha256)
    name = entry.filename.rsplit("/", 1)[-1].encode("ascii", "replace").decode().replace('"', "'")
    # A user's file is shown or saved, never run: not even a script that stands in an HTML report.
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Content-Security-Policy": "sandbox"}
    return Response(content, media_type=entry.media_type, headers=headers)


@router.get("/documents/{document_id:path}", response_model=DocumentReply)
def get_document(document_id: str, engine: EngineOf) -> DocumentReply:
    """Return a document's metadata, sections and pages."""
    entry, document = _find(engine, document_id)
    passages = sum(passage.document_id == document_id for passage in engine.snapshot().passages)
    return DocumentReply.of(entry, document, passages)


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


def _find(engine: Engine, document_id: str) -> tuple[Entry, Document]:
    document = engine.snapshot().documents.get(document_id)
    entry = engine.index.library.entries().get(document_id)
    if document is None or entry is None:
        raise UnknownDocument(f"no document '{document_id[:200]}' in the index; GET /v1/documents lists them")
    return entry, document
