"""Known questions changed so that the text no longer answers them: how many are answered all the same?

Run as `python -m bench.near_misses --data DIR`, where DIR holds `reader/squad_style.jsonl.gz`. Asked are articles that
trained neither the span model nor its confidence, and the shipped report's questions of the split `tune`. `--show N`
prints N of the near misses with what their texts say near them, to be checked by hand; `bench/near_misses.md` holds
the tables.
"""

import argparse
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from random import Random

from tqdm import tqdm

from bench.collections import CachedEncoder
from bench.near_miss_changes import KINDS, Change, Names, find_changes
from bench.retrieval import print_table
from eval import metrics
from eval.dataset import GoldQuestion, Place, load_questions
from eval.judge import Outcome, judge, pose
from eval.table import format_estimate
from index.build import Index, read_paths
from index.encoder import DEFAULT_MODEL, Encoder, open_encoder
from index.lexical import analyse
from index.snapshot import Snapshot
from index.types import Vectors
from rag.ask import ask
from rag.confidence import Calibrator
from rag.models import Models, open_models
from rag.types import Answer, Candidate, Question
from training.confidence import softmax_share
from training.reads import ARTICLES
from training.worlds import FIRST_SOURCES, by_source, group_of, make_world, read_part

SOURCES = (*FIRST_SOURCES, "covidqa")
"""Sources of which a part trained nothing. PolicyQA's questions name next to nothing that could be changed."""

MOST_ARTICLES = 15
SEED = 20261124
RISKS = (Question("").max_risk, 0.5)
SHARED = 0.5
"""Share of a question's other terms that a passage with what was put in may not hold: it might answer."""

REPORTS = Path(__file__).parents[1] / "reports"


@dataclass(frozen=True, slots=True)
class Posed:
    """A question with the documents that are asked; of a near miss, what was changed in the known one."""

    gold: GoldQuestion
    documents: tuple[str, ...] | None
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What was said to a question, and the softmax share of the answer as the other confidence."""

    outcome: Outcome
    by_softmax: Outcome


class Watch:
    """A calibrator that keeps the softmax shares of what it judges."""

    def __init__(self, calibrator: Calibrator) -> None:
        self._calibrator = calibrator
        self.shares: list[float] = []

    def confidence(self, candidates: Sequence[Candidate]) -> float:
        """Return the calibrator's confidence."""
        self.shares.append(softmax_share(candidates))
        return self._calibrator.confidence(candidates)


def main() -> None:
    """Print the tables of `bench/near_misses.md`, or near misses to check by hand."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds reader/squad_style.jsonl.gz")
    parser.add_argument("--models", type=Path, default=Path(".footnote/models"), help="folder of the compiled encoder")
    parser.add_argument("--cache", type=Path, default=Path(".footnote/bench"), help="vectors kept between runs")
    parser.add_argument("--show", type=int, metavar="N", help="print N near misses instead of asking any")
    options = parser.parse_args()
    encoder = open_encoder(DEFAULT_MODEL, options.models)
    sets = [*make_sets(options.data, KeptEncoder(encoder, options.cache)), make_report_set(encoder)]
    if options.show:
        show_some(sets, options.show)
        return
    models = open_models(encoder)
    asked = {name: ask_all(name, snapshot, posed, models) for name, snapshot, posed in sets}
    report = asked.pop("the shipped report")
    print_tables("Articles apart", [found for part in asked.values() for found in part], (*KINDS, "all"))
    for name, part in asked.items():
        print_tables(name, part)
    print_tables("The shipped report, split tune", report, (*KINDS, "all"))


NamedSet = tuple[str, Snapshot, list[Posed]]


class KeptEncoder:
    """The encoder as a world is made with it, with the vectors of former runs."""

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        self.max_pieces = encoder.max_pieces
        self.count_pieces = encoder.count_pieces
        self._kept = CachedEncoder(encoder, folder)

    def encode(self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None) -> Vectors:
        """Return one unit vector a text, shape (len(texts), dimensions)."""
        vectors = self._kept.encode(texts)
        if on_progress:
            on_progress(len(texts))
        return vectors


def make_sets(data: Path, encoder: KeptEncoder) -> Iterator[NamedSet]:
    """Yield each source's known questions and their near misses."""
    wide = sorted({row["context"] for row in read_part(data, "fit")})
    for source, rows in by_source(read_part(data, "report", SOURCES)):
        kept = sorted({group_of(row) for row in rows})
        if source in ARTICLES:
            rows = [row for row in rows if group_of(row) in kept[:MOST_ARTICLES]]
        world = make_world(source, rows, encoder)
        texts = [document.text for document in world.snapshot.documents.values()]
        names = Names(texts if source == "covidqa" else [*texts, *wide])
        posed = []
        for number, asked in enumerate(world.questions):
            if asked.gold:
                place = Place(asked.document_id, *asked.paragraph)
                name = f"{source} {number}"
                gold = GoldQuestion(name, name, "gate", "other", "report", asked.text, asked.answers, (place,))
                posed.append(Posed(gold, (asked.document_id,) if source in ARTICLES else None))
        yield source, world.snapshot, add_near_misses(posed, world.snapshot, names)


def make_report_set(encoder: Encoder) -> NamedSet:
    """Return the shipped report's known questions of the split `tune` and their near misses."""
    with tempfile.TemporaryDirectory() as folder:
        index = Index(Path(folder), encoder)
        list(index.add(read_paths([REPORTS])))
        snapshot = index.open()
    posed = [Posed(gold, None) for gold in load_questions() if gold.known and gold.split == "tune"]
    names = Names(document.text for document in snapshot.documents.values())
    return "the shipped report", snapshot, add_near_misses(posed, snapshot, names)


