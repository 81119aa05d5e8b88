"""Request and response bodies, written once."""

from typing import Annotated, Literal
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field

from index.snapshot import Snapshot
from index.types import Hit
from rag.types import Alternative, Answer, AnswerPart, Citation

Text = Annotated[str, Field(min_length=1, max_length=20_000)]
Identifier = Annotated[str, Field(min_length=1, max_length=200)]
Score = Annotated[float, Field(description="four decimals, higher is better")]


class Given(BaseModel):
    """A request body; a field that it does not have is refused, so that a misspelt option is never ignored."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Turn(Given):
    """An earlier question of the same conversation."""

    question: Text
    understood_question: Text | None = None
    answer: Annotated[str, Field(max_length=100_000)] | None


class AskBody(Given):
    """A question and its options."""

    question: Text
    documents: Annotated[list[Identifier], Field(min_length=1, max_length=10_000)] | None = None
    top_k: Annotated[int, Field(ge=1, le=50)] = 5
    max_risk: Annotated[float, Field(ge=0, le=1, strict=False)] | None = None
    history: Annotated[list[Turn], Field(max_length=100)] = []


class SearchBody(Given):
    """A query for passages."""

    query: Text
    documents: Annotated[list[Identifier], Field(min_length=1, max_length=10_000)] | None = None
    top_k: Annotated[int, Field(ge=1, le=50)] = 5


class GivenCitation(BaseModel):
    """A citation to check; other fields that a citation has are allowed and not read."""

    model_config = ConfigDict(strict=True)

    document_id: Identifier
    text_sha256: Identifier
    start_char_index: int
    end_char_index: int
    cited_text: Annotated[str, Field(max_length=1_000_000)]


class VerifyBody(Given):
    """Citations to check."""

    citations: Annotated[list[GivenCitation], Field(max_length=1000)]


class PassageBody(BaseModel):
    """A passage that was found."""

    document_id: str
    text_sha256: str
    start_char_index: int
    end_char_index: int
    text: str
    section: list[str]
    start_page_number: int | None
    score: Score

    @classmethod
    def of(cls, hit: Hit, snapshot: Snapshot) -> "PassageBody":
        """Return the body of a hit."""
        document = snapshot.documents[hit.passage.document_id]
        pages = [page.number for page in document.pages if page.start <= hit.passage.start < page.end]
        return cls(
            document_id=document.document_id,
            text_sha256=document.text_sha256,
            start_char_index=hit.passage.start,
            end_char_index=hit.passage.end,
            text=hit.passage.text,
            section=list(hit.passage.section),
            start_page_number=pages[0] if pages else None,
            score=round(hit.score, 4),
        )


class CitationBody(BaseModel):
    """One contiguous range of one text; `text[start_char_index:end_char_index] == cited_text`."""

    document_id: str
    document_title: str
    text_sha256: str
    role: str
    section: list[str]
    cited_text: str
    start_char_index: int
    end_char_index: int
    start_page_number: int | None
    end_page_number: int | None
    url: str

    @classmethod
    def of(cls, citation: Citation) -> "CitationBody":
        """Return the body of a citation."""
        return cls(
            document_id=citation.document_id,
            document_title=citation.document_title,
            text_sha256=citation.text_sha256,
            role=citation.role,
            section=list(citation.section),
            cited_text=citation.cited_text,
            start_char_index=citation.start,
            end_char_index=citation.end,
            start_page_number=citation.start_page,
            end_page_number=citation.end_page,
            url=f"/?document={quote(citation.document_id)}&start={citation.start}&end={citation.end}"
            f"&text={citation.text_sha256}",
        )


class PartBody(BaseModel):
    """A piece of the answer and where it stands."""

    text: str
    citation: int
    start_char_index: int
    end_char_index: int
    role: str

    @classmethod
    def of(cls, part: AnswerPart) -> "PartBody":
        """Return the body of an answer's part."""
        return cls(
            text=part.text,
            citation=part.citation,
            start_char_index=part.start,
            end_char_index=part.end,
            role=part.role,
        )


class AlternativeBody(BaseModel):
    """One of several answers that contradict each other."""

    answer: str
    statement: str
    answer_parts: list[PartBody]
    citations: list[CitationBody]

    @classmethod
    def of(cls, alternative: Alternative) -> "AlternativeBody":
        """Return the body of an alternative."""
        return cls(
            answer=alternative.answer,
            statement=alternative.statement,
            answer_parts=[PartBody.of(part) for part in alternative.parts],
            citations=[CitationBody.of(citation) for citation in alternative.citations],
        )


class AnswerBody(BaseModel):
    """The answer, or the abstention with its reason."""

    id: str
    question: str
    understood_question: str
    status: Literal["answered", "abstained"]
    answer: str | None
    statement: str | None
    answer_parts: list[PartBody]
    confidence: Score
    citations: list[CitationBody]
    alternatives: list[AlternativeBody]
    passages: list[PassageBody]
    reason_code: str | None
    reason: str | None
    snapshot: str
    timings_ms: dict[str, float]

    @classmethod
    def of(cls, answer: Answer, snapshot: Snapshot) -> "AnswerBody":
        """Return the body of an answer that `snapshot` gave."""
        return cls(
            id=answer.id,
            question=answer.question,
            understood_question=answer.understood,
            status=answer.status,
            answer=answer.answer,
            statement=answer.statement,
            answer_parts=[PartBody.of(part) for part in answer.parts],
            confidence=answer.confidence,
            citations=[CitationBody.of(citation) for citation in answer.citations],
            alternatives=[AlternativeBody.of(other) for other in answer.alternatives],
            passages=[PassageBody.of(hit, snapshot) for hit in answer.hits],
            reason_code=answer.reason_code,
            reason=answer.reason,
            snapshot=answer.snapshot,
            timings_ms=answer.timings_ms,
        )


class SearchReply(BaseModel):
    """The passages found, best first, and the snapshot that was read."""

    passages: list[PassageBody]
    snapshot: str


class Verdict(BaseModel):
    """What holds of one citation; a changed one has its new place if its words still stand."""

    status: Literal["valid", "changed", "withdrawn", "invalid"]
    reason: str | None = None
    text_sha256: str | None = None
    start_char_index: int | None = None
    end_char_index: int | None = None


class VerifyReply(BaseModel):
    """A verdict for each citation, in their order."""

    results: list[Verdict]
