"""A question with its gold + the answer given -> an Outcome: what was right about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from eval.dataset import GoldQuestion, Place
from eval.errors import BadQuestions
from eval.textmatch import contains, exact_match, token_f1
from index.types import Document
from rag.confidence import is_borne
from rag.errors import BadQuestion
from rag.types import Answer, Question

System = Callable[[Question], Answer]
"""A system under test."""

TOP_K = 10
"""Passages asked for, so that ranks down to ten can be measured."""

ENOUGH_F1 = 0.5
"""Token F1 from which an answer that does not contain an accepted one still counts as that answer."""

_VALUE_ROLES = ("value", "item")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a system said to a question, and what was right about it; nothing here depends on the risk borne.

    `offered` tells whether there was an answer at all when any risk is borne. Of an absent question nothing can be
    right. `right` is `right_occurrence` and (`contains` or F1 of at least `ENOUGH_F1`). `citation_problem` is None
    for a valid citation. `retrieval` holds the measures of `eval.retrieval` for known facts.
    """

    gold: GoldQuestion
    offered: bool
    confidence: float
    answer: str | None
    statement: str | None
    answer_places: tuple[Place, ...]
    citation_places: tuple[Place, ...]
    hits: tuple[Place, ...]
    reason_code: str | None
    exact_match: bool
    token_f1: float
    contains: bool
    statement_covers: bool
    right_occurrence: bool
    right: bool
    citation_problem: str | None
    milliseconds: float
    retrieval: Mapping[str, float]

    def answered(self, max_risk: float) -> bool:
        """Whether the answer is given to a caller who bears `max_risk`, by the rule of `rag.ask`."""
        return self.offered and is_borne(self.confidence, max_risk)

    @property
    def judged(self) -> bool:
        """Whether it is known what answer is right; of a query with judged documents only, it is not."""
        return bool(self.gold.answers) or not self.gold.known

    def correct(self, max_risk: float) -> bool:
        """Whether the caller is served well: a known fact answered rightly, or an absent one refused."""
        return self.answered(max_risk) and self.right if self.gold.known else not self.answered(max_risk)


def pose(gold: GoldQuestion, system: System, top_k: int = TOP_K) -> Answer:
    """Return what `system` says to the question when any risk is borne, so that its best candidate shows.

    Raises:
        BadQuestions: the question cannot be asked; it is named.
    """
    try:
        return system(Question(gold.question, top_k=top_k, max_risk=1.0))
    except BadQuestion as problem:
        raise BadQuestions(f"question {gold.id} cannot be asked: {problem}") from problem


def judge(
    gold: GoldQuestion, answer: Answer, documents: Mapping[str, Document], retrieval: Mapping[str, float] | None = None
) -> Outcome:
    """Return what is right about `answer`, given to `gold` when any risk is borne."""
    offered = answer.status == "answered"
    text = answer.answer or ""
    cited = tuple(Place(citation.document_id, citation.start, citation.end) for citation in answer.citations)
    problem = find_citation_problem(answer, documents) if offered else None
    parts = _value_places(answer)
    occurrence = offered and bool(parts) and all(any(_overlap(part, span) for span in gold.spans) for part in parts)
    f1, holds = token_f1(text, gold.answers), contains(text, gold.answers)
    return Outcome(
        gold=gold,
        offered=offered,
        confidence=answer.confidence,
        answer=answer.answer,
        statement=answer.statement,
        answer_places=parts,
        citation_places=cited,
        hits=tuple(Place(hit.passage.document_id, hit.passage.start, hit.passage.end) for hit in answer.hits),
        reason_code=answer.reason_code,
        exact_match=offered and exact_match(text, gold.answers),
        token_f1=f1 if offered else 0.0,
        contains=offered and holds,
        statement_covers=any(_covered(span, cited) for span in gold.spans),
        right_occurrence=occurrence,
        right=occurrence and (holds or f1 >= ENOUGH_F1),
        citation_problem=problem,
        milliseconds=answer.timings_ms.get("total", 0.0),
        retrieval=retrieval or {},
    )


def find_citation_problem(answer: Answer, documents: Mapping[str, Document]) -> str | None:
    """Return what is wrong with the citations of a given answer, or None.

    There is at least one; each is bound to the text that stands in the index, holds its words verbatim, and neither
    begins nor ends inside a word; each part of the answer lies in its citation and reads as the text there does.
    """
    if not answer.citations:
        return "the answer has no citation"
    for citation in answer.citations:
        document = documents.get(citation.document_id)
        if document is None or document.text_sha256 != citation.text_sha256:
            return f"the citation is bound to a text of '{citation.document_id}' that is not in the index"
        if document.text[citation.start : citation.end] != citation.cited_text or not citation.cited_text:
            return f"the cited words are not those of '{citation.document_id}' at {citation.start}:{citation.end}"
        if _cuts_word(document.text, citation.start) or _cuts_word(document.text, citation.end):
            return f"the citation {citation.start}:{citation.end} begins or ends inside a word"
    for part in answer.parts:
        citation = answer.citations[part.citation] if part.citation < len(answer.citations) else None
        if citation is None or not citation.start <= part.start < part.end <= citation.end:
            return f"the answer's part {part.start}:{part.end} is outside its citation"
        if " ".join(documents[citation.document_id].text[part.start : part.end].split()) != part.text:
            return f"the answer's part {part.text!r} is not what stands at {part.start}:{part.end}"
    return None


def _value_places(answer: Answer) -> tuple[Place, ...]:
    return tuple(
        Place(answer.citations[part.citation].document_id, part.start, part.end)
        for part in answer.parts
        if part.role in _VALUE_ROLES and part.citation < len(answer.citations)
    )


def _overlap(left: Place, right: Place) -> bool:
    return left.document_id == right.document_id and left.start < right.end and right.start < left.end


def _covered(span: Place, cited: tuple[Place, ...]) -> bool:
    return any(
        place.document_id == span.document_id and place.start <= span.start and span.end <= place.end for place in cited
    )


def _cuts_word(text: str, position: int) -> bool:
    return 0 < position < len(text) and text[position - 1].isalnum() and text[position].isalnum()
