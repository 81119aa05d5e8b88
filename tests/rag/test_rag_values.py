"""The values that stand in a text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.english.values import find_values


@pytest.mark.parametrize(
    ("text", "kind", "values"),
    [
        ("the number of disputes was 28,157 in all", "number", ["28,157"]),
        ("it held 4812 ships", "number", ["4812"]),
        ("it integrated 17 million pieces of data", "number", ["17 million"]),
        ("more than 400 branch centers", "number", ["more than 400"]),
        ("nearly 2,300 cases and over 320 mediators", "number", ["nearly 2,300", "over 320"]),
        ("the three tasks", "number", ["three"]),
        ("the twenty-one tasks", "number", ["twenty-one"]),
        ("the 2nd batch of 3 centers", "number", ["3"]),
        ("up by 36.3% and by 35 percent", "share", ["36.3%", "35 percent"]),
        ("a rise of 3 percentage points", "share", ["3 percentage points"]),
        ("a band of 5–10% of wages", "share", ["5–10%"]),
        ("a cut of 25 basis points", "share", ["25 basis points"]),
        ("at up to 40 km/h on ice", "number", ["up to 40 km/h"]),
        ("about 4.5 million tonnes of ore", "number", ["about 4.5 million tonnes"]),
        ("the 358-acre (145 ha) park", "number", ["358-acre", "145 ha"]),
        ("from -5 °C to 20°C", "number", ["-5 °C", "20°C"]),
        ("two hundred and fifty seeds, half a million eggs", "number", ["two hundred and fifty", "half a million"]),
        ("one third of them, 3½ years", "number", ["one third", "3½ years"]),
        ("more than a million and ten or more", "number", ["more than a million", "ten or more"]),
        ("10 litres per day, 10,000 hours a year", "number", ["10 litres per day", "10,000 hours a year"]),
        ("50+ sites, 300 degrees awarded", "number", ["50+", "300"]),
        ("a 1500 m race", "number", ["1500 m"]),
        ("$1.2bn, £3m, Rs. 5 crore and US$7", "money", ["$1.2bn", "£3m", "Rs. 5 crore", "US$7"]),
        ("72 billion yuan and $5–10 million", "money", ["72 billion yuan", "$5–10 million"]),
        ("EUR 3,081 million", "money", ["EUR 3,081 million"]),
        ("worth RMB 1.2 billion", "money", ["RMB 1.2 billion"]),
        ("worth $5 or €3.50", "money", ["$5", "€3.50"]),
        ("it cost 3.2 million dollars", "money", ["3.2 million dollars"]),
        ("over RMB 180 million", "money", ["over RMB 180 million"]),
        ("opened on 14 June 2020 by her", "date", ["14 June 2020"]),
        ("opened on June 14, 2020 by her", "date", ["June 14, 2020"]),
        ("opened in June 2020", "date", ["June 2020"]),
        ("opened in 2017", "date", ["2017"]),
        ("between 2018-2020", "date", ["2018-2020"]),
        ("in the 1990s and the 19th century", "date", ["1990s", "19th century"]),
        ("on Monday, 3 May 2010 at 10:30 a.m.", "date", ["Monday, 3 May 2010", "10:30 a.m."]),
        ("12–14 March 2014 or Q3 2016", "date", ["12–14 March 2014", "Q3 2016"]),
        ("the late 1990s, 300 BC and AD 476", "date", ["late 1990s", "300 BC", "AD 476"]),
        ("12/03/2014 and 2014-03-12", "date", ["12/03/2014", "2014-03-12"]),
        ("opened on 3rd May", "date", ["3rd May"]),
        ('code named "Convoy" and “Thunder”', "quoted", ["Convoy", "Thunder"]),
        ("a value\nof RMB 1.2\nbillion here", "money", ["RMB 1.2\nbillion"]),
        ("no value here", "number", []),
        ("", "number", []),
    ],
)
def test_values_of_a_kind(text, kind, values):
    assert [text[value.start : value.end] for value in find_values(text) if value.kind == kind] == values


@pytest.mark.parametrize(
    "text",
    [
        "16:9",
        "3D films",
        "5G masts",
        "a 2-storey house",
        "clause 4.2.1",
        "2.5-fold",
        "COVID-19",
        "in 2017",
        "on 14 June 2020",
        "June 14, 2020",
        "2018-2020",
        "the 1st batch",
        "the 19th century",
        "v1.2.3",
    ],
)
def test_what_is_no_number(text):
    assert [text[value.start : value.end] for value in find_values(text) if value.kind == "number"] == []


def test_number_that_looks_like_a_year_is_read_once():
    text = "In 2017 there were 2,017 ships."
    found = [(text[value.start : value.end], value.kind) for value in find_values(text)]
    assert ("2017", "date") in found
    assert ("2,017", "number") in found
    assert [words for words, kind in found if kind in ("date", "number")] == ["2017", "2,017"]


@given(
    st.text(max_size=80)
    | st.lists(st.sampled_from(["RMB ", "28,157", " million", "%", "May ", "2017", "\n", '"', "A b ", "-", "of "])).map(
        "".join
    )
)
@settings(max_examples=200, deadline=None)
def test_values_of_any_text_lie_in_it_in_order(text):
    values = find_values(text)
    assert values == sorted(values, key=lambda value: (value.start, value.end))
    for value in values:
        assert 0 <= value.start < value.end <= len(text)
        assert text[value.start : value.end].strip() == text[value.start : value.end]
        assert value.kind in ("number", "money", "share", "date", "quoted")
    dates = [value for value in values if value.kind == "date"]
    numbers = [value for value in values if value.kind in ("number", "money", "share")]
    assert not [1 for a in dates for b in numbers if a.start < b.end and b.start < a.end]
