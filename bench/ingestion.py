"""Pages per second and peak memory of reading reports: `python -m bench.ingestion FOLDER`."""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from index.errors import FootnoteError
from index.parse import ParseLimits, Parser

SMALL_FILES = 1000
_ONE_FILE = """
import json, resource, sys, time
from pathlib import Path
from index.formats import read_document
content = Path(sys.argv[1]).read_bytes()
before, started = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
document, media_type = read_document(content, "report")
seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({
    "pages": len(document.pages), "characters": len(document.text), "sections": len(document.sections),
    "tables": len(document.tables), "rows": sum(len(table.rows) for table in document.tables),
    "running": len(document.running), "seconds": seconds,
    "processor": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
    "mebibytes": after.ru_maxrss / 1024, "before": before.ru_maxrss / 1024,
}))
"""


def main() -> None:
    """Print a row for each file that can be read, and how fast small files go through one parser's process."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path, help="folder of reports")
    files = sorted(path for path in options.parse_args().folder.iterdir() if path.is_file())
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}\n")
    print("| file | pages | characters | sections | tables | rows | running lines | s, clock | s, processor ", end="")
    print("| pages a second of processor | peak MiB | of which before |")
    print("|---" * 12 + "|")
    for path in files:
        _print_file(path)
    print()
    _print_small_files()


def _print_file(path: Path) -> None:
    command = [sys.executable, "-c", _ONE_FILE, str(path)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        print(f"| {path.name} | refused: {done.stderr.strip().splitlines()[-1]} |")
        return
    found = json.loads(done.stdout)
    counts = [f"{found[name]:,}" for name in ("pages", "characters", "sections", "tables", "rows", "running")]
    speed = found["pages"] / found["processor"]
    figures = [found["seconds"], found["processor"], speed]
    memory = [f"{found['mebibytes']:.0f}", f"{found['before']:.0f}"]
    print(f"| {path.name} | " + " | ".join([*counts, *(f"{figure:.1f}" for figure in figures), *memory]) + " |")


def _print_small_files() -> None:
    contents = [
        f"<html><h1>Report {i}</h1><p>The harbour handled {i} ships. They left.</p></html>".encode()
        for i in range(SMALL_FILES)
    ]
    started = time.perf_counter()
    with Parser(ParseLimits()) as parser:
        for i, content in enumerate(contents):
            try:
                parser.read(content, f"report-{i}")
            except FootnoteError as problem:
                raise SystemExit(str(problem)) from problem
    seconds = time.perf_counter() - started
    print(f"{SMALL_FILES:,} small HTML files through one process, its start included: {seconds:.1f} s by the clock")


if __name__ == "__main__":
    main()
