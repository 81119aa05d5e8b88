import os
import threading
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hashed_encoder import HashedEncoder

from api.app import create_app
from api.engine import Engine
from api.settings import Settings
from index.build import Index
from index.encoder import DEFAULT_MODEL, open_encoder
from rag.models import open_models

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def data(tmp_path_factory):
    """An empty data folder that shares the compiled encoder."""
    models = Path(os.environ.get("FOOTNOTE_TEST_MODELS", ROOT / ".footnote" / "models")).absolute()
    open_encoder(DEFAULT_MODEL, models)
    folder = tmp_path_factory.mktemp("api") / "data"
    folder.mkdir()
    (folder / "models").symlink_to(models)
    return folder


@pytest.fixture(scope="session")
def client(data):
    """A client of the whole application with the real models and the shipped report."""
    app = create_app(Settings(data=data, reports=ROOT / "reports"))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        wait_until_ready(client)
        yield client


def wait_until_ready(client, seconds=60):
    deadline = time.monotonic() + seconds
    while client.get("/readyz").status_code == 503:
        assert time.monotonic() < deadline, client.get("/readyz").text
        time.sleep(0.05)


class GatedEncoder(HashedEncoder):
    """A fake encoder that waits before it encodes what it is given, as long as its gate is closed."""

    def __init__(self):
        super().__init__()
        self.gate, self.reached = threading.Event(), threading.Event()
        self.gate.set()

    def close(self):
        self.reached.clear()
        self.gate.clear()

    def encode(self, texts, on_progress=None):
        # A question is one text and no progress is asked for: it never waits.
        if on_progress:
            self.reached.set()
            assert self.gate.wait(30)
        return super().encode(texts, on_progress)


@pytest.fixture
def gated():
    """An encoder that `close()` makes wait until `gate.set()`; `reached` tells that it waits."""
    encoder = GatedEncoder()
    yield encoder
    encoder.gate.set()


@pytest.fixture(scope="session")
def fitted():
    """The models that ship, with a fake encoder."""
    return open_models(HashedEncoder())


@pytest.fixture
def make_client(tmp_path, gated, fitted):
    """Make a client of the whole application with a fake encoder, an empty index and settings of its own."""
    with ExitStack() as clients:

        def make(**given):
            settings = Settings(data=tmp_path / "data", reports=tmp_path / "none", **given)
            index = Index(settings.data, gated)
            app = create_app(settings, lambda: Engine(index, replace(fitted, encoder=gated)))
            client = clients.enter_context(TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False))
            wait_until_ready(client)
            return client

        yield make


@pytest.fixture
def shelf(make_client):
    """A client of an empty index."""
    return make_client()
