"""Four real annual reports as PDF: is the right page found, the right value given, with its unit, and how fast read?

Run as `python -m bench.real_reports --pdf FOLDER --models FOLDER`; FOLDER holds the four files that
`eval/PDF_FACTS.md` names. The two common ways beside the project need packages that it does not depend on; whoever
runs this installs them: `pip install pypdf langchain-text-splitters "markitdown[pdf]"`. With `--found-only` nothing is
asked, with `--ways` the project or the others are measured alone. `bench/real_reports.md` holds the figures.
"""

import argparse
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.page_chunks import Ranking, chunk_markdown, chunk_pypdf, rank_chunks
from bench.pdf_facts import Fact, load_facts, pages_of, share
from bench.retrieval import print_table
from bench.tables_as_read import report_tables
from eval.textmatch import contains, normalise, token_f1
from index.build import GivenFile, Index
from index.encoder import DEFAULT_MODEL, Encoder, open_encoder
from index.snapshot import Snapshot
from index.types import Document
from rag.ask import ask
from rag.confidence import is_borne
from rag.models import Models, open_models
from rag.retrieve import retrieve
from rag.types import Answer, Question

FIRST = 5
"""Passages whose pages count."""

ENOUGH_F1 = 0.5
SIGNS = {"USD": ("$", "usd", "dollar"), "GBP": ("£", "gbp", "pound", "sterling"), "%": ("%", "per cent", "percent")}
"""How a unit may be written; another one is written as the fact names it."""

SCALES = ("thousand", "million", "billion")
_VALUE_ROLES = ("value", "item")
_SAID_WITH = ("unit", "header")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was right about an answer that was given when any risk is borne; `answered` is at the default risk."""

    fact: Fact
    offered: bool
    answered: bool
    said: str
    page_right: bool
    right: bool
    bare: bool
    unit_right: bool
    scale_right: bool


Rank = Callable[[Fact], list[frozenset[int]]]
"""A fact -> the pages of each passage found in its document, best first."""


def main() -> None:
    """Print every table of `bench/real_reports.md`, and the facts that fail by id."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pdf", type=Path, required=True, help="folder with the four reports")
    parser.add_argument("--models", type=Path, default=Path(".footnote/models"), help="folder of the compiled encoder")
    parser.add_argument("--found-only", action="store_true", help="measure what is found, and ask nothing")
    parser.add_argument("--ways", choices=("all", "ours", "others"), default="all", help="which ways to measure")
    options = parser.parse_args()
    facts = load_facts()
    names = list(dict.fromkeys(fact.document for fact in facts))
    files = [options.pdf / f"{name}.pdf" for name in names]
    encoder = open_encoder(DEFAULT_MODEL, options.models)
    known = [fact for fact in facts if fact.pages]
    if options.ways != "others":
        with tempfile.TemporaryDirectory() as folder:
            snapshot = ingest(Path(folder), files, encoder)
        ours = {"Footnote": rank_ours, "Footnote, dense leg alone": rank_ours_dense}
        found = {name: partial(rank, snapshot, encoder) for name, rank in ours.items()}
        ranks = report_ranks(known, found)["Footnote"]
        missed = [name for name, rank in ranks.items() if rank == FIRST]
        print(f"Not among the first {FIRST}:", *missed, "\n", flush=True)
        report_tables([fact for fact in known if fact.row], snapshot)
        if not options.found_only:
            report_answers(facts, snapshot, open_models(encoder))
    if options.ways != "ours":
        chunked = {"pypdf + character chunks": chunk_pypdf, "MarkItDown + character chunks": chunk_markdown}
        rankings = {name: rank_chunks(chunk(files), encoder, FIRST) for name, chunk in chunked.items()}
        report_ranks(known, {name: partial(_rank_by_name, ranking) for name, ranking in rankings.items()})


