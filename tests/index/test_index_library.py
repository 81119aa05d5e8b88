"""Document ids, and the texts that the library holds, held, or never had."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.build import GivenFile
from index.errors import BadDocumentId, TextGone, UnknownDocument
from index.library import Library, check_document_id, make_document_id


@pytest.mark.parametrize(
    ("path", "document_id"),
    [
        ("report.txt", "report"),
        ("My Report (final).TXT", "my-report-final"),
        ("a/My Report.txt", "a/my-report"),
        ("a\\b\\c.txt", "a/b/c"),
        ("./a/../b//c.txt", "a/b/c"),
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("C:\\Reports\\2017.txt", "c/reports/2017"),
        ("v1.2.txt", "v1-2"),
        ("no ending", "no-ending"),
        (".hidden", "hidden"),
        ("Über Straße.txt", "über-strasse"),
        ("知识产权 2017.txt", "知识产权-2017"),
        ("ＦＵＬＬ.txt", "full"),
        ("snake_case_name.txt", "snake-case-name"),
        ("a\nb\0c.txt", "a-b-c"),
        ("--a--.txt", "a"),
        ("x" * 300 + ".txt", "x" * 120),
    ],
)
def test_id_made_of_a_file_name(path, document_id):
    assert make_document_id(path) == document_id
    assert check_document_id(document_id) == document_id


@pytest.mark.parametrize("path", ["", "/", "..", "….txt", "a/…/b.txt", "!!!/???", "\0"])
def test_file_name_without_letter_or_digit_makes_no_id(path):
    with pytest.raises(BadDocumentId, match="no document id can be made of the file name"):
        make_document_id(path)


@given(
    st.text(max_size=40)
    | st.lists(st.sampled_from(["a" * 90, "..", "/", "\\", "İ", "ß", "ΐ", "-", "9", "😀"])).map("".join)
)
@settings(max_examples=300, deadline=None)
def test_id_that_is_made_is_one_that_is_taken(path):
    try:
        made = make_document_id(path)
    except BadDocumentId:
        return
    assert check_document_id(made) == made
    assert ".." not in made
    assert "\\" not in made


def test_id_made_of_a_deep_path_is_one_that_is_taken():
    try:
        made = make_document_id("x" * 120 + "/" + "y" * 120 + ".txt")
    except BadDocumentId:
        return
    assert check_document_id(made) == made


@pytest.mark.parametrize(
    "document_id",
    [
        "",
        "A",
        "a b",
        "a/",
        "/a",
        "a//b",
        "..",
        "a/../b",
        "a\\b",
        "-a",
        "a-",
        "a--b",
        "a_b",
        "a.b",
        "a\0",
        "x" * 201,
        "a\n",
        "ß",
    ],
)
def test_id_that_is_no_slug_is_refused(document_id):
    with pytest.raises(BadDocumentId, match=r"is no slug: lower-case letters, digits and single hyphens"):
        check_document_id(document_id)


@pytest.mark.parametrize("document_id", ["a", "a/b", "2017", "sipo-2017", "知识", "a/" + "x" * 120])
def test_slug_is_taken(document_id):
    assert check_document_id(document_id) == document_id


def test_stored_content_is_fetched_under_its_sha256(tmp_path):
    library = Library(tmp_path)
    name = library.store(b"words")
    assert library.fetch(name) == b"words"
    assert library.store(b"words") == name
    assert [path.name for path in (tmp_path / "files").iterdir()] == [name]


@pytest.mark.parametrize("name", ["0" * 64, "", ".", "..", "../ledger", "../../etc/passwd"])
def test_name_that_is_no_stored_file_is_gone(tmp_path, name):
    library = Library(tmp_path)
    library.store(b"words")
    (tmp_path / "ledger").write_bytes(b"")
    with pytest.raises(TextGone, match="add the file again"):
        library.fetch(name)


@pytest.fixture
def library(index):
    """A library whose document `a` was replaced and withdrawn, and whose `b` stands."""
    index.add([GivenFile("a.txt", b"First words."), GivenFile("b.txt", b"Other words.")])
    index.add([GivenFile("a.txt", b"Second words.")])
    index.remove("a")
    return index.library


def test_every_text_that_a_document_had_is_fetched(library):
    versions = library.versions("a")
    assert [library.fetch_text("a", entry.text_sha256) for entry in versions] == ["First words.", "Second words."]
    assert list(library.entries()) == ["b"]
    assert not library.is_new()


@pytest.mark.parametrize("document_id", ["z", "", "../a", "a/b"])
def test_text_of_a_document_never_added_is_unknown(library, document_id):
    sha256 = library.versions("a")[0].text_sha256
    assert library.versions(document_id) == []
    with pytest.raises(UnknownDocument, match=f"no document '{document_id}'"):
        library.fetch_text(document_id, sha256)


def test_text_that_the_document_never_had_is_gone(library):
    of_another = library.versions("b")[0].text_sha256
    for sha256 in (of_another, "0" * 64, "", "../ledger"):
        with pytest.raises(TextGone, match="document 'a' has no text with sha256"):
            library.fetch_text("a", sha256)


def test_text_that_is_kept_no_longer_is_gone(library):
    sha256 = library.versions("a")[0].text_sha256
    (library.folder / "files" / sha256).unlink()
    with pytest.raises(TextGone, match=f"{sha256} is missing"):
        library.fetch_text("a", sha256)
