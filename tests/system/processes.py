"""The real server and command line as processes."""

import json
import os
import re
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


def environment():
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FOOTNOTE_")}
    return {**kept, "PYTHONPATH": str(ROOT)}


@contextmanager
def serving(folder, *arguments):
    """Run the real server in `folder`; yield its address and process once it says that it is ready."""
    command = [sys.executable, "-m", "api.cli", "serve", "--port", "0", *arguments]
    with subprocess.Popen(command, cwd=folder, env=environment(), stderr=subprocess.PIPE, text=True) as process:
        lines = []
        for line in process.stderr:
            lines.append(line)
            if "ready at" in line:
                break
        assert lines, "the server ended at once"
        assert "ready at" in lines[-1], "".join(lines)
        try:
            yield re.search(r"http://[^ /]+", lines[-1]).group(), process
        finally:
            # Without it a test that fails would wait for the server for ever.
            process.terminate()
        rest = process.stderr.read()
    assert "Traceback" not in rest


def fetch(url, body=None, **headers):
    """Return the decoded JSON of a reply."""
    content = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(url, content, {"Content-Type": "application/json", **headers})
    with urllib.request.urlopen(request, timeout=30) as reply:
        return json.loads(reply.read())
