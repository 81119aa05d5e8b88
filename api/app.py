"""create_app: settings -> the application."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

from api.engine import Engine, Opening, open_engine
from api.errors import PROBLEMS, add_error_handlers, logger
from api.guard import Guard
from api.jobs import Jobs
from api.routes import ask, documents, files, health, jobs, uploads
from api.settings import Settings
from index.errors import FootnoteError

PAGE = Path(__file__).parent / "page"


def create_app(
    settings: Settings,
    open_: Callable[[], Engine] | None = None,
    on_failure: Callable[[FootnoteError], None] | None = None,
) -> FastAPI:
    """Return the application; its engine is opened when it starts, in the background, by `open_` where given.

    `on_failure` is called if the engine cannot be opened; the default logs it, and the service stays not ready.
    """
    opening = Opening(open_ or (lambda: open_engine(settings)), on_failure or (lambda error: logger.error("%s", error)))

    queue = Jobs(settings.queue_length)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        opening.start()
        queue.start()
        yield
        await run_in_threadpool(queue.stop)

    app = FastAPI(
        title="Footnote",
        summary="Answers questions about reports; every answer carries a citation that the reader can check.",
        version="1",
        lifespan=lifespan,
        # The usual interactive documentation pages load scripts from another host.
        docs_url=None,
        redoc_url=None,
    )
    app.state.opening, app.state.settings, app.state.jobs = opening, settings, queue
    add_error_handlers(app)
    # `documents` comes last: its path of one document would take those that hang on one for a part of the id.
    for routes in (ask, uploads, jobs, files, documents, health):
        app.include_router(routes.router, responses=PROBLEMS)
    app.add_api_route("/", _get_page, include_in_schema=False)
    app.mount("/page", StaticFiles(directory=PAGE), name="page")
    app.add_middleware(
        Guard,
        allowed_hosts=settings.list_allowed_hosts(),
        max_body_bytes=settings.max_body_bytes,
        max_upload_bytes=settings.max_upload_bytes,
    )
    return app


def _get_page() -> FileResponse:
    return FileResponse(PAGE / "chat.html", headers={"Cache-Control": "no-cache"})
