"""Outcomes that are not as they should be -> HTML: what was found beside what is gold, each in its passage."""

from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise

from eval.dataset import Place
from eval.judge import Outcome
from index.types import Document

AROUND = 160
"""Characters shown on either side of a place, moved outwards to whole words."""

WAYS = {
    "wrong": "answered wrongly",
    "absent": "answered though absent",
    "withheld": "right answer withheld",
    "refused": "refused, and the best answer was wrong",
}
"""How a question can fail, worst first."""


def render_failures(outcomes: Sequence[Outcome], documents: Mapping[str, Document], max_risk: float) -> str:
    """Return a list item for every question that is not served well, the worst first, then the most confident."""
    order = list(WAYS)
    failed = [(way, outcome) for outcome in outcomes if outcome.judged and (way := _classify(outcome, max_risk))]
    failed.sort(key=lambda found: (order.index(found[0]), -found[1].confidence, found[1].gold.id))
    return "".join(_render(way, outcome, documents) for way, outcome in failed)


def _classify(outcome: Outcome, max_risk: float) -> str | None:
    if outcome.correct(max_risk):
        return None
    if outcome.answered(max_risk):
        return "wrong" if outcome.gold.known else "absent"
    return "withheld" if outcome.right else "refused"


def _render(way: str, outcome: Outcome, documents: Mapping[str, Document]) -> str:
    gold = outcome.gold
    kind = gold.kind if gold.known else f"absent: {gold.absent}"
    facts = f"{gold.id} · {gold.split} · {kind} · {gold.form} · confidence {outcome.confidence:.2f}"
    if outcome.retrieval:
        rank = outcome.retrieval.get("RR@10", 0)
        facts += f" · passage with the fact {f'at rank {round(1 / rank)}' if rank else 'not among ten'}"
    said = f"<mark>{escape(outcome.answer)}</mark>" if outcome.answer else "no answer"
    problem = f'<p class="bad">{escape(outcome.citation_problem)}</p>' if outcome.citation_problem else ""
    found = _render_found(outcome, documents)
    return (
        f'<li data-way="{way}"><details><summary><span class="way {way}">{WAYS[way]}</span> '
        f'{escape(gold.question)}</summary><p class="hint">{escape(facts)}</p>'
        f'<div class="pair"><section><h3>Found: {said}</h3>{found}{problem}</section>'
        f"<section>{_render_gold(outcome, documents)}</section></div></details></li>"
    )


def _render_found(outcome: Outcome, documents: Mapping[str, Document]) -> str:
    if not outcome.citation_places:
        return '<p class="hint">Nothing was cited.</p>'
    first = outcome.citation_places[0]
    inside = next((place for place in outcome.hits if _holds(place, first)), first)
    return _render_passage(inside, outcome.answer_places, documents, "found", first)


def _render_gold(outcome: Outcome, documents: Mapping[str, Document]) -> str:
    gold = outcome.gold
    if not gold.known:
        return f"<h3>Absent</h3><p>{escape(gold.why_absent or 'The reports do not state it.')}</p>"
    head = f'<h3>Gold: <mark class="gold">{escape(gold.answers[0])}</mark></h3>'
    return head + "".join(_render_passage(span, [span], documents, "gold", span, AROUND) for span in gold.spans)


def _render_passage(
    place: Place,
    marked: Sequence[Place],
    documents: Mapping[str, Document],
    css: str,
    cited: Place,
    around: int = 0,
) -> str:
    """Return the text at `place` with the marked ranges in it, and the cited one underlined."""
    document = documents.get(place.document_id)
    if document is None:
        return f'<p class="bad">No document {escape(place.document_id)} is in the index.</p>'
    start, end = _widen(document.text, place.start, place.end, around)
    inside = [
        mark for mark in marked if mark.document_id == place.document_id and start <= mark.start and mark.end <= end
    ]
    edges = {
        start,
        end,
        *(edge for mark in [*inside, cited] for edge in (mark.start, mark.end) if start <= edge <= end),
    }
    cuts = sorted(edges)
    pieces = []
    for left, right in pairwise(cuts):
        piece = escape(document.text[left:right])
        if any(mark.start <= left and right <= mark.end for mark in inside):
            piece = f'<mark class="{css}">{piece}</mark>'
        if css == "found" and cited.start <= left and right <= cited.end:
            piece = f"<u>{piece}</u>"
        pieces.append(piece)
    where = f'<small class="hint">{escape(place.document_id)} {cited.start}:{cited.end}</small>'
    return f"<blockquote>{''.join(pieces)}</blockquote>{where}"


def _widen(text: str, start: int, end: int, around: int) -> tuple[int, int]:
    if around:
        start, end = max(0, start - around), min(len(text), end + around)
        while start and not text[start - 1].isspace():
            start -= 1
        while end < len(text) and not text[end].isspace():
            end += 1
    return start, end


def _holds(outer: Place, inner: Place) -> bool:
    return outer.document_id == inner.document_id and outer.start <= inner.start and inner.end <= outer.end
