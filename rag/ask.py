"""The steps in order: question -> hits -> candidates -> confidence -> answer with citations, or abstention."""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256

from index.durable import encode_json
from index.encoder import Encoder
from index.snapshot import Snapshot
from index.types import Hit
from rag.cells import choose_cell
from rag.compose import compose, find_disagreement
from rag.confidence import ABSTENTIONS, explain_abstention, is_borne
from rag.english.forms import judge_support
from rag.english.language import is_english
from rag.english.question import parse_question
from rag.english.split import split_question
from rag.errors import BadQuestion
from rag.models import Models
from rag.reader import READ_PASSAGES
from rag.rerank import rerank
from rag.retrieve import retrieve
from rag.types import Alternative, Answer, Candidate, Question
from rag.understand import understand


def ask(
    question: Question,
    snapshot: Snapshot,
    models: Models,
    on_hits: Callable[[Sequence[Hit]], None] | None = None,
) -> Answer:
    """Return the answer to `question` from `snapshot`: the same question and snapshot give the same answer.

    `on_hits` is called with the passages as soon as they are found, as the search orders them; the answer has them as
    they seem to answer once they are read. A question of several parts is answered when all of them are; its
    confidence is that of the least sure.

    Raises:
        BadQuestion: it is blank, or longer than the encoder or the reader reads.
    """
    check_question(question, models.encoder)
    started = time.perf_counter()
    understood = understand(question, snapshot, models.encoder)
    check_length(understood, models.encoder)
    parts = split_question(understood)
    limit = max(question.top_k, READ_PASSAGES)
    hits = retrieve(snapshot, models.encoder, understood, limit, question.documents)
    retrieved = time.perf_counter()
    if on_hits:
        on_hits(tuple(hits[: question.top_k]))
    found = [_read(part, hits if part == understood else None, question, snapshot, models) for part in parts]
    shown = rerank(hits, [candidate for part in found for candidate in part.candidates])
    least = min(found, key=lambda part: part.confidence)
    answerable = is_english(understood) and judge_support(understood) != "never"
    confidence = round(least.confidence, 4) if answerable else 0.0
    disagreement = next((part.disagreement for part in found if part.disagreement), ())
    finished = time.perf_counter()
    answer = Answer(
        id=_identify(question, snapshot),
        question=question.text,
        understood=understood,
        status="abstained",
        confidence=confidence,
        hits=tuple(shown[: question.top_k]),
        snapshot=snapshot.digest,
        timings_ms={
            "retrieve": round(1000 * (retrieved - started), 4),
            "read": round(1000 * (finished - retrieved), 4),
            "total": round(1000 * (finished - started), 4),
        },
        alternatives=disagreement,
    )
    if any(not part.candidates for part in found) or not is_borne(confidence, question.max_risk):
        return _abstained(
            replace(answer, alternatives=()), explain_abstention(understood, least.hits, least.candidates)
        )
    if disagreement and question.max_risk < 1:
        return _abstained(answer, "conflict")
    said = compose([part.candidates[0] for part in found], snapshot.documents)
    return replace(
        answer,
        status="answered",
        answer=said.answer,
        statement=said.statement,
        parts=said.parts,
        citations=said.citations,
    )


def check_question(question: Question, encoder: Encoder) -> None:
    """Do nothing for a question that can be asked.

    Raises:
        BadQuestion: it is blank, or longer than the encoder reads; it is never cut.
    """
    if not question.text.strip():
        raise BadQuestion("the question is blank; ask something")
    check_length(question.text, encoder)


def check_length(text: str, encoder: Encoder) -> None:
    """Do nothing for a question that the encoder reads whole.

    Raises:
        BadQuestion: it is longer.
    """
    pieces = encoder.count_pieces(text)
    if pieces > encoder.max_pieces:
        raise BadQuestion(
            f"the question has {pieces} word pieces, the encoder reads at most {encoder.max_pieces}; shorten it"
        )


@dataclass(frozen=True, slots=True)
class _Found:
    hits: Sequence[Hit]
    candidates: Sequence[Candidate]
    confidence: float
    disagreement: tuple[Alternative, ...]


def _read(text: str, hits: Sequence[Hit] | None, question: Question, snapshot: Snapshot, models: Models) -> _Found:
    """Return what is found for one part of the question, in passages of its own where `hits` are None."""
    if hits is None:
        hits = retrieve(snapshot, models.encoder, text, READ_PASSAGES, question.documents)
    candidates = models.reader.read(text, hits, snapshot.lexical.idf, snapshot.documents)
    if candidates:
        first, asked = candidates[0], parse_question(text)
        cell = choose_cell(snapshot.documents[first.document_id], first.answer, asked)
        candidates = [replace(first, answer=cell), *candidates[1:]]
    disagreement = find_disagreement(candidates, snapshot.documents)
    return _Found(hits, candidates, models.calibrator.confidence(candidates), disagreement)


def _abstained(answer: Answer, reason_code: str) -> Answer:
    return replace(answer, reason_code=reason_code, reason=ABSTENTIONS[reason_code])


def _identify(question: Question, snapshot: Snapshot) -> str:
    return "ans_" + sha256(encode_json({**asdict(question), "snapshot": snapshot.digest})).hexdigest()[:32]
