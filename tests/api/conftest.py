import os
import time
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from index.encoder import DEFAULT_MODEL, open_encoder

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
