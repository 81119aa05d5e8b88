"""Adding, replacing, withdrawing, building: outcomes, and the same state by any path."""

import json
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.build import GivenFile, Index, Outcome, read_paths
from index.durable import encode_json
from index.errors import FootnoteError, LedgerDamaged, SnapshotDamaged, TextGone, UnknownDocument
from index.passages import PassageSettings, searchable_text

TEXTS = (
    "Ships\n\nThe harbour handled 4,812 ships. Most carried grain.\n",
    "The mill ground 12 tons of grain. It rested on Sunday.\n",
    "Ships\n\nThe harbour handled 4,812 ships. Most carried ore.\n\nWorks\n\nNone were done this year.\n",
    "一句话。",
)


def make_file(name, number):
    return GivenFile(f"{name}.txt", TEXTS[number].encode())


def states(outcomes):
    return [(outcome.document_id, outcome.state) for outcome in outcomes]


def test_added_replaced_unchanged(index):
    assert states(index.add([make_file("b", 0), make_file("a", 1)])) == [("b", "ready"), ("a", "ready")]
    assert states(index.add([make_file("a", 1), make_file("b", 2)])) == [("a", "unchanged"), ("b", "replaced")]
    assert index.open().documents["b"].text == TEXTS[2]
    ledger = index.library.read_ledger()
    assert [[(change.action, change.entry.document_id) for change in line.changes] for line in ledger] == [
        [("added", "b"), ("added", "a")],
        [("replaced", "b")],
    ]


def test_nothing_new_writes_nothing(index):
    index.add([make_file("a", 0)])
    before = (index.folder / "ledger").read_bytes()
    assert states(index.add([make_file("a", 0)])) == [("a", "unchanged")]
    assert states(index.add([])) == []
    assert (index.folder / "ledger").read_bytes() == before


@pytest.mark.parametrize(
    ("file", "problem"),
    [
        (GivenFile("x.txt", b""), "holds no text"),
        (GivenFile("x.txt", b"a\0b"), "NUL characters"),
        (GivenFile("x.pdf", b"%PDF-1.7"), "is a damaged PDF"),
        (GivenFile("….txt", b"words"), "no document id can be made"),
        (GivenFile("../..", b"words"), "no document id can be made"),
        (GivenFile("a\x1b[2J\n.txt", b"words"), "has control characters; rename the file"),
        (GivenFile("x.txt", b"words", "Not A Slug"), "is no slug"),
    ],
)
def test_rejected_file_is_named_and_the_others_go_on(index, file, problem):
    outcomes = index.add([make_file("a", 0), file, make_file("b", 1)])
    assert [outcome.state for outcome in outcomes] == ["ready", "rejected", "ready"]
    assert outcomes[1].filename == file.filename
    assert problem in outcomes[1].problem
    assert list(index.open().documents) == ["a", "b"]
    index.verify()


def test_rejected_new_version_leaves_the_old_one(index):
    index.add([make_file("a", 0)])
    digest = index.current_digest()
    assert states(index.add([GivenFile("a.txt", b"")])) == [(None, "rejected")]
    assert index.open().digest == digest


@pytest.mark.parametrize("first", [0, 1], ids=["first-unchanged", "first-replaced"])
def test_two_files_of_one_id_in_a_batch(index, first):
    """The second is rejected, whatever became of the first."""
    index.add([make_file("a", 0)])
    outcomes = index.add([make_file("a", first), make_file("A", 2)])
    assert [outcome.state for outcome in outcomes] == [["unchanged", "replaced"][first], "rejected"]
    assert "has the id 'a' already" in outcomes[1].problem
    assert index.open().documents["a"].text == TEXTS[first]


def test_file_name_that_is_no_unicode_is_no_fault(index):
    """Names of that kind come from folders written on other systems."""
    outcomes = index.add([GivenFile("caf\udce9.txt", b"The mill rested."), make_file("b", 1)])
    assert outcomes[0].state in ("ready", "rejected")
    assert outcomes[1].state == "ready"
    assert "b" in index.open().documents


def test_given_id_is_kept(index):
    assert states(index.add([GivenFile("x.txt", b"words", "reports/2017")])) == [("reports/2017", "ready")]
    assert list(index.open().documents) == ["reports/2017"]


def test_withdrawn_document_is_gone_but_its_text_is_kept(index):
    index.add([make_file("a", 0), make_file("b", 1)])
    sha256 = index.open().documents["a"].text_sha256
    assert index.remove("a") == Outcome("a", "a.txt", "withdrawn")
    snapshot = index.open()
    assert list(snapshot.documents) == ["b"]
    assert {passage.document_id for passage in snapshot.passages} == {"b"}
    assert index.library.fetch_text("a", sha256) == TEXTS[0]
    with pytest.raises(UnknownDocument, match="no document 'a' in the index; it holds: b"):
        index.remove("a")


