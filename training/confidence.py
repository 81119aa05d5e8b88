"""Fit how candidates are ordered and how sure an answer is: `python -m training.confidence --data DIR --models DIR`.

Articles that did not train the span model order the candidates, once before the best are read again and once after, and
fit the confidence; documents that were written to train on take part in the first order alone. What is reported is
measured on others again, and on plain questions about prose of reports. Each source is also left out once: fitted on
the rest, measured on it. Cells of tables have a confidence of their own, fitted on questions made by rule from real
reports.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from random import Random

import numpy as np
from sklearn.linear_model import LogisticRegression

from eval.metrics import Values, as_values, aurc, calibration_error, coverage_at_risk, estimate_by_facts
from index.encoder import DEFAULT_MODEL, open_encoder
from rag.confidence import Calibrator, confidence_features
from rag.reader import READ_AGAIN
from rag.span_model import SpanModel
from rag.types import Candidate
from training.apart import check_apart
from training.plain_questions import SOURCE as PROSE
from training.reads import SEED, SOURCES, Read, rank_again, read_again, read_worlds
from training.table_questions import SOURCE as TABLES
from training.worlds import MODELS, read_rows
from training.written_documents import FOLDERS

ABSENT = 1 / 3
"""Share of the questions that have no answer, where a confidence is fitted or measured: how sure one can be depends on
it, and what people will ask is not known. A half is what data written to mislead has."""

NEAR_MISSES = 0.8
"""Share of the questions without an answer that are near misses made by rule, where a confidence is fitted."""

RISKS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
WITH_INTERVALS = {
    "aurc": aurc,
    "coverage_at_5_percent_risk": partial(coverage_at_risk, risk=0.05),
    "coverage_at_10_percent_risk": partial(coverage_at_risk, risk=0.1),
}
"""What is measured of confidences and hits, with 95 % intervals: the bootstrap draws whole documents."""

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
    return _fit_logistic(rows, labels, 1.0)["weights"]


def fit_calibrator(texts: Sequence[Read], tables: Sequence[Read], weights: dict[str, float]) -> dict[str, dict]:
    """Return the logistic models of whether the first candidate is right: of `texts`, and of cells of `tables`.

    Where there are no tables, cells are judged as words are.
    """
    text = _fit_logistic(*_label(texts, weights, cells=False), 10.0)
    rows, labels = _label(tables, weights, cells=True)
    return {"text": text, "cell": _fit_logistic(rows, labels, 10.0) if rows else text}


def _label(reads: Sequence[Read], weights: dict[str, float], cells: bool) -> tuple[list[dict[str, float]], list[bool]]:
    """Return the features of the first candidates, those that are cells or those that are not, and which are right."""
    ranked = [rank_again(read, weights) for read in balance(reads, NEAR_MISSES)]
    kept = [pair for pair in ranked if pair[0] and (pair[0][0].features["cell"] > 0) == cells]
    return [confidence_features(candidates) for candidates, _ in kept], [right[0] for _, right in kept]


def _fit_logistic(rows: Sequence[dict[str, float]], labels: Sequence[bool], strength: float) -> dict:
    """Return "weights" and "bias" of a logistic model; `strength` is the inverse of the penalty on the weights."""
    names = sorted(rows[0])
    model = LogisticRegression(max_iter=5000, C=strength).fit(_matrix(rows, names), labels)
    weights = {name: round(float(weight), 4) for name, weight in zip(names, model.coef_[0], strict=True)}
    return {"weights": weights, "bias": round(float(model.intercept_[0]), 4)}


def measure(reads: Sequence[Read], weights: dict[str, float], confidence: Confidence) -> dict:
    """Return what holds on the balanced `reads`; of near misses, what holds of all.

    "aurc_of_softmax" is that of the model's own probability, "aurc_below_softmax" the share by which "aurc" is less.
    """
    near_misses = [confidence(rank_again(read, weights)[0]) for read in reads if read.near_miss]
    reads = balance(reads)
    confidences, hits = judge(reads, weights, confidence)
    near_misses = as_values(near_misses)
    known = np.array([bool(read.asked.gold) for read in reads])
    figures = {
        "questions": len(reads),
        "known": int(known.sum()),
        "near_misses": len(near_misses),
        "right_of_known": _mean(hits[known]),
        "calibration_error": round(calibration_error(confidences, hits), 4),
    }
    documents = [f"{read.asked.source}/{read.asked.document_id}" for read in reads]
    for name, statistic in WITH_INTERVALS.items():
        figures[name] = _estimate(statistic, documents, confidences, hits)
    shares, _ = judge(reads, weights, softmax_share)
    figures["aurc_of_softmax"] = _estimate(aurc, documents, shares, hits)
    figures["aurc_below_softmax"] = _estimate(_fall, documents, confidences, shares, hits)
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
    ranked = [rank_again(read, weights) for read in reads]
    sure = [confidence(candidates) for candidates, _ in ranked]
    return as_values(sure), as_values([bool(right) and right[0] for _, right in ranked])


def balance(reads: Sequence[Read], near_misses: float | None = None) -> list[Read]:
    """Return the known facts of the reads, and of the absent ones so many that they are `ABSENT` of all.

    `near_misses` is the share of those that are made by rule, as far as there are so many; None: as it comes.
    """
    known = [read for read in reads if read.asked.gold]
    absent = [read for read in reads if not read.asked.gold]
    room, random = round(len(known) * ABSENT / (1 - ABSENT)), Random(SEED)
    if near_misses is None:
        return known + random.sample(absent, min(len(absent), room))
    made = [read for read in absent if read.near_miss]
    others = [read for read in absent if not read.near_miss]
    first = random.sample(made, min(len(made), round(room * near_misses)))
    return known + first + random.sample(others, min(len(others), room - len(first)))


def fit(reads: Sequence[Read]) -> tuple[dict[str, float], dict]:
    """Return the weights of the second order, fitted on articles, and the calibration: of texts, and of tables.

    What was written to train on fits neither: on documents of the same hand the reader does better than on others.
    """
    articles, _, tables = split_by_kind(reads)
    articles = [read for read in articles if read.asked.source not in FOLDERS]
    weights = fit_order(articles, READ_AGAIN)
    return weights, fit_calibrator(articles, tables, weights)


def split_by_kind(reads: Sequence[Read]) -> tuple[list[Read], list[Read], list[Read]]:
    """Return the reads of articles, those of prose of reports and those of tables of reports."""
    of = {PROSE: [], TABLES: []}
    articles: list[Read] = []
    for read in reads:
        of.get(read.asked.source, articles).append(read)
    return articles, of[PROSE], of[TABLES]


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


def fit_and_measure(calibrate: Sequence[Read], report: Sequence[Read]) -> dict:
    """Return what is fitted on the one part, both read twice, and the figures that hold on the other."""
    weights, calibration = fit(calibrate)
    confidence = Calibrator.of(calibration).confidence
    articles, prose, tables = split_by_kind(report)
    prose += split_by_kind(calibrate)[1]
    groups = {"articles apart": articles, "reports apart, prose": prose, "reports apart, tables": tables}
    figures = {name: measure(reads, weights, confidence) for name, reads in groups.items()}
    figures["sources left out"] = leave_sources_out([*calibrate, *report])
    return {"reorder": weights, "calibration": calibration, "figures": figures}


def main() -> None:
    """Read, fit, measure, and write the numbers that ship."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True, help="the folder that holds reader/ and pdf/")
    options.add_argument("--models", type=Path, default=MODELS, help="where compiled encoders are kept")
    given = options.parse_args()
    check_apart(read_rows(given.data, SOURCES))
    encoder, model = open_encoder(DEFAULT_MODEL, given.models), SpanModel()
    calibrate = read_worlds(given.data, "calibrate", encoder, model)
    report = read_worlds(given.data, "report", encoder, model)
    order = fit_order(split_by_kind(calibrate)[0])
    calibrate, report = (read_again(reads, order, model) for reads in (calibrate, report))
    fitted = {"span_model": model.sha256, "seed": SEED, "order": order, **fit_and_measure(calibrate, report)}
    TARGET.write_text(json.dumps(fitted, indent=2) + "\n", "utf-8")
    print(json.dumps(fitted["figures"], indent=2))


def _fall(confidences: Values, shares: Values, hits: Values) -> float:
    """Return by what share the AURC of the confidences is below that of the softmax's shares."""
    return 1 - aurc(confidences, hits) / aurc(shares, hits)


def _estimate(statistic: Callable[..., float], documents: Sequence[str], *columns: Values) -> dict[str, float]:
    estimate = estimate_by_facts(statistic, documents, *columns)
    return {"value": round(estimate.value, 4), "low": round(estimate.low, 4), "high": round(estimate.high, 4)}


def _matrix(rows: Sequence[dict[str, float]], names: Sequence[str]) -> np.ndarray:
    return np.array([[row[name] for name in names] for row in rows])


def _mean(values: np.ndarray) -> float | None:
    return round(float(np.mean(values)), 4) if len(values) else None


if __name__ == "__main__":
    main()
