"""A page of a PDF -> PNG with boxes around a range of its text: the only import of Pillow."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from io import BytesIO
from itertools import pairwise
from re import finditer

from PIL import Image, ImageChops, ImageDraw

from index.formats.pdf_glyphs import PageText, open_pdf
from index.formats.pdf_lines import make_lines, order_regions
from index.types import Range

LONGEST_SIDE_PIXELS = 1800
_LARGEST_SCALE = 2.0
"""Pixels a point: 144 to the inch, enough to read notes by."""

_MOST_COMPARISONS = 4_000_000

_TINT, _EDGE = (252, 226, 140), (29, 90, 122)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page in points; `y0` is its lower edge."""

    x0: float
    y0: float
    x1: float
    y1: float


def render_page(content: bytes, number: int, text: str = "", marked: Range | None = None) -> bytes:
    """Return page `number` (1-based) as a PNG; `marked` is a range of `text`, the document's text of that page.

    What of the range cannot be found on the page again is not marked.

    Raises:
        UnreadableFile: the PDF cannot be opened.
    """
    with open_pdf(content, f"page {number}") as file:
        boxes = find_boxes(file.read_page(number), text, marked) if marked else []
        page = file.load_page(number)
        scale = min(_LARGEST_SCALE, LONGEST_SIDE_PIXELS / max(*page.get_size(), 1))
        bitmap = page.render(scale=scale)
        place = bitmap.get_posconv(page)
        corners = [(place.to_bitmap(box.x0, box.y0), place.to_bitmap(box.x1, box.y1)) for box in boxes]
        image = _draw(bitmap.to_pil().convert("RGB"), corners)
        bitmap.close()
        page.close()
    written = BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


def find_boxes(page: PageText, text: str, marked: Range) -> list[Box]:
    """Return a box for each stretch of a line that `text[start:end]` covers, in reading order.

    The text of a page is its words in another arrangement: running lines left out, paragraphs joined, marks of cells
    brought together. So the words of both are aligned, and those of the range keep the boxes of their counterparts.
    """
    start, end = marked
    words = [(found.group(), found.start(), found.end()) for found in finditer(r"\S+", text)]
    placed = list(_place_words(page))
    matcher = SequenceMatcher(None, [word for word, _ in placed], [word for word, _, _ in words], autojunk=False)
    chosen: list[int] = []
    for kind, i0, i1, j0, j1 in matcher.get_opcodes():
        inside = [j for j in range(j0, j1) if words[j][1] < end and start < words[j][2]]
        if kind == "equal":
            chosen += [i0 + j - j0 for j in inside]
        elif kind == "replace" and inside:
            others = [word for word, _ in placed[i0:i1]]
            chosen += [i0 + i for i in _match_letters(others, [word for word, _, _ in words[j0:j1]], inside, j0)]
    return _join([placed[i][1] for i in chosen])


def _place_words(page: PageText) -> Iterator[tuple[str, Box]]:
    for region in order_regions(make_lines(page.segments)):
        for line in region.lines:
            for segment in line.segments:
                for word in segment.words:
                    yield word.text, Box(word.x0, segment.y0, word.x1, segment.y1)


def _match_letters(placed: Sequence[str], words: Sequence[str], inside: Sequence[int], first: int) -> list[int]:
    """Return which of `placed` have half of their letters in the words `inside`, which are numbered from `first`.

    Words are cut otherwise on the page where a line end parts one, or where a mark stands in a column of its own.
    """
    left = [(letter, i) for i, word in enumerate(placed) for letter in word]
    right = [(letter, first + j) for j, word in enumerate(words) for letter in word]
    if len(left) * len(right) > _MOST_COMPARISONS:
        return []
    wanted, found = set(inside), Counter()
    matcher = SequenceMatcher(None, [letter for letter, _ in left], [letter for letter, _ in right], autojunk=False)
    for block in matcher.get_matching_blocks():
        for step in range(block.size):
            found[left[block.a + step][1]] += right[block.b + step][1] in wanted
    return [i for i, word in enumerate(placed) if 2 * found[i] >= len(word)]


def _join(boxes: Sequence[Box]) -> list[Box]:
    """Return one box for neighbours on one line."""
    joined = list(boxes[:1])
    for before, box in pairwise(boxes):
        last, height = joined[-1], box.y1 - box.y0
        shared = min(before.y1, box.y1) - max(before.y0, box.y0)
        if shared > 0.5 * min(height, before.y1 - before.y0) and -height < box.x0 - before.x1 < 2 * height:
            joined[-1] = Box(last.x0, min(last.y0, box.y0), max(last.x1, box.x1), max(last.y1, box.y1))
        else:
            joined.append(box)
    return joined


def _draw(image: Image.Image, corners: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> Image.Image:
    tint, edges = Image.new("RGB", image.size, "white"), []
    for (ax, ay), (bx, by) in corners:
        # A turned page turns its boxes, and with them which corner comes first.
        edges.append((min(ax, bx) - 2, min(ay, by) - 1, max(ax, bx) + 2, max(ay, by) + 1))
        ImageDraw.Draw(tint).rectangle(edges[-1], fill=_TINT)
    # Multiplied, the tint colours the paper and leaves the ink as it is.
    marked = ImageChops.multiply(image, tint)
    for edge in edges:
        ImageDraw.Draw(marked).line((edge[0], edge[3], edge[2], edge[3]), fill=_EDGE, width=2)
    return marked
