"""A thousand generated reports added with one command: `python -m bench.generated_reports --models FOLDER`.

The reports are written to a temporary folder, added by `footnote index add` as a process of its own, and asked. FOLDER
holds the compiled encoder (`.footnote/models` after a first start). `bench/generated_reports.md` holds the figures.
"""

import argparse
import math
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from api.engine import open_index
from api.settings import Settings
from bench.made_reports import KnownPlace, make_reports
from index.snapshot import Snapshot
from rag.ask import ask
from rag.confidence import is_borne
from rag.models import Models, open_models
from rag.types import Question

QUESTIONS = 10
ROUNDS = 4
"""How often each question is asked; the first time is left out of the times."""

ROOT = Path(__file__).parents[1]
_LOOK_SECONDS = 0.2


@dataclass(slots=True)
class Peaks:
    """The most memory in MiB that a process held, and of its children the one that held most; nan where not known."""

    own: float = math.nan
    child: float = math.nan
    _done: threading.Event = field(default_factory=threading.Event)

    def watch(self, process: subprocess.Popen) -> None:
        """Look at the process until it ends; the system keeps the peaks, so a look now and then is enough."""
        while process.poll() is None and not self._done.wait(_LOOK_SECONDS):
            self.own = _larger(self.own, _read_peak(process.pid))
            for child in _read_children(process.pid):
                self.child = _larger(self.child, _read_peak(child))


def main() -> None:
    """Make the reports, add them, ask about ten of them, and print the figures as Markdown tables."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--reports", type=int, default=1000, help="how many reports are made")
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--models", type=Path, default=Path(".footnote/models"), help="folder of compiled encoders")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        reports, data = Path(folder) / "reports", Path(folder) / "data"
        reports.mkdir()
        data.mkdir()
        (data / "models").symlink_to(given.models.absolute())
        known = make_reports(reports, given.reports, given.seed)
        print(
            f"{given.reports:,} reports, seed {given.seed}; {os.cpu_count()} cores, Python {sys.version.split()[0]}\n"
        )
        seconds, processor, peaks, shown = _add(reports, data)
        settings = Settings(data=data, reports=data / "none")
        opened = time.perf_counter()
        index = open_index(settings)
        snapshot = index.open()
        opening = time.perf_counter() - opened
        _print_adding(reports, data, snapshot, seconds, processor, peaks)
        print(f"\nThe command's own sum: {shown}\n")
        step = max(1, len(known) // QUESTIONS)
        _print_answers(known[step // 2 :: step][:QUESTIONS], snapshot, open_models(index.encoder), settings, opening)


def _add(reports: Path, data: Path) -> tuple[float, float, Peaks, str]:
    """Return the seconds by the clock and of the processor, the peaks, and the last line but none that was printed."""
    environment = {**os.environ, "FOOTNOTE_DATA": str(data), "FOOTNOTE_REPORTS": str(data / "none")}
    command = [sys.executable, "-m", "api.cli", "index", "add", str(reports)]
    before, started = os.times(), time.perf_counter()
    peaks = Peaks()
    with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        watcher = threading.Thread(target=peaks.watch, args=[process])
        watcher.start()
        printed, _ = process.communicate()
        watcher.join()
    seconds, after = time.perf_counter() - started, os.times()
    if process.returncode:
        raise SystemExit(f"footnote index add ended with {process.returncode}:\n{printed[-2000:]}")
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    (shown,) = re.findall(r"^\d.* file\(s\).*$", printed, re.M)
    return seconds, processor, peaks, shown


def _print_adding(
    reports: Path, data: Path, snapshot: Snapshot, seconds: float, processor: float, peaks: Peaks
) -> None:
    characters = sum(len(document.text) for document in snapshot.documents.values())
    rows = sum(passage.kind == "rows" for passage in snapshot.passages)
    count, passages = len(snapshot.documents), len(snapshot.passages)
    sizes = {name: _size(data / name) for name in ("files", "snapshots", "ledger")}
    figures = [
        ("files; their bytes, MB", f"{count:,}; {_size(reports) / 1e6:.1f}"),
        ("characters of text", f"{characters:,}"),
        ("passages (of table rows)", f"{passages:,} ({rows:,})"),
        ("s, clock", f"{seconds:.1f}"),
        ("s, processor", f"{processor:.1f}"),
        ("files a second, clock", f"{count / seconds:.1f}"),
        ("characters a second, clock", f"{characters / seconds:,.0f}"),
        ("passages a second, clock", f"{passages / seconds:.1f}"),
        ("passages a second of processor", f"{passages / processor:.1f}"),
        ("peak memory of the command, MiB", f"{peaks.own:.0f}"),
        ("peak memory of the process that reads files, MiB", f"{peaks.child:.0f}"),
        ("data folder, MB", f"{sum(sizes.values()) / 1e6:.1f}"),
        ("of which files and texts; snapshot", f"{sizes['files'] / 1e6:.1f}; {sizes['snapshots'] / 1e6:.1f}"),
    ]
    _print_figures("one command", figures)


def _print_answers(
    known: Sequence[KnownPlace], snapshot: Snapshot, models: Models, settings: Settings, opening: float
) -> None:
    """Ask each question with every risk borne, so that the best candidate is seen; print what was right, and times."""
    found = cited = stated = spoken = 0
    times: list[float] = []
    for one in known:
        for round_ in range(ROUNDS):
            # Another blank makes another text, so that nothing kept from the round before is used again.
            started = time.perf_counter()
            answer = ask(Question(one.question + " " * round_, max_risk=1.0), snapshot, models)
            if round_:
                times.append(1000 * (time.perf_counter() - started))
        found += bool(answer.hits) and answer.hits[0].passage.document_id == one.document_id
        cited += bool(answer.citations) and answer.citations[0].document_id == one.document_id
        stated += one.value in (answer.answer or "")
        spoken += answer.status == "answered" and is_borne(answer.confidence, settings.max_risk)
    total = len(known)
    figures = [
        ("right report first among the passages", f"{found} of {total}"),
        ("right report cited first", f"{cited} of {total}"),
        ("value in the answer", f"{stated} of {total}"),
        ("answered at the default risk", f"{spoken} of {total}"),
        ("opening encoder and index, every byte checked, s", f"{opening:.1f}"),
        (f"warm question ({len(times)} times), ms: median", f"{statistics.median(times):.0f}"),
        ("the same: longest", f"{max(times):.0f}"),
    ]
    _print_figures("then asked", figures)


def _print_figures(head: str, figures: Sequence[tuple[str, str]]) -> None:
    print(f"| {head} | figure |\n|---|---|")
    for name, figure in figures:
        print(f"| {name} | {figure} |")


def _size(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(inner.stat().st_size for inner in path.rglob("*") if inner.is_file())


def _larger(before: float, now: float) -> float:
    return max((value for value in (before, now) if not math.isnan(value)), default=math.nan)


def _read_peak(process_id: int) -> float:
    """Return the peak of a process in MiB, as Linux keeps it; nan elsewhere or where the process has ended."""
    try:
        found = re.search(r"^VmHWM:\s+(\d+) kB", Path(f"/proc/{process_id}/status").read_text(), re.M)
    except OSError:
        return math.nan
    return int(found.group(1)) / 1024 if found else math.nan


def _read_children(process_id: int) -> list[int]:
    try:
        return [
            int(child)
            for path in Path(f"/proc/{process_id}/task").glob("*/children")
            for child in path.read_text().split()
        ]
    except OSError:
        return []


if __name__ == "__main__":
    main()
