"""Fit how candidates are ordered and how sure an answer is: `python -m training.confidence --data DIR --models DIR`.

Articles that did not train the span model order the candidates, once before the best are read again and once after, and
fit the confidence; what is reported is measured on others again. Each source is also left out once: fitted on the rest,
measured on it. Cells of tables have a confidence of their own, fitted on questions made by rule from real reports.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import numpy as np
from sklearn.linear_model import LogisticRegression

from eval.metrics import Values, as_values, aurc, calibration_error, coverage_at_risk
from index.encoder import DEFAULT_MODEL, open_encoder
from rag.confidence import Calibrator, confidence_features
from rag.reader import READ_AGAIN
from rag.span_model import SpanModel
from rag.types import Candidate
from training.apart import check_apart
from training.reads import SEED, SOURCES, Read, read_again, read_worlds, rerank
from training.table_questions import SOURCE
from training.worlds import MODELS, read_rows

ABSENT = 1 / 3
"""Share of the questions that have no answer, where a confidence is fitted or measured: how sure one can be depends on
it, and what people will ask is not known. A half is what data written to mislead has."""

RISKS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
TARGET = Path(__file__).parent.parent / "rag" / "confidence.json"


Confidence = Callable[[Sequence[Candidate]], float]
"""Candidates in order, best first -> how sure one is of the first, in [0, 1]."""


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


def fit_calibrator(reads: Sequence[Read], weights: dict[str, float]) -> dict[str, dict]:
    """Return the logistic models of whether the first candidate is right: where it is words, and where it is a cell."""
    rows: dict[bool, list[dict[str, float]]] = {False: [], True: []}
    labels: dict[bool, list[bool]] = {False: [], True: []}
    for read in reads:
        candidates, right = rerank(read, weights)
        if candidates:
            cell = candidates[0].features["cell"] > 0
            rows[cell].append(confidence_features(candidates))
            labels[cell].append(right[0])
    text = _fit_logistic(rows[False], labels[False])
    # Where the reports are left out there are no cells to fit.
    return {"text": text, "cell": _fit_logistic(rows[True], labels[True]) if len(set(labels[True])) > 1 else text}


def _fit_logistic(rows: Sequence[dict[str, float]], labels: Sequence[bool]) -> dict:
    names = sorted(rows[0])
    model = LogisticRegression(max_iter=5000, C=1.0).fit(_matrix(rows, names), labels)
    fitted = {name: round(float(weight), 4) for name, weight in zip(names, model.coef_[0], strict=True)}
    return {"weights": fitted, "bias": round(float(model.intercept_[0]), 4)}


def measure(reads: Sequence[Read], weights: dict[str, float], confidence: Confidence) -> dict:
    """Return what holds on the balanced `reads`; of near misses, what holds of all."""
    near_misses = [confidence(rerank(read, weights)[0]) for read in reads if read.near_miss]
    reads = balance(reads)
    confidences, hits = judge(reads, weights, confidence)
    near_misses = as_values(near_misses)
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


def judge(reads: Sequence[Read], weights: dict[str, float], confidence: Confidence) -> tuple[Values, Values]:
    """Return for each question how sure one is of the first candidate, and whether it is right."""
    ranked = [rerank(read, weights) for read in reads]
    sure = [confidence(candidates) for candidates, _ in ranked]
    return as_values(sure), as_values([bool(right) and right[0] for _, right in ranked])


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
    """Return for each source with known facts what holds when all is fitted on the others, then of all together."""
    figures, judged = {}, []
    for source in sorted({read.asked.source for read in reads if read.asked.gold}):
        inside = [read for read in reads if read.asked.source == source]
        weights, calibration = fit([read for read in reads if read.asked.source != source])
        confidence = Calibrator.of(calibration).confidence
        figures[source] = measure(inside, weights, confidence)
        judged.append(judge(balance(inside), weights, confidence))
    confidences, hits = (np.concatenate(values) for values in zip(*judged, strict=True))
    together = {"questions": len(hits), "calibration_error": round(calibration_error(confidences, hits), 4)}
    return {**figures, "together": together}


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
    confidence = Calibrator.of(calibration).confidence
    tables, texts = ([read for read in report if (read.asked.source == SOURCE) == of] for of in (True, False))
    figures = {
        "articles apart": measure(texts, weights, confidence),
        "articles apart, softmax as confidence": measure(texts, weights, softmax_share),
        "reports apart, tables": measure(tables, weights, confidence),
        "reports apart, tables, softmax as confidence": measure(tables, weights, softmax_share),
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
