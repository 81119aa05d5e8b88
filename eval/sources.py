"""A file or folder of questions in any of the forms that are read -> a Source, before any report is opened.

The forms: the set's own JSON Lines (`eval/GUIDE.md`); JSON Lines or CSV with question and answer; JSON in the form of
SQuAD; a folder in the form of BEIR (corpus.jsonl, queries.jsonl, qrels).
"""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from eval.dataset import SPLITS, GoldQuestion, load_questions
from eval.errors import BadQuestions
from index.errors import BadDocumentId
from index.library import make_document_id

SEPARATOR = "|"
"""Stands between accepted answers in a cell of a CSV file."""


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A question whose answer is still to be found in the texts; no answers: the reports do not state it.

    `quote` is a passage of the report that holds the answer, `answer_offsets` where in it, if that is known.
    """

    id: str
    fact: str
    question: str
    answers: tuple[str, ...]
    kind: str = "other"
    split: str = "gate"
    document_id: str | None = None
    quote: str | None = None
    answer_offsets: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """What a set brings: questions, placed or not; texts of its own, by document id; graded judgements, by question."""

    questions: tuple[GoldQuestion | Unplaced, ...]
    texts: Mapping[str, str] = field(default_factory=dict)
    qrels: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def read_source(path: Path) -> Source:
    """Return the set at `path`, its form told by what it is.

    Raises:
        BadQuestions: it is none of the forms, or a row of it cannot be read; the row is named.
    """
    if (path / "queries.jsonl").is_file():
        return _read_beir(path)
    readers = {".jsonl": _read_lines, ".csv": _read_csv, ".json": _read_squad}
    if not path.is_file() or path.suffix.lower() not in readers:
        raise BadQuestions(
            f"{path} is no set of questions; expected a .jsonl or .csv file with question and answer, a .json "
            "file in the form of SQuAD, or a folder in the form of BEIR"
        )
    try:
        source = readers[path.suffix.lower()](path)
    except UnicodeDecodeError as problem:
        raise BadQuestions(f"{path} is not UTF-8 ({problem}); save it as UTF-8") from problem
    if not source.questions:
        raise BadQuestions(f"{path} holds no question; expected at least one")
    ids = [question.id for question in source.questions]
    if len(set(ids)) < len(ids):
        repeated = next(name for i, name in enumerate(ids) if name in ids[:i])
        raise BadQuestions(f"{path} has the question id '{repeated}' twice; ids are unique")
    return source


def _read_lines(path: Path) -> Source:
    rows = list(_parse_lines(path))
    if rows and "spans" in rows[0][1]:
        return Source(tuple(load_questions(path)))
    return Source(tuple(_read_row(path, number, row) for number, row in rows))


def _parse_lines(path: Path) -> Iterator[tuple[int, dict]]:
    for number, line in enumerate(path.read_text("utf-8-sig").splitlines(), 1):
        if line.strip():
            try:
                row = json.loads(line)
            except ValueError as problem:
                raise BadQuestions(
                    f"{path} line {number} is no JSON ({problem}); expected one object a line"
                ) from problem
            if not isinstance(row, dict):
                raise BadQuestions(f"{path} line {number} holds {type(row).__name__}, expected an object")
            yield number, row


def _read_csv(path: Path) -> Source:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["answer"] = [part for part in (row.get("answer") or "").split(SEPARATOR) if part.strip()]
    return Source(tuple(_read_row(path, number, row) for number, row in enumerate(rows, 2)))


def _read_row(path: Path, number: int, row: Mapping) -> Unplaced:
    """Return the question of a row with `question` and `answer`; the other fields are optional."""
    question, answers = row.get("question"), row.get("answers", row.get("answer")) or []
    answers = [answers] if isinstance(answers, str) else answers
    if not isinstance(question, str) or not question.strip():
        raise BadQuestions(f"{path} line {number} has no question; expected the fields question and answer")
    if not isinstance(answers, list) or not all(isinstance(answer, str) and answer.strip() for answer in answers):
        raise BadQuestions(
            f"{path} line {number} has the answer {answers!r}; expected text, a list of texts, or nothing"
        )
    name, split = str(row.get("id") or f"q{number}"), row.get("split") or "gate"
    if split not in SPLITS:
        raise BadQuestions(
            f"{path} line {number} has the split {split!r}; expected one of {', '.join(SPLITS)}, or nothing"
        )
    return Unplaced(
        id=name,
        fact=str(row.get("fact") or name),
        question=question,
        answers=tuple(answers),
        kind=str(row.get("kind") or "other"),
        split=split,
        document_id=row.get("document_id") or None,
        quote=row.get("quote") or None,
    )


def _read_squad(path: Path) -> Source:
    """Return the questions of a file in the form of SQuAD 1.1 or 2.0; an article is a text, its contexts joined."""
    questions: list[Unplaced] = []
    texts: dict[str, str] = {}
    try:
        for number, article in enumerate(json.loads(path.read_text("utf-8"))["data"]):
            document_id = _name_article(article.get("title"), number, texts)
            texts[document_id] = "\n\n".join(paragraph["context"] for paragraph in article["paragraphs"])
            for paragraph in article["paragraphs"]:
                questions += [_read_qa(qa, paragraph["context"]) for qa in paragraph["qas"]]
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise BadQuestions(
            f"{path} is not in the form of SQuAD ({problem!r}); expected data, paragraphs, qas"
        ) from problem
    return Source(tuple(questions), texts)


def _name_article(title: str | None, number: int, taken: Mapping[str, str]) -> str:
    try:
        document_id = make_document_id(f"{title or f'article-{number}'}.txt")
    except BadDocumentId:
        document_id = f"article-{number}"
    return f"{document_id}-{number}" if document_id in taken else document_id


def _read_qa(qa: Mapping, context: str) -> Unplaced:
    answers = (
        {} if qa.get("is_impossible") else {answer["text"]: int(answer["answer_start"]) for answer in qa["answers"]}
    )
    name = str(qa["id"])
    return Unplaced(name, name, qa["question"], tuple(answers), quote=context, answer_offsets=tuple(answers.values()))


def _read_beir(folder: Path) -> Source:
    """Return the judged queries of a folder in the form of BEIR; of its qrels, `test.tsv` where there are several."""
    texts, slugs = {}, {}
    for _, row in _parse_lines(folder / "corpus.jsonl"):
        slugs[row["_id"]] = make_document_id(f"{row['_id']}.txt")
        texts[slugs[row["_id"]]] = f"{row.get('title', '')}\n\n{row['text']}".strip()
    qrels: dict[str, dict[str, int]] = {}
    for line in _find_qrels(folder).read_text("utf-8").splitlines()[1:]:
        query, document, grade = line.split("\t")[:3]
        if int(grade) > 0 and document in slugs:
            qrels.setdefault(query, {})[slugs[document]] = int(grade)
    queries = {row["_id"]: row["text"] for _, row in _parse_lines(folder / "queries.jsonl")}
    questions = [
        GoldQuestion(name, name, "gate", "query", "report", text) for name, text in queries.items() if name in qrels
    ]
    return Source(tuple(questions), texts, qrels)


def _find_qrels(folder: Path) -> Path:
    found = [folder / "qrels" / "test.tsv", folder / "qrels.tsv", *sorted(folder.glob("qrels/*.tsv"))]
    for path in found:
        if path.is_file():
            return path
    raise BadQuestions(f"{folder} has queries.jsonl but no judgements; expected qrels/test.tsv")
