"""Questions asked of worlds -> what the reader proposes to each, and which of it is right, to fit a confidence on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from tqdm import tqdm

from eval.textmatch import contains, token_f1
from index.encoder import Encoder
from index.passages import PassageSettings
from index.snapshot import Snapshot
from index.types import Document
from rag.reader import READ_AGAIN, READ_PASSAGES, SpanReader, weigh
from rag.retrieve import retrieve
from rag.span_model import SpanModel
from rag.types import Candidate
from training.near_misses import find_names, perturb
from training.plain_questions import SOURCE as PROSE
from training.plain_questions import ask_plainly, cut_extracts
from training.table_questions import SOURCE as TABLES
from training.table_questions import ask_tables, read_reports
from training.worlds import FIRST_SOURCES, Asked, World, by_source, group_of, index_documents, make_world, read_part
from training.written_documents import FOLDERS

SOURCES = (*FIRST_SOURCES, *FOLDERS, "covidqa", "clapnq-dev-unanswerable")
ARTICLES = ("squad2-dev", "covidqa")
"""Sources whose documents are whole articles, each asked about alone."""

MOST_DOCUMENTS = 20
"""Articles of a source and part."""

MOST_QUESTIONS = 600
"""Questions of a source and part."""

SEED = 20261122


@dataclass(frozen=True, slots=True)
class Read:
    """A question, what the reader proposes, best first, and which of it is right; `near_miss` ones are made by rule.

    `documents` are those of its world.
    """

    asked: Asked
    near_miss: bool
    documents: Mapping[str, Document]
    candidates: Sequence[Candidate]
    right: tuple[bool, ...]


def read_worlds(data: Path, part: str, encoder: Encoder, model: SpanModel) -> list[Read]:
    """Return the questions of one part, read once in the world of their source, with candidates in no order."""
    reader = SpanReader(model, {}, {})
    reads = []
    for source, rows in by_source(read_part(data, part, SOURCES)):
        if source in ARTICLES:
            kept = sorted({group_of(row) for row in rows})[:MOST_DOCUMENTS]
            rows = [row for row in rows if group_of(row) in kept]
        world = make_world(f"{source} ({part})", rows, encoder)
        random = Random(SEED)
        drawn = random.sample(world.questions, min(MOST_QUESTIONS, len(world.questions)))
        posed = [(asked, False) for asked in drawn]
        posed += [(changed, True) for asked in drawn if (changed := _near_miss(asked, world, random))]
        for asked, near_miss in tqdm(posed, desc=f"asking {source} ({part})", unit="question"):
            # An article is asked about as a user's report is, alone; short contexts are asked about all together.
            documents = (asked.document_id,) if source in ARTICLES else None
            reads.append(_read(asked, documents, world.snapshot, encoder, reader, near_miss))
    reports = read_reports(data, part)
    extracts = cut_extracts(reports)
    reads += _ask_alone(ask_plainly(extracts), list(extracts.values()), encoder, reader, f"{PROSE} ({part})")
    tables = ask_tables(reports, SEED)[:MOST_QUESTIONS]
    return reads + _ask_alone(tables, reports, encoder, reader, f"{TABLES} ({part})")


def _ask_alone(
    posed: Sequence[Asked], documents: Sequence[Document], encoder: Encoder, reader: SpanReader, name: str
) -> list[Read]:
    """Return the questions, read once, each asked of its document alone."""
    snapshot = index_documents(documents, encoder, PassageSettings(), name)
    bar = tqdm(posed, desc=f"asking {name}", unit="question")
    return [_read(asked, (asked.document_id,), snapshot, encoder, reader) for asked in bar]


def _read(
    asked: Asked,
    documents: tuple[str, ...] | None,
    snapshot: Snapshot,
    encoder: Encoder,
    reader: SpanReader,
    near_miss: bool = False,
) -> Read:
    """Return what is proposed to a question that is asked of `documents`, None for all."""
    hits = retrieve(snapshot, encoder, asked.text, READ_PASSAGES, documents)
    candidates = reader.propose(asked.text, hits, snapshot.lexical.idf, snapshot.documents)
    right = tuple(is_right(found, asked, snapshot.documents) for found in candidates)
    return Read(asked, near_miss, snapshot.documents, candidates, right)


def read_again(reads: Sequence[Read], order: Mapping[str, float], model: SpanModel) -> list[Read]:
    """Return the reads in the order that `order` gives, the first of each read a second time."""
    reader = SpanReader(model, order, {})
    again = []
    for read in tqdm(reads, desc="reading again", unit="question"):
        candidates = reader.read_again(read.asked.text, rank(read, order)[0], read.documents)
        right = tuple(is_right(found, read.asked, read.documents) for found in candidates)
        again.append(replace(read, candidates=candidates, right=right))
    return again


def is_right(candidate: Candidate, asked: Asked, documents: Mapping[str, Document]) -> bool:
    """Tell whether the answer is taken from the question's paragraph and contains or much resembles an accepted one."""
    start, end = candidate.answer
    if candidate.document_id != asked.document_id or end <= asked.paragraph[0] or asked.paragraph[1] <= start:
        return False
    words = documents[asked.document_id].text[start:end]
    return contains(words, asked.answers) or token_f1(words, asked.answers) >= 0.5


def _near_miss(asked: Asked, world: World, random: Random) -> Asked | None:
    """Return the question changed so that its paragraph no longer answers it; what is put in may stand elsewhere."""
    if not asked.gold:
        return None
    text = world.snapshot.documents[asked.document_id].text
    paragraph = text[asked.paragraph[0] : asked.paragraph[1]]
    others = [text, *(document.text for document in list(world.snapshot.documents.values())[:20])]
    changed = perturb(asked.text, paragraph, find_names(" ".join(others)), random)
    return replace(asked, text=changed, answers=(), gold=()) if changed else None


def rank(read: Read, weights: Mapping[str, float]) -> tuple[list[Candidate], list[bool]]:
    """Return the candidates of a question in the order that `weights` give, and which of them are right."""
    scored = [replace(found, score=weigh(weights, found.features)) for found in read.candidates]
    ranked = sorted(zip(scored, read.right, strict=True), key=lambda pair: -pair[0].score)
    return [found for found, _ in ranked], [right for _, right in ranked]


def rank_again(read: Read, weights: Mapping[str, float]) -> tuple[list[Candidate], list[bool]]:
    """Return the candidates as `rank` does; those that were not read again stay behind the others."""
    first = replace(read, candidates=read.candidates[:READ_AGAIN], right=read.right[:READ_AGAIN])
    candidates, right = rank(first, weights)
    return candidates + list(read.candidates[READ_AGAIN:]), right + list(read.right[READ_AGAIN:])
