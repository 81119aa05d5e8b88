"""Uploads to the real server, as a process that may be stopped or killed, and in a real browser."""

import json
import os
import re
import signal
import threading
import time
import urllib.request

import pytest
from browsing import SIZES, in_browser, watched_page
from make_pdf import make_pdf
from playwright.sync_api import expect
from processes import fetch, serving

HARBOUR = b"The harbour of Norwick handled 4,812 ships in 2020. It has two locks.\n"
PAGES = (
    ["The port of Eastwick was opened in 1931.", "It is run by the county."],
    ["In 2021 the port of Eastwick handled 7,431 containers.", "Night traffic stayed below 300 ships."],
)


def send(url, *files, query=""):
    """Upload files and return the decoded reply."""
    parts = [
        b'--edge\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n\r\n%s\r\n' % (name.encode(), content)
        for name, content in files
    ]
    headers = {"Content-Type": "multipart/form-data; boundary=edge"}
    request = urllib.request.Request(f"{url}/v1/documents{query}", b"".join(parts) + b"--edge--\r\n", headers)
    with urllib.request.urlopen(request, timeout=120) as reply:
        return json.loads(reply.read())


def send_in_vain(request):
    with pytest.raises(OSError, match=r"."):
        urllib.request.urlopen(request)


def make_reports(count):
    return [
        (f"report-{number}.txt", f"Report {number} counts {number + 100} bridges in the north. ".encode() * 60)
        for number in range(count)
    ]


def wait_until(holds, seconds=60):
    deadline = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found


def test_what_is_uploaded_answers_and_what_is_withdrawn_does_not(workplace, footnote):
    question = {"question": "How many containers did the port of Eastwick handle in 2021?", "max_risk": 1.0}
    with serving(workplace) as (url, _):
        (document,) = send(url, ("port.pdf", make_pdf(*PAGES)), query="?wait=true")["documents"]
        assert (document["document_id"], document["state"], document["pages"]) == ("port", "ready", 2)
        citation = fetch(f"{url}/v1/ask", question | {"documents": ["port"]})["citations"][0]
        assert citation["start_page_number"] in (1, 2)
        place = f"start={citation['start_char_index']}&end={citation['end_char_index']}"
        address = f"{url}/v1/documents/port/pages/{citation['start_page_number']}?{place}"
        assert urllib.request.urlopen(address).read().startswith(b"\x89PNG")
        withdrawal = urllib.request.Request(f"{url}/v1/documents/port", method="DELETE")
        assert json.loads(urllib.request.urlopen(withdrawal).read())["state"] == "withdrawn"
        assert "port" not in {one["document_id"] for one in fetch(f"{url}/v1/documents")["documents"]}
    assert "port" not in footnote("index", "list", check=0).stdout
    footnote("index", "verify", check=0)


@pytest.mark.parametrize("moment", ["sending", "reading", "embedding"])
def test_a_kill_in_the_middle_of_an_upload_leaves_a_whole_index(workplace, footnote, moment):
    footnote("index", "build", check=0)
    before = footnote("index", "list", check=0).stdout.splitlines()
    with serving(workplace) as (url, process):
        if moment == "sending":
            half = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n' + b"word " * 9000
            headers = {"Content-Type": "multipart/form-data; boundary=edge", "Content-Length": "1000000"}
            request = urllib.request.Request(f"{url}/v1/documents", half, headers)
            threading.Thread(target=send_in_vain, args=[request]).start()
            time.sleep(0.5)
        else:
            job = send(url, *make_reports(40))["job_id"]
            step = {"reading": "reading files", "embedding": "embedding passages"}[moment]
            wait_until(lambda: fetch(f"{url}/v1/jobs/{job}")["step"] == step)
        os.kill(process.pid, signal.SIGKILL)
    footnote("index", "verify", check=0)
    assert footnote("index", "list", check=0).stdout.splitlines() == before
    inside = {path.name for path in (workplace / ".footnote").iterdir()}
    assert inside <= {"files", "ledger", "CURRENT", "snapshots", "models", ".lock"}
    (workplace / "harbour.txt").write_bytes(HARBOUR)
    footnote("index", "add", "harbour.txt", check=0)
    footnote("index", "verify", check=0)


def test_a_stop_ends_the_streams_and_leaves_a_whole_index(workplace, footnote):
    with serving(workplace) as (url, process):
        running = send(url, *make_reports(60))["job_id"]
        waiting = send(url, ("harbour.txt", HARBOUR))["job_id"]
        wait_until(lambda: fetch(f"{url}/v1/jobs/{running}")["step"] == "embedding passages")
        request = urllib.request.Request(f"{url}/v1/jobs/{waiting}", headers={"Accept": "text/event-stream"})
        with urllib.request.urlopen(request, timeout=60) as events:
            began = time.monotonic()
            process.terminate()
            told = events.read().decode()
        process.wait(30)
        assert time.monotonic() - began < 15
    assert re.findall("^event: (.*)$", told, re.M)[-1] == "failed"
    assert "send the files again" in told
    assert "report-0" not in footnote("index", "list", check=0).stdout
    footnote("index", "verify", check=0)


