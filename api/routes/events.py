"""What replies of server-sent events have in common."""

import asyncio
from collections.abc import AsyncIterator

from fastapi import Request
from fastapi.sse import format_sse_event

HEARTBEAT_SECONDS = 10.0
"""How long a stream of events stays silent before a comment is sent, so that no proxy closes it."""

EVENT_HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


def accepts_events(request: Request) -> bool:
    """Tell whether the caller wants events."""
    return "text/event-stream" in request.headers.get("accept", "")


async def with_heartbeats(events: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield the events, and a comment whenever none came for a while."""
    coming = asyncio.ensure_future(anext(events, None))
    try:
        while True:
            done, _ = await asyncio.wait({coming}, timeout=HEARTBEAT_SECONDS)
            if not done:
                yield format_sse_event(comment="still working")
                continue
            event = coming.result()
            if event is None:
                return
            yield event
            coming = asyncio.ensure_future(anext(events, None))
    finally:
        coming.cancel()
