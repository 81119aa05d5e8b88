"""Fit how candidates are ordered and how sure an answer is: `python -m training.confidence --data DIR --models DIR`.

Articles that did not train the span model order the candidates, once before the best are read again and once after, and
fit the confidence; what is reported is measured on others again. Each source is also left out once: fitted on the rest,
measured on it.
"""

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import numpy as np
from sklearn.linear_model import LogisticRegression
from tqdm import tqdm

from eval.metrics import as_values, aurc, calibration_error, coverage_at_risk
from eval.textmatch import contains, token_f1
from index.encoder import DEFAULT_MODEL, Encoder, open_encoder
from index.types import Document, Hit
from rag.confidence import Calibrator, confidence_features
from rag.reader import READ_AGAIN, READ_PASSAGES, SpanReader, weigh
from rag.retrieve import retrieve
from rag.span_model import SpanModel
from rag.types import Candidate
from training.apart import check_apart
from training.near_misses import find_names, perturb
from training.worlds import FIT_SOURCES, MODELS, Asked, World, by_source, group_of, make_world, read_part, read_rows

SOURCES = (*FIT_SOURCES, "covidqa", "clapnq-dev-unanswerable")
ARTICLES = ("squad2-dev", "covidqa")
"""Sources whose documents are whole articles, each asked about alone."""

ABSENT = 1 / 3
"""Share of the questions that have no answer, where a confidence is fitted or measured: how sure one can be depends on
it, and what people will ask is not known. A half is what data written to mislead has."""

MOST_DOCUMENTS = 20
"""Articles of a source and part."""

MOST_QUESTIONS = 600
"""Questions of a source and part."""

SEED = 20261122
RISKS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
TARGET = Path(__file__).parent.parent / "rag" / "confidence.json"


Confidence = Callable[[Sequence[Candidate]], float]
"""Candidates in order, best first -> how sure one is of the first, in [0, 1]."""


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
            hits: Sequence[Hit] = retrieve(world.snapshot, encoder, asked.text, READ_PASSAGES, documents)
            known = world.snapshot.documents
            candidates = reader.propose(asked.text, hits, world.snapshot.lexical.idf, known)
            right = tuple(is_right(found, asked, known) for found in candidates)
            reads.append(Read(asked, near_miss, known, candidates, right))
    return reads


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


def rerank(read: Read, weights: Mapping[str, float]) -> tuple[list[Candidate], list[bool]]:
    """Return the candidates as `rank` does; those that were not read again stay behind the others."""
    first = replace(read, candidates=read.candidates[:READ_AGAIN], right=read.right[:READ_AGAIN])
    candidates, right = rank(first, weights)
    return candidates + list(read.candidates[READ_AGAIN:]), right + list(read.right[READ_AGAIN:])


def fit_order(reads: Sequence[Read], most: int | None = None) -> dict[str, float]:
    """Return the weights under which a right candidate scores above the others, among the first `most`."""
    rows, labels = [], []
    for read in reads:
        if any(read.right[:most]):
            rows += [found.features for found in read.candidates[:most]]
            labels += read.right[:most]
    names = sorted(rows[0])
    model = LogisticRegression(max_iter=5000, C=1.0).fit(_matrix(rows, names), labels)
    return {name: round(float(weight), 4) for name, weight in zip(names, model.coef_[0], strict=True)}


def fit_calibrator(reads: Sequence[Read], weights: dict[str, float]) -> dict:
    """Return the logistic model of whether the first candidate is right."""
    rows, labels = [], []
    for read in reads:
        candidates, right = rerank(read, weights)
        if candidates:
            rows.append(confidence_features(candidates))
            labels.append(right[0])
    names = sorted(rows[0])
    model = LogisticRegression(max_iter=5000, C=10.0).fit(_matrix(rows, names), labels)
    fitted = {name: round(float(weight), 4) for name, weight in zip(names, model.coef_[0], strict=True)}
    return {"weights": fitted, "bias": round(float(model.intercept_[0]), 4)}