@pytest.fixture(scope="module")
def server(tmp_path_factory, make_workplace):
    with serving(make_workplace(tmp_path_factory.mktemp("uploads"))) as (url, _):
        yield url


@pytest.fixture(params=SIZES, ids=["desktop", "phone"])
def page(request, browser, server):
    """The page at one of two sizes; the browser itself notes every reply with an error status."""
    with watched_page(browser, server, request.param, "status of 415") as page:
        yield page
        shoot(page, f"{request.node.name}")


def shoot(page, name):
    """Keep a picture where FOOTNOTE_TEST_PICTURES asks for it."""
    if folder := os.environ.get("FOOTNOTE_TEST_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png")


FILES = [
    {"name": "port.pdf", "mimeType": "application/pdf", "buffer": make_pdf(*PAGES)},
    {"name": "picture.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n...."},
]


@in_browser
def test_files_are_added_shown_on_their_page_and_withdrawn(page):
    width = page.viewport_size["width"]
    page.get_by_test_id("upload-files").set_input_files(FILES)
    expect(page.get_by_test_id("job-step")).to_contain_text("1 added, 1 not added", timeout=60_000)
    expect(page.get_by_test_id("job-files")).to_contain_text("PNG image")
    listed = page.locator("#documents-list")
    expect(listed).to_contain_text("port.pdf")
    shoot(page, f"added-{width}")
    page.get_by_test_id("dismiss").click()
    page.get_by_test_id("question").fill("How many containers did the port of Eastwick handle in 2021?")
    page.keyboard.press("Enter")
    citation = page.get_by_test_id("citation").first
    expect(citation).to_contain_text(re.compile(r"p\. 2|pp\. 1–2"), timeout=30_000)
    shoot(page, f"answer-{width}")
    citation.get_by_test_id("show-on-page").click()
    image = page.get_by_test_id("page-image").last
    image.scroll_into_view_if_needed()
    page.wait_for_function("image => image.naturalWidth > 1000", arg=image.element_handle(), timeout=30_000)
    shoot(page, f"page-{width}")
    page.get_by_test_id("reader-as-text").click()
    expect(page.get_by_test_id("reader-mark")).to_contain_text("7,431 containers")
    page.keyboard.press("Escape")
    withdraw = listed.get_by_role("listitem").filter(has_text="port.pdf").get_by_test_id("withdraw")
    withdraw.click()
    shoot(page, f"confirm-{width}")
    page.get_by_test_id("confirm-cancel").click()
    expect(page.get_by_test_id("confirm")).to_be_hidden()
    expect(listed).to_contain_text("port.pdf")
    withdraw.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("documents-note")).to_contain_text("is withdrawn")
    expect(listed).not_to_contain_text("port.pdf")


@in_browser
def test_a_dialog_reopened_at_once_still_withdraws(page, server):
    send(server, ("quay.txt", b"The quay of Norwick is 300 metres long.\n"), query="?wait=true")
    page.reload()
    listed = page.locator("#documents-list")
    item = listed.get_by_role("listitem").filter(has_text="quay.txt")
    expect(item).to_be_visible()
    # One task: the close event of the first dialog comes when the second one is open.
    item.get_by_test_id("withdraw").evaluate(
        """button => {
            button.click();
            document.querySelector('[data-testid=confirm-cancel]').click();
            button.click();
        }"""
    )
    page.get_by_test_id("confirm-withdraw").click()
    expect(page.get_by_test_id("documents-note")).to_contain_text("is withdrawn")
    expect(listed).not_to_contain_text("quay.txt")


@in_browser
def test_a_file_may_be_dropped_anywhere(page):
    page.evaluate(
        """() => {
            const carried = new DataTransfer();
            carried.items.add(new File(['The harbour of Norwick handled 4,812 ships in 2020.'], 'harbour.txt'));
            const drag = (name) => document.querySelector('h1').dispatchEvent(
                new DragEvent(name, { dataTransfer: carried, bubbles: true, cancelable: true }));
            drag('dragenter');
            window.overlay = !document.getElementById('drop').hidden;
            drag('dragover');
            drag('drop');
        }"""
    )
    assert page.evaluate("window.overlay")
    expect(page.locator("#drop")).to_be_hidden()
    expect(page.get_by_test_id("job-step")).to_contain_text(re.compile("1 (added|unchanged)"), timeout=60_000)


@in_browser
def test_an_upload_that_fails_says_why(page):
    page.get_by_test_id("upload-files").set_input_files(FILES[1:])
    expect(page.get_by_test_id("job-step")).to_contain_text("Nothing was added. picture.png: the file is a PNG image")
