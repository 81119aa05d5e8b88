"""Headers under which a user's own file is sent: shown or saved, never run."""

import unicodedata
from urllib.parse import quote

PDF = "application/pdf"

_SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"
"""No scripts, no origin, and nothing fetched from anywhere: not even a picture that would tell who reads."""


def make_file_headers(filename: str, media_type: str, content: bytes) -> dict[str, str]:
    """Return the headers of an original; browsers' own viewers of PDF do not open in a sandbox, and need none."""
    policy = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'" if media_type == PDF else _SANDBOX
    return {
        "Content-Type": _state_charset(media_type, content),
        "Content-Disposition": make_disposition(filename.rsplit("/", 1)[-1]),
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-cache",
    }


def make_disposition(name: str) -> str:
    """Return a Content-Disposition with the name in ASCII, and whole in the form of RFC 5987."""
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = "".join(char if char.isalnum() or char in " .-_()+," else "_" for char in folded)
    return f"inline; filename=\"{plain or 'file'}\"; filename*=UTF-8''{quote(name, safe='')}"


def _state_charset(media_type: str, content: bytes) -> str:
    """Return the media type with the charset where the bytes show it; a wrong one would garble the file."""
    if media_type == "text/html" or not media_type.startswith("text/"):
        return media_type
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return media_type
    return f"{media_type}; charset=utf-8"
