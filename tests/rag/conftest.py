import pytest

from index.build import GivenFile, Index
from rag.models import open_models

HARBOUR = """# The Harbour Report 2020

## Traffic

In 2020 the harbour of Norwick handled 4,812 ships, of which 1,207 carried grain. The longest ship was the Mercator.
Night traffic stayed below 300 ships, because the eastern lock was closed for repairs.

## Works

The port authority dredged the inner basin in May 2020. The dredging cost RMB 3.2 million in all.
The new pilot station was opened by Helena Brandt on 14 June 2020.
"""
MILL = (
    "The Mill Report\n\nOutput\n\nThe mill ground 912 tons of grain in 2019. It rested on every Sunday of the year.\n"
)


@pytest.fixture(scope="session")
def models(make_encoder):
    """What answers, with the fake encoder and the fitted numbers that ship."""
    return open_models(make_encoder())


@pytest.fixture(scope="session")
def fitted_reader(models):
    return models.reader


@pytest.fixture(scope="session")
def fitted_calibrator(models):
    return models.calibrator


@pytest.fixture
def library_index(index):
    """An index that holds `harbour` and `mill`."""
    index.add([GivenFile("harbour.txt", HARBOUR.encode()), GivenFile("mill.txt", MILL.encode())])
    return index


@pytest.fixture
def snapshot(library_index):
    return library_index.open()


@pytest.fixture(scope="session")
def real_models(real_encoder):
    return open_models(real_encoder)


@pytest.fixture(scope="session")
def report_snapshot(real_encoder, report, tmp_path_factory):
    """The shipped report, indexed with the real encoder."""
    index = Index(tmp_path_factory.mktemp("report") / "data", real_encoder)
    index.add([GivenFile(f"{report.document_id}.txt", report.text.encode())])
    return index.open()
