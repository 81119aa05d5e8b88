"""Hits + candidates -> hits in the order in which they seem to answer."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.types import Hit, Passage
from rag.rerank import READER_WEIGHT, rerank, see
from rag.types import Candidate


def passage(start, end, document_id="a"):
    return Passage(document_id, start, end, "x" * (end - start), (), ((start, end),))


def hit(row, score, start, end, document_id="a"):
    return Hit(row, passage(start, end, document_id), score, 0.0, 0.0)


def candidate(start, end, answers, document_id="a"):
    return Candidate(document_id, (start, end), (start, end), 0.0, {"answers": answers})


HITS = [hit(4, 0.8, 0, 10), hit(1, 0.7, 8, 20), hit(9, 0.6, 20, 30)]


def test_what_the_reader_sees_moves_a_passage_up():
    ranked = rerank(HITS, [candidate(0, 8, -9.0), candidate(20, 30, 9.0)])
    assert [found.row for found in ranked] == [9, 4, 1]
    assert ranked[0].score == pytest.approx(
        (1 - READER_WEIGHT) * 0.6 + READER_WEIGHT * see(HITS[2], [candidate(20, 30, 9.0)])
    )


def test_nothing_read_leaves_the_hits_as_they_are():
    assert rerank(HITS, []) == HITS


def test_weight_zero_is_the_retriever_alone():
    assert rerank(HITS, [candidate(20, 30, 9.0)], weight=0.0) == HITS


def test_only_the_score_of_a_hit_changes():
    for found in rerank(HITS, [candidate(20, 30, 9.0)]):
        assert replace(found, score=0.0) in [replace(one, score=0.0) for one in HITS]


@pytest.mark.parametrize(
    ("found", "seen"),
    [
        ((8, 10, 0.0), (0.5, 0.5, 0.0)),
        ((8, 12, 0.0), (0.0, 0.5, 0.0)),
        ((19, 21, 0.0), (0.0, 0.0, 0.0)),
        ((0, 10, 0.0, "b"), (0.0, 0.0, 0.0)),
    ],
)
def test_passages_that_hold_the_whole_statement_are_seen(found, seen):
    assert tuple(see(one, [candidate(*found)]) for one in HITS) == seen


def test_the_surest_candidate_of_a_passage_counts():
    assert see(HITS[0], [candidate(0, 4, -3.0), candidate(4, 10, 2.0)]) == see(HITS[0], [candidate(4, 10, 2.0)])


@given(
    scores=st.lists(st.floats(0, 1), min_size=1, max_size=8),
    answers=st.lists(st.floats(-60, 60), min_size=1, max_size=8),
    weight=st.floats(0, 1),
)
@settings(max_examples=200, deadline=None)
def test_scores_fall_and_stay_between_0_and_1(scores, answers, weight):
    hits = [hit(i, score, 10 * i, 10 * i + 10) for i, score in enumerate(sorted(scores, reverse=True))]
    ranked = rerank(hits, [candidate(10 * i, 10 * i + 10, sure) for i, sure in enumerate(answers)], weight)
    assert sorted(found.row for found in ranked) == list(range(len(hits)))
    assert [found.score for found in ranked] == sorted((found.score for found in ranked), reverse=True)
    assert all(0 <= found.score <= 1 for found in ranked)


def test_ties_keep_the_order_given():
    hits = [hit(5, 0.5, 0, 10), hit(2, 0.5, 10, 20)]
    assert [found.row for found in rerank(hits, [candidate(50, 60, 1.0)])] == [5, 2]
