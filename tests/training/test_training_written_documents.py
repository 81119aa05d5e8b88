"""The written documents: answers stand where they are said to, and nothing is taken from what is measured on."""

import gzip
import json

import pytest

from training.apart import check_apart
from training.worlds import read_part
from training.written_documents import FOLDER, SOURCE, LostAnswer, read_written

ROWS = list(read_written())


def test_answers_stand_at_their_places():
    known = [row for row in ROWS if row["answers"]]
    assert 0.5 < len(known) / len(ROWS) < 0.75
    for row in known:
        (answer,) = row["answers"]
        start = answer["answer_start"]
        assert row["context"][start : start + len(answer["text"])] == answer["text"] == answer["text"].strip() != ""


def test_titles_and_questions_are_not_repeated():
    lines = "".join(path.read_text("utf-8") for path in FOLDER.glob("*.jsonl")).splitlines()
    titles = [json.loads(line)["title"] for line in lines]
    assert len(set(titles)) == len(titles)
    questions = [row["question"].lower() for row in ROWS]
    assert len(set(questions)) == len(questions)


def test_they_share_no_words_with_what_is_measured_on():
    check_apart(ROWS)


def test_parts_take_whole_documents(tmp_path):
    (tmp_path / "reader").mkdir()
    gzip.open(tmp_path / "reader" / "squad_style.jsonl.gz", "wt").close()
    parts = {part: read_part(tmp_path, part, [SOURCE]) for part in ("fit", "calibrate", "report")}
    titles = {part: {row["title"] for row in rows} for part, rows in parts.items()}
    assert sum(map(len, parts.values())) == len(ROWS)
    assert len(titles["calibrate"]) == len(titles["report"]) == len(set.union(*titles.values())) // 10
    assert len(set.union(*titles.values())) == sum(map(len, titles.values()))


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ({"answer": "5 Nm"}, "stands 2 times"),
        ({"answer": "7 Nm"}, "stands 0 times"),
        ({"answer": "6 Nm", "snippet": "the stem takes 5 Nm"}, "stands 1 times in its paragraph; give a snippet"),
    ],
)
def test_an_answer_whose_place_cannot_be_told_is_refused(tmp_path, question, message):
    asked = {"question": "How tight?", "paragraph": 0, **question}
    document = {"title": "Bike", "paragraphs": ["First the stem takes 5 Nm, then the bar 5 Nm."], "questions": [asked]}
    (tmp_path / "a.jsonl").write_text(json.dumps(document) + "\n", "utf-8")
    with pytest.raises(LostAnswer, match=message):
        list(read_written(tmp_path))
