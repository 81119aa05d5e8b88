"""Span -> Citation: one that is not verbatim cannot be built."""

from bisect import bisect_right
from dataclasses import dataclass

from index.errors import TextGone, UnknownDocument
from index.library import Library
from index.snapshot import Snapshot
from index.types import Document
from rag.errors import NotVerbatim
from rag.types import Citation


def cite(document: Document, start: int, end: int, role: str) -> Citation:
    """Return the citation of `document.text[start:end]`, with the section and pages that it stands on.

    Pages are 1-based and the end page is exclusive; both are None where the format has no pages.

    Raises:
        NotVerbatim: the range is empty or reaches beyond the text.
    """
    if not 0 <= start < end <= len(document.text):
        raise NotVerbatim(
            f"range {start}:{end} is no part of '{document.document_id}', which has {len(document.text)} characters"
        )
    pages = [page.number for page in document.pages if page.start < end and start < page.end]
    return Citation(
        document_id=document.document_id,
        document_title=document.title,
        text_sha256=document.text_sha256,
        role=role,
        section=section_at(document, start),
        cited_text=document.text[start:end],
        start=start,
        end=end,
        start_page=pages[0] if pages else None,
        end_page=pages[-1] + 1 if pages else None,
    )


def section_at(document: Document, position: int) -> tuple[str, ...]:
    """Return the headings above the character at `position`, outermost first."""
    i = bisect_right([section.start for section in document.sections], position) - 1
    return document.sections[i].path if i >= 0 else ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What holds of a citation: `status` is valid, changed, withdrawn or invalid; `reason` says why it is not valid.

    For a changed one, `text_sha256`, `start` and `end` say where its words stand now; None if they no longer do.
    """

    status: str
    reason: str | None = None
    text_sha256: str | None = None
    start: int | None = None
    end: int | None = None


def check_citation(
    snapshot: Snapshot, library: Library, document_id: str, text_sha256: str, start: int, end: int, cited_text: str
) -> Verdict:
    """Return whether the words stand where the citation says, in a text that the library holds or held."""
    try:
        text = library.fetch_text(document_id, text_sha256)
    except UnknownDocument:
        return Verdict("invalid", f"no document '{document_id}' was ever added")
    except TextGone:
        return Verdict("invalid", f"'{document_id}' has no text with that sha256")
    if not 0 <= start < end <= len(text):
        return Verdict("invalid", f"range {start}:{end} is no part of the text, which has {len(text)} characters")
    if text[start:end] != cited_text:
        return Verdict("invalid", "other words stand at that range of the text")
    document = snapshot.documents.get(document_id)
    if document is None:
        return Verdict("withdrawn", f"'{document_id}' was withdrawn; its words stood there until then")
    if document.text_sha256 == text_sha256:
        return Verdict("valid", text_sha256=text_sha256, start=start, end=end)
    moved = _find_nearest(document.text, cited_text, start)
    if moved is None:
        return Verdict("changed", "the document was replaced and no longer holds these words", document.text_sha256)
    return Verdict("changed", "the document was replaced", document.text_sha256, moved, moved + len(cited_text))


def _find_nearest(text: str, words: str, position: int) -> int | None:
    after, before = text.find(words, position), text.rfind(words, 0, position + len(words))
    found = [place for place in (before, after) if place >= 0]
    return min(found, key=lambda place: abs(place - position)) if found else None
