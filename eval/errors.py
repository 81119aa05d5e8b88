"""What can go wrong when measuring."""

from index.errors import FootnoteError


class BadQuestions(FootnoteError):
    """A set of questions cannot be read, or does not fit the texts that it is asked of."""


class BadBounds(FootnoteError):
    """A file of bounds cannot be read, or does not bound what it should."""


class BadReport(FootnoteError):
    """A former report cannot be read, or is of other questions."""
