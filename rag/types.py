"""The records that an answer is made of."""

from dataclasses import dataclass

from index.types import Hit, Range


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and how: `documents` None means all; `max_risk` is the share of wrong answers borne.

    `history` holds the earlier questions, as they were understood, with their answers, the last one last. It may tell
    what is meant and is never evidence.
    """

    text: str
    documents: tuple[str, ...] | None = None
    top_k: int = 5
    max_risk: float = 0.6
    history: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span that a reader proposes: `answer` inside `statement`, both ranges of the document.

    `features` are named numbers that a calibrator turns into a confidence; `score` orders the candidates of one
    question, higher is better, and has no unit. `before` is the sentence before the statement in its passage;
    `several` says that a list was asked for.
    """

    document_id: str
    statement: Range
    answer: Range
    score: float
    features: dict[str, float]
    before: Range | None = None
    several: bool = False


@dataclass(frozen=True, slots=True)
class Citation:
    """One contiguous range of one text, with its words; only `rag.cite` builds it."""

    document_id: str
    document_title: str
    text_sha256: str
    role: str
    section: tuple[str, ...]
    cited_text: str
    start: int
    end: int
    start_page: int | None
    end_page: int | None


@dataclass(frozen=True, slots=True)
class AnswerPart:
    """A piece of the answer at `start:end` of the document that citation number `citation` is of."""

    text: str
    citation: int
    start: int
    end: int
    role: str


@dataclass(frozen=True, slots=True)
class Alternative:
    """One of several answers that contradict each other, with its own parts and citations."""

    answer: str
    statement: str
    parts: tuple[AnswerPart, ...]
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to a question: answered with citations, or abstained with a reason.

    `understood` is the question as it was read: whole where it leans on the one before, slips of the fingers put right.
    `confidence` is the calibrated chance that the answer is right; on an abstention, that of the answer withheld.
    """

    id: str
    question: str
    understood: str
    status: str
    confidence: float
    hits: tuple[Hit, ...]
    snapshot: str
    timings_ms: dict[str, float]
    answer: str | None = None
    statement: str | None = None
    parts: tuple[AnswerPart, ...] = ()
    citations: tuple[Citation, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    reason_code: str | None = None
    reason: str | None = None
