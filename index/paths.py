"""Paths, folders and patterns -> the files that they name, and what each is called in the library."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from index.errors import FootnoteError

_MAGIC = frozenset("*?[")


def find_files(paths: Iterable[Path]) -> list[tuple[str, Path]]:
    """Return (name, path) of the files at `paths`, folders walked in sorted order; hidden files are left out.

    A name is relative to the folder given, or to the part of a pattern (`*`, `?`, `[…]`, `**`) before its first mark.

    Raises:
        FootnoteError: a path does not exist, or a pattern fits nothing.
    """
    # What is named twice, as by a folder and a pattern, is one file.
    return list(dict.fromkeys(found for path in paths for found in _find(path)))


def _find(path: Path) -> Iterator[tuple[str, Path]]:
    if path.is_dir():
        return _walk(path, [path])
    if path.is_file():
        return iter([(path.name, path)])
    fixed = next((i for i, part in enumerate(path.parts) if _MAGIC & set(part)), None)
    if fixed is None:
        raise FootnoteError(f"{path} does not exist; give files or folders that do")
    base = Path(*path.parts[:fixed])
    found = sorted(base.glob(str(Path(*path.parts[fixed:]))))
    if not found:
        raise FootnoteError(f"nothing fits {path}; give files or folders that exist")
    return _walk(base, found)


def _walk(base: Path, found: Iterable[Path]) -> Iterator[tuple[str, Path]]:
    inside = {inner for path in found for inner in (path.rglob("*") if path.is_dir() else [path]) if inner.is_file()}
    for inner in sorted(inside):
        name = inner.relative_to(base)
        if not any(part.startswith(".") for part in name.parts):
            yield name.as_posix(), inner
