"""Fixtures that the tests of several rooms share; small and deterministic unless the name says `real`."""

import os
from pathlib import Path

import pytest
from hashed_encoder import HashedEncoder

from index.build import Index
from index.encoder import DEFAULT_MODEL, open_encoder
from index.formats import read_document

ROOT = Path(__file__).parents[1]
REPORT = ROOT / "reports" / "sipo-2017-strategy-protection-administration.txt"


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
