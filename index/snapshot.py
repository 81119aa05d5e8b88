"""A snapshot folder: written whole to the side, named by its manifest's sha256, verified when opened."""

import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import accumulate
from pathlib import Path

import numpy as np

from index.dense import DenseIndex
from index.durable import encode_json, flush_folder, flush_tree
from index.encoder import hash_file
from index.errors import SnapshotDamaged, SnapshotMismatch
from index.lexical import LexicalIndex
from index.records import document_from, document_record, passage_from, passage_record
from index.types import Document, Passage
from index.vocabulary import Vocabulary

FORMAT_VERSION = 2
READABLE = (1, FORMAT_VERSION)
"""Format 1 has no vectors of sentences; its passages are found by their own alone until the next change."""

MANIFEST = "manifest.json"
DOCUMENTS = "documents.jsonl"
PASSAGES = "passages.jsonl"
VECTORS = "vectors.faiss"
SENTENCE_VECTORS = "sentences.faiss"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One immutable state of the index, whole in memory: row i of `dense` and `lexical` is `passages[i]`.

    The rows of `sentences` are the sentences of all passages in order, those in two passages twice; a snapshot of
    format 1 has none. `words` are those of the documents.
    """

    digest: str
    manifest: dict
    documents: dict[str, Document]
    passages: tuple[Passage, ...]
    dense: DenseIndex
    sentences: DenseIndex
    lexical: LexicalIndex
    words: Vocabulary = field(init=False, repr=False)
    _first_sentences: tuple[int, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        counts = (len(passage.sentences) if self.sentences.rows else 0 for passage in self.passages)
        object.__setattr__(self, "_first_sentences", tuple(accumulate(counts, initial=0)))
        documents = self.documents.values()
        object.__setattr__(self, "words", Vocabulary(lambda: (document.text for document in documents)))

    def sentences_of(self, row: int) -> range:
        """Return the rows of `sentences` that belong to the passage in `row`."""
        return range(self._first_sentences[row], self._first_sentences[row + 1])


def write_snapshot(
    folder: Path,
    documents: Sequence[Document],
    passages: Sequence[Passage],
    dense: DenseIndex,
    sentences: DenseIndex,
    lexical: LexicalIndex,
    made_with: dict,
) -> str:
    """Write a snapshot under `folder` and return its digest, the name of its folder.

    `made_with` is what the manifest states of encoder, tokenizer and settings. The manifest is written last; the
    folder appears by one rename. The same input gives the same bytes, so one that stands already is kept.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".writing-") as scratch:
        made = Path(scratch) / "snapshot"
        made.mkdir()
        (made / DOCUMENTS).write_bytes(b"".join(encode_json(document_record(document)) for document in documents))
        (made / PASSAGES).write_bytes(b"".join(encode_json(passage_record(passage)) for passage in passages))
        dense.save(made / VECTORS)
        sentences.save(made / SENTENCE_VECTORS)
        lexical.save(made)
        manifest = encode_json(
            {
                "format_version": FORMAT_VERSION,
                "documents": len(documents),
                "passages": len(passages),
                "files": {
                    str(path.relative_to(made)): {"bytes": path.stat().st_size, "sha256": hash_file(path)}
                    for path in _files_under(made)
                },
                **made_with,
            }
        )
        (made / MANIFEST).write_bytes(manifest)
        digest = sha256(manifest).hexdigest()
        flush_tree(made)
        if (folder / digest).exists():
            try:
                verify_snapshot(folder / digest)
            except SnapshotDamaged:
                shutil.rmtree(folder / digest)
        if not (folder / digest).exists():
            made.rename(folder / digest)
            flush_folder(folder)
    return digest


def open_snapshot(folder: Path, made_with: dict) -> Snapshot:
    """Return the snapshot in `folder`, every byte of it checked against its manifest.

    Raises:
        SnapshotDamaged: a file is missing, extra, or not the bytes that the manifest states; it is named.
        SnapshotMismatch: it was made with another format, encoder, tokenizer or setting than `made_with`.
    """
    manifest = verify_snapshot(folder)
    for key, loaded in made_with.items():
        if manifest.get(key) != loaded:
            raise SnapshotMismatch(
                f"snapshot '{folder.name[:12]}' was built with {key} {manifest.get(key)} but the service loads "
                f"{loaded}; rebuild it: footnote index build"
            )
    documents = [document_from(json.loads(line)) for line in _lines(folder / DOCUMENTS)]
    by_id = {document.document_id: document for document in documents}
    passages = tuple(passage_from(json.loads(line), by_id) for line in _lines(folder / PASSAGES))
    dense = DenseIndex.load(folder / VECTORS)
    counted = sum(len(passage.sentences) for passage in passages)
    if manifest["format_version"] == 1:
        sentences, counted = DenseIndex.build_half(np.empty((0, dense.dimensions), dtype=np.float32)), 0
    else:
        sentences = DenseIndex.load(folder / SENTENCE_VECTORS)
    for index, expected, unit in ((dense, len(passages), "passages"), (sentences, counted, "sentences")):
        if index.rows != expected:
            raise SnapshotDamaged(
                f"{folder} has {index.rows} vectors for {expected} {unit}; rebuild: footnote index build"
            )
    lexical = LexicalIndex.load(folder, len(passages))
    return Snapshot(folder.name, manifest, by_id, passages, dense, sentences, lexical)


def verify_snapshot(folder: Path) -> dict:
    """Return the manifest of the snapshot in `folder` after checking each of its files against it.

    Raises:
        SnapshotDamaged: a file is missing, extra, or not the bytes that the manifest states; it is named.
        SnapshotMismatch: the format is one that this version does not read.
    """
    way_out = "rebuild it: footnote index build"
    path = folder / MANIFEST
    if not path.is_file():
        raise SnapshotDamaged(f"{path} is missing; {way_out}")
    content = path.read_bytes()
    if sha256(content).hexdigest() != folder.name:
        raise SnapshotDamaged(f"{path} has sha256 {sha256(content).hexdigest()}, expected {folder.name}; {way_out}")
    manifest = json.loads(content)
    if manifest["format_version"] not in READABLE:
        raise SnapshotMismatch(f"{path} has format {manifest['format_version']}, expected {FORMAT_VERSION}; {way_out}")
    for name, expected in manifest["files"].items():
        if not (folder / name).is_file():
            raise SnapshotDamaged(f"{folder / name} is missing; {way_out}")
        found = hash_file(folder / name)
        if found != expected["sha256"]:
            raise SnapshotDamaged(f"{folder / name} has sha256 {found}, expected {expected['sha256']}; {way_out}")
    extra = {str(path.relative_to(folder)) for path in _files_under(folder)} - {MANIFEST, *manifest["files"]}
    if extra:
        raise SnapshotDamaged(f"{folder / min(extra)} is not in the manifest; {way_out}")
    return manifest


def _files_under(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines()
