"""What every format does with the characters that it finds."""

import re

from index.errors import UnreadableFile

MAX_CHARACTERS = 20_000_000
"""Some thirty times the longest annual report; more would take hours to embed."""

_ODD = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")
"""Controls, what is no character at all, and halves of pairs: no reader sees them and UTF-8 cannot carry some."""


def clean_text(text: str) -> str:
    r"""Return `text` without what no reader sees: `\n` line ends, no blanks at the ends, controls as blanks."""
    return _ODD.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def check_length(characters: int, document_id: str) -> None:
    """Do nothing for a text that is not too long.

    Raises:
        UnreadableFile: it is.
    """
    if characters > MAX_CHARACTERS:
        raise UnreadableFile(
            f"'{document_id}' has {characters} characters, at most {MAX_CHARACTERS} are read; give it in parts"
        )


def name_of(document_id: str) -> str:
    """Return a title for a document that has none of its own."""
    return document_id.rsplit("/", 1)[-1].replace("-", " ")
