"""The real server as a process, asked over HTTP, and the command line beside it."""

import json
import os
import signal
import subprocess
import sys
import urllib.request

import pytest
from processes import environment, fetch, serving

QUESTION = "How many patent disputes were there?"


def test_the_first_start_serves_the_shipped_report(workplace, footnote):
    with serving(workplace) as (url, process):
        answer = fetch(f"{url}/v1/ask", {"question": QUESTION})
        citation = answer["citations"][0]
        with urllib.request.urlopen(f"{url}/v1/documents/{citation['document_id']}/text") as reply:
            text = reply.read().decode()
        page = urllib.request.urlopen(f"{url}/").read().decode()
    assert answer["answer"] == "28,157"
    assert text[citation["start_char_index"] : citation["end_char_index"]] == citation["cited_text"]
    assert "<title>" in page
    assert process.returncode in (0, -signal.SIGTERM)
    said = json.loads(footnote("ask", "--json", QUESTION, check=0).stdout)
    assert {**said, "timings_ms": 0} == {**answer, "timings_ms": 0}


def test_ask_says_how_it_understood_a_mistyped_question(footnote):
    done = footnote("ask", "How many patnet disputes were there?", check=0)
    assert done.stdout.startswith("Understood as: How many patent disputes were there?\n\n28,157\n")


def test_ask_exits_3_when_the_report_does_not_state_it(footnote):
    done = footnote("ask", "How many patent disputes were there in 2015?", check=3)
    assert done.stdout.startswith("The reports do not state this.")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["ask", " "], 2, "the question is blank"),
        (["ask"], 2, "required: question"),
        (["ask", "--max-risk", "7", "x"], 2, "FOOTNOTE_MAX_RISK"),
        (["index", "add", "missing.txt"], 1, "missing.txt does not exist"),
        (["index", "remove", "missing"], 1, "no document 'missing'"),
    ],
)
def test_wrong_use_and_failure_say_what_in_one_line(footnote, arguments, code, words):
    done = footnote(*arguments, check=code)
    assert words in done.stderr.strip().splitlines()[-1]


def test_a_running_server_takes_up_what_is_added_and_removed(workplace, footnote):
    (workplace / "harbour.txt").write_text("The harbour of Norwick handled 4,812 ships in 2020. It has two locks.\n")
    question = {"question": "How many ships did the harbour of Norwick handle in 2020?"}
    with serving(workplace) as (url, _):
        first = fetch(f"{url}/v1/documents")["documents"]
        footnote("index", "add", "harbour.txt", check=0)
        assert fetch(f"{url}/v1/ask", question)["answer"].startswith("4,812")
        footnote("index", "remove", "harbour", check=0)
        assert fetch(f"{url}/v1/ask", question)["status"] == "abstained"
        assert fetch(f"{url}/v1/documents")["documents"] == first


def test_a_withdrawn_report_does_not_come_back_at_the_next_start(workplace, footnote):
    footnote("index", "build", check=0)
    (listed,) = footnote("index", "list", check=0).stdout.splitlines()
    footnote("index", "remove", listed.split()[0], check=0)
    with serving(workplace) as (url, _):
        assert fetch(f"{url}/v1/documents")["documents"] == []
        assert fetch(f"{url}/v1/ask", {"question": QUESTION})["reason_code"] == "no_passage"


def test_one_bad_file_is_rejected_by_name_and_the_others_go_on(workplace, footnote):
    folder = workplace / "more"
    folder.mkdir()
    (folder / "good.txt").write_text("A good report. It says that 12 trees were planted.\n")
    (folder / "bad.pdf").write_bytes(b"%PDF-1.7\n")
    (folder / "empty.txt").write_bytes(b"")
    done = footnote("index", "add", "more", check=1)
    assert "ready      good" in done.stdout
    assert "bad.pdf" in done.stdout
    assert "a damaged PDF" in done.stdout
    assert done.stdout.splitlines()[-2].startswith("rejected   bad.pdf: ")
    assert "holds no text" in done.stdout
    assert "good" in footnote("index", "list", check=0).stdout


def test_a_damaged_snapshot_is_refused_by_name_and_built_again(workplace, footnote):
    footnote("index", "build", check=0)
    (manifest,) = (workplace / ".footnote" / "snapshots").glob("*/manifest.json")
    vectors = manifest.with_name("vectors.faiss")
    content = bytearray(vectors.read_bytes())
    content[100] ^= 1
    vectors.write_bytes(content)
    for command in (["ask", QUESTION], ["index", "verify"], ["serve", "--port", "0"]):
        done = footnote(*command, check=1)
        assert "vectors.faiss has sha256" in done.stderr
    footnote("index", "build", check=0)
    assert footnote("ask", QUESTION, check=0).stdout.startswith("28,157")


def test_a_port_in_use_is_said_to_be_so(workplace, footnote):
    with serving(workplace) as (url, _):
        done = footnote("serve", "--port", url.rsplit(":", 1)[1], check=1)
    assert "cannot listen" in done.stderr


@pytest.mark.parametrize("kill_after_files", [0, 3, 6])
def test_a_kill_in_the_middle_of_an_add_leaves_the_old_state_or_the_new(workplace, footnote, kill_after_files):
    """Stop the writer at the moment at which so many new files have appeared; what is there must be whole."""
    footnote("index", "build", check=0)
    more = workplace / "more"
    more.mkdir()
    for number in range(12):
        (more / f"report-{number}.txt").write_text(
            f"Report {number} counts {number + 100} bridges in the north.\n" * 40
        )
    before = set((workplace / ".footnote").rglob("*"))
    command = [sys.executable, "-m", "api.cli", "index", "add", "more"]
    with subprocess.Popen(command, cwd=workplace, env=environment(), stdout=subprocess.DEVNULL) as process:
        while process.poll() is None and len(set((workplace / ".footnote").rglob("*")) - before) <= kill_after_files:
            pass
        os.kill(process.pid, signal.SIGKILL)
    assert len(footnote("index", "list", check=0).stdout.splitlines()) in (1, 13)
    footnote("index", "verify", check=0)
    footnote("index", "add", "more", check=0)
    assert len(footnote("index", "list", check=0).stdout.splitlines()) == 13
