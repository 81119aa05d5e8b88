"""Whether the reader orders passages better than the retriever alone: `python -m bench.ranking --data DIR`.

DIR holds `retrieval/cranfield/` and `reader/squad_style.jsonl.gz`. Only questions whose answer is known are asked.
Weight and softness are chosen on the articles that fit the confidence and reported on all else; `bench/ranking.md`
holds the tables.
"""

import argparse
import json
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from random import Random

import ir_measures
import numpy as np
from ir_measures import RR, Success, nDCG
from tqdm import tqdm

from bench.collections import CHOOSING, REPORTING, CachedEncoder, build_bench, load_cranfield
from bench.retrieval import Values, print_table
from eval.dataset import load_questions
from eval.metrics import estimate_difference
from index.build import Index, read_paths
from index.encoder import DEFAULT_MODEL, open_encoder
from index.passages import PassageSettings
from index.snapshot import Snapshot
from index.types import Hit, Vectors
from rag.models import Models, open_models
from rag.reader import READ_PASSAGES
from rag.rerank import READER_WEIGHT, SOFTNESS, log_odds, soften
from rag.retrieve import retrieve
from rag.span_model import SpanModel
from training.reads import ARTICLES, MOST_DOCUMENTS, MOST_QUESTIONS, SEED, SOURCES
from training.worlds import by_source, group_of, make_world, read_part

REPORTS = Path(__file__).parent.parent / "reports"
MEASURES = (Success @ 1, Success @ 3, Success @ 5, RR @ 10, nDCG @ 10)
MAIN = RR @ 10
WEIGHTS = tuple(i / 20 for i in range(21))
SOFTNESSES = (1.0, 2.0, 4.0, 8.0)
EQUAL = 0.001
"""Means of the main measure that differ by less are taken for equal."""

DEPTH = 10
DEPTH_BY_DOCUMENT = 100
"""Hits taken where documents are ranked, of which several may be of one document."""

Place = tuple[str, int, int]
"""Document id, start and end."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A known question with what was found, in the retriever's order: `units` are passages by row, or documents by id.

    `scores` are the retriever's, `odds` the reader's log odds of an answer, None where it proposes none. Questions of
    one `fact` are never counted as independent.
    """

    group: str
    question: str
    fact: str
    units: tuple[str, ...]
    scores: tuple[float, ...]
    odds: tuple[float | None, ...]
    relevant: tuple[str, ...]


class PieceCounter(CachedEncoder):
    """The cached encoder with what passages are cut by, as worlds are made with it."""

    @property
    def max_pieces(self) -> int:
        """The most word pieces that the encoder reads."""
        return self.encoder.max_pieces

    def count_pieces(self, text: str) -> int:
        """Return the word pieces of `text` as the encoder counts them."""
        return self.encoder.count_pieces(text)

    def encode(self, texts: Sequence[str], on_done: Callable[[int], None] | None = None) -> Vectors:
        """Return one unit vector a text, shape (len(texts), dimensions)."""
        return super().encode(texts)


def read_question(
    snapshot: Snapshot, models: Models, question: str, documents: Sequence[str] | None, depth: int
) -> tuple[list[Hit], tuple[float | None, ...]]:
    """Return what the retriever finds and the reader's log odds for each."""
    hits = retrieve(snapshot, models.encoder, question, depth, documents)
    candidates = models.reader.read(question, hits[:READ_PASSAGES], snapshot.lexical.idf, snapshot.documents)
    return hits, tuple(log_odds(hit, candidates) for hit in hits)


def rank(
    group: str, asked: tuple[str, str], snapshot: Snapshot, models: Models, gold: Iterable[Place], documents=None
) -> Ranked:
    """Return the question and fact `asked` with its passages; relevant are those that overlap a golden place."""
    question, fact = asked
    hits, odds = read_question(snapshot, models, question, documents, DEPTH)
    gold = list(gold)
    relevant = tuple(
        str(row)
        for row, passage in enumerate(snapshot.passages)
        if any(passage.document_id == name and passage.start < end and start < passage.end for name, start, end in gold)
    )
    scores = tuple(round(hit.score, 6) for hit in hits)
    return Ranked(group, question, fact, tuple(str(hit.row) for hit in hits), scores, odds, relevant)


