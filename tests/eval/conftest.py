import argparse
from functools import partial
from pathlib import Path

import pytest

from eval.dataset import load_questions
from eval.gate import load_bounds
from eval.judge import judge, pose
from eval.run import add_arguments
from index.build import GivenFile, Index, read_paths
from rag.ask import ask
from rag.models import open_models

ROOT = Path(__file__).parents[2]

HARBOUR = """The Harbour Report 2020

Traffic

In 2020 the harbour of Norwick handled 4,812 ships, of which 1,207 carried grain. The longest ship was the Mercator.
Night traffic stayed below 300 ships, because the eastern lock was closed for repairs.

Works

The port authority dredged the inner basin in May 2020. The dredging cost 3.2 million crowns.
The new pilot station was opened by Helena Brandt on 14 June 2020.
"""


@pytest.fixture(scope="session")
def toy_models(make_encoder):
    return open_models(make_encoder())


@pytest.fixture
def toy_index(tmp_path, toy_models):
    """An index that holds the harbour report as `harbour`."""
    index = Index(tmp_path / "data", toy_models.encoder)
    index.add([GivenFile("harbour.txt", HARBOUR.encode())])
    return index


@pytest.fixture
def parse():
    """Return the options of `footnote eval` for these arguments."""
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return lambda *arguments: parser.parse_args([str(argument) for argument in arguments])


@pytest.fixture(scope="session")
def real_index(tmp_path_factory, real_encoder):
    """An index of the shipped report by the shipped encoder."""
    index = Index(tmp_path_factory.mktemp("eval") / "data", real_encoder)
    index.add(read_paths([ROOT / "reports"]))
    return index


@pytest.fixture(scope="session")
def real_models(real_index):
    return open_models(real_index.encoder)


@pytest.fixture(scope="session")
def real_answers(real_index, real_models):
    """What the shipped system says to each question of the split `gate`, with its snapshot."""
    snapshot = real_index.open()
    system = partial(ask, snapshot=snapshot, models=real_models)
    questions = [question for question in load_questions() if question.split == "gate"]
    return snapshot, [(question, pose(question, system)) for question in questions]


@pytest.fixture(scope="session")
def shipped_bounds():
    return load_bounds()


@pytest.fixture
def make_outcome(toy_models, toy_index):
    """Return the outcome of asking the toy system one question."""
    snapshot = toy_index.open()
    return lambda gold: judge(gold, pose(gold, partial(ask, snapshot=snapshot, models=toy_models)), snapshot.documents)
