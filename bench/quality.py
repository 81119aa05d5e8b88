"""The project beside BM25 alone, the dense model alone, and plain sentence-transformers + FAISS, on known sets.

Run as `python -m bench.quality --data DIR`, where DIR holds `retrieval/cranfield/` and `reader/squad_style.jsonl.gz`.
Only questions are asked that nothing here was fitted on or chosen by; `bench/quality.md` holds the tables.
"""

import argparse
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import faiss
import numpy as np
from sentence_transformers import SentenceTransformer

from bench.collections import REPORTING, CachedEncoder, build_bench, load_cranfield
from bench.retrieval import print_table
from eval import metrics
from eval.dataset import GoldQuestion, Place
from eval.judge import Outcome, System
from eval.run import measure
from eval.summary import MEASURES, estimate
from eval.table import format_estimate
from index.encoder import DEFAULT_MODEL, Encoder, locate_model, open_encoder
from index.passages import PassageSettings
from index.snapshot import Snapshot
from index.types import Hit, Passage
from rag.ask import ask
from rag.cite import cite
from rag.models import Models, open_models
from rag.types import Answer, AnswerPart, Question
from training.worlds import World, make_world, read_part

CHUNK, CHUNK_OVERLAP = 1000, 200
"""Characters of a fixed-size chunk and of its overlap with the next: what tutorials give."""

MAX_RISKS = (0.4, 0.5, 0.65, 0.8)
RETRIEVAL = ("Success@1", "Success@5", "RR@10", "nDCG@10")
ANSWERS = (
    "statement_covers",
    "right_occurrence",
    "token_f1",
    "right",
    "citations_valid",
    "aurc",
    "e_aurc",
    "calibration_error",
)

Rank = Callable[[str, int], list[tuple[Passage, float]]]
"""Question and limit -> passages with scores, best first."""


@dataclass(frozen=True, slots=True)
class KnownSet:
    """Documents in an index and the questions asked of them; with `qrels` documents are ranked, else passages."""

    name: str
    snapshot: Snapshot
    questions: tuple[GoldQuestion, ...]
    qrels: Mapping[str, Mapping[str, int]] | None = None


def main() -> None:
    """Print every table of `bench/quality.md`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with retrieval/cranfield and reader")
    parser.add_argument("--models", type=Path, default=Path(".footnote/models"), help="folder of the compiled encoder")
    parser.add_argument("--cache", type=Path, default=Path(".footnote/bench"), help="vectors kept between runs")
    options = parser.parse_args()
    encoder = open_encoder(DEFAULT_MODEL, options.models)
    models = open_models(encoder)
    for known in load_sets(options.data, encoder, options.cache):
        report_set(known, models)


def load_sets(data: Path, encoder: Encoder, cache: Path) -> Iterable[KnownSet]:
    """Yield Cranfield's reporting queries, and the articles of SQuAD 2.0 and of COVID-QA that nothing was fitted on."""
    collection = load_cranfield(data / "retrieval" / "cranfield", REPORTING)
    bench = build_bench(collection, CachedEncoder(encoder, cache), PassageSettings())
    queries = tuple(GoldQuestion(text, text, "gate", "query", "report", text) for text in collection.questions)
    yield KnownSet("Cranfield", bench.snapshot, queries, bench.qrels)
    for name, source in (("SQuAD 2.0", "squad2-dev"), ("COVID-QA", "covidqa")):
        rows = read_part(data, "report", [source])
        yield convert_world(make_world(name, rows, encoder))


def convert_world(world: World) -> KnownSet:
    """Return the world's questions as the eval takes them; a question asked twice is taken once."""
    questions = {}
    for asked in world.questions:
        spans = tuple(Place(asked.document_id, start, end) for start, end in asked.gold)
        texts = world.snapshot.documents
        answers = dict.fromkeys(texts[span.document_id].text[span.start : span.end] for span in spans)
        absent = None if spans else "unstated"
        questions[asked.text] = GoldQuestion(
            asked.text, asked.text, "gate", "other", "report", asked.text, tuple(answers), spans, absent
        )
    return KnownSet(world.name, world.snapshot, tuple(questions.values()))


def report_set(known: KnownSet, models: Models) -> None:
    """Print what each system finds in the set and, where answers are judged, what it answers."""
    snapshot, chunked = known.snapshot, cut_chunks(known.snapshot)
    absent = sum(not question.known for question in known.questions)
    print(
        f"## {known.name}\n\n{len(snapshot.documents)} documents, {len(snapshot.passages)} passages, "
        f"{len(chunked.passages)} chunks; {len(known.questions) - absent} questions with an answer, {absent} without.\n"
    )
    systems = {
        "Footnote": (partial(ask, snapshot=snapshot, models=models), snapshot),
        "BM25 alone": (answer_with_first(partial(rank_lexical, snapshot), snapshot), snapshot),
        "dense alone": (answer_with_first(partial(rank_dense, snapshot, models.encoder), snapshot), snapshot),
        "plain chunks": (answer_with_first(make_plain_rank(chunked), chunked), chunked),
    }
    found = {
        name: measure(known.questions, system, searched, known.qrels) for name, (system, searched) in systems.items()
    }
    rows = [[name, *(show(measured, outcomes) for measured in RETRIEVAL)] for name, outcomes in found.items()]
    print_table(["found", *RETRIEVAL], rows)
    ours = found.pop("Footnote")
    rows = [[name, *(difference(measured, ours, theirs) for measured in RETRIEVAL)] for name, theirs in found.items()]
    print_table(["Footnote less", *RETRIEVAL], rows)
    if known.qrels is None:
        report_answers(ours, found)


