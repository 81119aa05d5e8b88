"""What the span model learns from: spans that are where they are said to be, and parts that keep apart."""

import gzip
import json
from random import Random

import pytest

from training.apart import SharedWords, check_apart, read_measured
from training.examples import Example, crop, make_base, vary
from training.worlds import FIRST_SOURCES, UNTITLED_ARTICLES, read_part, read_rows

TEXT = (
    "The mill on the Orbe was built in 1723 by Samuel Roth. It ground 912 tons of rye in its first year. "
    "A flood in May 1801 broke its wheel, and the owners paid 3,000 francs for another. "
    "Since then the old stones have stood in the yard of the Museum of Crafts."
)


def row(source, title, number):
    context = f"{TEXT} Note {number}."
    answer = {"text": "Samuel Roth", "answer_start": context.index("Samuel Roth")}
    return {
        "source": source,
        "title": title,
        "context": context,
        "question": f"Who built mill {number}?",
        "answers": [answer],
    }


@pytest.fixture
def data(tmp_path):
    """A folder of reader data: forty articles of two paragraphs in each of three sources."""
    rows = [
        row(source, f"{source} {n // 2}" if source != UNTITLED_ARTICLES else None, n)
        for source in ("squad2-dev", UNTITLED_ARTICLES, "covidqa")
        for n in range(80)
    ]
    (tmp_path / "reader").mkdir()
    with gzip.open(tmp_path / "reader" / "squad_style.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(one) + "\n" for one in rows)
    return tmp_path


def test_parts_hold_whole_articles_and_every_row_once(data):
    sources = (*FIRST_SOURCES, "covidqa")
    parts = {part: read_part(data, part, sources) for part in ("fit", "calibrate", "report")}
    groups = {part: {(r["source"], r["title"] or r["context"]) for r in rows} for part, rows in parts.items()}
    assert sum(map(len, parts.values())) == len(list(read_rows(data, sources))) == 240
    assert not groups["fit"] & groups["calibrate"]
    assert not groups["fit"] & groups["report"]
    assert not groups["calibrate"] & groups["report"]
    counts = {
        part: {source: sum(r["source"] == source for r in rows) for source in sources} for part, rows in parts.items()
    }
    assert (counts["fit"]["squad2-dev"], counts["calibrate"]["squad2-dev"], counts["report"]["squad2-dev"]) == (
        64,
        8,
        8,
    )
    assert counts["fit"][UNTITLED_ARTICLES] == 80
    assert (counts["calibrate"]["covidqa"], counts["report"]["covidqa"]) == (40, 40)


def test_made_examples_do_not_state_an_answer(data, encoder):
    rows = read_part(data, "fit", ["squad2-dev"])
    examples = make_base(rows, encoder, 1)
    assert examples == make_base(rows, encoder, 1) != make_base(rows, encoder, 2)
    given, made = examples[: len(rows)], examples[len(rows) :]
    assert [(e.question, e.text[slice(*e.answer)]) for e in given] == [(r["question"], "Samuel Roth") for r in rows]
    assert made
    assert {example.answer for example in made} == {None}
    contexts = {row["context"] for row in rows}
    bereft = [example for example in made if example.text not in contexts]
    assert bereft
    assert all("Samuel Roth" not in example.text for example in bereft)
    kept = TEXT[TEXT.index("It ground") :]
    assert any(example.text.startswith(kept) for example in bereft)


@pytest.mark.parametrize("answer", ["Samuel Roth", "3,000 francs", "1723 by Samuel Roth. It ground 912 tons", TEXT])
def test_cropped_and_varied_examples_keep_the_answer(answer):
    start = TEXT.index(answer)
    example = Example("Who built the mill on the river?", TEXT, (start, start + len(answer)))
    lengths = set()
    for seed in range(60):
        for changed in (crop(example, Random(seed), 3), vary(example, Random(seed))):
            assert changed.text[slice(*changed.answer)] == answer
            assert changed.text in TEXT
            lengths.add(len(changed.text))
    assert len(lengths) > 1 or answer == TEXT


def test_data_that_holds_words_of_a_report_is_refused():
    words = " ".join(next(read_measured()).split()[200:220])
    check_apart([row("squad2-dev", "a", 1)])
    with pytest.raises(SharedWords, match=r"shares \d+ runs of 8 words with reports/ or eval/"):
        check_apart([{**row("squad2-dev", "a", 1), "context": f"It says: {words.upper()}!"}])


def test_data_that_holds_a_question_of_the_eval_is_refused():
    question = max(list(read_measured())[1:], key=len)
    with pytest.raises(SharedWords, match="shares"):
        check_apart([{**row("squad2-dev", "a", 1), "question": question}])
