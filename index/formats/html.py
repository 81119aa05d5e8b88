"""HTML -> Document: what a browser would show, in its order."""

import re
from collections import Counter
from contextlib import suppress

from lxml import etree

from index.errors import UnreadableFile
from index.formats.builder import TextBuilder
from index.formats.characters import name_of
from index.formats.html_tables import CELLS, TableReader
from index.formats.text import decode_text
from index.types import Document

_NEVER_SHOWN = frozenset(
    {"script", "style", "template", "noscript", "head", "svg", "math", "canvas", "iframe", "object", "audio", "video"}
    | {"select", "textarea", "button", "datalist", "dialog", "noframes", "applet", "ix:header", "ix:hidden"}
)
_INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd"}
    | {"label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var"}
    | {"wbr", "img", "nobr", "acronym", "ruby", "rt", "rp", "input"}
)
_HEADING = re.compile(r"h[1-6]")
_BEFORE_NOTE = re.compile(r"\w{3}$|[\d.!?,;:)”\"]$")
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:;|$)", re.I
)
_HIDING_RULE = re.compile(r"([^{}]+)\{[^{}]*(?:display\s*:\s*none|visibility\s*:\s*hidden)[^{}]*\}", re.I)
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]+)|<\?xml[^>]{0,100}encoding=[\"']([\w-]+)", re.I)
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.I)


def read_html(content: bytes, document_id: str) -> Document:
    """Return the document of a web page: headings h1 to h6, paragraphs, lists and tables; scripts and hidden text not.

    Raises:
        UnreadableFile: the bytes cannot be decoded, or nothing of the page would be shown.
    """
    root = _parse(content, document_id)
    reader = _PageReader(root)
    parts = reader.read()
    builder = TextBuilder()
    bold_headings = not any(kind == "heading" for kind, *_ in parts)
    for i, (kind, value, facts) in enumerate(parts):
        following = parts[i + 1][0] if i + 1 < len(parts) else ""
        if kind == "heading":
            builder.add_heading(value, (facts,))
        elif kind == "table":
            builder.add_table(value, facts[0], facts[1])
        elif bold_headings and facts and following and _is_heading_like(value):
            builder.add_heading(value, (1 if value.isupper() else 2,))
        else:
            builder.add_paragraph(value)
    return builder.finish(document_id, _find_title(root, parts) or name_of(document_id))


def _parse(content: bytes, document_id: str) -> etree._Element:
    text = _decode(content).replace("\0", "")
    # The tree is walked without recursion, so depth costs nothing; the parser's own limit would cut text silently.
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.LxmlError as problem:
        raise UnreadableFile(
            f"'{document_id}' is no HTML that can be read in the memory given ({problem}); save it as text"
        ) from problem
    too_deep = [error.message for error in parser.error_log if error.type_name == "ERR_RESOURCE_LIMIT"]
    if too_deep:
        raise UnreadableFile(f"'{document_id}' is HTML over a limit of its parser ({too_deep[0]}); save it as text")
    if root is None:
        raise UnreadableFile(f"'{document_id}' holds no text ({len(content)} bytes): give a file with text in it")
    return root


def _decode(content: bytes) -> str:
    declared = _CHARSET.search(content[:4096])
    if not declared or content.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return decode_text(content)
    name = (declared.group(1) or declared.group(2)).decode("ascii").lower()
    # Browsers read Latin-1 as cp1252, and so do pages that declare an encoding wrongly.
    for encoding in ("cp1252" if name in ("iso-8859-1", "latin1", "ascii", "us-ascii") else name, "utf-8", "cp1252"):
        with suppress(LookupError, UnicodeDecodeError):
            return content.decode(encoding)
    return decode_text(content)