def measure(reads: Sequence[Read], weights: dict[str, float], confidence: Confidence) -> dict:
    """Return what holds on the balanced `reads`; of near misses, what holds of all."""
    near_misses = [confidence(rerank(read, weights)[0]) for read in reads if read.near_miss]
    reads = balance(reads)
    sure, right = [], []
    for read in reads:
        candidates, held = rerank(read, weights)
        sure.append(confidence(candidates))
        right.append(bool(held) and held[0])
    confidences, hits, near_misses = as_values(sure), as_values(right), as_values(near_misses)
    known = np.array([bool(read.asked.gold) for read in reads])
    figures = {
        "questions": len(reads),
        "known": int(known.sum()),
        "near_misses": len(near_misses),
        "right_of_known": _mean(hits[known]),
        "aurc": round(aurc(confidences, hits), 4),
        "coverage_at_5_percent_risk": round(coverage_at_risk(confidences, hits, 0.05), 4),
        "coverage_at_10_percent_risk": round(coverage_at_risk(confidences, hits, 0.1), 4),
        "calibration_error": round(calibration_error(confidences, hits), 4),
    }
    figures["at_max_risk"] = {
        str(risk): {
            "known_answered": _mean(confidences[known] >= 1 - risk),
            "known_right": _mean((confidences[known] >= 1 - risk) * hits[known]),
            "absent_refused": _mean(confidences[~known] < 1 - risk),
            "near_misses_refused": _mean(near_misses < 1 - risk),
            "right_of_answered": _mean(hits[confidences >= 1 - risk]),
        }
        for risk in RISKS
    }
    return figures


def balance(reads: Sequence[Read]) -> list[Read]:
    """Return the known facts of the reads, and of the absent ones so many that they are `ABSENT` of all."""
    known = [read for read in reads if read.asked.gold]
    absent = [read for read in reads if not read.asked.gold]
    room = round(len(known) * ABSENT / (1 - ABSENT))
    return known + Random(SEED).sample(absent, min(len(absent), room))


def fit(reads: Sequence[Read]) -> tuple[dict[str, float], dict]:
    """Return the weights of the second order and the calibration, each fitted on all of `reads`, read again."""
    weights = fit_order(reads, READ_AGAIN)
    return weights, fit_calibrator(balance(reads), weights)


def leave_sources_out(reads: Sequence[Read]) -> dict[str, dict]:
    """Return for each source with known facts what holds of it when all is fitted on the others."""
    figures = {}
    for source in sorted({read.asked.source for read in reads if read.asked.gold}):
        inside = [read for read in reads if read.asked.source == source]
        weights, calibration = fit([read for read in reads if read.asked.source != source])
        figures[source] = measure(inside, weights, Calibrator(**calibration).confidence)
    return figures


def softmax_share(candidates: Sequence[Candidate]) -> float:
    """Return the usual confidence of a span model, its softmax probability, to compare with."""
    return candidates[0].features["share"] if candidates else 0.0


def main() -> None:
    """Read, fit, measure, and write the numbers that ship."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True, help="the folder that holds reader/squad_style.jsonl.gz")
    options.add_argument("--models", type=Path, default=MODELS, help="where compiled encoders are kept")
    given = options.parse_args()
    check_apart(read_rows(given.data, SOURCES))
    encoder, model = open_encoder(DEFAULT_MODEL, given.models), SpanModel()
    calibrate = read_worlds(given.data, "calibrate", encoder, model)
    report = read_worlds(given.data, "report", encoder, model)
    order = fit_order(calibrate)
    calibrate, report = (read_again(reads, order, model) for reads in (calibrate, report))
    weights, calibration = fit(calibrate)
    figures = {
        "articles apart": measure(report, weights, Calibrator(**calibration).confidence),
        "articles apart, softmax as confidence": measure(report, weights, softmax_share),
        "sources left out": leave_sources_out(calibrate + report),
    }
    fitted = {
        "span_model": model.sha256,
        "seed": SEED,
        "order": order,
        "reorder": weights,
        "calibration": calibration,
        "figures": figures,
    }
    TARGET.write_text(json.dumps(fitted, indent=2) + "\n", "utf-8")
    print(json.dumps(figures, indent=2))


def _matrix(rows: Sequence[dict[str, float]], names: Sequence[str]) -> np.ndarray:
    return np.array([[row[name] for name in names] for row in rows])


def _mean(values: np.ndarray) -> float | None:
    return round(float(np.mean(values)), 4) if len(values) else None


if __name__ == "__main__":
    main()
