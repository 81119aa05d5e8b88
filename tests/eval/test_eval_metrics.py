from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from eval import metrics

ANSWERS = st.lists(st.tuples(st.sampled_from([0.1, 0.4, 0.4001, 0.9]), st.booleans()), min_size=1, max_size=40)


def columns(answers):
    return np.array([confidence for confidence, _ in answers]), np.array([float(right) for _, right in answers])


@pytest.mark.parametrize(("successes", "trials"), [(0, 7), (7, 7), (3, 10), (170, 178)])
def test_wilson_is_that_of_scipy(successes, trials):
    reference = binomtest(successes, trials).proportion_ci(method="wilson")
    assert metrics.wilson_interval(successes / trials, trials) == pytest.approx((reference.low, reference.high))


def test_ways_of_asking_do_not_narrow_an_interval():
    once = metrics.estimate_share([True, False, True, True], ["a", "b", "c", "d"])
    twice = metrics.estimate_share([True, False, True, True] * 2, ["a", "b", "c", "d"] * 2)
    assert (once.low, once.high) == (twice.low, twice.high)
    assert twice.questions == 8
    assert twice.facts == 4


def test_aurc_by_hand():
    confidences, right = np.array([0.9, 0.8, 0.7, 0.6]), np.array([1.0, 0.0, 1.0, 0.0])
    assert metrics.aurc(confidences, right) == pytest.approx((0 + 1 / 2 + 1 / 3 + 2 / 4) / 4)
    assert metrics.e_aurc(confidences, right) == pytest.approx((1 / 2 + 1 / 3 + 2 / 4 - 1 / 3 - 2 / 4) / 4)


def test_ties_take_the_mean_over_all_orders():
    right = [1.0, 0.0, 0.0, 1.0]
    tied = metrics.aurc(np.full(4, 0.5), np.array(right))
    orders = [metrics.aurc(np.array([4.0, 3, 2, 1]), np.array(order)) for order in permutations(right)]
    assert tied == pytest.approx(np.mean(orders))


@given(ANSWERS, st.randoms(use_true_random=False))
def test_order_never_matters(answers, random):
    shuffled = list(answers)
    random.shuffle(shuffled)
    for statistic in (
        metrics.aurc,
        metrics.e_aurc,
        metrics.calibration_error,
        lambda c, r: metrics.coverage_at_risk(c, r, 0.3),
    ):
        assert statistic(*columns(answers)) == pytest.approx(statistic(*columns(shuffled)))


@given(ANSWERS)
def test_bounds_of_the_selective_measures(answers):
    confidences, right = columns(answers)
    assert 0 <= metrics.aurc(confidences, right) <= 1
    assert metrics.e_aurc(confidences, right) >= -1e-12
    assert metrics.e_aurc(right, right) == pytest.approx(0)
    assert metrics.risk_coverage(confidences, right)[1][-1] == pytest.approx(1 - right.mean())


@given(ANSWERS, st.sampled_from([0.0, 0.1, 0.25, 1.0]))
def test_coverage_at_risk_is_the_best_threshold(answers, risk):
    confidences, right = columns(answers)
    reached = [0.0]
    for threshold in set(confidences):
        kept = confidences >= threshold
        if 1 - right[kept].mean() <= risk + 1e-12:
            reached.append(kept.mean())
    assert metrics.coverage_at_risk(confidences, right, risk) == pytest.approx(max(reached))


def test_calibration_error_by_hand():
    confidences = np.repeat([0.9, 0.2], 50)
    right = np.concatenate([np.repeat([1.0, 0.0], [40, 10]), np.repeat([1.0, 0.0], [15, 35])])
    assert metrics.calibration_error(confidences, right) == pytest.approx(0.1)
    bins = metrics.reliability(confidences, right)
    assert [bin.questions for bin in bins] == [10] * 10
    assert bins[0].right == pytest.approx(0.8)


def test_fewer_questions_than_bins():
    assert len(metrics.reliability(np.array([0.5, 0.4]), np.array([1.0, 0.0]))) == 2


def test_the_bootstrap_draws_facts_and_is_the_same_each_time():
    values = [0.0, 0.0, 1.0, 1.0, 0.0, 1.0]
    by_question = metrics.estimate_by_facts(metrics.mean, list("abcdef"), values)
    by_fact = metrics.estimate_by_facts(metrics.mean, list("aabbcd"), values)
    assert by_fact.high - by_fact.low > by_question.high - by_question.low
    assert by_fact == metrics.estimate_by_facts(metrics.mean, list("aabbcd"), values)
    assert by_fact.value == pytest.approx(0.5)


def test_a_difference_is_paired():
    old = [0.0, 1.0] * 20
    found = metrics.estimate_difference(old, old, [str(i) for i in range(40)])
    assert (found.value, found.low, found.high) == (0, 0, 0)