def ingest(folder: Path, files: Sequence[Path], encoder: Encoder) -> Snapshot:
    """Index the files, print how long that took and what memory, and return the snapshot."""
    index = Index(folder, encoder)
    read: list[tuple[float, Document]] = []
    before, started = _usage(), time.perf_counter()
    outcomes = index.add(
        (GivenFile(path.name, path.read_bytes()) for path in files),
        on_read=lambda outcome, document: read.append((time.perf_counter(), document)) if document else None,
    )
    ended, after = time.perf_counter(), _usage()
    for outcome in outcomes:
        if outcome.state != "ready" or outcome.problem:
            print(f"{outcome.filename}: {outcome.state}, {outcome.problem}")
    pages = sum(len(document.pages) for _, document in read)
    snapshot = index.open()
    reading, whole = read[-1][0] - started, ended - started
    rows = [
        ["pages, passages (of rows)", f"{pages}, {len(snapshot.passages)} ({_count_rows(snapshot)})"],
        ["read the files, s, clock (pages a second)", f"{reading:.1f} ({pages / reading:.1f})"],
        ["whole, with vectors and terms, s, clock (pages a second)", f"{whole:.1f} ({pages / whole:.1f})"],
        ["whole, s, processor", f"{after[0] - before[0]:.1f}"],
        ["peak memory without the parser's process, MiB (before)", f"{after[1]:.0f} ({before[1]:.0f})"],
    ]
    print_table(["ingestion", "figure"], rows)
    return snapshot


def _usage() -> tuple[float, float]:
    """Return processor seconds of this process and its children, and the peak MiB of this one."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
    return seconds, own.ru_maxrss / 1024


def _count_rows(snapshot: Snapshot) -> int:
    return sum(passage.kind == "rows" for passage in snapshot.passages)


def rank_ours(snapshot: Snapshot, encoder: Encoder, fact: Fact) -> list[frozenset[int]]:
    """Return the pages of the passages that the project finds."""
    hits = retrieve(snapshot, encoder, fact.question, FIRST, (fact.document,))
    document = snapshot.documents[fact.document]
    return [pages_of(document, hit.passage.start, hit.passage.end) for hit in hits]


def rank_ours_dense(snapshot: Snapshot, encoder: Encoder, fact: Fact) -> list[frozenset[int]]:
    """Return the pages of the project's passages with the greatest cosines: what its passages alone are worth."""
    rows = [row for row, passage in enumerate(snapshot.passages) if passage.document_id == fact.document]
    document = snapshot.documents[fact.document]
    best = snapshot.dense.search(encoder.encode([fact.question])[0], FIRST, rows)
    return [pages_of(document, snapshot.passages[row].start, snapshot.passages[row].end) for row in best]


def _rank_by_name(ranking: Ranking, fact: Fact) -> list[frozenset[int]]:
    return ranking(fact.document, fact.question)


def report_ranks(known: Sequence[Fact], ways: Mapping[str, Rank]) -> dict[str, dict[str, int]]:
    """Print how often each way finds the right page; return the rank (0-based, FIRST for none) of each fact by way."""
    ranked = {name: {fact.id: _rank_of(fact, rank(fact)) for fact in known} for name, rank in ways.items()}
    groups = {"all": known, "text": _of(known, kind="text"), "table": _of(known, kind="table")}
    groups |= {"report's words": _of(known, form="report"), "paraphrased": _of(known, form="paraphrase")}
    for title, depth in ((f"right page among the first {FIRST}", FIRST), ("right page first", 1)):
        rows = [
            [name, *(share([ranks[fact.id] < depth for fact in group]) for group in groups.values())]
            for name, ranks in ranked.items()
        ]
        print_table([title, *groups], rows)
    return ranked


def _of(facts: Iterable[Fact], **fields: str) -> list[Fact]:
    return [fact for fact in facts if all(getattr(fact, name) == value for name, value in fields.items())]


def _rank_of(fact: Fact, ranked: Sequence[frozenset[int]]) -> int:
    return next((rank for rank, pages in enumerate(ranked) if pages & fact.pages), FIRST)


