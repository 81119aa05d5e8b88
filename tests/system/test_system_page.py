"""The page in a real browser, against the real server."""

import pytest
from browsing import SIZES, in_browser, watched_page
from playwright.sync_api import expect
from processes import serving

QUESTION = "How many patent disputes were there?"
STATEMENT = "the number of patent disputes was 28,157"

pytestmark = in_browser


@pytest.fixture(scope="module")
def server(tmp_path_factory, make_workplace):
    with serving(make_workplace(tmp_path_factory.mktemp("page"))) as (url, _):
        yield url


@pytest.fixture(params=SIZES, ids=["desktop", "phone"])
def page(request, browser, server):
    """The page at one of two sizes; it may ask no other host and say nothing on the console."""
    with watched_page(browser, server, request.param) as page:
        yield page


def ask(page, question):
    page.get_by_test_id("question").fill(question)
    page.get_by_test_id("ask").click()


def test_an_answer_opens_the_text_at_the_quoted_words(page):
    ask(page, QUESTION)
    expect(page.get_by_test_id("answer")).to_have_text("28,157")
    expect(page.get_by_test_id("statement")).to_contain_text(STATEMENT)
    page.get_by_test_id("check").first.click()
    expect(page.get_by_test_id("verdict").first).to_contain_text("stand", ignore_case=True)
    page.get_by_test_id("show-in-text").first.click()
    mark = page.get_by_test_id("reader-mark")
    expect(mark).to_contain_text(STATEMENT)
    expect(mark).to_be_in_viewport()
    expect(page.get_by_test_id("reader-note")).to_contain_text("character for character")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("reader")).to_be_hidden()


def test_a_sentence_that_is_the_answer_is_said_once_and_a_mistyped_question_as_it_was_understood(page):
    ask(page, "Why did SIPO organize a semimar on the implementation of the National IP Strategy by local governments?")
    answer = page.get_by_test_id("answer")
    expect(answer).to_contain_text("to provide reference materials")
    expect(answer).to_contain_text("[1]")
    expect(page.get_by_test_id("statement")).to_have_count(0)
    expect(page.locator(".understood")).to_contain_text("Understood as: Why did SIPO organize a seminar on")


def test_a_question_may_lean_on_the_one_before(page):
    ask(page, QUESTION)
    expect(page.get_by_test_id("answer")).to_have_text("28,157")
    ask(page, "And in 2015?")
    expect(page.get_by_test_id("abstention")).to_contain_text("The report does not state this")
    expect(page.locator(".understood")).to_have_text("Understood as: How many patent disputes were there in 2015?")


def test_a_citation_link_opens_the_text_by_itself(page, server):
    ask(page, QUESTION)
    link = page.get_by_test_id("show-in-text").first.get_attribute("href")
    page.goto(server + "/" + link.lstrip("/"))
    expect(page.get_by_test_id("reader-mark")).to_contain_text(STATEMENT)
    expect(page.get_by_test_id("reader-mark")).to_be_in_viewport()


def test_what_is_not_stated_is_said_plainly_with_places_to_look(page):
    ask(page, "How many patent disputes were there in 2015?")
    expect(page.get_by_test_id("abstention")).to_contain_text("The report does not state this")
    expect(page.get_by_test_id("answer")).to_have_count(0)
    expect(page.get_by_test_id("passages")).to_have_count(1)
