from dataclasses import replace
from functools import partial

import pytest

from eval.charts import draw_reliability, draw_risk_coverage
from eval.dataset import GoldQuestion, Place
from eval.failures import WAYS, render_failures
from eval.judge import judge, pose
from eval.retrieval import measure_retrieval
from eval.summary import summarise
from rag.ask import ask


@pytest.fixture
def asked(toy_index, toy_models):
    snapshot = toy_index.open()
    at = snapshot.documents["harbour"].text.index("4,812")
    gold = GoldQuestion(
        "q<1>", "f", "gate", "number", "report", "How many <ships> did the harbour handle?", ("4,812",),
        (Place("harbour", at, at + 5),),
    )  # fmt: skip
    answer = pose(gold, partial(ask, snapshot=snapshot, models=toy_models))
    found = measure_retrieval([gold], [[hit.passage for hit in answer.hits]], snapshot.passages)
    return snapshot, judge(gold, answer, snapshot.documents, found[gold.id])


def test_a_failure_shows_both_places_and_no_markup_of_others(asked):
    snapshot, outcome = asked
    shown = render_failures([replace(outcome, right=False)], snapshot.documents, 1.0)
    assert WAYS["wrong"] in shown
    assert '<mark class="gold">4,812</mark>' in shown
    assert "<u>" in shown
    assert "&lt;ships&gt;" in shown
    assert "<ships>" not in shown


@pytest.mark.parametrize(
    ("changes", "absent", "max_risk", "way"),
    [
        ({"right": False}, None, 1.0, "wrong"),
        ({"right": True}, None, 0.0, "withheld"),
        ({"right": False}, None, 0.0, "refused"),
        ({"right": False}, "year", 1.0, "absent"),
        ({"right": False, "offered": False, "citation_places": ()}, None, 1.0, "refused"),
    ],
)
def test_each_way_to_fail_is_told(asked, changes, absent, max_risk, way):
    snapshot, outcome = asked
    gold = replace(outcome.gold, answers=(), spans=(), absent=absent) if absent else outcome.gold
    assert f'data-way="{way}"' in render_failures(
        [replace(outcome, gold=gold, **changes)], snapshot.documents, max_risk
    )


def test_what_is_served_well_is_no_failure(asked):
    snapshot, outcome = asked
    assert render_failures([replace(outcome, right=True)], snapshot.documents, 1.0) == ""


def test_charts_stay_inside_their_frame(asked):
    _, outcome = asked
    outcomes = [replace(outcome, confidence=i / 50, right=i % 3 == 0) for i in range(50)]
    summary = summarise("gate", outcomes, 0.5)
    for chart in (draw_risk_coverage([summary, replace(summary, split="tune")]), draw_reliability(summary.bins)):
        assert chart.startswith('<svg viewBox="0 0 360 300" role="img" aria-label=')
        assert "nan" not in chart
    assert draw_risk_coverage([summary]).count('class="point') == 1


def test_charts_without_data_are_empty_frames():
    assert "polyline" not in draw_risk_coverage([])
