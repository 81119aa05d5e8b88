"""How well the span model that ships reads a given paragraph: `python -m training.measure --data DIR`.

Articles of SQuAD 2.0 and whole sources that trained nothing; tokens are compared as SQuAD's own script does.
"""

import argparse
import json
import re
import string
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random

from tqdm import tqdm

from rag.span_model import FOLDER, SpanModel
from training.worlds import read_part
from training.written_documents import FOLDERS

SETS = {
    "SQuAD 2.0, articles that fit the confidence": ("calibrate", ("squad2-dev",)),
    "SQuAD 2.0, articles apart": ("report", ("squad2-dev",)),
    "natural questions apart": ("report", ("uda-nq",)),
    **{f"{source} apart": ("report", (source,)) for source in FOLDERS},
    "COVID-QA, a source apart": ("report", ("covidqa",)),
    "PolicyQA, a source apart": ("report", ("policyqa-dev", "policyqa-test")),
}
MOST_QUESTIONS = 600
MOST_CHARACTERS = 2000
"""Of a longer context, the part around its answer is given."""

SEED = 20261122


def measure(model: SpanModel, rows: Sequence[dict], name: str) -> dict:
    """Return EM and F1 over questions with an answer, the best F1 over thresholds, and the AUC of answerable or not."""
    leads, scores, exact, answerable = [], [], [], []
    for row in tqdm(rows, desc=name, unit="question"):
        text, golds = _shorten(row), [answer["text"] for answer in row["answers"]]
        (reading,) = model.read(row["question"], [text], [0], 1)
        span = reading.spans[0] if reading.spans else None
        found = text[span.start : span.end] if span else ""
        leads.append(span.lead if span else float("-inf"))
        scores.append(max((token_f1(found, gold) for gold in golds), default=0.0))
        exact.append(any(normalise(found) == normalise(gold) for gold in golds))
        answerable.append(bool(golds))
    known = [i for i, held in enumerate(answerable) if held]
    figures = {
        "questions": len(rows),
        "answerable": len(known),
        "exact_match_of_answerable": round(sum(exact[i] for i in known) / len(known), 4),
        "f1_of_answerable": round(sum(scores[i] for i in known) / len(known), 4),
    }
    if len(known) < len(rows):
        figures["best_f1"] = round(_best_f1(leads, scores, answerable), 4)
        figures["auc_answerable"] = round(_auc(leads, answerable), 4)
    return figures


def token_f1(found: str, gold: str) -> float:
    """Return the F1 of tokens, in [0, 1]."""
    one, other = normalise(found), normalise(gold)
    shared = sum((Counter(one) & Counter(other)).values())
    return 2 * shared / (len(one) + len(other)) if shared else 0.0


def normalise(text: str) -> list[str]:
    """Return the words in lower case, without punctuation and articles."""
    plain = "".join(sign for sign in text.lower() if sign not in string.punctuation)
    return re.sub(r"\b(?:a|an|the)\b", " ", plain).split()


def _best_f1(leads: Sequence[float], scores: Sequence[float], answerable: Sequence[bool]) -> float:
    """Return the greatest mean F1 when all below a threshold are left without an answer."""
    total = float(len(answerable) - sum(answerable))
    best = total
    for i in sorted(range(len(leads)), key=lambda i: -leads[i]):
        total += scores[i] if answerable[i] else -1.0
        best = max(best, total)
    return best / len(leads)


def _auc(leads: Sequence[float], answerable: Sequence[bool]) -> float:
    """Return the chance that an answerable question leads by more than another one (Mann and Whitney)."""
    ranks = {i: rank for rank, i in enumerate(sorted(range(len(leads)), key=lambda i: leads[i]))}
    known = sum(answerable)
    above = sum(ranks[i] for i in range(len(leads)) if answerable[i]) - known * (known - 1) / 2
    return above / (known * (len(leads) - known))


def _shorten(row: dict) -> str:
    context = row["context"]
    if len(context) <= MOST_CHARACTERS or not row["answers"]:
        return context
    start = max(0, row["answers"][0]["answer_start"] - MOST_CHARACTERS // 2)
    return context[start : start + MOST_CHARACTERS]


def main() -> None:
    """Measure, print, and write the figures to the model's card."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True, help="the folder that holds reader/squad_style.jsonl.gz")
    given = options.parse_args()
    model = SpanModel()
    figures = {}
    for name, (part, sources) in SETS.items():
        rows = read_part(given.data, part, sources)
        rows = Random(SEED).sample(rows, min(MOST_QUESTIONS, len(rows)))
        figures[name] = measure(model, rows, name)
    card = json.loads((FOLDER / "card.json").read_text("utf-8"))
    (FOLDER / "card.json").write_text(json.dumps({**card, "figures": figures}, indent=2) + "\n", "utf-8")
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
