"""An encoder for tests; a module of its own, since conftest.py cannot be imported by name."""

import re
from functools import cache
from hashlib import sha256

import numpy as np

from index.errors import EncoderError


@cache
def _hash_word(word, dimensions):
    digest = sha256(word.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") % dimensions


class HashedEncoder:
    """A bag of words hashed into unit vectors: deterministic, independent of the batch, and like texts are near."""

    def __init__(self, dimensions=64, max_pieces=256, weights_sha256="0" * 64):
        self.dimensions = dimensions
        self.max_pieces = max_pieces
        self.weights_sha256 = weights_sha256
        self.encoded = []

    def identity(self):
        return {
            "weights_sha256": self.weights_sha256,
            "tokenizer_sha256": "1" * 64,
            "dimensions": self.dimensions,
            "max_pieces": self.max_pieces,
        }

    def count_pieces(self, text):
        return len(re.findall(r"\w+|[^\w\s]", text)) + 2

    def encode(self, texts, on_progress=None):
        vectors = np.empty((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._encode_one(text)
            if on_progress:
                on_progress(row + 1)
        self.encoded += texts
        return vectors

    def _encode_one(self, text):
        if self.count_pieces(text) > self.max_pieces:
            raise EncoderError(f"a text has more than {self.max_pieces} word pieces; shorten it")
        vector = np.zeros(self.dimensions, dtype=np.float32)
        for word in [*re.findall(r"\w+", text.casefold()), "."]:
            vector[_hash_word(word, self.dimensions)] += 1
        return vector / np.linalg.norm(vector)
