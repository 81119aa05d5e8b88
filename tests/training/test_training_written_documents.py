"""The written documents: answers stand where they are said to, and nothing is taken from what is measured on."""

import gzip
import json
from hashlib import sha256

import pytest

from training.apart import check_apart
from training.worlds import UNTITLED_ARTICLES, read_part
from training.written_documents import ABSENT_FILE, ABSENT_QUESTIONS, FOLDERS, LostAnswer, ask_absent, read_written

ROWS = {source: list(read_written(source)) for source in FOLDERS}


@pytest.mark.parametrize("source", FOLDERS)
def test_answers_stand_at_their_places(source):
    known = [row for row in ROWS[source] if row["answers"]]
    assert 0.5 < len(known) / len(ROWS[source]) < 0.75
    for row in known:
        (answer,) = row["answers"]
        start = answer["answer_start"]
        assert row["context"][start : start + len(answer["text"])] == answer["text"] == answer["text"].strip() != ""


def test_titles_and_questions_are_not_repeated():
    paths = [path for folder in FOLDERS.values() for path in folder.glob("*.jsonl")]
    lines = "".join(path.read_text("utf-8") for path in paths).splitlines()
    titles = [json.loads(line)["title"] for line in lines]
    assert len(set(titles)) == len(titles)
    questions = [row["question"].lower() for rows in ROWS.values() for row in rows]
    assert len(set(questions)) == len(questions)


@pytest.mark.parametrize("source", FOLDERS)
def test_they_share_no_words_with_what_is_measured_on(source):
    check_apart(ROWS[source])


@pytest.fixture
def write_data(tmp_path):
    """Write rows as the reader data; return their folder."""

    def write(rows):
        (tmp_path / "reader").mkdir()
        with gzip.open(tmp_path / "reader" / "squad_style.jsonl.gz", "wt", encoding="utf-8") as lines:
            lines.writelines(json.dumps(row) + "\n" for row in rows)
        return tmp_path

    return write


@pytest.mark.parametrize("source", FOLDERS)
def test_parts_take_whole_documents(write_data, source):
    data = write_data([])
    parts = {part: read_part(data, part, [source]) for part in ("fit", "calibrate", "report")}
    titles = {part: {row["title"] for row in rows} for part, rows in parts.items()}
    assert sum(map(len, parts.values())) == len(ROWS[source])
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
        list(read_written("written documents", tmp_path))


def test_absent_questions_are_asked_of_their_paragraph_and_train(write_data, tmp_path, monkeypatch):
    texts = ["The stem takes 5 Nm.", "The bar takes 6 Nm."]
    lines = [{"context": sha256(texts[1].encode()).hexdigest()[:16], "questions": ["How heavy?", "Which bolt?"]}]
    asked = tmp_path / "absent.jsonl"
    asked.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    rows = list(ask_absent(texts, asked))
    assert [(row["question"], row["context"], row["answers"]) for row in rows] == [
        ("How heavy?", texts[1], []),
        ("Which bolt?", texts[1], []),
    ]
    given = {"source": UNTITLED_ARTICLES, "title": None, "context": texts[1], "question": "How tight?", "answers": []}
    data = write_data([given, given])
    monkeypatch.setattr("training.worlds.ask_absent", lambda contexts: ask_absent(contexts, asked))
    assert [row["question"] for row in read_part(data, "fit", [ABSENT_QUESTIONS])] == ["How heavy?", "Which bolt?"]
    assert [row["question"] for row in read_part(data, "fit", [UNTITLED_ARTICLES])] == ["How tight?"] * 2


def test_absent_questions_are_not_repeated_and_share_no_words_with_what_is_measured_on():
    lines = map(json.loads, ABSENT_FILE.read_text("utf-8").splitlines())
    questions = [question for line in lines for question in line["questions"]]
    assert len(set(questions)) == len(questions) > 1000
    check_apart({"context": "", "question": question} for question in questions)
