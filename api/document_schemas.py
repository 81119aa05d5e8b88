"""Bodies that tell of documents: in lists, and one with its sections and pages."""

from pydantic import BaseModel

from index.library import Entry
from index.types import Document


class DocumentBody(BaseModel):
    """A document in lists; `problem` says what of its file is not in the text, null where all is."""

    document_id: str
    title: str
    filename: str
    media_type: str
    file_sha256: str
    text_sha256: str
    pages: int | None
    characters: int
    passages: int
    state: str
    problem: str | None

    @classmethod
    def of(cls, entry: Entry, document: Document, passages: int) -> "DocumentBody":
        """Return the body of a document that stands in the index."""
        return cls(
            document_id=entry.document_id,
            title=document.title,
            filename=entry.filename,
            media_type=entry.media_type,
            file_sha256=entry.file_sha256,
            text_sha256=entry.text_sha256,
            pages=len(document.pages) or None,
            characters=len(document.text),
            passages=passages,
            state="ready",
            problem="; ".join(document.notes) or None,
        )


class DocumentsReply(BaseModel):
    """A page of the list; `next_cursor` asks for the next one, null at the end."""

    documents: list[DocumentBody]
    next_cursor: str | None


class SectionBody(BaseModel):
    """The headings above a range."""

    path: list[str]
    start_char_index: int
    end_char_index: int


class PageBody(BaseModel):
    """The range of a page, 1-based."""

    number: int
    start_char_index: int
    end_char_index: int


class DocumentReply(BaseModel):
    """A document's metadata with its tables of sections and pages; `pages` is empty for formats without them."""

    document_id: str
    title: str
    filename: str
    media_type: str
    file_sha256: str
    text_sha256: str
    characters: int
    passages: int
    state: str
    problem: str | None
    sections: list[SectionBody]
    pages: list[PageBody]

    @classmethod
    def of(cls, entry: Entry, document: Document, passages: int) -> "DocumentReply":
        """Return the body of a document that stands in the index."""
        listed = DocumentBody.of(entry, document, passages).model_dump(exclude={"pages"})
        return cls(
            **listed,
            sections=[
                SectionBody(path=list(section.path), start_char_index=section.start, end_char_index=section.end)
                for section in document.sections
            ],
            pages=[
                PageBody(number=page.number, start_char_index=page.start, end_char_index=page.end)
                for page in document.pages
            ],
        )
