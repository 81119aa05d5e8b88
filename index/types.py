"""The records that walk through the rooms: Document, Page, Section, Table, Passage, Hit."""

from dataclasses import dataclass, field
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""Rows of unit length, shape (texts, dimensions), C order."""

Range = tuple[int, int]
"""Start and end in characters (Unicode code points) of a document's text: 0-based, end exclusive."""


def sha256_text(text: str) -> str:
    """Return the hex sha256 of the text's UTF-8 bytes, the name under which a text is known everywhere."""
    return sha256(text.encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True)
class Page:
    """Page `number` (1-based) covers `text[start:end]`."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Section:
    """The headings above `text[start:end]`, outermost first."""

    path: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph (or caption, list item, fragment) `text[start:end]`: no sentence crosses its edge.

    `detached` blocks (captions, fragments of a torn layout) never share a passage with their neighbours.
    """

    start: int
    end: int
    detached: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """`text[start:end]` stands in the columns from `column` (0-based) to before `column + span`; never empty."""

    start: int
    end: int
    column: int
    span: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table, `text[start:end]`, and the cells in it that are not empty, in order."""

    start: int
    end: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows in `text[start:end]`, each a block of its own, and what they need to be understood.

    `headers` are the rows that name the columns, `units` the words that give the scale ("in millions"), `title` the
    caption or the words that introduce the table. Those may stand before `start`, as for a table that goes on from
    the page before; `headers` that stand inside come before `rows`.
    """

    start: int
    end: int
    rows: tuple[Row, ...]
    headers: tuple[Row, ...] = ()
    units: tuple[Range, ...] = ()
    title: Range | None = None


@dataclass(frozen=True, slots=True)
class Running:
    """A running header or footer of page `page` (None where the format has no pages), kept beside the text."""

    page: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """What extraction made of a file: the text that every offset refers to, and tables of offsets into it.

    `blocks` hold the body in order, without overlap; what stands in no block is blank, a heading, or marks
    of the format that are no words to read.
    `sections` cover the blocks in order. `pages` cover the text; it is empty for formats without pages. `running` is
    not in the text. `notes` say in words what of the file is not in the text, such as pages without a text layer.
    """

    document_id: str
    title: str
    text: str
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...] = ()
    pages: tuple[Page, ...] = ()
    tables: tuple[Table, ...] = ()
    running: tuple[Running, ...] = ()
    notes: tuple[str, ...] = ()
    text_sha256: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text_sha256", sha256_text(self.text))


@dataclass(frozen=True, slots=True)
class Related:
    """`document.text[start:end] == text`, which belongs to some rows; `role` is row, header, unit or context."""

    role: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """`document.text[start:end] == text`, made of whole `sentences` (ranges absolute in the document).

    A passage of a table has `kind` "rows": its sentences are rows, and `related` is what else of the document they need
    to be understood (column headers, unit, title, the group that they stand in).
    """

    document_id: str
    start: int
    end: int
    text: str
    section: tuple[str, ...]
    sentences: tuple[Range, ...]
    kind: str = "text"
    related: tuple[Related, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage and how well it matches a question.

    `dense` is the mean of two cosines, of the passage and of its nearest sentence, in [-1, 1]; `lexical` is BM25 over
    the most that the question's terms could score, in [0, 1]; `score` is their fusion, in [0, 1], in an answer with the
    reader's share. `sentences` are the cosines of the passage's sentences, in their order. Higher is better for each.
    """

    row: int
    passage: Passage
    score: float
    dense: float
    lexical: float
    sentences: tuple[float, ...] = ()