def report_answers(ours: Sequence[Outcome], others: Mapping[str, Sequence[Outcome]]) -> None:
    """Print what is shown first and how well its score tells right from wrong, then the project's answers."""
    rows = []
    for name, outcomes in {"Footnote": ours, **others}.items():
        shown = [len(outcome.statement or "") for outcome in outcomes if outcome.gold.known]
        covers = [outcome.statement_covers for outcome in outcomes]
        scores = [outcome.confidence for outcome in outcomes]
        facts = [outcome.gold.fact for outcome in outcomes]
        risk = metrics.estimate_by_facts(metrics.aurc, facts, scores, covers)
        excess = metrics.estimate_by_facts(metrics.e_aurc, facts, scores, covers)
        rows.append(
            [name, f"{np.mean(shown):.0f}", show("statement_covers", outcomes), *map(format_estimate, (risk, excess))]
        )
    print_table(["shown first", "characters", "holds the answer", "AURC of that", "E-AURC of that"], rows)
    print_table(["Footnote's answers", "figure"], [[MEASURES[name].title, show(name, ours)] for name in ANSWERS])
    names = ("known_refused", "absent_answered", "answered_wrongly")
    rows = [[f"{risk:g}", *(show(name, ours, risk) for name in names)] for risk in MAX_RISKS]
    print_table(["max_risk", *(MEASURES[name].title for name in names)], rows)


def difference(name: str, ours: Sequence[Outcome], theirs: Sequence[Outcome]) -> str:
    """Return by how much a retrieval measure is greater for `ours`, question by question, with its interval."""
    pairs = [(left, right) for left, right in zip(ours, theirs, strict=True) if left.retrieval]
    facts = [left.gold.fact for left, _ in pairs]
    old, new = [right.retrieval[name] for _, right in pairs], [left.retrieval[name] for left, _ in pairs]
    return format_estimate(metrics.estimate_difference(old, new, facts))


def show(name: str, outcomes: Sequence[Outcome], max_risk: float = 1.0) -> str:
    """Return a measure of the eval with its interval, as text."""
    return format_estimate(estimate(MEASURES[name], outcomes, max_risk))


def answer_with_first(rank: Rank, snapshot: Snapshot) -> System:
    """Return a system that answers every question with the whole first passage; its score is the confidence."""

    def system(question: Question) -> Answer:
        ranked = rank(question.text, question.top_k)
        hits = tuple(Hit(-1, passage, score, score, score) for passage, score in ranked)
        nothing = Answer("", question.text, question.text, "abstained", 0.0, hits, snapshot.digest, {})
        if not ranked:
            return nothing
        passage, score = ranked[0]
        cited = cite(snapshot.documents[passage.document_id], passage.start, passage.end, "statement")
        text = " ".join(passage.text.split())
        parts = (AnswerPart(text, 0, passage.start, passage.end, "value"),)
        return replace(
            nothing, status="answered", confidence=score, answer=text, statement=text, parts=parts, citations=(cited,)
        )

    return system


def rank_lexical(snapshot: Snapshot, question: str, limit: int) -> list[tuple[Passage, float]]:
    """Return the passages with the best BM25 scores over the most that the question's terms could score."""
    scores = snapshot.lexical.scores(question)
    rows = np.argsort(-scores, kind="stable")[:limit]
    return [(snapshot.passages[row], float(scores[row])) for row in rows if scores[row] > 0]


def rank_dense(snapshot: Snapshot, encoder: Encoder, question: str, limit: int) -> list[tuple[Passage, float]]:
    """Return the passages with the greatest cosines."""
    vector = encoder.encode([question])[0]
    rows = snapshot.dense.search(vector, limit)
    return [
        (snapshot.passages[row], float(cosine))
        for row, cosine in zip(rows, snapshot.dense.cosines(vector, rows), strict=True)
    ]


def cut_chunks(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot with its documents cut anew into overlapping chunks of fixed size, whatever they cut."""
    chunks = [
        Passage(name, start, min(start + CHUNK, len(document.text)), document.text[start : start + CHUNK], (), ())
        for name, document in snapshot.documents.items()
        for start in range(0, max(1, len(document.text) - CHUNK_OVERLAP), CHUNK - CHUNK_OVERLAP)
    ]
    return replace(snapshot, passages=tuple(chunk for chunk in chunks if chunk.text.strip()))


def make_plain_rank(chunked: Snapshot) -> Rank:
    """Return what sentence-transformers and a flat FAISS index find, both as they come: the model cuts long chunks."""
    model = SentenceTransformer(str(locate_model(DEFAULT_MODEL)), device="cpu")
    texts = [chunk.text for chunk in chunked.passages]
    vectors = model.encode(texts, normalize_embeddings=True, show_progress_bar=True)
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)

    def rank(question: str, limit: int) -> list[tuple[Passage, float]]:
        scores, rows = index.search(model.encode([question], normalize_embeddings=True, show_progress_bar=False), limit)
        return [
            (chunked.passages[row], float(score)) for row, score in zip(rows[0], scores[0], strict=True) if row >= 0
        ]

    return rank


if __name__ == "__main__":
    main()