def rank_articles(data: Path, part: str, encoder: PieceCounter, models: Models) -> list[Ranked]:
    """Return the known questions that `training.confidence` reads of one part, in the same worlds."""
    ranked = []
    for source, rows in by_source(read_part(data, part, SOURCES)):
        if source in ARTICLES:
            kept = sorted({group_of(row) for row in rows})[:MOST_DOCUMENTS]
            rows = [row for row in rows if group_of(row) in kept]
        if not any(row["answers"] for row in rows):
            continue
        world = make_world(f"{source} ({part})", rows, encoder)
        drawn = Random(SEED).sample(world.questions, min(MOST_QUESTIONS, len(world.questions)))
        for number, asked in enumerate(tqdm(drawn, desc=f"reading {source} ({part})", unit="question")):
            if asked.gold:
                documents = (asked.document_id,) if source in ARTICLES else None
                gold = ((asked.document_id, *place) for place in asked.gold)
                posed = (asked.text, f"{source} {number}")
                ranked.append(rank(f"{part}: {source}", posed, world.snapshot, models, gold, documents))
    return ranked


def rank_cranfield(data: Path, encoder: PieceCounter, models: Models) -> list[Ranked]:
    """Return all queries of Cranfield; units are documents, each where its best passage is."""
    ranked = []
    for half in (CHOOSING, REPORTING):
        bench = build_bench(load_cranfield(data / "retrieval" / "cranfield", half), encoder, PassageSettings())
        for question in tqdm(bench.collection.questions, desc=f"reading Cranfield, {half} half", unit="query"):
            hits, odds = read_question(bench.snapshot, models, question, None, DEPTH_BY_DOCUMENT)
            units = tuple(hit.passage.document_id for hit in hits)
            scores = tuple(round(hit.score, 6) for hit in hits)
            relevant = tuple(sorted(bench.qrels[question]))
            ranked.append(Ranked("Cranfield", question, question, units, scores, odds, relevant))
    return ranked


def rank_report(models: Models) -> list[Ranked]:
    """Return the known questions about the shipped report, grouped by split."""
    with tempfile.TemporaryDirectory() as scratch:
        index = Index(Path(scratch) / "report", models.encoder)
        index.add(read_paths([REPORTS]))
        snapshot = index.open()
        known = [question for question in load_questions() if question.known]
        return [
            rank(
                f"shipped report: {asked.split}",
                (asked.question, asked.fact),
                snapshot,
                models,
                [(place.document_id, place.start, place.end) for place in asked.spans],
            )
            for asked in tqdm(known, desc="reading the shipped report", unit="question")
        ]


def keep(path: Path, make: Callable[[], list[Ranked]]) -> list[Ranked]:
    """Return what `make` returns, read from `path` where a former run has left it there."""
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(asdict(one)) + "\n" for one in make()), "utf-8")
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [
        Ranked(**{name: tuple(value) if isinstance(value, list) else value for name, value in row.items()})
        for row in rows
    ]


def order(one: Ranked, weight: float, softness: float = SOFTNESS) -> list[str]:
    """Return the first ten units as `rag.rerank` orders them with `weight`; a document stands where its best does."""
    seen = [0.0 if odds is None else soften(odds, softness) for odds in one.odds]
    scores = [(1 - weight) * score + weight * sure for score, sure in zip(one.scores, seen, strict=True)]
    ranked = sorted(range(len(scores)), key=lambda i: -scores[i])
    return list(dict.fromkeys(one.units[i] for i in ranked))[:DEPTH]


