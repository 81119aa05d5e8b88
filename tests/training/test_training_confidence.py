"""What a confidence is fitted on: how many questions without an answer, and how many of them made by rule."""

import pytest

from training.confidence import ABSENT, balance
from training.reads import Read
from training.worlds import Asked


def reads(known, made, others):
    def read(number, gold, near_miss=False):
        asked = Asked(f"Question {number}?", "source", "d0", (0, 9), ("x",) if gold else (), ((0, 1),) if gold else ())
        return Read(asked, near_miss, {}, [], ())

    sizes = ((known, True, False), (made, False, True), (others, False, False))
    kinds = [(gold, near_miss) for size, gold, near_miss in sizes for _ in range(size)]
    return [read(number, *kind) for number, kind in enumerate(kinds)]


@pytest.mark.parametrize(
    ("made", "others", "share", "expected"),
    [
        (80, 80, 0.8, (40, 10)),
        (80, 80, 1.0, (50, 0)),
        (80, 80, 0.0, (0, 50)),
        (20, 80, 0.8, (20, 30)),
        (0, 80, 0.8, (0, 50)),
        (10, 5, 0.8, (10, 5)),
    ],
)
def test_a_third_is_absent_and_most_of_that_made_by_rule(made, others, share, expected):
    kept = balance(reads(100, made, others), share)
    absent = [read for read in kept if not read.asked.gold]
    drawn = sum(read.near_miss for read in absent)
    assert (drawn, len(absent) - drawn) == expected
    assert len(kept) - len(absent) == 100
    assert len(absent) / len(kept) <= ABSENT + 1e-9
    assert len({read.asked.text for read in kept}) == len(kept)


def test_without_a_share_absent_questions_are_drawn_as_they_come():
    absent = [read for read in balance(reads(100, 300, 300)) if not read.asked.gold]
    assert len(absent) == 50
    assert 0.2 < sum(read.near_miss for read in absent) / 50 < 0.8
