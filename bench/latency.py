"""Time from process start to readiness, and of warm questions over HTTP: `python -m bench.latency`."""

import argparse
import http.client
import json
import os
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

STARTS = 5
ROUNDS = 10
QUESTIONS = (
    "How many patent disputes were there?",
    "How many patent disputes were there in 2015?",
    "What was the total amount of patent pledge financing in 2017?",
    "Which cities' IP protection centers became operational?",
    "Who chaired the 2nd Plenary Session of the Inter-Ministerial Joint Conference?",
    "How many cases did the mediators resolve?",
    "Where was the consultation meeting with Zhejiang held?",
    "By what share did patent counterfeiting cases grow?",
    "What is the boiling point of mercury?",
    "Which platforms were put into operation in Zhuhai and Xi'an?",
)


def main() -> None:
    """Print the figures as a Markdown table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--data", type=Path, default=Path(".footnote"), help="data folder; made first if it is missing"
    )
    given = options.parse_args()
    _serve_once(given.data, lambda port: None)
    starts, warm, inner = [], [], []
    for _ in range(STARTS):
        starts.append(_serve_once(given.data, lambda port: _ask_all(port, warm, inner)))
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}; {STARTS} starts, {len(warm)} warm questions\n")
    print("| figure | min | median | p95 | max |")
    print("|---|---|---|---|---|")
    _print_row("process start to readiness, s", starts, 2)
    _print_row("warm question over HTTP, ms", warm, 1)
    _print_row("of which inside ask(), ms", inner, 1)


def _serve_once(data: Path, use) -> float:
    """Return the seconds from the start of the process to the first reply of /readyz with 200."""
    environment = {**os.environ, "FOOTNOTE_DATA": str(data)}
    started = time.perf_counter()
    command = [sys.executable, "-m", "api.cli", "serve", "--port", "0"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        port = int(re.search(r":(\d+)/", process.stderr.readline()).group(1))
        for line in process.stderr:
            if "ready at" in line:
                break
        assert _request(port, "GET", "/readyz")["status"] == "ready"
        seconds = time.perf_counter() - started
        use(port)
        process.terminate()
    return seconds


def _ask_all(port: int, warm: list[float], inner: list[float]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for round_ in range(ROUNDS):
        for question in QUESTIONS:
            started = time.perf_counter()
            reply = _request(port, "POST", "/v1/ask", {"question": question}, connection)
            if round_:
                warm.append(1000 * (time.perf_counter() - started))
                inner.append(reply["timings_ms"]["total"])


def _request(port: int, method: str, path: str, body: dict | None = None, connection=None) -> dict:
    connection = connection or http.client.HTTPConnection("127.0.0.1", port)
    connection.request(method, path, json.dumps(body) if body else None, {"Content-Type": "application/json"})
    return json.loads(connection.getresponse().read())


def _print_row(name: str, values: list[float], digits: int) -> None:
    p95 = statistics.quantiles(values, n=20, method="inclusive")[-1]
    shown = (min(values), statistics.median(values), p95, max(values))
    print(f"| {name} | " + " | ".join(f"{value:.{digits}f}" for value in shown) + " |")


if __name__ == "__main__":
    main()
