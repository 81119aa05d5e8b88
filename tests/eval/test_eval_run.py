import json
import re
from xml.etree import ElementTree

import pytest

from eval.run import run

QUESTIONS = [
    {"id": "ships", "question": "How many ships did the harbour of Norwick handle in 2020?", "answer": "4,812"},
    {"id": "grain", "question": "How many ships carried grain?", "answer": "1,207"},
    {"id": "basin", "question": "When was the inner basin dredged?", "answer": "May 2020"},
    {"id": "station", "question": "Who opened the new pilot station?", "answer": "Helena Brandt", "kind": "person"},
    {"id": "lock", "question": "Why did night traffic stay below 300 ships?", "answer": "the eastern lock was closed"},
    {"id": "crew", "question": "How many sailors does the Mercator have?", "answer": ""},
    {"id": "moon", "question": "What is the colour of the moon?", "answer": ""},
]  # fmt: skip


@pytest.fixture
def questions(tmp_path):
    path = tmp_path / "questions.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in QUESTIONS), "utf-8")
    return path


@pytest.fixture
def evaluate(toy_index, toy_models, parse):
    return lambda *arguments, max_risk=0.7: run(parse(*arguments), toy_index, toy_models, max_risk)


def test_every_report_is_written(evaluate, questions, tmp_path, capsys):
    expected, report, junit, page = (tmp_path / name for name in ("e.toml", "r.json", "r.xml", "r.html"))
    assert evaluate("--questions", questions, "--write-expected", expected) == 0
    outputs = ("--json", report, "--junit", junit, "--html", page)
    assert evaluate("--questions", questions, "--check", "--expected", expected, *outputs) == 0
    told = capsys.readouterr().out
    assert "bounds hold" in told
    assert "answer right" in told
    rows = json.loads(report.read_text("utf-8"))["questions"]
    assert [row["id"] for row in rows] == [row["id"] for row in QUESTIONS]
    assert {case.get("name") for case in ElementTree.parse(junit).iter("testcase")} >= {"known_refused", "ships"}
    html = page.read_text("utf-8")
    assert html.count("<svg") == 2
    assert re.findall(r"(?:src|href)=|url\(|https?://", html) == []


@pytest.mark.parametrize(("max_risk", "broken"), [(1.0, "absent_answered"), (0.0, "known_refused")])
def test_a_check_fails_by_name_on_either_side(evaluate, questions, tmp_path, capsys, max_risk, broken):
    expected, junit = tmp_path / "e.toml", tmp_path / "r.xml"
    expected.write_text("[known_refused]\nat_most = 0.9\n[absent_answered]\nat_most = 0.9\n", "utf-8")
    assert (
        evaluate("--questions", questions, "--check", "--expected", expected, "--junit", junit, max_risk=max_risk) == 1
    )
    told = capsys.readouterr().out
    assert f"BROKEN {broken} " in told
    assert told.count("BROKEN") == 1
    (failure,) = ElementTree.parse(junit).iter("failure")
    assert broken in failure.get("message")


def test_comparison_lists_what_flipped(evaluate, questions, tmp_path, capsys):
    report = tmp_path / "old.json"
    evaluate("--questions", questions, "--json", report, max_risk=0.0)
    capsys.readouterr()
    assert evaluate("--questions", questions, "--compare", report, max_risk=1.0) == 0
    told = capsys.readouterr().out
    assert "worse than before: 2" in told
    assert "moon" in told.split("worse than before")[1]
    assert "the risk borne was 0 then and is 1 now" in told
    assert "noise" in told


def test_comparison_with_itself_finds_nothing(evaluate, questions, tmp_path, capsys):
    report = tmp_path / "old.json"
    evaluate("--questions", questions, "--json", report)
    assert evaluate("--questions", questions, "--compare", report) == 0
    told = capsys.readouterr().out
    assert "better than before: 0" in told
    assert "+0.0000 [+0.0000, +0.0000], no more than noise" in told


def test_other_reports_are_asked_in_an_index_of_their_own(evaluate, tmp_path, capsys):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "lake.txt").write_text("The lake\n\nThe lake is 31 metres deep. It froze in 1963.\n", "utf-8")
    (tmp_path / "mine" / "empty.txt").write_text(" ", "utf-8")
    (tmp_path / "set.csv").write_text(
        "question,answer\nHow deep is the lake?,31\nWhen?,the lake\nHow wide?,\nX?,42\n", "utf-8"
    )
    assert evaluate("--questions", tmp_path / "set.csv", "--reports", tmp_path / "mine") == 0
    captured = capsys.readouterr()
    assert "left out empty.txt" in captured.err
    assert "ambiguous: q3" in captured.err
    assert "left out: q5" in captured.err
    assert "gate (3)" in captured.out


