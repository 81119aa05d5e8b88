"""The data -> worlds: documents in one index, and questions whose answers stand in them or nowhere."""

import gzip
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tqdm import tqdm

from index.dense import DenseIndex
from index.encoder import Encoder
from index.formats.text import read_text
from index.lexical import LexicalIndex
from index.passages import PassageSettings, cut_passages, searchable_text, sentence_texts
from index.snapshot import Snapshot
from index.tokens import count_tokens
from index.types import Document, Range
from training.written_documents import ABSENT_QUESTIONS, FOLDERS, ask_absent, read_written

UNTITLED_ARTICLES = "squad1.1-dev-13-articles"
FIRST_SOURCES = ("squad2-dev", UNTITLED_ARTICLES, "uda-nq", "tatqa-test-text-span")
FIT_SOURCES = (*FIRST_SOURCES, *FOLDERS, ABSENT_QUESTIONS)
"""What the span model learns from, and of it what it learns from first; the other sources never train it and tell how
well it does elsewhere."""

MODELS = Path(".footnote/models")
"""Where compiled encoders are kept."""

WORK = Path(".footnote/training")
"""Where a training leaves its checkpoints and its weights."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about a world, written for `paragraph` of the document `document_id`.

    `answers` are the accepted ones and `gold` the ranges where they stand; both are empty if the fact is absent.
    """

    text: str
    source: str
    document_id: str
    paragraph: Range
    answers: tuple[str, ...]
    gold: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class World:
    """Documents in one index and the questions asked of all of them."""

    name: str
    snapshot: Snapshot
    questions: tuple[Asked, ...]


def read_rows(data: Path, sources: Sequence[str]) -> Iterator[dict]:
    """Yield the rows of the reader data in the folder `data`, and of what was written to train on, of `sources`."""
    contexts: dict[str, None] = {}
    with gzip.open(data / "reader" / "squad_style.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["source"] in sources:
                yield row
            contexts.setdefault(row["context"])
    for source in FOLDERS:
        if source in sources:
            yield from read_written(source)
    if ABSENT_QUESTIONS in sources:
        yield from ask_absent(contexts)


def read_part(data: Path, part: str, sources: Sequence[str] = FIT_SOURCES) -> list[dict]:
    """Return the rows of `sources` that belong to "fit", "calibrate" or "report".

    The groups of each source (articles, or contexts without a title) are put in the order of their hashes: the first
    tenth calibrates, the second is measured on, the others fit. The contexts of one source follow each other in
    articles whose titles are missing, so all of it fits. The absent questions were written about what fits. Of a source
    that never fits, the halves calibrate and report.
    """
    parts = {}
    for source, rows in by_source(read_rows(data, sources)):
        groups = sorted({group_of(row) for row in rows}, key=lambda group: sha256(group.encode()).digest())
        whole = source in (UNTITLED_ARTICLES, ABSENT_QUESTIONS)
        share = 0 if whole else len(groups) // (10 if source in FIT_SOURCES else 2)
        for rank, group in enumerate(groups):
            named = ("calibrate", "report")[rank // share] if share and rank < 2 * share else "fit"
            parts[source, group] = named
    return [row for row in read_rows(data, sources) if parts[row["source"], group_of(row)] == part]


def by_source(rows: Iterable[dict]) -> list[tuple[str, list[dict]]]:
    """Return the rows of each source, in the order of the sources' names."""
    groups: dict[str, list[dict]] = defaultdict(list)
    for row in rows:
        groups[row["source"]].append(row)
    return sorted(groups.items())


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
    snapshot = index_documents(documents, encoder, settings, name)
    questions = []
    for row in rows:
        document_id, offset = places[group_of(row), row["context"]]
        starts = [(offset + answer["answer_start"], len(answer["text"])) for answer in row["answers"]]
        questions.append(
            Asked(
                text=row["question"],
                source=row["source"],
                document_id=document_id,
                paragraph=(offset, offset + len(row["context"])),
                answers=tuple(dict.fromkeys(answer["text"] for answer in row["answers"])),
                gold=tuple(sorted({(start, start + length) for start, length in starts})),
            )
        )
    return World(name, snapshot, tuple(questions))


def group_of(row: dict) -> str:
    """Return what a row is kept together by: its article, or its context where it has no title."""
    return row["title"] or sha256(row["context"].encode()).hexdigest()


def index_documents(documents: Sequence[Document], encoder: Encoder, settings: PassageSettings, name: str) -> Snapshot:
    """Return the documents in one index that is in memory alone."""
    passages = []
    for document in documents:
        passages += cut_passages(document, settings, count_tokens, encoder.count_pieces, encoder.max_pieces)
    texts = [searchable_text(passage, settings, encoder.count_pieces, encoder.max_pieces) for passage in passages]
    said = [text for passage in passages for text in sentence_texts(passage)]
    with tqdm(total=len(texts), desc=f"embedding {name}", unit="passage") as bar:
        vectors = encoder.encode(texts, lambda done: bar.update(done - bar.n))
    return Snapshot(
        digest=f"world {name}",
        manifest={},
        documents={document.document_id: document for document in documents},
        passages=tuple(passages),
        dense=DenseIndex.build(vectors),
        sentences=DenseIndex.build_half(encoder.encode(said)),
        lexical=LexicalIndex.build(texts),
    )