def add_near_misses(known: Sequence[Posed], snapshot: Snapshot, names: Names) -> list[Posed]:
    """Return the known questions of which near misses can be made, each with those behind it, and each once."""
    random = Random(SEED)
    answered = {posed.gold.question for posed in known}
    found: dict[tuple, Posed] = {}
    for posed in known:
        place = posed.gold.spans[0]
        document = snapshot.documents[place.document_id].text
        asked = [p.text for p in snapshot.passages if p.document_id in (posed.documents or (p.document_id,))]
        changes = find_changes(posed.gold.question, paragraph_around(document, place), document, names, random)
        changes = [
            change for change in changes if change.question not in answered and not is_answered_elsewhere(change, asked)
        ]
        if changes:
            found.setdefault((posed.gold.question, posed.documents), posed)
        for change in changes:
            name = f"{posed.gold.id} {change.put_in}"
            absent = replace(posed.gold, id=name, question=change.question, answers=(), spans=(), absent=change.kind)
            found.setdefault((change.question, posed.documents), Posed(absent, posed.documents, change))
    return list(found.values())


def paragraph_around(text: str, place: Place) -> str:
    """Return the text from the blank line before the place to the one behind it."""
    start, end = text.rfind("\n\n", 0, place.start), text.find("\n\n", place.end)
    return text[max(0, start) : end if end >= 0 else len(text)]


def is_answered_elsewhere(change: Change, passages: Sequence[str]) -> bool:
    """Tell whether a passage holds what was put in and enough of the question's other terms to answer."""
    others = set(analyse(change.question)) - set(analyse(change.put_in))
    for text in passages:
        words, terms = _words_of(text)
        if change.put_in.lower() in words and len(others & terms) >= SHARED * len(others):
            return True
    return False


@cache
def _words_of(text: str) -> tuple[str, frozenset[str]]:
    return " ".join(re.findall(r"[\w’'.,-]*\w", text.lower())), frozenset(analyse(text))


def ask_all(name: str, snapshot: Snapshot, posed: Sequence[Posed], models: Models) -> list[Asked]:
    """Return what is said to each question when any risk is borne."""
    watch = Watch(models.calibrator)
    watched = replace(models, calibrator=watch)
    found = []
    for question in tqdm(posed, desc=f"asking {name}", unit="question"):
        watch.shares.clear()
        answer = pose(question.gold, partial(_ask_of, question.documents, snapshot, watched))
        outcome = judge(question.gold, answer, snapshot.documents)
        # A question that no words can answer is refused by its form, whatever the confidence is made of.
        share = round(min(watch.shares), 4) if outcome.confidence else 0.0
        found.append(Asked(outcome, replace(outcome, confidence=share)))
    return found


def _ask_of(documents: tuple[str, ...] | None, snapshot: Snapshot, models: Models, question: Question) -> Answer:
    return ask(replace(question, documents=documents), snapshot, models)


def match_risk(asked: Sequence[Asked], max_risk: float) -> float:
    """Return the risk by the softmax share at which as many known questions are answered as at `max_risk`."""
    known = [found for found in asked if found.outcome.gold.known]
    answered = sum(found.outcome.answered(max_risk) for found in known)
    shares = sorted((found.by_softmax.confidence for found in known if found.by_softmax.offered), reverse=True)
    return round(1 - shares[answered - 1], 4) if answered else 0.0


def print_tables(title: str, asked: Sequence[Asked], kinds: Sequence[str] = ("all",)) -> None:
    """Print the share of near misses answered, of each of `kinds`, beside what the known questions get."""
    known = [found for found in asked if found.outcome.gold.known]
    absent = [found for found in asked if not found.outcome.gold.known]
    print(f"## {title}\n\n{len(known)} known questions, {len(absent)} near misses.\n")
    for max_risk in RISKS:
        risk = match_risk(asked, max_risk)
        rows = []
        for kind in kinds:
            near = [found for found in absent if kind in (found.outcome.gold.absent, "all")]
            if near:
                rows.append([f"near misses: {kind}", len(near), *compare(near, max_risk, risk, Outcome.answered)])
        rows.append(["known: answered", len(known), *compare(known, max_risk, risk, Outcome.answered)])
        rows.append(["known: answered, right", len(known), *compare(known, max_risk, risk, Outcome.correct)])
        print_table([f"max_risk {max_risk:g}", "questions", "answered", "by softmax", "less that by softmax"], rows)


def compare(
    asked: Sequence[Asked], max_risk: float, softmax_risk: float, served: Callable[[Outcome, float], bool]
) -> list[str]:
    """Return the shares that are `served` by either confidence, and by how much they differ, with intervals."""
    ours = [served(found.outcome, max_risk) for found in asked]
    theirs = [served(found.by_softmax, softmax_risk) for found in asked]
    facts = [found.outcome.gold.fact for found in asked]
    shares = [metrics.estimate_share(flags, facts) for flags in (ours, theirs)]
    return [format_estimate(found) for found in (*shares, metrics.estimate_difference(theirs, ours, facts))]


def show_some(sets: Sequence[NamedSet], number: int) -> None:
    """Print near misses drawn at random, each with the passages that come nearest to it."""
    near = [(snapshot, posed) for _, snapshot, questions in sets for posed in questions if posed.change]
    for snapshot, posed in Random(SEED).sample(near, min(number, len(near))):
        change = posed.change
        print(f"\n{posed.gold.id} | {change.kind}: {change.taken_out} -> {change.put_in}\n  {change.question}")
        asked = [p.text for p in snapshot.passages if p.document_id in (posed.documents or (p.document_id,))]
        terms = set(analyse(change.question))
        for text in sorted(asked, key=lambda text: -len(terms & _words_of(text)[1]))[:2]:
            print("    " + " ".join(text.split()))


if __name__ == "__main__":
    main()