def test_last_document_can_be_withdrawn(index):
    empty = index.open().digest
    index.add([make_file("a", 0)])
    index.remove("a")
    assert index.open().digest == empty
    with pytest.raises(UnknownDocument, match="it holds: none"):
        index.remove("a")
    assert index.verify() == empty


OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.dictionaries(st.sampled_from("abc"), st.integers(0, 3), min_size=1, max_size=3)),
        st.tuples(st.just("remove"), st.sampled_from("abc")),
        st.tuples(st.just("build"), st.none()),
    ),
    max_size=7,
)


@given(OPERATIONS)
@settings(max_examples=25, deadline=None)
def test_any_path_of_adds_and_removes_leads_to_the_digest_of_a_fresh_build(make_encoder, operations):
    with TemporaryDirectory() as scratch:
        index = Index(Path(scratch) / "path", make_encoder())
        model = {}
        for operation, what in operations:
            if operation == "add":
                outcomes = index.add([make_file(name, number) for name, number in what.items()])
                assert [outcome.state for outcome in outcomes] == [
                    "ready" if name not in model else "unchanged" if model[name] == number else "replaced"
                    for name, number in what.items()
                ]
                model |= what
            elif operation == "remove" and what in model:
                index.remove(what)
                del model[what]
            elif operation == "build":
                index.build()
        fresh = Index(Path(scratch) / "fresh", make_encoder())
        fresh.add([make_file(name, number) for name, number in reversed(model.items())])
        assert {name: document.text for name, document in index.open().documents.items()} == {
            name: TEXTS[number] for name, number in model.items()
        }
        assert index.open().digest == fresh.open().digest
        digest = fresh.current_digest()
        for path in (fresh.folder / "snapshots" / digest).rglob("*"):
            twin = index.folder / "snapshots" / digest / path.relative_to(fresh.folder / "snapshots" / digest)
            assert path.is_dir() or path.read_bytes() == twin.read_bytes()


def test_vectors_are_used_again_and_equal(index, encoder, make_encoder, tmp_path):
    index.add([make_file("a", 0), make_file("b", 1)])
    first = list(encoder.encoded)
    encoder.encoded.clear()
    index.add([make_file("c", 3)])
    assert encoder.encoded == ["一句话。"] * 2, "once as a passage, once as its sentence"
    encoder.encoded.clear()
    index.remove("b")
    assert encoder.encoded == []
    index.build()
    assert set(encoder.encoded) <= {*first, "一句话。"}
    assert encoder.encoded, "a build trusts no former vector"
    for row, passage in enumerate(index.open().passages):
        text = searchable_text(passage, PassageSettings(), encoder.count_pieces, encoder.max_pieces)
        assert index.open().dense.vector(row).tolist() == make_encoder().encode([text])[0].tolist()


def test_real_vectors_of_an_update_are_those_of_a_fresh_build(real_encoder, tmp_path):
    updated, fresh = Index(tmp_path / "updated", real_encoder), Index(tmp_path / "fresh", real_encoder)
    for number, name in enumerate("abc"):
        updated.add([make_file(name, number)])
    updated.remove("b")
    fresh.add([make_file("c", 2), make_file("a", 0)])
    assert updated.current_digest() == fresh.current_digest()


def test_snapshot_of_format_1_is_served_and_gets_its_sentences_at_the_next_change(index, make_encoder, tmp_path):
    index.add([make_file("a", 0)])
    snapshots = index.folder / "snapshots"
    made = snapshots / index.current_digest()
    (made / "sentences.faiss").unlink()
    manifest = json.loads((made / "manifest.json").read_bytes())
    del manifest["files"]["sentences.faiss"]
    content = encode_json({**manifest, "format_version": 1})
    (made / "manifest.json").write_bytes(content)
    made.rename(snapshots / sha256(content).hexdigest())
    index.library.commit(sha256(content).hexdigest(), [])
    served = index.open()
    assert [list(served.sentences_of(row)) for row in range(len(served.passages))] == [[]] * len(served.passages)
    index.add([make_file("b", 1)])
    fresh = Index(tmp_path / "fresh", make_encoder())
    fresh.add([make_file("a", 0), make_file("b", 1)])
    assert index.current_digest() == fresh.current_digest()


def test_two_snapshots_are_kept(index):
    for number, name in enumerate("abcd"):
        index.add([make_file(name, number)])
    ledger = index.library.read_ledger()
    kept = {path.name for path in (index.folder / "snapshots").iterdir()}
    assert kept == {ledger[-1].snapshot, ledger[-2].snapshot}


