"""The steps in order: question -> hits -> candidates -> confidence -> answer with citations, or abstention."""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from hashlib import sha256

from index.durable import encode_json
from index.encoder import Encoder
from index.snapshot import Snapshot
from index.types import Hit
from rag.cite import cite
from rag.confidence import ABSTENTIONS, explain_abstention, is_borne, is_foreign_script
from rag.errors import BadQuestion
from rag.models import Models
from rag.reader import READ_PASSAGES
from rag.retrieve import retrieve
from rag.types import Answer, AnswerPart, Candidate, Question


def ask(
    question: Question,
    snapshot: Snapshot,
    models: Models,
    on_hits: Callable[[Sequence[Hit]], None] | None = None,
) -> Answer:
    """Return the answer to `question` from `snapshot`: the same question and snapshot give the same answer.

    `on_hits` is called with the passages as soon as they are found.

    Raises:
        BadQuestion: it is blank, or longer than the encoder reads.
    """
    check_question(question, models.encoder)
    started = time.perf_counter()
    limit = max(question.top_k, READ_PASSAGES)
    hits = retrieve(snapshot, models.encoder, question.text, limit, question.documents)
    shown = tuple(hits[: question.top_k])
    retrieved = time.perf_counter()
    if on_hits:
        on_hits(shown)
    candidates = models.reader.read(question.text, hits, snapshot.lexical.idf)
    confidence = 0.0 if is_foreign_script(question.text) else round(models.calibrator.confidence(candidates), 4)
    finished = time.perf_counter()
    answer = Answer(
        id=_identify(question, snapshot),
        question=question.text,
        status="abstained",
        confidence=confidence,
        hits=shown,
        snapshot=snapshot.digest,
        timings_ms={
            "retrieve": round(1000 * (retrieved - started), 4),
            "read": round(1000 * (finished - retrieved), 4),
            "total": round(1000 * (finished - started), 4),
        },
    )
    if candidates and is_borne(confidence, question.max_risk):
        return _answered(answer, candidates[0], snapshot)
    return _abstained(answer, explain_abstention(question.text, hits, candidates))


def check_question(question: Question, encoder: Encoder) -> None:
    """Do nothing for a question that can be asked.

    Raises:
        BadQuestion: it is blank, or longer than the encoder reads; it is never cut.
    """
    if not question.text.strip():
        raise BadQuestion("the question is blank; ask something")
    pieces = encoder.count_pieces(question.text)
    if pieces > encoder.max_pieces:
        raise BadQuestion(
            f"the question has {pieces} word pieces, the encoder reads at most {encoder.max_pieces}; shorten it"
        )


def _answered(answer: Answer, candidate: Candidate, snapshot: Snapshot) -> Answer:
    document = snapshot.documents[candidate.document_id]
    statement = cite(document, *candidate.statement, role="statement")
    start, end = candidate.answer
    text = _fold(document.text[start:end])
    return replace(
        answer,
        status="answered",
        answer=text,
        statement=_fold(statement.cited_text),
        parts=(AnswerPart(text, 0, start, end, "value"),),
        citations=(statement,),
    )


def _abstained(answer: Answer, reason_code: str) -> Answer:
    return replace(answer, reason_code=reason_code, reason=ABSTENTIONS[reason_code])


def _identify(question: Question, snapshot: Snapshot) -> str:
    return "ans_" + sha256(encode_json({**asdict(question), "snapshot": snapshot.digest})).hexdigest()[:32]


def _fold(text: str) -> str:
    return " ".join(text.split())
