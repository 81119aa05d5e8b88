"""What a person wants to read where a reader proposes a span."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.english.spans import widen, widen_list, widen_title


def widened(rule, text, proposed, within=None):
    start = text.index(proposed)
    low, high = rule(text, (start, start + len(proposed)), within or (0, len(text)))
    return text[low:high]


@pytest.mark.parametrize(
    ("text", "proposed", "wanted"),
    [
        ("The bakery sold nearly 2,300 loaves.", "2,300", "nearly 2,300"),
        ("The bakery sold 2,300 loaves.", "2,300", "2,300"),
        ("It holds 28,157 books.", "157", "28,157"),
        ("It cost RMB 72 billion in all.", "72", "RMB 72 billion"),
        ("It cost EUR 3,081 million.", "3,081", "EUR 3,081 million"),
        ("It cost $1.2bn.", "1.2", "$1.2bn"),
        ("It cost 5 million US dollars.", "5", "5 million US dollars"),
        ("The share was 36.3%.", "36.3", "36.3%"),
        ("The share was 36.3%.", "3%.", "36.3%"),
        ("It fell by 12 percentage points there.", "12", "12 percentage points"),
        ("It dug about 4.5 million tonnes of ore.", "5", "about 4.5 million tonnes"),
        ("Trams run at up to 40 km/h here.", "40", "up to 40 km/h"),
        ("It froze at -5 °C.", "5", "-5 °C"),
        ("It took two hundred and fifty years.", "fifty", "two hundred and fifty years"),
        ("It needs a million seeds.", "million", "a million"),
        ("It lost\n2.5\nmillion seeds.", "2.5", "2.5\nmillion"),
        ("Clause 4.2.1 says so.", "2", "4.2.1"),
    ],
)
def test_number_comes_whole(text, proposed, wanted):
    assert widened(widen, text, proposed) == wanted


@pytest.mark.parametrize(
    ("text", "proposed", "wanted"),
    [
        ("It sank on 12 March 2014 there.", "March", "12 March 2014"),
        ("It sank on March 12, 2014.", "12", "March 12, 2014"),
        ("It sank on 12 March 2014 there.", "March 2014", "12 March 2014"),
        ("It sank on 12 March 2014 there.", "2014", "2014"),
        ("It sank in the late 1990s.", "1990s", "late 1990s"),
        ("It opens at 10:30 a.m. daily.", "30", "10:30 a.m."),
        ("It was built in the 19th century.", "19th", "19th century"),
    ],
)
def test_date_comes_whole_but_a_year_may_be_all_that_is_asked(text, proposed, wanted):
    assert widened(widen, text, proposed) == wanted


@pytest.mark.parametrize(
    ("text", "proposed", "wanted"),
    [
        ('Its name is "Blue River Cup" now.', "Blue River", "Blue River Cup"),
        ('Its name is "Blue River Cup" now.', '"Blue River Cup', "Blue River Cup"),
        ('Its name is "Blue River Cup" now.', '"Blue River Cup"', "Blue River Cup"),
        ('Its name is "Blue River Cup" now.', "Cup", "Cup"),
        ('Its name is "Blue River Cup" now.', 'name is "Blue', 'name is "Blue River Cup"'),
        ("Its name is “Blue River Cup” now.", "River Cup", "Blue River Cup"),
        ('It sells "Ada" and "Bo" here.', '"Ada" and "Bo"', '"Ada" and "Bo"'),
        ("The Board of Trade (BoT) met.", "Board of Trade (BoT", "Board of Trade (BoT)"),
        ("The Board of Trade (BoT) met.", "(BoT", "BoT"),
        ("The Board of Trade (BoT) met.", "BoT) met", "(BoT) met"),
    ],
)
def test_quotes_and_brackets_are_whole_or_left_out(text, proposed, wanted):
    assert widened(widen, text, proposed) == wanted


@pytest.mark.parametrize(
    ("text", "proposed", "wanted"),
    [
        ("on the banks of the Rhine and the Main", "of the Rhine and", "Rhine"),
        ("It opened in 1990, late.", "in 1990,", "1990"),
        ("In May it closed.", "In May", "May"),
        ("They met in The Hague again.", "The Hague", "The Hague"),
        ("It saves fuel by using less steam.", "by using less steam", "by using less steam"),
        ("Open from May to June only.", "from May to June", "from May to June"),
        ("It spoke on behalf of farmers.", "on behalf of farmers", "on behalf of farmers"),
        ("It needs at least some rain.", "at least some rain", "at least some rain"),
        ("It closed because of rain.", "because of rain.", "because of rain"),
        ("A well-known fact", "known", "well-known"),
        ("Brandt's house", "Brandt", "Brandt"),
        ("made by Acme Inc. in Oslo", "Acme Inc.", "Acme Inc."),
        ("in the U.S. only", "the U.S.", "U.S."),
        ("It is the.", "the", "the"),
        ("  so\tit is ", "\tit ", "it"),
    ],
)
def test_ends_hold_nothing_that_dangles(text, proposed, wanted):
    assert widened(widen, text, proposed) == wanted


@pytest.mark.parametrize(
    ("text", "proposed", "wanted"),
    [
        ("said Director General Jane Roe today", "Jane Roe", "Director General Jane Roe"),
        ("said Secretary of State Jane B. Roe", "Jane B. Roe", "Secretary of State Jane B. Roe"),
        ("said Deputy\nMayor Jane Roe", "Jane Roe", "Deputy\nMayor Jane Roe"),
        ("the city mayor Jane Roe", "Jane Roe", "Jane Roe"),
        ("said Director General Jane Roe today", "Roe", "Roe"),
        ("the Director of Jane Roe Ltd", "Jane Roe", "Jane Roe"),
    ],
)
def test_name_comes_with_its_office(text, proposed, wanted):
    assert widened(widen, text, proposed) == wanted


def test_result_stays_within_the_sentence():
    text = "It took about 4 million bricks."
    start = text.index("4")
    assert widened(widen, text, "4", (start, len(text))) == "4 million"


@pytest.mark.parametrize(("span", "within"), [((0, 2), (4, 9)), ((3, 4), (0, 9)), ((2, 2), (0, 9)), ((5, 3), (0, 9))])
def test_span_without_words_is_refused(span, within):
    with pytest.raises(ValueError, match="holds no words"):
        widen("Oslo \n is", span, within) if span != (3, 4) else widen("Osl  o is", span, within)


@pytest.mark.parametrize(
    ("text", "members", "wanted"),
    [
        (
            "The ferry calls at Oban, Mallaig and Ullapool in summer.",
            ("Oban", "Mallaig", "Ullapool", "Oban, Mallaig"),
            "Oban, Mallaig and Ullapool",
        ),
        (
            "Farmers grew rice, winter wheat and corn in the valley.",
            ("rice", "winter wheat", "corn", "winter wheat and corn"),
            "rice, winter wheat and corn",
        ),
        (
            "The kit includes a hammer, two screwdrivers, and a box of nails.",
            ("hammer", "two screwdrivers", "box of nails"),
            "hammer, two screwdrivers, and a box of nails",
        ),
        (
            "The plan covers training of staff, repair of roads and cleaning of parks.",
            ("training of staff", "repair of roads", "cleaning of parks"),
            "training of staff, repair of roads and cleaning of parks",
        ),
        (
            "Three bodies, namely the Port Office, the Bank of Norland and the Tax Board, signed it.",
            ("Port Office", "Bank of Norland", "Tax Board"),
            "Port Office, the Bank of Norland and the Tax Board",
        ),
        ("The flag is red, white and blue, which is old.", ("red", "white", "blue"), "red, white and blue"),
        ("Rates were 5%, 7% and 9% then.", ("5%", "7%", "9%"), "5%, 7% and 9%"),
        ("It joined Oslo\nand Bergen.", ("Oslo", "Bergen"), "Oslo\nand Bergen"),
    ],
)
def test_member_of_a_list_becomes_the_list(text, members, wanted):
    assert {widened(widen_list, text, member) for member in members} == {wanted}


@pytest.mark.parametrize(
    ("text", "proposed"),
    [
        ("Born in Paris, France, she left.", "Paris"),
        ("The mayor opened the bridge, and the band played loudly.", "bridge"),
        ("The mayor opened the bridge, and the band played loudly.", "band"),
        ("It rained.", "rained"),
    ],
)
def test_what_is_no_list_stays(text, proposed):
    assert widened(widen_list, text, proposed) == proposed


PIECES = """
the of and Mayor nearly RMB 28,157 4.5 million % km/h 12 March 2014 " “ ” ( ) [ ] , . - to rain U.S. It's x-ray Ada by
"""
WORDS = st.sampled_from([*PIECES.split(), "\n"])
TEXTS = st.lists(st.tuples(WORDS, st.sampled_from([" ", " ", ""])).map("".join), max_size=14).map("".join)


@pytest.mark.parametrize("rule", [widen, widen_list])
@given(TEXTS | st.text(max_size=40), st.data())
@settings(max_examples=400, deadline=None)
def test_any_span_becomes_whole_words_within_its_sentence_once_and_for_all(rule, text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    if not text[start:end].strip():
        return
    low, high = rule(text, (start, end), (0, len(text)))
    assert 0 <= low < high <= len(text)
    assert text[low:high] == text[low:high].strip() != ""
    assert not (low and text[low - 1].isalnum() and text[low].isalnum())
    assert not (high < len(text) and text[high - 1].isalnum() and text[high].isalnum())
    assert rule(text, (low, high), (0, len(text))) == (low, high)


@given(TEXTS, st.data())
@settings(max_examples=300, deadline=None)
def test_balanced_quotes_stay_balanced(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    span = text[start:end]
    # Where the text's own quotes come out odd, a bracket may close only beyond a lone one.
    if not span.strip() or span.count('"') or text.count('"') % 2 or any(mark in text for mark in "“”"):
        return
    low, high = widen(text, (start, end), (0, len(text)))
    assert text[low:high].count('"') % 2 == 0


@pytest.mark.parametrize(
    ("proposed", "whole"),
    [
        ("Rivers", "Rules for the Upkeep of Rivers"),
        ("Upkeep", "Rules for the Upkeep of Rivers"),
        ("Ministry of Works", "Ministry of Works"),
        ("in May", "May"),
    ],
)
def test_part_of_a_title_in_quotes_is_given_as_the_whole_title(proposed, whole):
    text = 'The Ministry of Works issued the "Rules for the Upkeep of Rivers" in May.'
    start = text.index(proposed)
    low, high = widen_title(text, (start, start + len(proposed)), (0, len(text)))
    assert text[low:high] == whole
