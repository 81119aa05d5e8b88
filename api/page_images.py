"""A page of a document -> its image, with the boxes of a range."""

from hashlib import sha256

from api.engine import View
from api.errors import BadRange, UnknownPage
from index.errors import TextGone
from index.formats import PDF
from index.library import Library
from index.parse import ParseLimits, Parser
from index.types import Document, Page, Range


def identify_image(document: Document, number: int, marked: Range | None) -> str:
    """Return a tag that is the same for the same image."""
    return sha256(f"{document.text_sha256} {number} {marked}".encode()).hexdigest()


def find_page(view: View, document_id: str, number: int, text_sha256: str | None) -> tuple[Document, Page]:
    """Return the document and its page `number`.

    Raises:
        UnknownDocument, UnknownPage: there is none.
        TextGone: the document has another text than `text_sha256` now.
    """
    entry, document = view.find(document_id)
    if text_sha256 is not None and text_sha256 != document.text_sha256:
        raise TextGone(f"document '{document_id}' has a newer text; images are made of the pages of that one")
    if entry.media_type != PDF:
        raise UnknownPage(
            f"document '{document_id}' is {entry.media_type}, which has no pages to show; "
            "its words are at …/text, the file at …/original"
        )
    for page in document.pages:
        if page.number == number:
            return document, page
    raise UnknownPage(f"document '{document_id}' has pages 1 to {len(document.pages)}, not {number}")


def check_range(document: Document, start: int | None, end: int | None) -> Range | None:
    """Return the range to be marked, None for none.

    Raises:
        BadRange: it is no range of the text.
    """
    if start is None and end is None:
        return None
    if start is None or end is None or not 0 <= start < end <= len(document.text):
        raise BadRange(
            f"range {start}:{end} is no part of '{document.document_id}', which has {len(document.text)} characters"
        )
    return start, end


def draw_page(
    library: Library, file_sha256: str, document: Document, page: Page, marked: Range | None, limits: ParseLimits
) -> bytes:
    """Return the page as a PNG; it is drawn in a process of its own, which a bad file may take down.

    Raises:
        TextGone: the file is no longer kept.
        UnreadableFile: the page cannot be drawn.
    """
    inside = (max(marked[0], page.start) - page.start, min(marked[1], page.end) - page.start) if marked else None
    with Parser(limits) as parser:
        content = library.fetch(file_sha256)
        return parser.draw(content, page.number, document.text[page.start : page.end], inside)
