"""What a person sees at a terminal while `footnote index add` works: a pseudo-terminal of 80 and of 40 columns."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios

import pytest
from make_pdf import make_pdf
from processes import environment

REPORTS = 6


def add_at_terminal(workplace, columns):
    """Return the exit code of `footnote index add` on a folder, and all that the terminal got."""
    own, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    command = [sys.executable, "-m", "api.cli", "index", "add", "more"]
    settings = {**environment(), "FOOTNOTE_REPORTS": "none"}
    with subprocess.Popen(command, cwd=workplace, env=settings, stdin=its, stdout=its, stderr=its) as process:
        os.close(its)
        got = b""
        try:
            while piece := os.read(own, 1 << 16):
                got += piece
        except OSError:
            # Linux says so that the other end is closed.
            os.close(own)
    return process.returncode, got.decode("utf-8")


def show(written):
    """Return the lines that stay, and the most columns that any line of a bar took."""
    lines: list[str] = []
    drawn = [0]
    for line in written.replace("\r\n", "\n").split("\n"):
        states = line.split("\r")
        drawn += [len(state) for state in states[1:] if not state.startswith("rejected")]
        lines.append(states[-1].rstrip() or next((state for state in states[::-1] if state.strip()), "").rstrip())
    return [line for line in lines if line], max(drawn)


@pytest.fixture
def reports(workplace):
    folder = workplace / "more"
    folder.mkdir()
    for number in range(REPORTS):
        pages = [[f"The harbour of place {number} counted {number + 100 * page} ships."] for page in range(1, 4)]
        (folder / f"a-report-with-quite-a-long-name-{number}.pdf").write_bytes(make_pdf(*pages))
    (folder / "cut.pdf").write_bytes(make_pdf(["Nothing."])[:200])
    return workplace


@pytest.mark.parametrize("columns", [80, 40])
def test_bar_fits_reaches_its_end_and_names_the_bad_file_at_once(reports, columns):
    code, written = add_at_terminal(reports, columns)
    assert code == 1
    lines, most = show(written)
    assert most < columns
    assert "\x1b" not in written, "a bar of one line needs no movement of the cursor"
    rejected = [line for line in lines if line.startswith("rejected   cut.pdf: 'cut' is a damaged PDF")]
    assert len(rejected) == 2, "when it is read and at the end"
    steps = [line for line in lines if line.startswith(("reading", "cutting", "embedding"))]
    assert lines.index(rejected[0]) < lines.index(steps[0])
    reading = (
        r"reading files 100% █{8} 7 files in 00:\d\d, \S+/(s|min)" if columns == 80 else r"reading files █+ 7/7 00:\d\d"
    )
    assert re.fullmatch(reading, steps[0])
    assert all(re.search(r"(\d+)/\1 |100% ", step) for step in steps)
    summary = next(line for line in lines if line.startswith("7 file(s): 6 ready, 1 rejected; 18 pages, "))
    assert lines.index(steps[-1]) < lines.index("ready      a-report-with-quite-a-long-name-0") < lines.index(summary)


def test_while_it_reads_it_says_which_file_how_many_pages_and_how_long(reports):
    _, written = add_at_terminal(reports, 80)
    assert re.search(
        r"\rreading files  \d\d% \S+ +3 of 7, [\d.]+/(s|min), \d\d:\d\d left  9 pages, …\S+name-3\.pdf", written
    )


def test_no_bar_is_drawn_where_no_terminal_is(reports, footnote):
    done = footnote("index", "add", "more", check=1)
    assert "reading" not in done.stderr + done.stdout
    assert done.stdout.count("rejected   cut.pdf") == 1
