"""What can go wrong when answering."""

from index.errors import FootnoteError


class BadQuestion(FootnoteError):
    """The question or one of its options cannot be answered as it stands."""


class NotVerbatim(FootnoteError):
    """A citation's words are not the words of the document at that place."""


class ReaderDamaged(FootnoteError):
    """The reader's model is not the one that its card states."""