def test_current_is_restored_from_the_ledger(index):
    index.add([make_file("a", 0)])
    digest = index.current_digest()
    for content in (None, b"", b"0" * 64 + b"\n"):
        (index.folder / "CURRENT").unlink()
        if content is not None:
            (index.folder / "CURRENT").write_bytes(content)
        assert index.open().digest == digest
        assert index.current_digest() == digest


@pytest.mark.parametrize("kept", [0, 1, 40, -1])
def test_torn_last_line_of_the_ledger_was_never_committed(index, kept):
    index.add([make_file("a", 0)])
    first = index.current_digest()
    whole = (index.folder / "ledger").read_bytes()
    index.add([make_file("b", 1)])
    line = (index.folder / "ledger").read_bytes()[len(whole) :]
    (index.folder / "ledger").write_bytes(whole + line[:kept])
    assert index.open().digest == first == index.current_digest()
    assert index.verify() == first
    index.add([make_file("c", 3)])
    assert list(index.open().documents) == ["a", "c"]
    assert (index.folder / "ledger").read_bytes().startswith(whole)


@pytest.mark.parametrize("place", [0, 64, 65, 100, -2])
@pytest.mark.parametrize("number", [1, 2])
def test_damaged_line_of_the_ledger_is_refused(index, number, place):
    for name in "ab":
        index.add([make_file(name, 0)])
    lines = (index.folder / "ledger").read_bytes().splitlines(keepends=True)
    damaged = bytearray(lines[number - 1])
    damaged[place] ^= 1
    lines[number - 1] = bytes(damaged)
    (index.folder / "ledger").write_bytes(b"".join(lines))
    for call in (index.open, index.verify, index.build, lambda: index.add([make_file("c", 1)])):
        with pytest.raises(LedgerDamaged, match=f"line {number} of .*ledger does not match its checksum; restore"):
            call()


def test_verify_names_a_file_of_the_library_that_is_gone_or_damaged(index):
    with pytest.raises(SnapshotDamaged, match="holds no index yet; make one: footnote index add PATH"):
        index.verify()
    index.add([make_file("a", 0)])
    path = index.folder / "files" / index.library.entries()["a"].file_sha256
    content = path.read_bytes()
    path.write_bytes(content[:-1])
    with pytest.raises(TextGone, match=f"{path.name} is damaged; add the file again"):
        index.verify()
    path.unlink()
    with pytest.raises(TextGone, match=f"{path.name} is missing; add the file again"):
        index.verify()
    path.write_bytes(content)
    assert index.verify() == index.current_digest()


def test_adding_the_file_again_heals_it(index):
    index.add([make_file("a", 0)])
    (index.folder / "files" / index.library.entries()["a"].file_sha256).write_bytes(b"")
    assert states(index.add([make_file("a", 0)])) == [("a", "unchanged")]
    index.verify()


def test_progress_is_told(index):
    told = []
    index.add([make_file("a", 0), make_file("b", 1)], lambda *step: told.append(step))
    assert told[:2] == [("cutting documents", 1, 2), ("cutting documents", 2, 2)]
    embedded = [step for step in told if step[0] == "embedding passages"]
    assert [done for _, done, _ in embedded] == list(range(1, embedded[-1][2] + 1))
    assert told[-1][0] == "embedding sentences"
    assert told[-1][1] == told[-1][2]


@pytest.mark.parametrize("size", [1, 2, 3])
def test_encoding_in_blocks_changes_nothing_and_counts_on(index, make_encoder, tmp_path, monkeypatch, size):
    files = [make_file(name, number % 3) for number, name in enumerate("abcde")]
    index.add(files)
    monkeypatch.setattr("index.embedding.ENCODED_AT_ONCE", size)
    other, told = Index(tmp_path / "other", make_encoder()), []
    other.add(files, lambda *step: told.append(step))
    assert other.current_digest() == index.current_digest()
    for what in ("embedding passages", "embedding sentences"):
        done = [(done, total) for step, done, total in told if step == what]
        assert done == [(i + 1, len(done)) for i in range(len(done))]
        assert len(done) > size


def test_paths_are_read_in_order_with_names_relative_to_the_folder(tmp_path):
    for name in ("b.txt", "a/z.txt", "a/b.txt", ".hidden", ".git/config", "a/.x"):
        (tmp_path / "reports" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "reports" / name).write_text(name)
    given_files = read_paths([tmp_path / "reports", tmp_path / "reports" / "a" / "z.txt"])
    assert [file.filename for file in given_files] == ["a/b.txt", "a/z.txt", "b.txt", "z.txt"]
    assert given_files[0].content == b"a/b.txt"
    with pytest.raises(FootnoteError, match="none such does not exist; give files or folders that do"):
        read_paths([Path("none such")])
