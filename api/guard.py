"""The door: foreign Host and Origin headers are refused, every request has an id, every reply safe headers."""

import secrets
from collections.abc import Collection
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


class Guard:
    """Middleware around the whole application.

    A web page that makes its reader's browser call this service sends its own Origin, or, after rebinding a name
    to this address, its own Host; both are refused unless they are allowed.
    """

    def __init__(self, app: ASGIApp, allowed_hosts: Collection[str], max_body_bytes: int) -> None:
        self._app = app
        self._allowed = allowed_hosts
        self._max_body_bytes = max_body_bytes

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

        async def receive_bounded() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._max_body_bytes:
                raise HTTPException(413, self._explain_limit(f"at least {received}"))
            return message

        headers = Headers(scope=scope)
        foreign, length = self._find_foreign(headers), headers.get("content-length", "")
        if foreign:
            reply: ASGIApp = problem(403, "foreign_host", foreign, request_id)
        elif length.isdecimal() and int(length) > self._max_body_bytes:
            reply = problem(413, "body_too_large", self._explain_limit(length), request_id)
        else:
            reply = self._app
        await reply(scope, receive_bounded, send_with_headers)

    def _explain_limit(self, got: str) -> str:
        return f"the body has {got} bytes, at most {self._max_body_bytes} are read (FOOTNOTE_MAX_BODY_BYTES)"

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