def test_squad_brings_its_own_texts(evaluate, tmp_path, capsys):
    context = "The tower is 81 metres high."
    qas = [{"id": "a", "question": "How high is the tower?", "answers": [{"text": "81", "answer_start": 13}]}]
    data = {"data": [{"title": "Tower", "paragraphs": [{"context": context, "qas": qas}]}]}
    (tmp_path / "squad.json").write_text(json.dumps(data), "utf-8")
    report = tmp_path / "r.json"
    assert evaluate("--questions", tmp_path / "squad.json", "--json", report) == 0
    (row,) = json.loads(report.read_text("utf-8"))["questions"]
    assert row["statement_covers"]


def test_beir_is_measured_by_document(evaluate, tmp_path, capsys):
    texts = {"1": "A page about ships at sea.", "2": "A page about trains.", "3": "A page about apples."}
    rows = [json.dumps({"_id": name, "title": "", "text": text}) for name, text in texts.items()]
    (tmp_path / "corpus.jsonl").write_text("\n".join(rows), "utf-8")
    (tmp_path / "queries.jsonl").write_text(json.dumps({"_id": "q", "text": "trains"}), "utf-8")
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq\t2\t1\n", "utf-8")
    page = tmp_path / "r.html"
    assert evaluate("--questions", tmp_path, "--html", page, "--write-expected", tmp_path / "e.toml") == 0
    told = capsys.readouterr().out
    assert re.search(r"reciprocal rank among ten +1\.000", told)
    assert re.search(r"known facts refused +-", told)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--check", "--split", "tune"], "--split tune leaves it out"),
        (["--check", "--questions", "other.jsonl"], "needs their bounds: --expected FILE"),
        (["--questions", "nowhere.jsonl"], "nowhere.jsonl is no set of questions"),
        ([], "give the reports that the questions were made from with --reports DIR"),
    ],
)
def test_wrong_use_is_told_on_one_line(evaluate, capsys, arguments, message):
    assert evaluate(*arguments) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""


def test_a_check_leaves_no_question_out(evaluate, tmp_path, capsys):
    (tmp_path / "set.csv").write_text("question,answer\nHow many ships?,9999\n", "utf-8")
    (tmp_path / "e.toml").write_text("[right]\nat_least = 0.1\n", "utf-8")
    assert evaluate("--questions", tmp_path / "set.csv", "--check", "--expected", tmp_path / "e.toml") == 2
    assert "a check leaves no question out" in capsys.readouterr().err


def test_a_question_that_cannot_be_asked_is_named(evaluate, tmp_path, capsys):
    (tmp_path / "set.csv").write_text(f"question,answer,id\n{'ship ' * 300},,long\n", "utf-8")
    assert evaluate("--questions", tmp_path / "set.csv") == 2
    assert "question long cannot be asked: the question has 302 word pieces" in capsys.readouterr().err


def test_a_check_needs_questions_of_the_gate(evaluate, tmp_path, capsys):
    (tmp_path / "set.csv").write_text("question,answer,split\nHow many ships?,,tune\n", "utf-8")
    (tmp_path / "e.toml").write_text("[right]\nat_least = 0.1\n", "utf-8")
    assert evaluate("--questions", tmp_path / "set.csv", "--check", "--expected", tmp_path / "e.toml") == 2
    assert "has no question of split 'gate'" in capsys.readouterr().err


def test_a_split_without_questions_is_wrong_use(evaluate, questions, capsys):
    assert evaluate("--questions", questions, "--split", "tune") == 2
    assert "has no question of split 'tune'" in capsys.readouterr().err


@pytest.mark.parametrize("content", ["no json", "{}", '{"format_version": 99}'])
def test_a_former_report_that_cannot_be_read_is_named(evaluate, questions, tmp_path, capsys, content):
    (tmp_path / "old.json").write_text(content, "utf-8")
    assert evaluate("--questions", questions, "--compare", tmp_path / "old.json") == 2
    assert "--json" in capsys.readouterr().err


def test_reports_of_other_questions_are_not_compared(evaluate, questions, tmp_path, capsys):
    evaluate("--questions", questions, "--json", tmp_path / "old.json")
    (tmp_path / "set.csv").write_text("question,answer\nHow many ships?,4812\nWho?,\n", "utf-8")
    capsys.readouterr()
    assert evaluate("--questions", tmp_path / "set.csv", "--compare", tmp_path / "old.json") == 2
    assert "compare reports of the same set" in capsys.readouterr().err
