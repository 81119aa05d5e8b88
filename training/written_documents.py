"""Documents and questions that were written to train on, in the form of the reader data.

A language model that knew neither the shipped report nor any question of `eval/` wrote them, most of the documents on
what it invented. None is about the subject of an article of SQuAD's development set, of which some are kept from this
project to be measured on. There are two sources, each a folder:

- "written documents" (`written/`): questions as people who have not read the document would ask them, four of ten
  close to what it states and not stated.
- "close reading" (`close_reading/`): as SQuAD 2.0 asks. Each paragraph holds several names, dates and figures of a
  kind; a question without an answer has a wrong one standing there, which a careless reader gives.

Their files hold a document a line: its `title`, its `paragraphs`, and its `questions`, each with the index `paragraph`
of the one that answers, or looks most as if it did; the `answer`, null if there is none; and a `snippet` around the
answer where the paragraph holds it more than once.

`absent_questions.jsonl` holds further questions of the second kind, all without an answer, about paragraphs of the
reader data of which only answerable ones were asked: a line for each, its `context` the first 16 hexadecimal digits of
the paragraph's sha256.
"""

import json
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

FOLDERS = {
    "written documents": Path(__file__).parent / "written",
    "close reading": Path(__file__).parent / "close_reading",
}
"""Where the documents of each source lie."""

ABSENT_QUESTIONS = "absent questions"
"""The source of the questions about paragraphs of the reader data."""

ABSENT_FILE = Path(__file__).parent / "absent_questions.jsonl"


class LostAnswer(Exception):
    """The place of an answer cannot be told: it stands not at all, or several times, in its paragraph."""


def read_written(source: str, folder: Path | None = None) -> Iterator[dict]:
    """Yield a row a question, as those of the reader data: its paragraph is the context, its document the title.

    Raises:
        LostAnswer: an answer, or the snippet around it, does not stand in the paragraph exactly once.
    """
    for path in sorted((folder or FOLDERS[source]).glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            document = json.loads(line)
            for question in document["questions"]:
                context = document["paragraphs"][question["paragraph"]]
                yield {
                    "source": source,
                    "title": document["title"],
                    "context": context,
                    "question": question["question"],
                    "answers": _find_answer(context, question) if question["answer"] else [],
                }


def ask_absent(contexts: Iterable[str], path: Path = ABSENT_FILE) -> Iterator[dict]:
    """Yield a row for each question without an answer about one of `contexts`, in their order."""
    lines = map(json.loads, path.read_text("utf-8").splitlines())
    asked = {line["context"]: line["questions"] for line in lines}
    for context in contexts:
        for question in asked.get(sha256(context.encode()).hexdigest()[:16], []):
            yield {
                "source": ABSENT_QUESTIONS,
                "title": None,
                "context": context,
                "question": question,
                "answers": [],
            }


def _find_answer(context: str, question: dict) -> list[dict]:
    answer = question["answer"]
    snippet = question.get("snippet", answer)
    if context.count(snippet) != 1 or snippet.count(answer) != 1:
        raise LostAnswer(
            f"{snippet!r}, which answers {question['question']!r} with {answer!r}, stands {context.count(snippet)} "
            "times in its paragraph; give a snippet that stands there once and holds the answer"
        )
    return [{"text": answer, "answer_start": context.index(snippet) + snippet.index(answer)}]
