"""A writer that dies at any step leaves the old state or the new one, whole; the next writer goes on from there."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock, Timeout
from index_crash_driver import OPERATIONS

from index.build import Index
from index.library import acquire_lock

MAX_STEPS = 80


@pytest.fixture(scope="module")
def crash():
    """Return what runs an operation on a folder in a process that dies at a step; it returns the exit status."""
    quiet = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    driver = Path(__file__).with_name("index_crash_driver.py")
    with subprocess.Popen(
        [sys.executable, driver], env=quiet, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:

        def run(folder, operation, step):
            process.stdin.write(json.dumps({"folder": str(folder), "operation": operation, "step": step}) + "\n")
            process.stdin.flush()
            return int(process.stdout.readline())

        yield run
        process.stdin.close()


def state_of(index):
    """Return digest, documents with their texts, and passages: all that a reader sees."""
    snapshot = index.open()
    texts = {document_id: document.text_sha256 for document_id, document in snapshot.documents.items()}
    assert texts == {name: entry.text_sha256 for name, entry in index.library.entries().items()}
    assert (index.folder / "CURRENT").read_text().strip() == snapshot.digest
    return snapshot.digest, texts, [passage.text for passage in snapshot.passages]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_death_at_any_step_leaves_the_old_state_or_the_new(tmp_path, encoder, crash, operation):
    before = Index(tmp_path / "before", encoder)
    if operation != "first":
        OPERATIONS["first"](before)
        OPERATIONS["add"](before) if operation != "add" else None
    shutil.copytree(before.folder, tmp_path / "after") if before.folder.exists() else None
    after = Index(tmp_path / "after", encoder)
    OPERATIONS[operation](after)
    pristine = tmp_path / "pristine"
    shutil.copytree(before.folder, pristine) if before.folder.exists() else pristine.mkdir()
    old, new = state_of(before), state_of(after)
    seen = []
    for step in range(1, MAX_STEPS):
        folder = tmp_path / f"step-{step}"
        shutil.copytree(pristine, folder)
        status = crash(folder, operation, step)
        assert status in (0, 9)
        reopened = Index(folder, encoder)
        state = state_of(reopened)
        assert state in (old, new)
        seen.append(state == new)
        if status == 0:
            assert state == new
            break
        OPERATIONS[operation](reopened) if operation != "remove" or state == old else None
        assert state_of(reopened) == new
        reopened.verify()
        assert not [path for path in (folder / "snapshots").iterdir() if path.name.startswith(".")]
        shutil.rmtree(folder)
    else:
        raise AssertionError(f"{operation} did not end in {MAX_STEPS} steps")
    assert step > 4
    assert seen == sorted(seen), "once the new state stands, no later step falls back to the old one"


def test_after_a_death_while_old_snapshots_are_removed_the_old_state_can_be_had_again(tmp_path, encoder, crash):
    """What the removal left of a snapshot is not taken for the whole one."""
    index = Index(tmp_path / "data", encoder)
    OPERATIONS["first"](index)
    old = state_of(index)
    OPERATIONS["add"](index)
    pristine = tmp_path / "pristine"
    shutil.copytree(index.folder, pristine)
    for step in range(1, MAX_STEPS):
        folder = tmp_path / f"step-{step}"
        shutil.copytree(pristine, folder)
        status = crash(folder, "replace", step)
        if status == 0:
            break
        reopened = Index(folder, encoder)
        for document_id in ("c", "d"):
            if document_id in reopened.library.entries():
                reopened.remove(document_id)
        OPERATIONS["first"](reopened)
        assert state_of(reopened) == old
        reopened.verify()


def test_second_writer_is_refused_while_a_real_process_holds_the_lock(index):
    from index.errors import LibraryBusy

    OPERATIONS["first"](index)
    code = (
        "import sys; from pathlib import Path; from index.library import Library, acquire_lock\n"
        "with acquire_lock(Library(Path(sys.argv[1]))): print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, index.folder]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        for change in (OPERATIONS["add"], OPERATIONS["remove"], OPERATIONS["build"]):
            with pytest.raises(LibraryBusy, match=r"another process is changing .*; try again when it is done"):
                change(index)
        assert set(index.open().documents) == {"a", "b"}
        index.verify()
        holder.stdin.close()
        assert holder.wait(10) == 0
    OPERATIONS["add"](index)
    assert set(index.open().documents) == {"a", "b", "c"}


def test_lock_of_a_dead_process_is_free(index, crash):
    OPERATIONS["first"](index)
    assert crash(index.folder, "add", 1) == 9
    OPERATIONS["add"](index)
    assert "c" in index.open().documents


def test_lock_is_free_after_its_block(index):
    lock = FileLock(index.folder / ".lock", timeout=0)
    with acquire_lock(index.library), pytest.raises(Timeout, match="lock"):
        lock.acquire()
    with lock:
        assert lock.is_locked


def test_lock_is_free_after_a_failure(index):
    from index.errors import UnknownDocument

    OPERATIONS["first"](index)
    with pytest.raises(UnknownDocument, match="no document 'z'") as caught:
        index.remove("z")
    assert caught.traceback
    OPERATIONS["add"](index)


def test_order_of_writing_is_durable(index, monkeypatch):
    """What a rename shows was flushed before, files and snapshot come before the ledger, CURRENT comes last."""
    events = []
    real_fsync, real_replace, real_rename = os.fsync, os.replace, os.rename

    def fsync(handle):
        events.append(("flush", os.readlink(f"/proc/self/fd/{handle}")))
        return real_fsync(handle)

    def move(real):
        def moved(source, target, **named):
            files = [path for path in Path(source).rglob("*") if path.is_file()] or [Path(source)]
            flushed = {path for kind, path in events if kind == "flush"}
            assert {str(path) for path in files} <= flushed, "shown before it was flushed"
            real(source, target, **named)
            events.append(("move", str(target)))

        return moved

    OPERATIONS["first"](index)
    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", move(real_replace))
    monkeypatch.setattr(os, "rename", move(real_rename))
    OPERATIONS["replace"](index)
    monkeypatch.undo()
    moves = [Path(path).relative_to(index.folder).parts for kind, path in events if kind == "move"]
    assert [parts[0] for parts in moves] == ["files"] * 2 + ["snapshots", "ledger", "CURRENT"]
    for i, (kind, path) in enumerate(events):
        if kind == "move":
            following = next((j for j in range(i + 1, len(events)) if events[j][0] == "move"), len(events))
            assert ("flush", str(Path(path).parent)) in events[i:following], f"the entry of {path} was not flushed"
