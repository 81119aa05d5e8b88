"""What each leg and their fusion find on public collections, and which weight the dense leg gets.

Run as `python -m bench.retrieval --data DIR`, where DIR holds `retrieval/cranfield/` and
`reader/squad_style.jsonl.gz`. Weights and passage sizes are compared on the choosing half of the questions only;
the weight chosen there is reported on the other half. `bench/retrieval.md` holds the tables and what followed.
"""

import argparse
import gzip
import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from unittest.mock import patch

import ir_measures
import numpy as np
from ir_measures import RR, R, Success, nDCG
from numpy.typing import NDArray
from tqdm import tqdm

from index.dense import DenseIndex
from index.encoder import DEFAULT_MODEL, Encoder, open_encoder
from index.formats import read_document
from index.lexical import LexicalIndex
from index.passages import PassageSettings, cut_passages, searchable_text
from index.snapshot import Snapshot
from index.tokens import count_tokens
from index.types import Hit, Vectors, sha256_text
from rag import retrieve as fusion

CHOOSING, REPORTING = "choosing", "reporting"
MEASURES = (nDCG @ 10, RR @ 10, R @ 1, R @ 5, Success @ 1, Success @ 5)
MAIN = RR @ 10
DEPTH = 100
"""Hits taken per question: enough for ten different documents where each has several passages."""

PARAGRAPH_SOURCES = {
    "PolicyQA": ("policyqa-dev", "policyqa-test"),
    "Natural Questions": ("uda-nq",),
    "TAT-QA": ("tatqa-test-text-span",),
}
MAX_PARAGRAPHS = 600
"""A collection with more paragraphs is sampled, so that a run takes minutes."""

COARSE = tuple(i / 10 for i in range(11))
SIZES = tuple(product((96, 128, 160, 200), (0, 1, 2)))
"""Pairs of max_tokens and overlap_sentences."""

TOKEN_BUDGET = 800
"""Passages of different sizes are compared at equal reading: as many as hold at most so many tokens."""

RESAMPLES = 2000

Values = NDArray[np.float64]
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


Search = Callable[[Bench, "CachedEncoder", str, float], list[Hit]]


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
    texts = [searchable_text(passage.section, passage.text, settings.path_characters) for passage in passages]
    dense = DenseIndex.build(encoder.encode(texts))
    snapshot = Snapshot("in memory", {}, documents, tuple(passages), dense, LexicalIndex.build(texts))
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


def search_fused(bench: Bench, encoder: CachedEncoder, question: str, weight: float) -> list[Hit]:
    """Return what the product's own function returns with `weight` for the dense leg; 1 and 0 are the legs alone."""
    with patch.object(fusion, "DENSE_WEIGHT", weight):
        hits = fusion.retrieve(bench.snapshot, encoder, question, DEPTH)
    # With weight 0 the dense leg's candidates without a common term would fill up the ranking.
    return [hit for hit in hits if hit.score > 0]


def search_stretched(bench: Bench, encoder: CachedEncoder, question: str, weight: float) -> list[Hit]:
    """Return the candidates fused after each leg is stretched to [0, 1] over this question's candidates."""
    hits = fusion.retrieve(bench.snapshot, encoder, question, 2 * fusion.CANDIDATES)
    legs = np.array([[hit.dense, hit.lexical] for hit in hits])
    low, high = legs.min(axis=0), legs.max(axis=0)
    stretched = (legs - low) / np.where(high > low, high - low, 1)
    order = np.lexsort(([hit.row for hit in hits], -stretched @ np.array([weight, 1 - weight])))
    return [hits[i] for i in order[:DEPTH]]


def measure(
    bench: Bench, encoder: CachedEncoder, weight: float, search: Search = search_fused, measures: Sequence = MEASURES
) -> dict[ir_measures.Measure, Values]:
    """Return each measure's value for each question, in the order of the questions."""
    run: dict[str, dict[str, int]] = {}
    for question in bench.collection.questions:
        hits = search(bench, encoder, question, weight)
        named = [hit.passage.document_id if bench.collection.by_document else str(hit.row) for hit in hits]
        # The place is the score, so that no tool breaks a tie otherwise than the product does.
        run[question] = {unit: DEPTH - place for place, unit in enumerate(list(dict.fromkeys(named))[:10])}
    places = {question: i for i, question in enumerate(bench.collection.questions)}
    values = {wanted: np.zeros(len(places)) for wanted in measures}
    for found in ir_measures.iter_calc(list(measures), bench.qrels, run):
        values[found.measure][places[found.query_id]] = found.value
    return values


def sweep(
    benches: Sequence[Bench], encoder: CachedEncoder, weights: Iterable[float], search: Search
) -> dict[float, list[Values]]:
    """Return for each weight the main measure's values in each collection."""
    return {
        weight: [measure(bench, encoder, weight, search, [MAIN])[MAIN] for bench in benches]
        for weight in tqdm(list(weights), desc=search.__name__)
    }


def choose_weight(samples: dict[float, list[Values]]) -> float:
    """Return the weight with the greatest mean of the collections' means; the lower of equals."""
    return min(samples, key=lambda weight: (-average(samples[weight]), weight))


def average(samples: Sequence[Values]) -> float:
    """Return the mean of the collections' means: each collection counts the same, whatever its size."""
    return float(np.mean([values.mean() for values in samples]))


def resample(samples: Sequence[Values]) -> str:
    """Return the collections' average with its 95 % bootstrap interval, questions drawn anew in each collection."""
    random = np.random.default_rng(0)
    means = [values[random.integers(0, len(values), (RESAMPLES, len(values)))].mean(axis=1) for values in samples]
    low, high = np.percentile(np.mean(means, axis=0), [2.5, 97.5])
    return f"{average(samples):.3f} [{low:.3f}, {high:.3f}]"


