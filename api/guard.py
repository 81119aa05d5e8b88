"""The door: foreign Host and Origin headers are refused, every request has an id, every reply safe headers."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import problem

_SAFE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


UPLOADS = "/v1/documents"
"""Where a POST may be as large as an upload: its body is streamed to disk."""


@dataclass(frozen=True, slots=True)
class Limit:
    """The largest body that is read, and the setting that says so."""

    bytes: int
    setting: str

    def explain(self, got: str) -> str:
        """Return why a body of `got` bytes is refused."""
        return f"the body has {got} bytes, at most {self.bytes} are read ({self.setting})"


class Guard:
    """Middleware around the whole application.

    A web page that makes its reader's browser call this service sends its own Origin, or, after rebinding a name
    to this address, its own Host; both are refused unless they are allowed.
    """

    def __init__(
        self, app: ASGIApp, allowed_hosts: Collection[str], max_body_bytes: int, max_upload_bytes: int
    ) -> None:
        self._app = app
        self._allowed = allowed_hosts
        self._body_limit = Limit(max_body_bytes, "FOOTNOTE_MAX_BODY_BYTES")
        self._upload_limit = Limit(max_upload_bytes, "FOOTNOTE_MAX_UPLOAD_BYTES")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = scope["request_id"] = "req_" + secrets.token_hex(8)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                for name, value in _SAFE_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        received = 0
        limit = self._upload_limit if scope["path"] == UPLOADS and scope["method"] == "POST" else self._body_limit

        async def receive_bounded() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit.bytes:
                raise HTTPException(413, limit.explain(f"at least {received}"))
            return message

        headers = Headers(scope=scope)
        foreign, length = self._find_foreign(headers), headers.get("content-length", "")
        if foreign:
            reply: ASGIApp = problem(403, "foreign_host", foreign, request_id)
        elif length.isdecimal() and int(length) > limit.bytes:
            reply = problem(413, "body_too_large", limit.explain(length), request_id)
        else:
            reply = self._app
        await reply(scope, receive_bounded, send_with_headers)

    def _find_foreign(self, headers: Headers) -> str | None:
        host, origin = headers.get("host", ""), headers.get("origin")
        if _host_name("//" + host) not in self._allowed:
            return "the Host header names a host that is not allowed; add it to FOOTNOTE_ALLOWED_HOSTS"
        if origin is not None and _host_name(origin) not in self._allowed:
            return "the Origin header names a site that is not allowed; add its host to FOOTNOTE_ALLOWED_HOSTS"
        return None


def _host_name(url: str) -> str | None:
    try:
        name = urlsplit(url).hostname
    except ValueError:
        return None
    return f"[{name}]" if name and ":" in name else name
