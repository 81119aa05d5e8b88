"""Files -> Documents, read in a process of its own under limits of time and memory: a bad file harms nothing else."""

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from base64 import b64decode
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from index import errors
from index.errors import FootnoteError, UnreadableFile
from index.formats import TEXT, read_document, recognise_media_type
from index.records import document_from
from index.types import Document, Range

_CHUNK = 1 << 20
_PATIENCE = 4
"""How many times the processor's seconds the clock may show, so that other work on the machine rejects no file."""


@dataclass(frozen=True, slots=True)
class ParseLimits:
    """What reading one file may take.

    `seconds` are of the processor; a busy machine may take four times as long by the clock. `memory_bytes` counts what
    is added to the process that reads. Plain text of up to `inline_bytes` is read without a
    process: its size bounds what it takes.
    """

    seconds: float = 120.0
    memory_bytes: int = 2 << 30
    file_bytes: int = 256 << 20
    inline_bytes: int = 256 << 10


class Parser:
    """Reads files one after the other in one process, which is started when first needed and again after each loss.

    Used in a `with` statement, at whose end the process ends.
    """

    def __init__(self, limits: ParseLimits | None = None) -> None:
        self.limits = limits or ParseLimits()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Return the parser itself; no process is started yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process."""
        self._stop()

    def read(self, content: bytes, document_id: str) -> tuple[Document, str]:
        """Return the document that `content` holds and its media type.

        Raises:
            UnknownFormat: the bytes are of a format that is not read.
            UnreadableFile: the bytes cannot be read, or not within the limits; the message names the limit.
        """
        limits = self.limits
        if len(content) > limits.file_bytes:
            raise UnreadableFile(
                f"'{document_id}' has {len(content)} bytes, at most {limits.file_bytes} are read; give it in parts"
            )
        if len(content) <= limits.inline_bytes and recognise_media_type(content) == TEXT:
            return read_document(content, document_id)
        order = {
            "document_id": document_id,
            "bytes": len(content),
            "seconds": limits.seconds,
            "memory_bytes": limits.memory_bytes,
        }
        reply = self._exchange(json.dumps(order).encode() + b"\n", content, document_id)
        if "error" in reply:
            kind = getattr(errors, reply["error"], UnreadableFile)
            raise kind(reply["message"]) if issubclass(kind, FootnoteError) else UnreadableFile(reply["message"])
        return document_from(reply["document"]), reply["media_type"]

    def draw(self, content: bytes, number: int, text: str, marked: Range | None) -> bytes:
        """Return page `number` of a PDF as a PNG, as `index.formats.pdf_image.render_page` makes it.

        Raises:
            UnreadableFile: the page cannot be drawn, or not within the limits; the message names the limit.
        """
        order = {"document_id": f"page {number}", "bytes": len(content), "page": [number, text, marked]}
        limits = {"seconds": self.limits.seconds, "memory_bytes": self.limits.memory_bytes}
        reply = self._exchange(json.dumps(order | limits).encode() + b"\n", content, order["document_id"])
        if "error" in reply:
            raise UnreadableFile(reply["message"])
        return b64decode(reply["image"])

    def _exchange(self, order: bytes, content: bytes, document_id: str) -> dict:
        process = self._start()
        deadline = time.monotonic() + _PATIENCE * self.limits.seconds
        try:
            answer = _converse(process, [memoryview(order), memoryview(content)], deadline)
        except BaseException:
            self._stop()
            raise
        if answer is not None:
            return json.loads(answer)
        timed_out = time.monotonic() >= deadline
        ended = self._stop()
        if timed_out or ended == -signal.SIGXCPU:
            raise UnreadableFile(
                f"'{document_id}' took longer to read than the limit of {self.limits.seconds:g} s and was given up; "
                "give it in smaller parts, or save it anew"
            )
        raise UnreadableFile(
            f"reading '{document_id}' ended its process (exit status {ended}), as a damaged file does or one that "
            f"takes more than the limit of {self.limits.memory_bytes >> 20} MiB; save it anew, or give it in parts"
        )

    def _start(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._stop()
            # The same modules as here, however they were found; no environment variable is needed for that.
            code = f"import sys; sys.path[:] = {sys.path!r}; from index.parse_worker import main; main()"
            self._process = subprocess.Popen(
                [sys.executable, "-c", code],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
            )
        return self._process

    def _stop(self) -> int | None:
        """End the process, if there is one; return its exit status."""
        process, self._process = self._process, None
        if process is None:
            return None
        with suppress(OSError):
            process.stdin.close()
        try:
            # One that has crashed is given the time to say so; one that waits for orders ends when they end.
            process.wait(0.5)
        except subprocess.TimeoutExpired:
            process.kill()
        process.stdout.close()
        return process.wait()


def _converse(process: subprocess.Popen[bytes], parts: list[memoryview], deadline: float) -> bytes | None:
    """Return the process's answer (a line with its length, then itself); None if it ends or the time is over first."""
    answer = bytearray()
    length = None
    os.set_blocking(process.stdin.fileno(), False)
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdin, selectors.EVENT_WRITE)
        selector.register(process.stdout, selectors.EVENT_READ)
        while (left := deadline - time.monotonic()) > 0:
            for key, _ in selector.select(left):
                if key.fileobj is process.stdin:
                    if not _send(process.stdin.fileno(), parts):
                        selector.unregister(process.stdin)
                    continue
                received = os.read(process.stdout.fileno(), _CHUNK)
                if not received:
                    return None
                answer += received
            if length is None and b"\n" in answer:
                line, _, rest = answer.partition(b"\n")
                length, answer = int(line), rest
            if length is not None and len(answer) >= length:
                return bytes(answer)
    return None


def _send(handle: int, parts: list[memoryview]) -> bool:
    """Write what the pipe takes of `parts`; return whether anything is left to write."""
    try:
        written = os.write(handle, parts[0][:_CHUNK])
    except BlockingIOError:
        return True
    except BrokenPipeError:
        # The process has ended; reading from it tells.
        return False
    parts[0] = parts[0][written:]
    while parts and not parts[0]:
        del parts[0]
    return bool(parts)
