"""A question with the ones before it -> the question that is read: whole, and without slips of the fingers."""

from index.encoder import Encoder
from index.snapshot import Snapshot
from rag.english.followup import resolve
from rag.english.language import is_english
from rag.spelling import correct_spelling
from rag.types import Question


def understand(question: Question, snapshot: Snapshot, encoder: Encoder) -> str:
    """Return what `question` means after the last one of its history; one in another language stays as it is."""
    whole = resolve(question.text, *question.history[-1]) if question.history else question.text
    return correct_spelling(whole, snapshot, encoder) if is_english(whole) else question.text
