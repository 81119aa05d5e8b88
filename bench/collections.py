"""Public collections in an index in memory: documents, the questions of one half, and which places answer them."""

import gzip
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from index.dense import DenseIndex
from index.encoder import Encoder
from index.formats import read_document
from index.lexical import LexicalIndex
from index.passages import PassageSettings, cut_passages, searchable_text, sentence_texts
from index.snapshot import Snapshot
from index.tokens import count_tokens
from index.types import Vectors, sha256_text

CHOOSING, REPORTING = "choosing", "reporting"
PARAGRAPH_SOURCES = {
    "PolicyQA": ("policyqa-dev", "policyqa-test"),
    "Natural Questions": ("uda-nq",),
    "TAT-QA": ("tatqa-test-text-span",),
}
MAX_PARAGRAPHS = 600
"""A collection with more paragraphs is sampled, so that a run takes minutes."""

Gold = tuple[str, int, int]
"""Document id, start and end of an answer in it."""


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents and the questions of one half; with `by_document` a document ranks where its best passage does."""

    name: str
    texts: dict[str, str]
    questions: dict[str, set[Gold]]
    by_document: bool = False


@dataclass(frozen=True, slots=True)
class Bench:
    """A collection in an index; `qrels` name passages by row, or documents by id."""

    collection: Collection
    snapshot: Snapshot
    qrels: dict[str, dict[str, int]]


class CachedEncoder:
    """The project's encoder with the vectors of former runs kept on disk by the text's sha256."""

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        self.encoder = encoder
        folder.mkdir(parents=True, exist_ok=True)
        self._store = sqlite3.connect(folder / f"{encoder.weights_sha256}.sqlite")
        self._store.execute("CREATE TABLE IF NOT EXISTS vectors (text TEXT PRIMARY KEY, vector BLOB)")
        kept = self._store.execute("SELECT text, vector FROM vectors")
        self._known = {text: np.frombuffer(vector, np.float32) for text, vector in kept}

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, shape (len(texts), dimensions)."""
        names = [sha256_text(text) for text in texts]
        new = {name: text for name, text in zip(names, texts, strict=True) if name not in self._known}
        if new:
            with tqdm(total=len(new), desc="embedding", leave=False) as bar:
                made = self.encoder.encode(list(new.values()), lambda done: bar.update())
            with self._store:
                rows = [(name, vector.tobytes()) for name, vector in zip(new, made, strict=True)]
                self._store.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
            self._known.update(zip(new, made, strict=True))
        return np.stack([self._known[name] for name in names])


def half_of(key: str) -> str:
    """Return the half that `key` (a title or a question) falls into, by its hash."""
    return CHOOSING if int(sha256_text(key), 16) % 2 == 0 else REPORTING


