"""The process that `index.parse` starts: reads files from its input, one after the other, and answers with JSON.

JSON and not pickle: what a file has taken over must not be able to run anything in the process that asked.
"""

import json
import math
import os
import resource
import sys
from base64 import b64encode
from pathlib import Path
from typing import BinaryIO

from index.errors import FootnoteError
from index.formats import read_document
from index.formats.pdf_image import render_page
from index.records import document_record

_STATM = Path("/proc/self/statm")


def main() -> None:
    """Answer orders until the input ends."""
    answers = os.fdopen(os.dup(1), "wb")
    # What a library prints must not stand between answers.
    os.dup2(2, 1)
    orders = sys.stdin.buffer
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while line := orders.readline():
        reply, spent = _answer(json.loads(line), orders)
        written = json.dumps(reply).encode("utf-8", "replace")
        answers.write(b"%d\n" % len(written))
        answers.write(written)
        answers.flush()
        if spent:
            # After the memory ran out nothing is certain; the next file gets a new process.
            return


def _answer(order: dict, orders: BinaryIO) -> tuple[dict, bool]:
    """Return the reply to one order, and whether the process should end after it."""
    content = orders.read(order["bytes"])
    _limit(order["seconds"], order["memory_bytes"])
    try:
        if "page" in order:
            return {"image": b64encode(render_page(content, *order["page"])).decode()}, False
        document, media_type = read_document(content, order["document_id"])
        return {"document": document_record(document), "media_type": media_type}, False
    except FootnoteError as problem:
        return {"error": type(problem).__name__, "message": str(problem)}, False
    except (MemoryError, RecursionError) as problem:
        limit = f"{order['memory_bytes'] >> 20} MiB of memory" if isinstance(problem, MemoryError) else "nesting"
        message = f"'{order['document_id']}' goes over the limit of {limit} when it is read; give it in smaller parts"
        return {"error": "UnreadableFile", "message": message}, True
    except Exception as problem:  # noqa: BLE001 - whatever a hostile file provokes is its own problem and no one else's
        message = (
            f"'{order['document_id']}' cannot be read ({type(problem).__name__}: {str(problem)[:200]}); save it anew"
        )
        return {"error": "UnreadableFile", "message": message}, True


def _limit(seconds: float, memory_bytes: int) -> None:
    """Bound what this process may take from now on; the asking process keeps the clock besides."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = math.ceil(used.ru_utime + used.ru_stime + seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (spent, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    if _STATM.is_file():
        pages = int(_STATM.read_text().split()[0])
        limit = pages * resource.getpagesize() + memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (limit, resource.getrlimit(resource.RLIMIT_AS)[1]))
