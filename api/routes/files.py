"""GET /v1/documents/{document_id}/original and …/pages/{number}."""

from typing import Annotated

from fastapi import APIRouter, Header, Query
from fastapi.responses import Response

from api.original import make_file_headers
from api.page_images import check_range, draw_page, find_page, identify_image
from api.routes.state import EngineOf, SettingsOf

router = APIRouter(prefix="/v1", tags=["documents"])


@router.get("/documents/{document_id:path}/original", response_class=Response)
def get_original(document_id: str, engine: EngineOf) -> Response:
    """Return the file as it was given."""
    entry, _ = engine.view().find(document_id)
    content = engine.index.library.fetch(entry.file_sha256)
    return Response(content, headers=make_file_headers(entry.filename, entry.media_type, content))


@router.get(
    "/documents/{document_id:path}/pages/{number}",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}, "description": "the page as an image"}},
)
def get_page_image(
    document_id: str,
    number: int,
    engine: EngineOf,
    settings: SettingsOf,
    start: Annotated[int | None, Query(description="first character of the range to mark")] = None,
    end: Annotated[int | None, Query(description="the character after it")] = None,
    text_sha256: Annotated[str | None, Query(max_length=64, description="the text that the range is of")] = None,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """Return a page of a PDF as an image, with the words of a range marked."""
    view = engine.view()
    document, page = find_page(view, document_id, number, text_sha256)
    marked = check_range(document, start, end)
    tag = identify_image(document, number, marked)
    headers = {"ETag": f'"{tag}"', "Cache-Control": "no-cache"}
    if if_none_match and tag in if_none_match:
        return Response(status_code=304, headers=headers)
    file_sha256, limits = view.entries[document_id].file_sha256, settings.make_parse_limits()
    image = draw_page(engine.index.library, file_sha256, document, page, marked, limits)
    return Response(image, media_type="image/png", headers=headers)
