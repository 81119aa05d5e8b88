"""POST /v1/ask and /v1/search."""

import asyncio
from collections.abc import AsyncIterator, Sequence

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.sse import EventSourceResponse, format_sse_event
from pydantic import BaseModel

from api.engine import Engine
from api.errors import describe, fault, logger, problem
from api.routes.events import EVENT_HEADERS, accepts_events, with_heartbeats
from api.routes.state import EngineOf, SettingsOf, check_documents
from api.schemas import AnswerBody, AskBody, PassageBody, SearchBody, SearchReply
from index.errors import FootnoteError
from index.snapshot import Snapshot
from index.types import Hit
from rag.ask import ask, check_question
from rag.retrieve import retrieve
from rag.types import Question

router = APIRouter(prefix="/v1", tags=["ask"])


@router.post(
    "/ask",
    response_model=AnswerBody,
    responses={200: {"content": {"text/event-stream": {}}, "description": "the answer, or the events that lead to it"}},
)
async def ask_question(body: AskBody, request: Request, engine: EngineOf, settings: SettingsOf):
    """Answer a question with citations, or abstain with a reason; as events where the caller accepts them."""
    # A new snapshot may have to be opened first, which would hold up the event loop.
    snapshot = await run_in_threadpool(engine.snapshot)
    question = Question(
        text=body.question,
        documents=check_documents(snapshot, body.documents),
        top_k=body.top_k,
        max_risk=settings.max_risk if body.max_risk is None else body.max_risk,
        history=tuple((turn.understood_question or turn.question, turn.answer) for turn in body.history),
    )
    if accepts_events(request):
        check_question(question, engine.models.encoder)
        events = _stream_answer(question, snapshot, engine, request.scope["request_id"])
        return EventSourceResponse(with_heartbeats(events), headers=EVENT_HEADERS)
    answer = await run_in_threadpool(ask, question, snapshot, engine.models)
    return AnswerBody.of(answer, snapshot)


@router.post("/search", response_model=SearchReply)
def search_passages(body: SearchBody, engine: EngineOf) -> SearchReply:
    """Return the passages that match best, without reading them."""
    snapshot = engine.snapshot()
    documents = check_documents(snapshot, body.documents)
    check_question(Question(body.query), engine.models.encoder)
    hits = retrieve(snapshot, engine.models.encoder, body.query, body.top_k, documents)
    return SearchReply(passages=[PassageBody.of(hit, snapshot) for hit in hits], snapshot=snapshot.digest)


async def _stream_answer(
    question: Question, snapshot: Snapshot, engine: Engine, request_id: str
) -> AsyncIterator[bytes]:
    """Yield `passages`, the answer's words as `delta`, then exactly one `answer` or `error`."""
    loop = asyncio.get_running_loop()
    events: asyncio.Queue[bytes | None] = asyncio.Queue()

    def send(event: str, data: str) -> None:
        loop.call_soon_threadsafe(events.put_nowait, format_sse_event(event=event, data_str=data))

    def on_hits(hits: Sequence[Hit]) -> None:
        passages = [PassageBody.of(hit, snapshot) for hit in hits]
        send("passages", SearchReply(passages=passages, snapshot=snapshot.digest).model_dump_json())

    def work() -> None:
        try:
            answer = AnswerBody.of(ask(question, snapshot, engine.models, on_hits), snapshot)
            if answer.statement is not None:
                send("delta", _Delta(text=answer.statement).model_dump_json())
            send("answer", answer.model_dump_json())
        except FootnoteError as error:
            status, code = describe(error)
            send("error", bytes(problem(status, code, str(error), request_id).body).decode())
        except Exception:  # noqa: BLE001 - the status line is sent already: the stream itself must say that it failed
            logger.exception("request %s failed", request_id)
            send("error", bytes(fault(request_id).body).decode())
        finally:
            loop.call_soon_threadsafe(events.put_nowait, None)

    working = loop.run_in_executor(None, work)
    while (event := await events.get()) is not None:
        yield event
    await working


class _Delta(BaseModel):
    text: str
