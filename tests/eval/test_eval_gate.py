import random
import re
from dataclasses import replace

import pytest

from api.settings import Settings
from eval import gate
from eval.errors import BadBounds
from eval.judge import judge
from eval.metrics import Estimate
from eval.retrieval import measure_retrieval
from eval.summary import MEASURES, summarise
from eval.table import format_verdicts
from rag.cite import cite

MAX_RISK = Settings.model_fields["max_risk"].default
NUMBER = re.compile(r"\d[\d,.]*\d|\d")


def check(bounds, snapshot, answers):
    """Return the verdicts on a system that gives these answers."""
    questions = [question for question, _ in answers]
    hits = [[hit.passage for hit in answer.hits] for _, answer in answers]
    found = measure_retrieval(questions, hits, snapshot.passages)
    outcomes = [judge(question, answer, snapshot.documents, found.get(question.id)) for question, answer in answers]
    return gate.judge_bounds(bounds, summarise("gate", outcomes, MAX_RISK), outcomes)


def always_answers(answer, snapshot):
    return replace(answer, confidence=1.0)


def always_refuses(answer, snapshot):
    nothing = {"answer": None, "statement": None, "parts": (), "citations": ()}
    return replace(answer, status="abstained", confidence=0.0, reason_code="not_stated", **nothing)


def gives_a_nearby_number(answer, snapshot):
    """Answer with the number that stands next in the text, validly cited."""
    if not answer.parts or not NUMBER.search(answer.answer):
        return answer
    document = snapshot.documents[answer.citations[0].document_id]
    after = NUMBER.search(document.text, answer.parts[0].end) or NUMBER.search(document.text)
    part = replace(answer.parts[0], text=after.group(), start=after.start(), end=after.end())
    start, end = min(after.start(), answer.citations[0].start), max(after.end(), answer.citations[0].end)
    start = document.text.rfind(" ", 0, start) + 1
    citation = cite(document, start, end, "statement")
    return replace(answer, answer=after.group(), parts=(part,), citations=(citation,))


def shifts_citations(answer, snapshot):
    return replace(answer, citations=tuple(replace(c, start=c.start + 1, end=c.end + 1) for c in answer.citations))


def shifts_citations_verbatim(answer, snapshot):
    texts = {name: document.text for name, document in snapshot.documents.items()}
    return replace(
        answer,
        citations=tuple(
            replace(c, start=c.start + 1, end=c.end + 1, cited_text=texts[c.document_id][c.start + 1 : c.end + 1])
            for c in answer.citations
        ),
    )


def shuffles_passages(answer, snapshot):
    return replace(answer, hits=tuple(random.Random(answer.id).sample(answer.hits, len(answer.hits))))


def is_always_as_sure(answer, snapshot):
    return replace(answer, confidence=0.6)


def test_the_shipped_system_holds_the_shipped_bounds(shipped_bounds, real_answers):
    snapshot, answers = real_answers
    verdicts = check(shipped_bounds, snapshot, answers)
    assert [verdict.describe() for verdict in verdicts if not verdict.held] == []


@pytest.mark.parametrize(
    ("mutant", "bound"),
    [
        (always_answers, "absent_answered"),
        (always_refuses, "known_refused"),
        (gives_a_nearby_number, "right"),
        (shifts_citations, "citations_valid"),
        (shifts_citations_verbatim, "citations_valid"),
        (shuffles_passages, "Success@1"),
        (is_always_as_sure, "e_aurc"),
    ],
)
def test_a_broken_system_breaks_the_bound_that_is_there_for_it(shipped_bounds, real_answers, mutant, bound):
    snapshot, answers = real_answers
    verdicts = check(shipped_bounds, snapshot, [(gold, mutant(answer, snapshot)) for gold, answer in answers])
    broken = {verdict.bound.measure: verdict for verdict in verdicts if not verdict.held}
    assert bound in broken
    assert broken[bound].culprits
    told = format_verdicts(verdicts)
    assert f"BROKEN {bound} " in told
    assert ", broken by " in told
    assert broken[bound].culprits[0].gold.id in told


def test_the_shipped_bounds_say_what_they_mean(shipped_bounds):
    assert {"known_refused", "absent_answered", "citations_valid", "aurc", "right"} <= {
        b.measure for b in shipped_bounds
    }
    assert all(bound.means.endswith(".") for bound in shipped_bounds)
    assert all(bound.end != "value" or bound.measure == "citations_valid" for bound in shipped_bounds)


def test_a_bound_is_held_against_the_end_of_the_interval():
    bound = gate.Bound("right", "at_least", 0.5, "low", "")
    assert bound.holds(Estimate(0.6, 0.51, 0.7, 10, 10))
    assert not bound.holds(Estimate(0.6, 0.49, 0.7, 10, 10))
    assert not bound.holds(None)
    assert gate.Bound("aurc", "at_most", 0.3, "high", "").exceeded_by(Estimate(0.2, 0.1, 0.35, 9, 9)) == pytest.approx(
        0.05
    )


def test_what_is_proposed_is_held(tmp_path):
    estimates = {name: Estimate(0.5, 0.412, 0.588, 10, 10) for name in MEASURES}
    (tmp_path / "expected.toml").write_text(gate.propose(estimates), "utf-8")
    bounds = gate.load_bounds(tmp_path / "expected.toml")
    assert all(bound.holds(estimates[bound.measure]) for bound in bounds)
    assert {bound.limit for bound in bounds if bound.end == "low"} == {0.4}
    assert {bound.limit for bound in bounds if bound.end == "high"} == {0.6}


def test_both_sides_are_proposed_or_neither(tmp_path):
    path = tmp_path / "expected.toml"
    idle = dict.fromkeys(MEASURES) | {
        name: Estimate(1.0, 0.3, 1.0, 2, 2) for name in ("known_refused", "absent_answered")
    }
    path.write_text(gate.propose(idle), "utf-8")
    assert {bound.measure for bound in gate.load_bounds(path)} == {"known_refused", "absent_answered"}
    assert path.read_text("utf-8").count("cannot break") == 2
    lone = dict.fromkeys(MEASURES) | {name: Estimate(0.5, 0.4, 0.6, 9, 9) for name in ("known_refused", "right")}
    path.write_text(gate.propose(lone), "utf-8")
    assert {bound.measure for bound in gate.load_bounds(path)} == {"right"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("= broken", "cannot be read as bounds"),
        ("", "bounds nothing"),
        ("[known_refused]\nat_most = 0.5", "passes one of them alone"),
        ("[absent_answered]\nat_most = 0.5", "passes one of them alone"),
        ("[beauty]\nat_least = 0.5", "'beauty', which is not measured"),
        ("[right]\nmeans = 'x'", "expected one number"),
        ("[right]\nat_least = 'x'", "expected one number"),
        ("[right]\nat_least = nan", "expected one number"),
        ("[right]\nat_most = 0.5", "better is high; use the other side"),
        ("[right]\nat_least = 0.5\non = 'high'", "expected 'low'"),
    ],
)
def test_bad_bounds_are_refused(tmp_path, text, message):
    (tmp_path / "expected.toml").write_text(text, "utf-8")
    with pytest.raises(BadBounds, match=message):
        gate.load_bounds(tmp_path / "expected.toml")


def test_a_missing_file_of_bounds_is_refused(tmp_path):
    with pytest.raises(BadBounds, match="--write-expected"):
        gate.load_bounds(tmp_path / "none.toml")
