"""A snapshot is a function of its input, is checked byte by byte when opened, and names what is wrong with it."""

import json
import shutil
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from index.build import GivenFile, Index
from index.durable import encode_json
from index.errors import SnapshotDamaged, SnapshotMismatch
from index.passages import PassageSettings
from index.snapshot import open_snapshot, verify_snapshot

GOLDEN = Path(__file__).parent / "snapshots"
FILES = (
    "documents.jsonl",
    "manifest.json",
    "passages.jsonl",
    "sentences.faiss",
    "terms/data.csc.index.npy",
    "terms/indices.csc.index.npy",
    "terms/indptr.csc.index.npy",
    "terms/params.index.json",
    "terms/vocab.index.json",
    "vectors.faiss",
)
REPORTS = [
    GivenFile(
        "harbour.txt", "Ships\n\nIn 2020 the harbour handled 4,812 ships.\n\nWorks\n\nNaïve 😀 dredging.\n".encode()
    ),
    GivenFile("b/mill.txt", b"The mill ground 12 tons. It rested on Sunday.\n"),
]


@pytest.fixture
def built(index):
    """An index that holds two reports."""
    index.add(REPORTS)
    return index


@pytest.fixture
def folder(built):
    return built.folder / "snapshots" / built.current_digest()


def files_of(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_files_of_a_snapshot(folder):
    assert sorted(files_of(folder)) == list(FILES)


def test_same_input_gives_the_same_bytes(built, folder, tmp_path, make_encoder):
    other = Index(tmp_path / "other", make_encoder())
    other.add(REPORTS[::-1])
    assert other.current_digest() == folder.name
    assert files_of(tmp_path / "other" / "snapshots" / folder.name) == files_of(folder)


def test_digest_is_the_sha256_of_the_manifest(folder):
    content = (folder / "manifest.json").read_bytes()
    assert sha256(content).hexdigest() == folder.name
    manifest = json.loads(content)
    assert content == encode_json(manifest)
    assert manifest["format_version"] == 2
    assert sorted([*manifest["files"], "manifest.json"]) == list(FILES)
    for name, facts in manifest["files"].items():
        content = (folder / name).read_bytes()
        assert facts == {"bytes": len(content), "sha256": sha256(content).hexdigest()}
    assert not any(word in json.dumps(manifest) for word in ("time", "date", str(folder.parent)))


def test_opened_snapshot_is_what_was_built(built):
    snapshot = built.open()
    assert list(snapshot.documents) == ["b/mill", "harbour"]
    assert snapshot.manifest["documents"] == 2
    assert snapshot.manifest["passages"] == len(snapshot.passages) == snapshot.dense.rows == snapshot.lexical.rows
    for row, passage in enumerate(snapshot.passages):
        document = snapshot.documents[passage.document_id]
        assert document.text[passage.start : passage.end] == passage.text
        searchable = ": ".join([*passage.section, passage.text])
        assert snapshot.dense.vector(row).tolist() == built.encoder.encode([searchable])[0].tolist()
        sentences = [document.text[start:end] for start, end in passage.sentences]
        kept = [snapshot.sentences.vector(i).tolist() for i in snapshot.sentences_of(row)]
        assert kept == built.encoder.encode(sentences).astype("float16").tolist()
        assert snapshot.lexical.scores(passage.text)[row] == snapshot.lexical.scores(passage.text).max()


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_flipped_byte_is_refused_by_name(built, folder, name, place):
    content = bytearray((folder / name).read_bytes())
    content[{"first": 0, "middle": len(content) // 2, "last": -1}[place]] ^= 1
    (folder / name).write_bytes(content)
    for check in (built.open, built.verify):
        with pytest.raises(SnapshotDamaged, match=rf"{name} has sha256 \w+, expected \w+; rebuild it: footnote index"):
            check()


@pytest.mark.parametrize("name", FILES)
def test_missing_file_is_refused_by_name(built, folder, name):
    (folder / name).unlink()
    for check in (built.open, built.verify):
        with pytest.raises(SnapshotDamaged, match=rf"{name} is missing; rebuild it: footnote index build"):
            check()


@pytest.mark.parametrize("name", ["extra", "terms/extra.npy", ".hidden", "deep/er/extra"])
def test_extra_file_is_refused_by_name(built, folder, name):
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(b"")
    for check in (built.open, built.verify):
        with pytest.raises(SnapshotDamaged, match=rf"{name} is not in the manifest; rebuild it"):
            check()


def test_missing_snapshot_is_refused_by_name(built, folder):
    shutil.rmtree(folder)
    with pytest.raises(SnapshotDamaged, match=rf"{folder.name}/manifest.json is missing; rebuild"):
        built.open()


@pytest.mark.parametrize("name", FILES)
def test_build_heals_a_damaged_snapshot(built, folder, name):
    (folder / name).write_bytes(b"")
    assert built.build() == folder.name
    assert built.verify() == folder.name


@pytest.mark.parametrize(
    "change",
    [{"weights_sha256": "f" * 64}, {"dimensions": 32}, {"max_pieces": 128}],
    ids=lambda change: next(iter(change)),
)
def test_other_encoder_is_refused(built, make_encoder, change):
    other = Index(built.folder, make_encoder(**change))
    with pytest.raises(SnapshotMismatch, match=r"was built with encoder .* but the service loads .*rebuild it"):
        other.open()
    digest = other.build()
    assert other.open().digest == digest == other.verify()


@pytest.mark.parametrize("change", [{"max_tokens": 40}, {"overlap_sentences": 0}, {"path_pieces": 0}])
def test_other_passage_settings_are_refused(built, change):
    other = Index(built.folder, built.encoder, replace(PassageSettings(), **change))
    with pytest.raises(SnapshotMismatch, match=r"was built with passage_settings .* but the service loads"):
        other.open()
    assert other.build() != built.library.read_ledger()[0].snapshot
    assert other.open().manifest["passage_settings"] == other.made_with["passage_settings"]


def test_other_format_is_refused(tmp_path):
    content = encode_json({"format_version": 3, "files": {}})
    folder = tmp_path / sha256(content).hexdigest()
    folder.mkdir()
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(SnapshotMismatch, match="has format 3, expected 2; rebuild it"):
        verify_snapshot(folder)


def test_empty_snapshot_is_whole(index):
    snapshot = index.open()
    assert (snapshot.documents, snapshot.passages, snapshot.dense.rows) == ({}, (), 0)
    verify_snapshot(index.folder / "snapshots" / snapshot.digest)
    assert index.open().digest == snapshot.digest


def test_documents_keep_every_part_of_their_record(built):
    from index.formats import read_document

    for file in REPORTS:
        document_id = file.filename.removesuffix(".txt")
        assert built.open().documents[document_id] == read_document(file.content, document_id)[0]


@pytest.mark.parametrize("folder", sorted(GOLDEN.iterdir()), ids=lambda folder: folder.parent.name + folder.name[:8])
def test_snapshots_of_every_former_format_are_opened(folder):
    manifest = json.loads((folder / "manifest.json").read_bytes())
    made_with = {key: manifest[key] for key in ("encoder", "tokenizer", "passage_settings")}
    snapshot = open_snapshot(folder, made_with)
    assert snapshot.digest == folder.name
    assert [passage.text for passage in snapshot.passages] == ["Ships came. 28,157 left."]
    assert snapshot.passages[0].section == ("Harbour",)
    assert snapshot.lexical.scores("ships")[0] > 0
    assert snapshot.dense.vector(0).shape == (8,)
    assert len(snapshot.sentences_of(0)) == (0 if manifest["format_version"] == 1 else 2)
