"""The server process: where it listens, and how it ends."""

import socket
from types import FrameType

import uvicorn
from fastapi import FastAPI

from index.errors import FootnoteError

LAST_SECONDS = 15
"""How long replies that are being sent are given to end when the service is stopped."""


class Server(uvicorn.Server):
    """A server that tells the application when it is asked to stop, so that its streams of events end."""

    def __init__(self, app: FastAPI) -> None:
        super().__init__(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=LAST_SECONDS))
        self._jobs = app.state.jobs

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop, at the first signal of that kind."""
        self._jobs.begin_to_stop()
        super().handle_exit(sig, frame)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens at `host` and `port`.

    Raises:
        FootnoteError: it cannot.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
        # Accepted connections inherit it; without it a reply in two parts waits 40 ms for an acknowledgement.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    except OSError as problem:
        raise FootnoteError(
            f"cannot listen on {host} port {port}: {problem.strerror}; choose another with --port or --host "
            "(PORT= or HOST= of make)"
        ) from problem
