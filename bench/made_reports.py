"""Reports made by rule from a seeded vocabulary, in four formats, and questions whose place in them is known."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import docx

CHARACTERS = 10_000
"""Length of a report's text, about: three or four printed pages."""

FORMATS = ("md", "md", "md", "txt", "txt", "txt", "txt", "html", "html", "docx")
"""What each report of ten is written as."""

_KINDS = (
    "Harbour Office", "Water Board", "Forest Trust", "Rail Works", "Grain Company", "Bridge Authority",
    "Museum Fund", "Power Station", "Fishing Union", "Ferry Line", "Seed Bank", "Stone Quarry",
)  # fmt: skip
_SYLLABLES = (
    "bar", "cor", "dal", "el", "fen", "gar", "hol", "is", "kel", "lor", "mar", "nor", "ost", "pel", "quin", "ros",
    "sel", "tam", "ul", "ver", "wes", "yar", "zel", "bri", "cla", "dro", "gle", "pri", "sta", "tre",
)  # fmt: skip
_ENDINGS = (
    "wick", "ham", "ford", "mouth", "stad", "berg", "haven", "ton", "dale", "field", "minster", "bridge",
)  # fmt: skip
_ACTORS = (
    "board", "office", "committee", "auditor", "council", "crew", "management", "supervisor", "workshop", "bank",
    "insurer", "county", "contractor", "planning group", "research unit", "staff", "owner", "ministry",
)  # fmt: skip
_DEEDS = (
    "reviewed", "extended", "repaired", "replaced", "inspected", "sold", "leased", "insured", "measured",
    "renewed", "closed", "opened", "modernised", "surveyed", "delayed", "financed", "valued", "audited",
)  # fmt: skip
_THINGS = (
    "pump house", "north quay", "archive", "payroll system", "store of spare parts", "training programme",
    "eastern yard", "power line", "safety plan", "fleet of vehicles", "heating plant", "long-term contract",
    "pension scheme", "drainage channel", "signal tower", "loan agreement", "workshop roof", "weather station",
    "customer register", "fuel depot", "emergency fund", "staff canteen", "access road", "control room",
)  # fmt: skip
_QUALITIES = (
    "older", "smaller", "new", "main", "temporary", "remaining", "southern", "second", "disused", "public",
    "well-kept", "shared", "leased", "outer", "inner", "reserve", "automatic", "historic",
)  # fmt: skip
_REASONS = (
    "because prices of steel rose", "after a storm in the spring", "as the plan of the year before foresaw",
    "since the old permit had run out", "to save energy in winter", "at the request of the county",
    "although the tender had failed once", "when the lease came to its end", "before the new rules took effect",
    "so that fewer hours are lost to repairs", "without interrupting daily work",
)  # fmt: skip
_UNITS = (
    "tonnes", "hectares", "kilometres", "cubic metres", "working hours", "visits", "megawatt hours", "litres",
)  # fmt: skip
_TOPICS = (
    "Business of the year", "Works and repairs", "Staff", "Finance", "Risks", "Environment", "Suppliers",
    "Buildings and land", "Safety", "Research", "Relations with neighbours", "Outlook",
)  # fmt: skip
_ROWS = (
    "Wages and salaries", "Energy", "Repairs", "Insurance", "Rent", "Fuel", "Training", "Interest paid",
    "Legal advice", "Depreciation", "Cleaning", "Travel", "Software", "Donations",
)  # fmt: skip
_FACTS = (
    ("employees", "At the end of {year} {name} employed {value} people.",
     "How many people did {name} employ at the end of {year}?"),
    ("visitors", "The open day of {name} drew {value} visitors in {year}.",
     "How many visitors did the open day of {name} draw in {year}?"),
    ("trees", "In {year} {name} planted {value} trees along its boundary.",
     "How many trees did {name} plant in {year}?"),
    ("donations", "{name} gave {value} euros to local schools in {year}.",
     "How many euros did {name} give to local schools in {year}?"),
)  # fmt: skip

Part = tuple[str, object]
"""Kind ("title", "heading", "paragraph" or "table") and text, or rows of texts."""


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """A question, the report (file name without its ending) that answers it, and the value that stands there."""

    question: str
    document_id: str
    value: str


@dataclass(frozen=True, slots=True)
class MadeReport:
    """One report: its file's name, its parts in order, and a question about it."""

    filename: str
    parts: list[Part]
    known: KnownPlace


def make_reports(folder: Path, count: int, seed: int) -> list[KnownPlace]:
    """Write `count` reports into `folder`; return a question about each. The same seed gives the same words."""
    known = []
    for number in range(count):
        report = make_report(number, seed)
        _WRITERS[report.filename.rpartition(".")[2]](folder / report.filename, report.parts)
        known.append(report.known)
    return known


