"""Fit the sentence reader's weights and its calibrator: `python -m training.sentence_reader --data DIR --models DIR`.

Groups (articles) are divided by hash into thirds: one fits the ranking of sentences, one the calibrator, and on the
third the figures are measured. Nothing of `reports/` and nothing of any eval set is read.
"""

import argparse
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from tqdm import tqdm

from index.encoder import DEFAULT_MODEL, Encoder, open_encoder
from index.types import Hit
from rag.confidence import Calibrator, confidence_features
from rag.reader import READ_PASSAGES, SentenceReader
from rag.retrieve import retrieve
from rag.types import Candidate
from training.worlds import Asked, group_of, make_world, read_rows, third_of

SOURCES = ("squad2-dev", "squad1.1-dev-13-articles", "tatqa-test-text-span")
MAX_CONTEXTS = 250
"""How many contexts of a source without titles make its world."""

SEED = 20261122
TARGET = Path(__file__).parent.parent / "rag" / "sentence_reader.json"


@dataclass(frozen=True, slots=True)
class Read:
    """A question, the passages found for it, and the weight of a term in its world."""

    asked: Asked
    hits: Sequence[Hit]
    idf: object


def main() -> None:
    """Fit, measure, and write the numbers that ship."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True, help="the folder that holds reader/squad_style.jsonl.gz")
    options.add_argument(
        "--models", type=Path, default=Path(".footnote/models"), help="where compiled encoders are kept"
    )
    given = options.parse_args()
    encoder = open_encoder(DEFAULT_MODEL, given.models)
    parts = {part: read_part(given.data, part, encoder) for part in ("fit", "calibrate", "report")}
    weights = fit_ranking(parts["fit"])
    closer_weights = fit_comparison(parts["fit"], weights, encoder)
    reader = SentenceReader(weights, closer_weights, encoder.encode)
    calibration = fit_calibrator(parts["calibrate"], reader)
    figures = measure(parts["report"], reader, Calibrator(**calibration))
    fitted = {
        "made_by": "python -m training.sentence_reader",
        "sources": {
            "squad2-dev": "CC BY-SA 4.0",
            "squad1.1-dev-13-articles": "CC BY-SA 4.0",
            "tatqa-test-text-span": "CC BY 4.0",
        },
        "seed": SEED,
        "weights": _rounded(weights),
        "closer_weights": _rounded(closer_weights),
        "calibration": {"weights": _rounded(calibration["weights"]), "bias": round(calibration["bias"], 4)},
        "figures": figures,
    }
    TARGET.write_text(json.dumps(fitted, indent=2) + "\n", "utf-8")
    print(json.dumps(figures, indent=2))


def read_part(data: Path, part: str, encoder: Encoder) -> list[Read]:
    """Return the questions of one third of the groups with what the retriever finds for them, a world a source."""
    reads = []
    for source in SOURCES:
        rows = [row for row in read_rows(data, [source]) if third_of(group_of(row)) == part]
        if rows[0]["title"] is None:
            kept = set(sorted({row["context"] for row in rows})[:MAX_CONTEXTS])
            rows = [row for row in rows if row["context"] in kept]
        world = make_world(f"{source} ({part})", rows, encoder)
        questions = random.Random(SEED).sample(world.questions, min(2000, len(world.questions)))
        for asked in tqdm(questions, desc=f"asking {source} ({part})", unit="question"):
            # An article is asked about as a user's report is, alone; short contexts are asked about all together.
            documents = (asked.document_id,) if rows[0]["title"] else None
            hits = retrieve(world.snapshot, encoder, asked.text, READ_PASSAGES, documents)
            reads.append(Read(asked, hits, world.snapshot.lexical.idf))
    return reads


def fit_ranking(reads: Sequence[Read]) -> dict[str, float]:
    """Return the weights under which a sentence that holds the answer scores above the others of its question."""
    reader = SentenceReader({}, {}, encode=None)
    return _fit_order([(read, reader.read_sentences(read.asked.text, read.hits, read.idf)) for read in reads])


def fit_comparison(reads: Sequence[Read], weights: dict[str, float], encoder: Encoder) -> dict[str, float]:
    """Return the weights that order the best few sentences of a question, their meaning compared."""
    reader = SentenceReader(weights, {}, encoder.encode)
    compared = tqdm(reads, desc="comparing", unit="question")
    return _fit_order([(read, reader.read(read.asked.text, read.hits, read.idf)) for read in compared])


def _fit_order(read: Sequence[tuple[Read, Sequence[Candidate]]]) -> dict[str, float]:
    rows, labels = [], []
    for question, candidates in read:
        held = [holds_answer(candidate, question.asked) for candidate in candidates]
        if any(held):
            rows += [candidate.features for candidate in candidates]
            labels += held
    names = sorted(rows[0])
    model = LogisticRegression(max_iter=5000, C=10.0).fit(_matrix(rows, names), labels)
    return dict(zip(names, model.coef_[0], strict=True))


def fit_calibrator(reads: Sequence[Read], reader: SentenceReader) -> dict:
    """Return the logistic model of whether the first candidate's answer is right."""
    rows, labels = [], []
    for read in reads:
        candidates = reader.read(read.asked.text, read.hits, read.idf)
        rows.append(confidence_features(candidates))
        labels.append(is_right(candidates[0], read.asked))
    names = sorted(rows[0])
    model = LogisticRegression(max_iter=5000, C=100.0).fit(_matrix(rows, names), labels)
    return {"weights": dict(zip(names, model.coef_[0], strict=True)), "bias": float(model.intercept_[0])}


