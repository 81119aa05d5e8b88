"""Documents and questions that were written to train on, in the form of the reader data.

A language model that knew neither the shipped report nor any question of `eval/` wrote the documents, most of them on
what it invented, and asked of each what people who have not read it would ask: in their own words, four of ten close to
what the document states and not stated. None is about the subject of an article of SQuAD's development set, of which
some are kept from this project to be measured on.

The files in `written/`, one a kind of document, hold a document a line: its `title`, its `paragraphs`, and its
`questions`, each with the index `paragraph` of the one that answers, or looks most as if it did; the `answer`, null if
there is none; and a `snippet` around the answer where the paragraph holds it more than once.
"""

import json
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent / "written"
SOURCE = "written documents"


class LostAnswer(Exception):
    """The place of an answer cannot be told: it stands not at all, or several times, in its paragraph."""


def read_written(folder: Path = FOLDER) -> Iterator[dict]:
    """Yield a row a question, as those of the reader data: its paragraph is the context, its document the title.

    Raises:
        LostAnswer: an answer, or the snippet around it, does not stand in the paragraph exactly once.
    """
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            document = json.loads(line)
            for question in document["questions"]:
                context = document["paragraphs"][question["paragraph"]]
                yield {
                    "source": SOURCE,
                    "title": document["title"],
                    "context": context,
                    "question": question["question"],
                    "answers": _find_answer(context, question) if question["answer"] else [],
                }


def _find_answer(context: str, question: dict) -> list[dict]:
    answer = question["answer"]
    snippet = question.get("snippet", answer)
    if context.count(snippet) != 1 or answer not in snippet:
        raise LostAnswer(
            f"{snippet!r}, which answers {question['question']!r} with {answer!r}, stands {context.count(snippet)} "
            "times in its paragraph; give a snippet that stands there once and holds the answer"
        )
    return [{"text": answer, "answer_start": context.index(snippet) + snippet.index(answer)}]