def load_collections(data: Path, half: str) -> list[Collection]:
    """Return the collections with the questions of `half`."""
    with gzip.open(data / "reader" / "squad_style.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    articles = [row for row in rows if row["source"] == "squad2-dev" and half_of(row["title"]) == half]
    paragraphs = [
        load_paragraphs(name, [row for row in rows if row["source"] in sources], half)
        for name, sources in PARAGRAPH_SOURCES.items()
    ]
    return [load_cranfield(data / "retrieval" / "cranfield", half), load_articles(articles), *paragraphs]


def load_cranfield(folder: Path, half: str) -> Collection:
    """Return Cranfield: queries with an even id choose, those with an odd id report.

    Its two empty abstracts are left out of the index.
    """
    texts = {row["_id"]: row["text"] for row in _read_lines(folder / "corpus.jsonl") if row["text"].strip()}
    queries = {row["_id"]: row["text"] for row in _read_lines(folder / "queries.jsonl")}
    questions: dict[str, set[Gold]] = defaultdict(set)
    for line in (folder / "qrels.tsv").read_text("utf-8").splitlines()[1:]:
        query_id, document_id, score, _ = line.split("\t")
        if int(score) > 0 and (int(query_id) % 2 == 0) == (half == CHOOSING):
            questions[queries[query_id]].add((document_id, 0, len(texts.get(document_id, ""))))
    return Collection("Cranfield", texts, dict(questions), by_document=True)


def _read_lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def load_articles(rows: Iterable[dict]) -> Collection:
    """Return the SQuAD articles of `rows`: a document is an article, its distinct paragraphs joined by blank lines."""
    texts: dict[str, str] = {}
    starts: dict[tuple[str, str], int] = {}
    questions: dict[str, set[Gold]] = defaultdict(set)
    for row in rows:
        title, context = row["title"], row["context"]
        if (title, context) not in starts:
            before = f"{texts[title]}\n\n" if title in texts else ""
            starts[title, context] = len(before)
            texts[title] = before + context
        for answer in row["answers"]:
            start = starts[title, context] + answer["answer_start"]
            questions[row["question"]].add((title, start, start + len(answer["text"])))
    return Collection("SQuAD 2.0", texts, dict(questions))


def load_paragraphs(name: str, rows: Iterable[dict], half: str) -> Collection:
    """Return a collection whose documents are the paragraphs of `rows`; the questions fall into halves by their hash.

    The same question to several paragraphs is one question with several golden places.
    """
    kept = sorted({row["context"] for row in rows}, key=sha256_text)[:MAX_PARAGRAPHS]
    ids = {context: f"paragraph-{i:04d}" for i, context in enumerate(kept)}
    questions: dict[str, set[Gold]] = defaultdict(set)
    for row in rows:
        if row["context"] in ids and half_of(row["question"]) == half:
            for answer in row["answers"]:
                start = answer["answer_start"]
                questions[row["question"]].add((ids[row["context"]], start, start + len(answer["text"])))
    return Collection(name, {document_id: text for text, document_id in ids.items()}, dict(questions))


def build_bench(collection: Collection, encoder: CachedEncoder, settings: PassageSettings) -> Bench:
    """Return the collection in an index in memory, made by the project's own steps.

    Raises:
        ValueError: reading changed a text, so that offsets into it no longer hold.
    """
    documents = {name: read_document(text.encode(), name)[0] for name, text in sorted(collection.texts.items())}
    for name, document in documents.items():
        if document.text != collection.texts[name]:
            raise ValueError(f"reading '{name}' of {collection.name} changed its text; offsets no longer hold")
    counters = count_tokens, encoder.encoder.count_pieces, encoder.encoder.max_pieces
    passages = [passage for document in documents.values() for passage in cut_passages(document, settings, *counters)]
    texts = [searchable_text(passage, settings, *counters[1:]) for passage in passages]
    dense = DenseIndex.build(encoder.encode(texts))
    said = [text for passage in passages for text in sentence_texts(passage)]
    sentences = DenseIndex.build_half(encoder.encode(said))
    snapshot = Snapshot("in memory", {}, documents, tuple(passages), dense, sentences, LexicalIndex.build(texts))
    encoder.encode(list(collection.questions))
    return Bench(collection, snapshot, judge_units(collection, snapshot))


def judge_units(collection: Collection, snapshot: Snapshot) -> dict[str, dict[str, int]]:
    """Return each question's relevant documents, or its passages that overlap a golden place.

    A question that no passage can answer keeps one relevant unit that nothing finds, so that it counts as missed.
    """
    if collection.by_document:
        return {text: {name: 1 for name, _, _ in gold} for text, gold in collection.questions.items()}
    rows = defaultdict(list)
    for row, passage in enumerate(snapshot.passages):
        rows[passage.document_id].append((row, passage.start, passage.end))
    return {
        text: {
            str(row): 1
            for name, start, end in gold
            for row, passage_start, passage_end in rows[name]
            if passage_start < end and start < passage_end
        }
        or {"in no passage": 1}
        for text, gold in collection.questions.items()
    }