def report_answers(facts: Sequence[Fact], snapshot: Snapshot, models: Models) -> None:
    """Print what is right about the answers when any risk is borne and at the default, then each that is not."""
    verdicts = [judge(fact, snapshot, models) for fact in facts]
    known = [verdict for verdict in verdicts if verdict.fact.pages]
    absent = [verdict for verdict in verdicts if not verdict.fact.pages]
    groups = {name: [v for v in known if name in ("all", v.fact.kind)] for name in ("all", "text", "table")}
    columns = {
        "any risk borne": {name: [v for v in group if v.offered] for name, group in groups.items()},
        f"default ({Question('').max_risk:g})": {
            name: [v for v in group if v.answered] for name, group in groups.items()
        },
    }
    for title, given in columns.items():
        rows = [
            ["answered", *(f"{len(given[name])}/{len(groups[name])}" for name in groups)],
            ["right page cited, of the answered", *(share([v.page_right for v in group]) for group in given.values())],
            ["answer right, of the answered", *(share([v.right for v in group]) for group in given.values())],
            ["right and nothing else said", *(share([v.right and v.bare for v in group]) for group in given.values())],
            ["answer and page right", *(share([v.right and v.page_right for v in group]) for group in given.values())],
            [
                "answer right, of all questions",
                *(share([v.right and v in given[name] for v in groups[name]]) for name in groups),
            ],
        ]
        print_table([title, *groups], rows)
    right = [v for v in known if v.right and v.fact.kind == "table"]
    rows = [
        ["unit stated", share([v.unit_right for v in right if v.fact.unit])],
        ["scale stated", share([v.scale_right for v in right if v.fact.scale])],
        ["absent, refused at the default", share([not v.answered for v in absent])],
    ]
    print_table(["right table answers (any risk borne); absent questions", "figure"], rows)
    for verdict in known:
        if not (verdict.offered and verdict.right and verdict.page_right):
            fault = "not offered" if not verdict.offered else "wrong" if not verdict.right else "another page cited"
            print(f"{verdict.fact.id} {fault}: {verdict.said[:160]!r}, expected {verdict.fact.answers[0][:60]!r}")
    print("\nUnit or scale missing:", *(v.fact.id for v in right if not (v.unit_right and v.scale_right)))
    print("Absent but answered at the default:", *(f"{v.fact.id} {v.said[:60]!r}" for v in absent if v.answered))


def judge(fact: Fact, snapshot: Snapshot, models: Models) -> Verdict:
    """Return what is right about the answer to the question, asked of its document."""
    answer = ask(Question(fact.question, (fact.document,), max_risk=1.0), snapshot, models)
    # What `ask` does at the default risk follows from what it says when any risk is borne.
    borne = is_borne(answer.confidence, Question("").max_risk) and not answer.alternatives
    document = snapshot.documents[fact.document]
    values = [part for part in answer.parts if part.role in _VALUE_ROLES]
    said = answer.answer or ""
    texts = [said, *(part.text for part in values)]
    close = any(_is_close(text, accepted) for text in texts for accepted in fact.answers)
    return Verdict(
        fact=fact,
        offered=answer.status == "answered",
        answered=answer.status == "answered" and borne,
        said=said,
        page_right=bool(values) and all(pages_of(document, part.start, part.end) & fact.pages for part in values),
        right=close or any(contains(text, fact.answers) for text in texts),
        bare=close,
        unit_right=not fact.unit or _is_said(answer, SIGNS.get(fact.unit, (fact.unit.rstrip("s"),))),
        scale_right=not fact.scale or _has_scale(answer, fact.scale.rstrip("s")),
    )


def _is_close(text: str, accepted: str) -> bool:
    """Tell whether the text shares enough words with the accepted answer, and all of its figures."""
    figures = {word for word in normalise(accepted) if any(char.isdigit() for char in word)}
    return token_f1(text, [accepted]) >= ENOUGH_F1 and figures <= set(normalise(text))


def _is_said(answer: Answer, forms: Iterable[str]) -> bool:
    """Tell whether the answer, one of its parts, or a citation of a unit or column header has one of the forms."""
    texts = [answer.answer or "", *(part.text for part in answer.parts)]
    texts += [citation.cited_text for citation in answer.citations if citation.role in _SAID_WITH]
    return any(form in text.casefold() for text in texts for form in forms)


def _has_scale(answer: Answer, scale: str) -> bool:
    said = " ".join([answer.answer or "", *(part.text for part in answer.parts)]).casefold()
    named = Counter(word for word in SCALES if word in said)
    return set(named) == {scale} if named else _is_said(answer, (scale,))


if __name__ == "__main__":
    main()