def measure(reads: Sequence[Read], reader: SentenceReader, calibrator: Calibrator) -> dict:
    """Return what holds on the groups that nothing was fitted on."""
    confidences, right, known, statement = [], [], [], []
    for read in reads:
        candidates = reader.read(read.asked.text, read.hits, read.idf)
        confidences.append(calibrator.confidence(candidates))
        right.append(is_right(candidates[0], read.asked))
        known.append(bool(read.asked.gold))
        statement.append(holds_answer(candidates[0], read.asked))
    confidences, right, known = np.array(confidences), np.array(right), np.array(known)
    order = np.argsort(-confidences, kind="stable")
    risk = np.cumsum(~right[order]) / np.arange(1, len(right) + 1)
    bins = np.array_split(order, 10)
    return {
        "questions": len(right),
        "known": int(known.sum()),
        "statement_holds_answer_of_known": round(float(np.array(statement)[known].mean()), 4),
        "answer_right_of_known": round(float(right[known].mean()), 4),
        "aurc": round(float(risk.mean()), 4),
        "calibration_error_equal_mass": round(
            float(sum(len(b) * abs(confidences[b].mean() - right[b].mean()) for b in bins) / len(right)), 4
        ),
        "at_max_risk": {
            str(max_risk): {
                "known_answered": round(float((confidences[known] >= 1 - max_risk).mean()), 4),
                "absent_refused": round(float((confidences[~known] < 1 - max_risk).mean()), 4),
                "right_of_answered": round(float(right[confidences >= 1 - max_risk].mean()), 4),
            }
            for max_risk in (0.3, 0.4, 0.5, 0.6, 0.65, 0.7, 0.8)
        },
    }


def holds_answer(candidate: Candidate, asked: Asked) -> bool:
    """Tell whether the statement overlaps an accepted answer where it stands."""
    start, end = candidate.statement
    return any(candidate.document_id == document_id and start < e and s < end for document_id, (s, e) in asked.gold)


def is_right(candidate: Candidate, asked: Asked) -> bool:
    """Tell whether the answer contains an accepted one where it stands, or shares half its characters with it (F1)."""
    start, end = candidate.answer
    for document_id, (s, e) in asked.gold:
        shared = min(end, e) - max(start, s)
        if (
            candidate.document_id == document_id
            and shared > 0
            and (shared == e - s or 2 * shared / (end - start + e - s) >= 0.5)
        ):
            return True
    return False


def _matrix(rows: Sequence[dict[str, float]], names: Sequence[str]) -> np.ndarray:
    return np.array([[row[name] for name in names] for row in rows])


def _rounded(weights: dict[str, float]) -> dict[str, float]:
    return {name: round(float(weight), 4) for name, weight in weights.items()}


if __name__ == "__main__":
    main()
