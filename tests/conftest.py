"""Fixtures that the tests of several rooms share; small and deterministic unless the name says `real`."""

import os
import re
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from index.build import Index
from index.encoder import DEFAULT_MODEL, open_encoder
from index.errors import EncoderError
from index.formats import read_document

ROOT = Path(__file__).parents[1]
REPORT = ROOT / "reports" / "sipo-2017-strategy-protection-administration.txt"


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


@pytest.fixture
def encoder():
    """A fake encoder that ranks sensibly; `encoder.encoded` lists the texts that it was given."""
    return HashedEncoder()


@pytest.fixture(scope="session")
def make_encoder():
    """The class of the fake encoder, for tests that need one of another size or identity."""
    return HashedEncoder


@pytest.fixture(scope="session")
def models_folder():
    """Where compiled encoders are kept between runs."""
    return Path(os.environ.get("FOOTNOTE_TEST_MODELS", ROOT / ".footnote" / "models"))


@pytest.fixture(scope="session")
def real_encoder(models_folder):
    """The default model, compiled first where it is not yet."""
    return open_encoder(DEFAULT_MODEL, models_folder)


@pytest.fixture(scope="session")
def report():
    """The shipped report as a Document."""
    document, _ = read_document(REPORT.read_bytes(), REPORT.stem)
    return document


@pytest.fixture
def index(tmp_path, encoder):
    """An empty index in a folder of its own, with the fake encoder."""
    return Index(tmp_path / "data", encoder)
