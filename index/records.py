"""Document and Passage <-> plain records for JSON: what a snapshot stores and what a parser's process sends."""

from dataclasses import asdict

from index.types import Block, Cell, Document, Page, Passage, Related, Row, Running, Section, Table

_LATER_DOCUMENT_FIELDS = ("tables", "running", "notes")
"""Left out where empty, so that a plain text has the one record that it always had."""


def document_record(document: Document) -> dict:
    """Return the document as JSON holds it; `document_from` reads it back."""
    record = asdict(document)
    for name in _LATER_DOCUMENT_FIELDS:
        if not record[name]:
            del record[name]
    return record


def document_from(record: dict) -> Document:
    """Return the document of a record that any version wrote."""
    return Document(
        document_id=record["document_id"],
        title=record["title"],
        text=record["text"],
        blocks=tuple(Block(**block) for block in record["blocks"]),
        sections=tuple(
            Section(tuple(section["path"]), section["start"], section["end"]) for section in record["sections"]
        ),
        pages=tuple(Page(**page) for page in record["pages"]),
        tables=tuple(_table_from(table) for table in record.get("tables", ())),
        running=tuple(Running(**running) for running in record.get("running", ())),
        notes=tuple(record.get("notes", ())),
    )


def passage_record(passage: Passage) -> dict:
    """Return the passage as JSON holds it, without its words: they stand in the document."""
    record = asdict(passage)
    # Writing the words twice would let the two differ.
    del record["text"]
    if passage.kind == "text":
        del record["kind"], record["related"]
    else:
        record["related"] = [[related.role, related.start, related.end] for related in passage.related]
    return record


def passage_from(record: dict, documents: dict[str, Document]) -> Passage:
    """Return the passage of a record that any version wrote, with its words from `documents`."""
    text = documents[record["document_id"]].text
    start, end = record["start"], record["end"]
    return Passage(
        document_id=record["document_id"],
        start=start,
        end=end,
        text=text[start:end],
        section=tuple(record["section"]),
        sentences=tuple((left, right) for left, right in record["sentences"]),
        kind=record.get("kind", "text"),
        related=tuple(Related(role, left, right, text[left:right]) for role, left, right in record.get("related", ())),
    )


def _table_from(record: dict) -> Table:
    return Table(
        start=record["start"],
        end=record["end"],
        rows=tuple(_row_from(row) for row in record["rows"]),
        headers=tuple(_row_from(row) for row in record["headers"]),
        units=tuple((left, right) for left, right in record["units"]),
        title=tuple(record["title"]) if record["title"] else None,
    )


def _row_from(record: dict) -> Row:
    return Row(record["start"], record["end"], tuple(Cell(**cell) for cell in record["cells"]))