class _PageReader:
    """Walks the tree once and collects (kind, value, facts) parts in order."""

    def __init__(self, root: etree._Element) -> None:
        self._root = root
        self._hidden = _find_hidden_names(root)
        self._parts: list[tuple] = []
        self._line: list[str] = []
        self._bold: Counter[bool] = Counter()
        self._bold_above: list[bool] = []
        self._pre_depth = 0
        self._item = ""
        self._counters: list[int] = []
        self._tables: list[TableReader] = []

    def read(self) -> list[tuple]:
        walk = etree.iterwalk(self._root, events=("start", "end"))
        skipped = None
        for event, element in walk:
            name = _name_of(element)
            if event == "start" and (name in _NEVER_SHOWN or self._is_hidden(element)):
                walk.skip_subtree()
                skipped = element
            elif event == "start":
                self._open(name, element)
                self._add(element.text)
            else:
                if element is not skipped:
                    self._close(name)
                if element is not self._root:
                    self._add(element.tail)
        self._flush()
        return self._parts

    def _open(self, name: str, element: etree._Element) -> None:
        if name not in _INLINE and name != "br":
            self._flush()
        self._bold_above.append(name in ("b", "strong", "th") or bool(_BOLD.search(element.get("style", ""))))
        self._pre_depth += name == "pre"
        if name == "br":
            self._line.append("\n")
        elif name == "table":
            self._tables.append(TableReader(self._parts))
            self._parts = []
        elif name in ("ol", "ul"):
            self._counters.append(0 if name == "ol" else -1)
        elif name == "li":
            self._open_item()
        elif name == "sup" and (element.text or "").strip().isdigit() and _BEFORE_NOTE.search(self._tail()):
            # A note's number must not become a digit of what it stands behind.
            self._line.append(" ")
        elif self._tables:
            self._tables[-1].open(name, element)

    def _open_item(self) -> None:
        numbered = self._counters and self._counters[-1] >= 0
        if numbered:
            self._counters[-1] += 1
        # It waits for its words, which may stand in a paragraph of their own.
        self._item = f"{self._counters[-1]}. " if numbered else "• "

    def _close(self, name: str) -> None:
        self._bold_above.pop()
        if name in ("ol", "ul") and self._counters:
            self._counters.pop()
        if name not in _INLINE and name != "br":
            self._flush(int(name[1]) if _HEADING.fullmatch(name) else 0)
        self._pre_depth -= name == "pre"
        if name == "li":
            self._item = ""
        if name == "table" and self._tables:
            table = self._tables.pop()
            self._parts, inner = table.outside, self._parts
            self._parts += table.finish(inner)
        elif self._tables and (name in CELLS or name == "caption"):
            self._parts = self._tables[-1].close(name, self._parts)

    def _add(self, text: str | None) -> None:
        if text:
            self._line.append(text if self._pre_depth else re.sub(r"[ \t\r\n\f\xa0]+", " ", text))
            self._bold[any(self._bold_above[-8:])] += len(text.strip())

    def _tail(self) -> str:
        return self._line[-1][-3:] if self._line else ""

    def _flush(self, heading: int = 0) -> None:
        lines = "".join(self._line).split("\n")
        text = "\n".join(line.strip() if not self._pre_depth else line.rstrip() for line in lines).strip("\n")
        text = re.sub(r"\n{2,}", "\n", text)
        if text.strip():
            bold = self._bold[True] > 0 and not self._bold[False]
            self._parts.append(
                ("heading", " ".join(text.split()), heading) if heading else ("text", self._item + text, bold)
            )
            self._item = ""
        self._line = []
        self._bold.clear()

    def _is_hidden(self, element: etree._Element) -> bool:
        if "hidden" in element.attrib or _HIDING.search(element.get("style", "")):
            return True
        names = {f".{name}" for name in element.get("class", "").split()} | {f"#{element.get('id', '')}"}
        return bool(self._hidden & names)


def _find_hidden_names(root: etree._Element) -> set[str]:
    names: set[str] = set()
    for style in root.iter("style"):
        for selectors in _HIDING_RULE.findall("".join(style.itertext())[:200_000]):
            names |= {part.strip() for part in selectors.split(",") if re.fullmatch(r"\s*[.#][\w-]+\s*", part)}
    return names


def _find_title(root: etree._Element, parts: list[tuple]) -> str:
    first = [value for kind, value, level in parts if kind == "heading" and level == 1]
    named = " ".join("".join(root.findtext(".//title") or "").split())
    return first[0] if first and (len(first) == 1 or not named) else named


def _name_of(element: etree._Element | None) -> str:
    return element.tag.lower() if element is not None and isinstance(element.tag, str) else ""


def _is_heading_like(text: str) -> bool:
    return len(text.split()) <= 16 and not re.search(r"[.,;:]$", text) and any(c.isalpha() for c in text)
