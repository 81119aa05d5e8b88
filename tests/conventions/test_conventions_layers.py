"""Which room imports which, and which module alone imports a library."""

import ast
import subprocess
import sys

import pytest

ROOMS = ("index", "rag", "api", "eval", "training", "bench")
ALLOWED = {
    "index": {"index"},
    "rag": {"index", "rag"},
    "eval": {"index", "rag", "eval"},
    "api": {"index", "rag", "eval", "api"},
    "training": {"index", "rag", "eval", "training"},
    "bench": {"index", "rag", "api", "eval", "training", "bench"},
}
ONLY_IN = {
    "tiktoken": "index/tokens.py",
    "faiss": "index/dense.py",
    "bm25s": "index/lexical.py",
    "Stemmer": "index/lexical.py",
    "rapidfuzz": "index/vocabulary.py",
    "nupunkt": "index/sentences.py",
    "sentence_transformers": "index/export.py",
    "torch": "index/export.py",
    "onnxruntime": "index/graphs.py",
    "tokenizers": "index/graphs.py",
    "pypdfium2": "index/formats/pdf_glyphs.py",
    "markdown_it": "index/formats/markdown.py",
    "charset_normalizer": "index/formats/text.py",
    "PIL": "index/formats/pdf_image.py",
    "python_multipart": "api/multipart.py",
}
BAD_NAMES = ("utils", "util", "helpers", "helper", "common", "manager", "service", "base", "pipeline", "misc")


@pytest.fixture(scope="session")
def modules(files):
    """The Python files of the rooms, parsed; `bench` and `training` have libraries of their own."""
    return {
        name: ast.parse(text, name)
        for name, text in files.items()
        if name.endswith(".py") and name.split("/")[0] in ROOMS
    }


def imports_of(tree):
    """Yield the full name of every module that is imported anywhere in `tree`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "."


def test_every_room_is_seen(modules):
    assert {name.split("/")[0] for name in modules} == set(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_import_in_one_direction(modules, room):
    found = {
        (name, imported)
        for name, tree in modules.items()
        if name.split("/")[0] == room
        for imported in imports_of(tree)
        if imported.split(".")[0] in {*ROOMS, "tests"} and imported.split(".")[0] not in ALLOWED[room]
    }
    assert found == set()


def test_imports_are_absolute(modules):
    assert [
        name
        for name, tree in modules.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ] == []


@pytest.mark.parametrize("library", ONLY_IN)
def test_library_is_imported_by_one_module(modules, library):
    users = {
        name
        for name, tree in modules.items()
        if not name.startswith(("bench/", "training/"))
        for imported in imports_of(tree)
        if imported.split(".")[0] == library
    }
    assert users == {ONLY_IN[library]}


def test_web_framework_stays_in_its_room(modules):
    users = {
        name
        for name, tree in modules.items()
        for imported in imports_of(tree)
        if imported.split(".")[0] in ("fastapi", "starlette", "pydantic", "pydantic_settings", "uvicorn")
    }
    assert users
    assert {name.split("/")[0] for name in users} == {"api"}


def test_environment_is_read_by_settings_alone(modules):
    readers = {
        name
        for name, tree in modules.items()
        if name.split("/")[0] in ("index", "rag", "api", "eval")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")
    }
    assert readers <= {"api/settings.py"}


def test_module_names_say_what_they_hold(modules):
    assert [name for name in modules if name.split("/")[-1].removesuffix(".py").strip("_") in BAD_NAMES] == []


def test_no_exception_is_caught_without_a_name(modules):
    assert [
        (name, node.lineno)
        for name, tree in modules.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ] == []


@pytest.mark.parametrize("module", ["api.app", "api.cli", "rag.ask", "index.build", "eval.run"])
def test_what_serves_and_asks_imports_no_torch(root, module):
    code = (
        f"import sys, {module}\n"
        "heavy = {'torch', 'sentence_transformers', 'transformers'}\n"
        "print(sorted({name.split('.')[0] for name in sys.modules} & heavy))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
