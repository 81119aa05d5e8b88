"""Every exception that this package raises; each message says what, got, expected and the way out."""


class FootnoteError(Exception):
    """A failure that the caller can act on. Subclasses of `rag.errors` derive from it too."""


class UnknownFormat(FootnoteError):
    """The file is of a format that is not read here."""


class UnreadableFile(FootnoteError):
    """The file cannot be decoded or holds no text."""


class BadDocumentId(FootnoteError):
    """The document id is not a slug."""


class UnknownDocument(FootnoteError):
    """No document of that id is in the library."""


class TextGone(FootnoteError):
    """The document had that text once; it is kept no longer."""


class EncoderError(FootnoteError):
    """The encoder's weights or its compiled form are missing, other than expected, or damaged."""


class SnapshotDamaged(FootnoteError):
    """A file of the snapshot is missing, extra, or not the bytes that its manifest states."""


class SnapshotMismatch(FootnoteError):
    """The snapshot was built with another encoder, tokenizer, setting or format than this service loads."""


class LedgerDamaged(FootnoteError):
    """A line of the ledger is not what was written."""


class LibraryBusy(FootnoteError):
    """Another process is changing the library."""