def make_report(number: int, seed: int) -> MadeReport:
    """Return report `number`: its name is its own, and its fact stands in one sentence somewhere in the middle."""
    source = random.Random(f"{seed} {number}")
    # Number in the mixed base of syllables and endings: no two reports below 10,800 are of the same place.
    place = (
        _SYLLABLES[number % len(_SYLLABLES)]
        + _SYLLABLES[number // len(_SYLLABLES) % len(_SYLLABLES)]
        + _ENDINGS[number // len(_SYLLABLES) ** 2 % len(_ENDINGS)]
    )
    name = f"the {place.capitalize()} {source.choice(_KINDS)}"
    year = source.randrange(2005, 2025)
    topic, stated, question = source.choice(_FACTS)
    value = f"{source.randrange(1_000, 99_999):,}"
    fact = stated.format(name=name, year=year, value=value)
    parts: list[Part] = [("title", f"Annual report {year} of {name}")]
    topics = source.sample(_TOPICS, len(_TOPICS))
    sections = [_make_section(source, heading, name, year) for heading in topics]
    keep = max(3, round(CHARACTERS * len(sections) / sum(map(_length, sections))))
    sections = sections[: min(keep, len(sections))]
    middle = sections[len(sections) // 2]
    middle.insert(1, ("paragraph", f"{fact[0].upper()}{fact[1:]} {_make_sentence(source)} {_make_sentence(source)}"))
    parts += [part for section in sections for part in section]
    document_id = f"{place}-{topic}-{year}"
    filename = f"{document_id}.{FORMATS[number % len(FORMATS)]}"
    return MadeReport(filename, parts, KnownPlace(question.format(name=name, year=year), document_id, value))


def _length(section: Sequence[Part]) -> int:
    return sum(len(what) if isinstance(what, str) else sum(len(cell) for row in what for cell in row)
               for _, what in section)  # fmt: skip


def _make_section(source: random.Random, heading: str, name: str, year: int) -> list[Part]:
    parts: list[Part] = [("heading", heading)]
    for _ in range(source.randint(2, 4)):
        parts.append(("paragraph", " ".join(_make_sentence(source) for _ in range(source.randint(3, 6)))))
    if source.random() < 0.3:
        parts.append(("paragraph", f"Costs of {name} by kind (in thousands of euros):"))
        rows = [["Kind", str(year), str(year - 1)]]
        rows += [
            [label, *(f"{source.randrange(10, 9_000):,}" for _ in range(2))]
            for label in source.sample(_ROWS, source.randint(3, 6))
        ]
        parts.append(("table", rows))
    return parts


def _make_sentence(source: random.Random) -> str:
    actor, deed = source.choice(_ACTORS), source.choice(_DEEDS)
    thing = f"{source.choice(_QUALITIES)} {source.choice(_THINGS)}"
    reason, unit = source.choice(_REASONS), source.choice(_UNITS)
    amount = f"{source.randrange(20, 40_000):,} {unit}"
    share = f"{source.randrange(1, 400) / 10:.1f} %"
    forms = (
        f"The {actor} {deed} the {thing} {reason}.",
        f"{reason[0].upper()}{reason[1:]}, the {actor} {deed} the {thing}, and {amount} were counted.",
        f"The {thing} took {amount}, {share} more than in the year before.",
        f"Of {amount}, {share} went to the {thing}, which the {actor} had {deed}.",
        f"The {actor} expects that the {thing} will need {amount} next year {reason}.",
        f"In the {source.choice(('first', 'second', 'third', 'fourth'))} quarter the {actor} {deed} the {thing}; "
        f"the {source.choice(_ACTORS)} agreed.",
    )
    return source.choice(forms)


def _write_markdown(path: Path, parts: Sequence[Part]) -> None:
    written = []
    for kind, what in parts:
        if kind == "table":
            lines = ["| " + " | ".join(row) + " |" for row in what]
            written.append("\n".join([lines[0], "|" + "---|" * len(what[0]), *lines[1:]]))
        else:
            written.append({"title": "# ", "heading": "## ", "paragraph": ""}[kind] + what)
    path.write_text("\n\n".join(written) + "\n", "utf-8")


def _write_text(path: Path, parts: Sequence[Part]) -> None:
    written, number = [], 0
    for kind, what in parts:
        if kind == "heading":
            number += 1
            written.append(f"{number}. {what}")
        else:
            written.append("\n".join("\t".join(row) for row in what) if kind == "table" else what)
    path.write_text("\n\n".join(written) + "\n", "utf-8")


def _write_html(path: Path, parts: Sequence[Part]) -> None:
    names = {"title": "h1", "heading": "h2", "paragraph": "p"}
    body = ""
    for kind, what in parts:
        if kind == "table":
            head, *rows = [[escape(cell) for cell in row] for row in what]
            body += f"<table><tr><th>{'</th><th>'.join(head)}</th></tr>"
            body += "".join(f"<tr><td>{'</td><td>'.join(row)}</td></tr>" for row in rows) + "</table>\n"
        else:
            body += f"<{names[kind]}>{escape(what)}</{names[kind]}>\n"
    path.write_text(f"<!doctype html><html><head><meta charset=utf-8></head><body>\n{body}</body></html>\n", "utf-8")


def _write_docx(path: Path, parts: Sequence[Part]) -> None:
    document = docx.Document()
    for kind, what in parts:
        if kind == "table":
            table = document.add_table(len(what), len(what[0]))
            for row, texts in zip(table.rows, what, strict=True):
                for cell, text in zip(row.cells, texts, strict=True):
                    cell.text = text
        elif kind == "paragraph":
            document.add_paragraph(what)
        else:
            document.add_heading(what, 0 if kind == "title" else 1)
    document.save(str(path))


_WRITERS = {"md": _write_markdown, "txt": _write_text, "html": _write_html, "docx": _write_docx}
