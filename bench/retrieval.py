"""What each leg and their fusion find on public collections, and which weight the dense leg gets.

Run as `python -m bench.retrieval --data DIR`, where DIR holds `retrieval/cranfield/` and
`reader/squad_style.jsonl.gz`. Weights and passage sizes are compared on the choosing half of the questions only;
the weight chosen there is reported on the other half. `bench/retrieval.md` holds the tables and what followed.
"""

import argparse
from collections.abc import Callable, Iterable, Sequence
from itertools import product
from pathlib import Path
from unittest.mock import patch

import ir_measures
import numpy as np
from ir_measures import RR, R, Success, nDCG
from numpy.typing import NDArray
from tqdm import tqdm

from bench.collections import CHOOSING, REPORTING, Bench, CachedEncoder, Collection, build_bench, load_collections
from index.encoder import DEFAULT_MODEL, open_encoder
from index.passages import PassageSettings
from index.types import Hit
from rag import retrieve as fusion

MEASURES = (nDCG @ 10, RR @ 10, R @ 1, R @ 5, Success @ 1, Success @ 5)
MAIN = RR @ 10
DEPTH = 100
"""Hits taken per question: enough for ten different documents where each has several passages."""

COARSE = tuple(i / 10 for i in range(11))
SENTENCE_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
SIZES = tuple(product((96, 128, 160, 200), (0, 1, 2)))
"""Pairs of max_tokens and overlap_sentences."""

TOKEN_BUDGET = 800
"""Passages of different sizes are compared at equal reading: as many as hold at most so many tokens."""

RESAMPLES = 2000

Values = NDArray[np.float64]
Search = Callable[[Bench, CachedEncoder, str, float], list[Hit]]


def search_fused(bench: Bench, encoder: CachedEncoder, question: str, weight: float) -> list[Hit]:
    """Return what the product's own function returns with `weight` for the dense leg; 1 and 0 are the legs alone."""
    with patch.object(fusion, "DENSE_WEIGHT", weight):
        hits = fusion.retrieve(bench.snapshot, encoder, question, DEPTH)
    # With weight 0 the dense leg's candidates without a common term would fill up the ranking.
    return [hit for hit in hits if hit.score > 0]


def search_passages(bench: Bench, encoder: CachedEncoder, question: str, weight: float) -> list[Hit]:
    """Return what `search_fused` does where a passage has its own vector only, none of its sentences'."""
    with patch.object(fusion, "SENTENCE_SHARE", 0.0):
        return search_fused(bench, encoder, question, weight)


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


def report_sentence_shares(benches: Sequence[Bench], encoder: CachedEncoder, weight: float) -> None:
    """Print the main measure for each share that the nearest sentence has in the dense score."""
    found = {}
    for share in tqdm(SENTENCE_SHARES, desc="sentence shares"):
        with patch.object(fusion, "SENTENCE_SHARE", share):
            found[share] = [measure(bench, encoder, weight, measures=[MAIN])[MAIN] for bench in benches]
    standing = found[fusion.SENTENCE_SHARE]
    rows = (
        [
            f"{share:.2f}",
            *(float(values.mean()) for values in samples),
            average(samples),
            resample(_subtract(samples, standing)),
        ]
        for share, samples in found.items()
    )
    header = [
        "sentence share",
        *(bench.collection.name for bench in benches),
        "mean",
        f"mean less {fusion.SENTENCE_SHARE}'s",
    ]
    print_table(header, rows)


def report_legs(benches: Sequence[Bench], encoder: CachedEncoder, weight: float, stretched_weight: float) -> None:
    """Print both legs and both fusions side by side, then the main measure with intervals and paired differences."""
    fused = f"fusion {weight}"
    runs = {
        "dense": (1.0, search_fused),
        "lexical": (0.0, search_fused),
        fused: (weight, search_fused),
        f"fusion {weight}, passages only": (weight, search_passages),
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
    report_sentence_shares(halves[CHOOSING], encoder, weight)
    report_legs(halves[REPORTING], encoder, weight, stretched_weight)
    articles = next(bench.collection for bench in halves[CHOOSING] if bench.collection.name == "SQuAD 2.0")
    report_passage_sizes(articles, encoder, weight)


if __name__ == "__main__":
    main()
