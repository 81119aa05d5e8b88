import json

import pytest

from eval.dataset import GoldQuestion, Place
from eval.errors import BadQuestions
from eval.locate import locate_answers
from eval.sources import Unplaced, read_source
from index.types import Document

TEXT = "In 2020 the harbour handled 4,812 ships.\nIn 2020 it was\ndredged. The harbour is old."


@pytest.fixture
def documents():
    return {
        "harbour": Document("harbour", "Harbour", TEXT, ()),
        "annex": Document("annex", "Annex", "Nothing else.", ()),
    }


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def test_json_lines_with_question_and_answer(tmp_path, documents):
    rows = [
        {"question": "How many ships?", "answer": "4,812"},
        {"question": "How many trains?", "answer": ""},
        {"question": "How many planes?"},
        {"question": "Which?", "answers": ["harbour handled", "the harbour"], "id": "x", "fact": "f", "split": "tune"},
    ]
    found = locate_answers(read_source(write(tmp_path / "set.jsonl", rows)).questions, documents)
    assert [question.known for question in found.questions] == [True, False, False, True]
    assert found.questions[0].spans == (Place("harbour", 28, 33),)
    assert found.questions[0].split == "gate"
    assert (found.questions[3].id, found.questions[3].fact, found.questions[3].split) == ("x", "f", "tune")


@pytest.mark.parametrize("answer", ["4812", "4,812", "4,812 ships", "HANDLED  4812"])
def test_numbers_are_found_with_and_without_commas(documents, answer):
    (question,) = locate_answers([Unplaced("q", "q", "?", (answer,))], documents).questions
    assert "4,812" in TEXT[question.spans[0].start : question.spans[0].end]


def test_csv_with_several_answers(tmp_path, documents):
    (tmp_path / "set.csv").write_text('\ufeffquestion,answer\nHow many ships?,"4,812|4812"\nTrains?,\n', "utf-8")
    questions = read_source(tmp_path / "set.csv").questions
    assert questions[0].answers == ("4,812", "4812")
    assert questions[1].answers == ()


def test_the_sets_own_form_passes_as_it_is(tmp_path):
    row = {
        "id": "k1", "fact": "k1", "split": "gate", "kind": "number", "form": "report", "question": "How many?",
        "document_id": "harbour", "answers": ["4,812"], "spans": [[28, 33]],
    }  # fmt: skip
    (question,) = read_source(write(tmp_path / "set.jsonl", [row])).questions
    assert isinstance(question, GoldQuestion)


def test_squad_contexts_become_texts_and_offsets_hold(tmp_path):
    context = "It was 7 and then 7 again."
    answer = {"text": "7", "answer_start": 18}
    qas = [
        {"id": "a", "question": "Again?", "answers": [answer]},
        {"id": "b", "question": "?", "answers": [], "is_impossible": True},
    ]
    articles = [
        {"title": "An Article", "paragraphs": [{"context": "First.", "qas": []}, {"context": context, "qas": qas}]}
    ]
    (tmp_path / "squad.json").write_text(json.dumps({"data": articles}), "utf-8")
    source = read_source(tmp_path / "squad.json")
    text = source.texts["an-article"]
    assert text == f"First.\n\n{context}"
    found = locate_answers(source.questions, {"an-article": Document("an-article", "", text, ())})
    start = text.rindex("7")
    assert found.questions[0].spans == (Place("an-article", start, start + 1),)
    assert not found.questions[1].known
    assert found.ambiguous == ()


def test_beir_folders(tmp_path):
    write(
        tmp_path / "corpus.jsonl", [{"_id": "D1", "title": "Ships", "text": "About ships."}, {"_id": "D2", "text": "x"}]
    )
    write(tmp_path / "queries.jsonl", [{"_id": "1", "text": "ships"}, {"_id": "2", "text": "not judged"}])
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n1\tD1\t2\n1\tD2\t0\n", "utf-8")
    source = read_source(tmp_path)
    assert source.texts == {"d1": "Ships\n\nAbout ships.", "d2": "x"}
    assert source.qrels == {"1": {"d1": 2}}
    assert [question.id for question in source.questions] == ["1"]


def test_an_answer_at_several_places_is_ambiguous_until_a_quote_tells(documents):
    asked = Unplaced("q", "q", "Which year?", ("2020",))
    found = locate_answers([asked], documents)
    assert len(found.questions[0].spans) == 2
    assert "stands in 2 places" in found.ambiguous[0]
    quoted = Unplaced("q", "q", "Dredged when?", ("2020",), quote="in 2020 it was dredged.")
    found = locate_answers([quoted], documents)
    assert found.questions[0].spans == (Place("harbour", 44, 48),)
    assert found.ambiguous == ()


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        (Unplaced("q", "q", "?", ("812",)), "any report"),
        (Unplaced("q", "q", "?", ("harbour",), document_id="annex"), "'annex'"),
        (Unplaced("q", "q", "?", ("2020",), quote="The harbour is old."), "its quote"),
        (Unplaced("q", "q", "?", ("2020",), quote="Not in the text."), "its quote"),
    ],
)
def test_an_answer_that_stands_nowhere_is_lost(documents, asked, where):
    found = locate_answers([asked], documents)
    assert found.questions == ()
    assert where in found.lost[0]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("set.txt", "x", "is no set of questions; expected a .jsonl or .csv"),
        ("set.jsonl", "{", "line 1 is no JSON"),
        ("set.jsonl", "[1]", "line 1 holds list"),
        ("set.jsonl", '{"answer": "x"}', "line 1 has no question"),
        ("set.jsonl", '{"question": "x", "answer": 5}', "line 1 has the answer 5"),
        ("set.jsonl", "", "holds no question"),
        ("set.jsonl", '{"question": "x", "split": "dev"}', "line 1 has the split 'dev'"),
        ("set.jsonl", '{"question": "x", "id": "1"}\n{"question": "y", "id": "1"}', "question id '1' twice"),
        ("set.csv", "a,b\n1,2\n", "line 2 has no question"),
        ("set.json", '{"version": 1}', "not in the form of SQuAD"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path, name, content, message):
    (tmp_path / name).write_text(content, "utf-8")
    with pytest.raises(BadQuestions, match=message):
        read_source(tmp_path / name)


def test_other_encodings_and_lacking_judgements_are_named(tmp_path):
    (tmp_path / "set.csv").write_bytes("question\nÜber\n".encode("latin-1"))
    with pytest.raises(BadQuestions, match="save it as UTF-8"):
        read_source(tmp_path / "set.csv")
    write(tmp_path / "corpus.jsonl", [])
    write(tmp_path / "queries.jsonl", [])
    with pytest.raises(BadQuestions, match=r"expected qrels/test\.tsv"):
        read_source(tmp_path)
