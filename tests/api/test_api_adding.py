"""What `footnote index add` does with many files; the command itself is run in tests/system."""

from api.adding import Adding
from index.build import Index


def test_each_file_is_told_and_the_rejected_come_last(tmp_path, encoder):
    for name, content in {"a.txt": "Ships came. They left.", "b.txt": "", "c.txt": "Grain fell."}.items():
        (tmp_path / name).write_text(content)
    index = Index(tmp_path / "data", encoder)
    files = [(name, tmp_path / name) for name in ("b.txt", "a.txt", "gone.txt", "c.txt")]
    adding = Adding(files)
    outcomes = adding.run(index)
    lines = adding.describe(outcomes, index)
    assert lines[:2] == ["ready      a", "ready      c"]
    assert lines[2].startswith("4 file(s): 2 ready, 2 rejected; 2 passages in ")
    assert lines[3].startswith("rejected   b.txt: ")
    assert lines[4] == "rejected   gone.txt: cannot be opened: No such file or directory"


def test_files_are_read_one_at_a_time(tmp_path, encoder):
    (tmp_path / "a.txt").write_text("Ships came.")
    adding = Adding([("a.txt", tmp_path / "a.txt"), ("b.txt", tmp_path / "b.txt")])
    taken = adding._take()
    assert next(taken).content == b"Ships came."
    (tmp_path / "b.txt").write_text("Grain fell.")
    assert next(taken).content == b"Grain fell."
