"""Readings -> orders, measures and the weight that is chosen, and what former runs left."""

from dataclasses import replace

import pytest
from ir_measures import RR, Success

from bench.ranking import Ranked, choose, keep, measure, order
from index.types import Hit, Passage
from rag.rerank import log_odds, rerank
from rag.types import Candidate

ONE = Ranked("g", "Who?", "f1", ("4", "1", "9"), (0.8, 0.7, 0.6), (-9.0, -5.0, 9.0), ("9",))


@pytest.mark.parametrize(("weight", "units"), [(0.0, ["4", "1", "9"]), (0.3, ["9", "4", "1"]), (1.0, ["9", "1", "4"])])
def test_order_moves_to_the_reader_with_the_weight(weight, units):
    assert order(ONE, weight) == units


@pytest.mark.parametrize("weight", [0.0, 0.15, 0.3, 1.0])
def test_order_is_that_of_the_product(weight):
    places = [(0, 10), (8, 20), (20, 30)]
    passages = [Passage("a", *place, "x" * (place[1] - place[0]), (), (place,)) for place in places]
    hits = [Hit(row, one, 0.9 - row / 10, 0.0, 0.0) for row, one in enumerate(passages)]
    found = [
        Candidate("a", (8, 10), (8, 10), 0.0, {"answers": -2.0}),
        Candidate("a", (20, 25), (20, 25), 0.0, {"answers": 5.0}),
    ]
    odds = tuple(log_odds(hit, found) for hit in hits)
    read = Ranked("g", "Who?", "f", tuple(str(hit.row) for hit in hits), tuple(hit.score for hit in hits), odds, ())
    assert order(read, weight) == [str(hit.row) for hit in rerank(hits, found, weight)]


def test_document_stands_where_its_best_passage_does():
    assert order(replace(ONE, units=("x", "y", "x")), 0.3) == ["x", "y"]


def test_measures_are_by_question_and_one_that_nothing_answers_counts_as_missed():
    values = measure([ONE, replace(ONE, relevant=())], 0.0)
    assert values[RR @ 10].tolist() == pytest.approx([1 / 3, 0.0])
    assert values[Success @ 3].tolist() == [1.0, 0.0]


def test_least_weight_that_is_best_over_groups_is_chosen_however_large_they_are(capsys):
    lost = replace(ONE, group="h", relevant=("4",), scores=(0.8, 0.4, 0.1), odds=(-9.0, 9.0, None))
    # In group g the reader is right from 0.2 on; in h, with more questions, it is wrong from 0.3 on.
    assert choose([ONE, lost, lost, lost]) == (0.2, 1.0)
    assert [order(ONE, weight, 1.0)[0] for weight in (0.15, 0.2)] == ["4", "9"]
    assert [order(lost, weight, 1.0)[0] for weight in (0.25, 0.3)] == ["4", "1"]
    assert "| 0.20 | 1.000 | 1.000 |" in capsys.readouterr().out


def test_readings_are_made_once(tmp_path):
    path = tmp_path / "kept" / "one.jsonl"
    assert keep(path, lambda: [ONE]) == [ONE]
    assert keep(path, list) == [ONE]
