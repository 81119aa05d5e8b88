"""Styles and numbering of a DOCX: which paragraphs are headings, and which number or bullet stands before them."""

import re
from collections import Counter

from lxml import etree

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_HEADING_NAME = re.compile(r"heading (\d)", re.I)
_MAX_LEVEL = 9


def tag(name: str) -> str:
    """Return the element name as lxml spells it."""
    return f"{{{NAMESPACE}}}{name}"


def read_value(element: etree._Element | None, path: str, name: str = "val") -> str | None:
    """Return an attribute of the element at `path` (names joined by `/`) below `element`, or None."""
    found = element.find("/".join(tag(step) for step in path.split("/"))) if element is not None else None
    return found.get(tag(name)) if found is not None else None


def is_on(properties: etree._Element | None, name: str) -> bool:
    """Tell whether a property such as bold or hidden is set, and not set to off."""
    found = properties.find(tag(name)) if properties is not None else None
    return found is not None and found.get(tag("val"), "1") not in ("0", "false", "off", "none")


class Styles:
    """The paragraph styles by id; level 0 is the title, 1 to 9 are headings."""

    def __init__(self, root: etree._Element | None) -> None:
        self._styles = (
            {style.get(tag("styleId")): style for style in root.iter(tag("style"))} if root is not None else {}
        )

    def find_level(self, paragraph: etree._Element) -> int | None:
        """Return the heading level of a paragraph, or None for body text."""
        properties = paragraph.find(tag("pPr"))
        own = read_value(properties, "outlineLvl")
        if own and own.isdecimal() and int(own) < _MAX_LEVEL:
            return int(own) + 1
        for style in self._chain(read_value(properties, "pStyle")):
            name = read_value(style, "name") or ""
            if name.lower() == "title":
                return 0
            heading = _HEADING_NAME.fullmatch(name)
            if heading:
                return int(heading.group(1))
            level = read_value(style, "pPr/outlineLvl")
            if level and level.isdecimal() and int(level) < _MAX_LEVEL:
                return int(level) + 1
        return None

    def find_numbering(self, paragraph: etree._Element) -> tuple[str, int] | None:
        """Return the list and the depth (0-based) of a paragraph that is numbered or bulleted."""
        properties = paragraph.find(tag("pPr"))
        sources = [properties, *(style.find(tag("pPr")) for style in self._chain(read_value(properties, "pStyle")))]
        for source in sources:
            number = read_value(source, "numPr/numId")
            if number:
                depth = read_value(source, "numPr/ilvl") or "0"
                return (number, int(depth) if depth.isdecimal() else 0) if number != "0" else None
        return None

    def is_bold(self, paragraph: etree._Element) -> bool:
        """Tell whether the paragraph's style is bold."""
        chain = self._chain(read_value(paragraph, "pPr/pStyle"))
        return any(is_on(style.find(tag("rPr")), "b") for style in chain)

    def _chain(self, name: str | None) -> list[etree._Element]:
        chain: list[etree._Element] = []
        while name in self._styles and len(chain) < 20:
            chain.append(self._styles[name])
            name = read_value(chain[-1], "basedOn")
        return chain


class Numbering:
    """Counts the lists as they are read, and gives each item the mark that Word shows."""

    def __init__(self, root: etree._Element | None) -> None:
        self._abstract: dict[str, dict[int, etree._Element]] = {}
        self._lists: dict[str, str] = {}
        self._counts: dict[str, Counter[int]] = {}
        if root is None:
            return
        for definition in root.iter(tag("abstractNum")):
            levels = {int(level.get(tag("ilvl"), "0")): level for level in definition.iter(tag("lvl"))}
            self._abstract[definition.get(tag("abstractNumId"), "")] = levels
        for number in root.iter(tag("num")):
            self._lists[number.get(tag("numId"), "")] = read_value(number, "abstractNumId") or ""

    def next_mark(self, number: str, depth: int) -> str:
        """Return the mark of the next item of list `number`, such as `2.1.` or a bullet; "" for an unknown list."""
        definition = self._lists.get(number, "")
        levels = self._abstract.get(definition, {})
        if depth not in levels:
            return ""
        counts = self._counts.setdefault(definition, Counter())
        counts[depth] += 1
        for deeper in [level for level in counts if level > depth]:
            del counts[deeper]
        form = read_value(levels[depth], "numFmt")
        if form in (None, "bullet", "none"):
            return "•" if form == "bullet" else ""
        pattern = (read_value(levels[depth], "lvlText") or "")[:40]
        return re.sub(r"%([1-9])", lambda match: self._count(levels, counts, int(match.group(1)) - 1), pattern)

    def _count(self, levels: dict[int, etree._Element], counts: Counter[int], depth: int) -> str:
        start = read_value(levels.get(depth), "start") or "1"
        value = max(counts[depth], 1) - 1 + (int(start) if start.isdecimal() else 1)
        form = read_value(levels.get(depth), "numFmt") or "decimal"
        if form in ("lowerLetter", "upperLetter"):
            letter = chr(ord("a") + (value - 1) % 26)
            return letter.upper() if form == "upperLetter" else letter
        if form in ("lowerRoman", "upperRoman"):
            roman = _to_roman(value)
            return roman if form == "upperRoman" else roman.lower()
        return str(value)


def _to_roman(value: int) -> str:
    digits = [(100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]
    written = ""
    value %= 400
    for worth, letters in digits:
        written += letters * (value // worth)
        value %= worth
    return written
