"""GET /v1/jobs/{job_id}."""

from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.sse import EventSourceResponse, format_sse_event

from api.job import Job
from api.job_schemas import JobBody
from api.jobs import watch
from api.routes.events import EVENT_HEADERS, accepts_events, with_heartbeats
from api.routes.state import JobsOf

router = APIRouter(prefix="/v1", tags=["documents"])


@router.get(
    "/jobs/{job_id}",
    response_model=JobBody,
    responses={200: {"content": {"text/event-stream": {}}, "description": "how far the job is, once or as events"}},
)
async def get_job(job_id: str, request: Request, jobs: JobsOf):
    """Return how far a job is; as events `progress` and, last, one `done` or `failed` where the caller accepts them."""
    job = jobs.find(job_id)
    if accepts_events(request):
        return EventSourceResponse(with_heartbeats(_stream_job(job)), headers=EVENT_HEADERS)
    return job.body


async def _stream_job(job: Job) -> AsyncIterator[bytes]:
    async for body in watch(job):
        event = body.state if body.state in ("done", "failed") else "progress"
        yield format_sse_event(event=event, data_str=body.model_dump_json())