def measure(
    ranked: Sequence[Ranked], weight: float, softness: float = SOFTNESS, measures: Sequence = MEASURES
) -> dict[ir_measures.Measure, Values]:
    """Return each measure's value for each question, in the order of the questions; 0 is the retriever alone."""
    # A unit that nothing finds keeps a question whose answer no passage holds from dropping out.
    qrels = {str(i): dict.fromkeys(one.relevant, 1) or {"in no passage": 1} for i, one in enumerate(ranked)}
    run = {
        str(i): {unit: float(DEPTH - place) for place, unit in enumerate(order(one, weight, softness))}
        for i, one in enumerate(ranked)
    }
    values = {wanted: np.zeros(len(ranked)) for wanted in measures}
    for found in ir_measures.iter_calc(list(measures), qrels, run):
        values[found.measure][int(found.query_id)] = found.value
    return values


def by_group(ranked: Iterable[Ranked]) -> dict[str, list[Ranked]]:
    """Return the questions of each group."""
    return {name: list(group) for name, group in groupby(sorted(ranked, key=lambda one: one.group), lambda o: o.group)}


def choose(ranked: Sequence[Ranked]) -> tuple[float, float]:
    """Print the main measure's mean over groups for each weight and softness; return the best pair.

    Each group counts the same. Of pairs within `EQUAL` of the best, the one with the least weight, then softness.
    """
    groups = by_group(ranked).values()
    means = {
        (weight, softness): float(np.mean([measure(group, weight, softness, [MAIN])[MAIN].mean() for group in groups]))
        for weight in WEIGHTS
        for softness in SOFTNESSES
    }
    header = ["reader's weight", *(f"softness {softness:g}" for softness in SOFTNESSES)]
    print_table(header, ([f"{weight:.2f}", *(means[weight, soft] for soft in SOFTNESSES)] for weight in WEIGHTS))
    best = max(means.values())
    return min(pair for pair, found in means.items() if found >= best - EQUAL)


def report(groups: Mapping[str, Sequence[Ranked]]) -> None:
    """Print every measure of each group, retriever alone and with the reader, and the paired difference.

    Its 95 % interval is a bootstrap over facts, seeded in `eval.metrics`.
    """
    rows = []
    for name, group in groups.items():
        old, new = measure(group, 0.0), measure(group, READER_WEIGHT)
        for wanted in MEASURES:
            gain = estimate_difference(old[wanted], new[wanted], [one.fact for one in group])
            span = f"{gain.value:+.3f} [{gain.low:+.3f}, {gain.high:+.3f}]"
            rows.append((name, len(group), str(wanted), float(old[wanted].mean()), float(new[wanted].mean()), span))
    print_table(("questions of", "questions", "measure", "retriever", "with the reader", "difference"), rows)


def main() -> None:
    """Print the tables of `bench/ranking.md`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with retrieval/cranfield and reader")
    parser.add_argument("--models", type=Path, default=Path(".footnote/models"), help="folder of the compiled encoder")
    parser.add_argument("--cache", type=Path, default=Path(".footnote/bench"), help="what former runs left")
    options = parser.parse_args()
    encoder = PieceCounter(open_encoder(DEFAULT_MODEL, options.models), options.cache)
    standing = open_models(encoder.encoder)
    models = Models(encoder, standing.reader, standing.calibrator)
    kept = options.cache / f"readings-{SpanModel().sha256[:16]}"
    chosen_on = keep(kept / "calibrate.jsonl", lambda: rank_articles(options.data, "calibrate", encoder, models))
    weight, softness = choose(chosen_on)
    print(f"best: weight {weight:g}, softness {softness:g}; in use: weight {READER_WEIGHT:g}, softness {SOFTNESS:g}\n")
    report({**by_group(chosen_on), "calibrate: all": chosen_on})
    articles = keep(kept / "report.jsonl", lambda: rank_articles(options.data, "report", encoder, models))
    report({**by_group(articles), "report: all": articles})
    others = keep(kept / "cranfield.jsonl", lambda: rank_cranfield(options.data, encoder, models))
    others += keep(kept / "shipped.jsonl", lambda: rank_report(standing))
    report(by_group(others))


if __name__ == "__main__":
    main()