def print_table(header: Sequence[object], rows: Iterable[Sequence[object]]) -> None:
    """Print a table in Markdown; floats with three decimals."""
    for row in (header, ["---"] * len(header), *rows):
        print("| " + " | ".join(f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in row) + " |")
    print()


def report_sizes(benches: Sequence[Bench]) -> None:
    """Print how large each collection is, and how many of its questions no passage can answer."""
    header = ("collection", "documents", "passages", "questions", "relevant a question", "answer in no passage")
    rows = []
    for bench in benches:
        relevant = [len(units) for units in bench.qrels.values()]
        lost = sum("in no passage" in units for units in bench.qrels.values())
        size = len(bench.snapshot.documents), len(bench.snapshot.passages), len(relevant)
        rows.append((bench.collection.name, *size, f"{np.mean(relevant):.1f}", lost))
    print_table(header, rows)


def report_weights(benches: Sequence[Bench], encoder: CachedEncoder, search: Search) -> float:
    """Print the main measure for each weight, the neighbourhood of the best more finely; return the best."""
    found = sweep(benches, encoder, COARSE, search)
    near = {round(choose_weight(found) + i / 50, 2) for i in range(-5, 6)} - set(COARSE)
    found |= sweep(benches, encoder, sorted(weight for weight in near if 0 < weight < 1), search)
    best = choose_weight(found)
    rows = (
        [
            f"{weight:.2f}",
            *(float(values.mean()) for values in samples),
            average(samples),
            resample(_subtract(samples, found[best])),
        ]
        for weight, samples in sorted(found.items())
    )
    print(f"{search.__name__}, {MAIN} on the {CHOOSING} half\n")
    print_table(["dense weight", *(bench.collection.name for bench in benches), "mean", f"mean less {best}'s"], rows)
    return best


def report_legs(benches: Sequence[Bench], encoder: CachedEncoder, weight: float, stretched_weight: float) -> None:
    """Print both legs and both fusions side by side, then the main measure with intervals and paired differences."""
    fused = f"fusion {weight}"
    runs = {
        "dense": (1.0, search_fused),
        "lexical": (0.0, search_fused),
        fused: (weight, search_fused),
        f"min-max {stretched_weight}": (stretched_weight, search_stretched),
    }
    progress = tqdm(runs.items(), desc="reporting")
    found = {name: [measure(bench, encoder, *run) for bench in benches] for name, run in progress}
    for i, bench in enumerate(benches):
        rows = ([name, *(float(values[i][wanted].mean()) for wanted in MEASURES)] for name, values in found.items())
        print_table([bench.collection.name, *MEASURES], rows)
    samples = {name: [values[MAIN] for values in per_bench] for name, per_bench in found.items()}
    ours = samples[fused]
    less = {f"{fused} less {name}": _subtract(ours, theirs) for name, theirs in samples.items() if name != fused}
    header = [MAIN, *(bench.collection.name for bench in benches), "mean"]
    rows = ([name, *(resample([sample]) for sample in row), resample(row)] for name, row in (samples | less).items())
    print_table(header, rows)


def _subtract(left: Sequence[Values], right: Sequence[Values]) -> list[Values]:
    return [ours - theirs for ours, theirs in zip(left, right, strict=True)]


def report_passage_sizes(collection: Collection, encoder: CachedEncoder, weight: float) -> None:
    """Print what passages of other sizes find; equal reading is `TOKEN_BUDGET` tokens, as many passages as fit."""
    standing = PassageSettings()
    found, counts = {}, {}
    for size in tqdm(SIZES, desc="passage sizes"):
        bench = build_bench(collection, encoder, PassageSettings(*size))
        within = Success @ (TOKEN_BUDGET // size[0])
        values = measure(bench, encoder, weight, measures=[*MEASURES, within])
        found[size] = {**values, "budget": values[within]}
        counts[size] = len(bench.snapshot.passages)
    kept = found[standing.max_tokens, standing.overlap_sentences]
    columns = (R @ 1, R @ 5, Success @ 1, Success @ 5, MAIN, "budget")
    rows = (
        [
            *size,
            counts[size],
            *(float(values[column].mean()) for column in columns),
            *(resample([values[column] - kept[column]]) for column in (Success @ 1, "budget")),
        ]
        for size, values in found.items()
    )
    budget = f"Success in {TOKEN_BUDGET} tokens"
    differences = (f"{name} less the default's" for name in (Success @ 1, budget))
    print_table(["max_tokens", "overlap", "passages", *columns[:-1], budget, *differences], rows)


def main() -> None:
    """Print every table of `bench/retrieval.md`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with retrieval/cranfield and reader")
    parser.add_argument("--models", type=Path, default=Path(".footnote/models"), help="folder of the compiled encoder")
    parser.add_argument("--cache", type=Path, default=Path(".footnote/bench"), help="vectors kept between runs")
    arguments = parser.parse_args()
    encoder = CachedEncoder(open_encoder(DEFAULT_MODEL, arguments.models), arguments.cache)
    halves = {}
    for half in (CHOOSING, REPORTING):
        collections = tqdm(load_collections(arguments.data, half), desc=f"building, {half} half")
        halves[half] = [build_bench(collection, encoder, PassageSettings()) for collection in collections]
        print(f"{half} half\n")
        report_sizes(halves[half])
    weight = report_weights(halves[CHOOSING], encoder, search_fused)
    stretched_weight = report_weights(halves[CHOOSING], encoder, search_stretched)
    report_legs(halves[REPORTING], encoder, weight, stretched_weight)
    articles = next(bench.collection for bench in halves[CHOOSING] if bench.collection.name == "SQuAD 2.0")
    report_passage_sizes(articles, encoder, weight)


if __name__ == "__main__":
    main()
