"""A question -> the question with its slips of the fingers put right, as far as the documents know the words.

A word is put right only if it is no word of the documents, in any inflection, and none that the encoder knows whole.
Names are left as they are: one that differs in a letter may be another one.
"""

from index.encoder import Encoder
from index.lexical import analyse
from index.snapshot import Snapshot
from index.vocabulary import WORD

LEAST_LETTERS = 5
"""Shorter words have too many neighbours."""

MANY_LETTERS = 9
"""From so many letters on, two edits are one slip."""


def correct_spelling(question: str, snapshot: Snapshot, encoder: Encoder) -> str:
    """Return `question` with each unknown word replaced by the nearest word of the documents, where one is near."""
    corrected, position = "", 0
    for match in WORD.finditer(question):
        other = _find_other(match.group(), match.start() == 0, snapshot, encoder)
        if other:
            corrected += question[position : match.start()] + other
            position = match.end()
    return corrected + question[position:]


def _find_other(word: str, opens: bool, snapshot: Snapshot, encoder: Encoder) -> str | None:
    lowered = word.lower()
    is_name = word != lowered and not (opens and word[1:] == lowered[1:])
    if len(word) < LEAST_LETTERS or is_name or not word.isascii():
        return None
    # What the encoder reads as one piece, as it does "a", is a common word of the language.
    if encoder.count_pieces(lowered) <= encoder.count_pieces("a") or any(map(snapshot.lexical.knows, analyse(lowered))):
        return None
    other = snapshot.words.nearest(lowered, 1 if len(word) < MANY_LETTERS else 2)
    return other.capitalize() if other and word != lowered else other
