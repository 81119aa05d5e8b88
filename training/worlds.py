"""The reader data -> worlds: documents in one index, and questions whose answers stand in them or nowhere."""

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tqdm import tqdm

from index.dense import DenseIndex
from index.encoder import Encoder
from index.formats.text import read_text
from index.lexical import LexicalIndex
from index.passages import PassageSettings, cut_passages, searchable_text
from index.snapshot import Snapshot
from index.tokens import count_tokens
from index.types import Document, Range


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about a world; `gold` holds (document_id, range) of every accepted answer, none if it is absent.

    `document_id` is the document that the question was written for.
    """

    text: str
    source: str
    document_id: str
    gold: tuple[tuple[str, Range], ...]


@dataclass(frozen=True, slots=True)
class World:
    """Documents in one index and the questions asked of all of them."""

    name: str
    snapshot: Snapshot
    questions: tuple[Asked, ...]


def read_rows(data: Path, sources: Sequence[str]) -> Iterator[dict]:
    """Yield the rows of the reader data that come from `sources`."""
    with gzip.open(data / "reader" / "squad_style.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["source"] in sources:
                yield row


def third_of(group: str) -> str:
    """Return "fit", "calibrate" or "report" for a group (an article, or a context without a title), by its hash."""
    return ("fit", "calibrate", "report")[int(sha256(group.encode()).hexdigest(), 16) % 3]


def make_world(name: str, rows: Sequence[dict], encoder: Encoder, settings: PassageSettings | None = None) -> World:
    """Return the world of `rows`: each title is one document made of its contexts, one without stands alone."""
    settings = settings or PassageSettings()
    contexts: dict[str, dict[str, None]] = defaultdict(dict)
    for row in rows:
        contexts[group_of(row)].setdefault(row["context"])
    documents, places = [], {}
    for number, (group, texts) in enumerate(contexts.items()):
        document_id = f"d{number}"
        text, position = "", 0
        for context in texts:
            places[group, context] = (document_id, position)
            text += context + "\n\n"
            position = len(text)
        documents.append(read_text(text.encode("utf-8"), document_id))
    snapshot = _index(documents, encoder, settings, name)
    questions = []
    for row in rows:
        document_id, offset = places[group_of(row), row["context"]]
        gold = {
            (document_id, (offset + answer["answer_start"], offset + answer["answer_start"] + len(answer["text"])))
            for answer in row["answers"]
        }
        questions.append(Asked(row["question"], row["source"], document_id, tuple(sorted(gold))))
    return World(name, snapshot, tuple(questions))


def group_of(row: dict) -> str:
    """Return what a row is kept together by: its article, or its context where it has no title."""
    return row["title"] or sha256(row["context"].encode()).hexdigest()


def _index(documents: list[Document], encoder: Encoder, settings: PassageSettings, name: str) -> Snapshot:
    passages = []
    for document in documents:
        passages += cut_passages(document, settings, count_tokens, encoder.count_pieces, encoder.max_pieces)
    texts = [searchable_text(passage, settings, encoder.count_pieces, encoder.max_pieces) for passage in passages]
    with tqdm(total=len(texts), desc=f"embedding {name}", unit="passage") as bar:
        vectors = encoder.encode(texts, lambda done: bar.update(done - bar.n))
    return Snapshot(
        digest=f"world {name}",
        manifest={},
        documents={document.document_id: document for document in documents},
        passages=tuple(passages),
        dense=DenseIndex.build(vectors),
        lexical=LexicalIndex.build(texts),
    )
