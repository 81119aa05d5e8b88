"""A question that asks several things -> questions that ask one each and stand alone."""

import re

_ASKING = r"(?:how|what|which|when|where|who|whom|whose|why)"
_PLACED = r"(?:by|in|on|at|for|to|from|with|of|under|since|until|through|into)"
_PLACED_APART = _PLACED.replace("|of", "")
_BREAK = re.compile(
    rf"(?:\?\s+(?:and |also )?|,? and (?:also )?)(?=(?:{_PLACED} )?{_ASKING}\b)(?-i:(?!WHO\b))", re.IGNORECASE
)
_SHARED = re.compile(
    r"(?P<first>when|where|why|how|by whom)(?:,? and | or )(?P<second>when|where|why|how|by whom) (?P<rest>\w+ .+)",
    re.IGNORECASE,
)
_HELPS = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|must|may|might)"
_DONE = (
    r"(?:\w+ed|born|built|made|held|set|written|given|known|found|sold|paid|led|taken|begun|drawn|won|lost|sent|spent"
    r"|located|there|called)"
)
_VERB = re.compile(
    rf"\b(?:{_HELPS}|{_DONE}|wrote|gave|took|became|came|got|began|drew|leads|runs|owns|makes)\b", re.IGNORECASE
)
_COUNTED = re.compile(
    rf"(?:{_PLACED} )?(?:how (?:many|much)|which|what) (?P<subject>(?:(?!{_HELPS}\b)[\w’'-]+ )+?)"
    rf"(?:is|are|was|were|has been|have been) (?:there|{_DONE})\b",
    re.IGNORECASE,
)
_NAMED = re.compile(
    rf"(?i:how \w+|{_ASKING}) (?:is|are|was|were) "
    r"(?:the (?:name|title|size|length|height|age|cost|price|number|purpose|aim|goal|role|date|author) of )?"
    rf"(?P<subject>(?:the |an? |this |these |[A-Z])(?:(?! {_DONE}\b| {_PLACED_APART}\b).)*)"
    rf"(?: (?:{_DONE}|{_PLACED_APART})\b.*)?"
)
_PRONOUN = re.compile(r"\b(?:they|them|these|those|it|he|she|him)\b", re.IGNORECASE)
_OWNER = re.compile(r"\b(?:their|its|his)\b", re.IGNORECASE)
_POINTER = re.compile(r"\b(?:there|then|this|that|her|hers|theirs|one|ones|so|do(?:es)? so|about)\b", re.IGNORECASE)


def split_question(question: str) -> tuple[str, ...]:
    """Return the questions that `question` asks, each to stand alone; itself where it asks one, or where unsure.

    "When and where" share what follows them. A pronoun of a later question is replaced by what the first is about,
    where that is plain from its form; where it is not, nothing is split.
    """
    folded = " ".join(question.split())
    shared = _SHARED.fullmatch(folded)
    if shared:
        return tuple(_ask(f"{shared[name]} {shared['rest']}") for name in ("first", "second"))
    pieces = [piece.strip(" ,;?") for piece in _BREAK.split(folded)]
    if len(pieces) == 1 or not all(_stands(piece) for piece in pieces[:1]):
        return (question,)
    subject = _find_subject(pieces[0])
    parts = [pieces[0], *(_complete(piece, pieces[0], subject) for piece in pieces[1:])]
    whole = [part for part in parts if part is not None]
    return tuple(_ask(part) for part in whole) if len(whole) == len(parts) else (question,)


def _stands(piece: str) -> bool:
    """Tell whether `piece` is one direct question: it begins by asking, has a verb, and asks nothing further inside."""
    opening = re.match(rf"(?:{_PLACED} )?{_ASKING}\b", piece, re.IGNORECASE)
    return (
        opening is not None
        and len(piece.split()) > 2
        and (_VERB.search(piece) is not None or opening.group().lower() == "who")
        and not re.search(rf"\b{_ASKING}\b", piece[opening.end() :], re.IGNORECASE)
    )


def _find_subject(piece: str) -> str | None:
    found = _COUNTED.match(piece) or _NAMED.fullmatch(piece)
    return found["subject"].strip() if found else None


def _complete(piece: str, first: str, subject: str | None) -> str | None:
    """Return `piece` so that it stands alone, or None where it cannot be told how."""
    if re.fullmatch(r"when|where|why|how|by whom", piece, re.IGNORECASE):
        rest = re.fullmatch(rf"(?:when|where|why|how) (?P<rest>{_HELPS} .+)", first, re.IGNORECASE)
        return f"{piece} {rest['rest']}" if rest else None
    if not _stands(piece) or _POINTER.search(re.sub(r"\b(?:is|are|was|were) there\b", "", piece)):
        return None
    if not (_PRONOUN.search(piece) or _OWNER.search(piece)):
        return piece
    if subject is None:
        return None
    named = subject if subject.startswith(("the ", "a ", "an ", "this ", "these ")) or subject[0].isupper() else ""
    named = re.sub(r"^an? ", "the ", named) or f"the {subject}"
    owner = f"{named}'" if named.endswith("s") else f"{named}'s"
    return _PRONOUN.sub(lambda _: named, _OWNER.sub(lambda _: owner, piece))


def _ask(part: str) -> str:
    part = part.strip(" ?")
    return f"{part[0].upper()}{part[1:]}?"
