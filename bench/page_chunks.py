"""Two common ways to cut a PDF into chunks that are found by their cosine, each with the pages that it is from."""

import re
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pypdf
import pypdfium2
from langchain_text_splitters import RecursiveCharacterTextSplitter
from markitdown import MarkItDown

from index.encoder import Encoder
from index.types import Vectors

CHUNK, CHUNK_OVERLAP = 1000, 200
"""Characters of a chunk and of its overlap with the next: what tutorials give."""

SHINGLE = 4
"""Words in a row by which a chunk without a page is looked for in the texts of the pages."""

Chunks = Mapping[str, Sequence[tuple[str, frozenset[int]]]]
"""The chunks of each document, each with the pages that it is from."""

Ranking = Callable[[str, str], list[frozenset[int]]]
"""A document's name and a question -> the pages of its best chunks, best first."""


def chunk_pypdf(files: Iterable[Path]) -> Chunks:
    """Return the text of each page as pypdf gives it, cut by characters."""
    started, found = time.perf_counter(), {}
    for path in files:
        pages = [page.extract_text() for page in pypdf.PdfReader(path).pages]
        found[path.stem] = [
            (chunk, frozenset([number])) for number, text in enumerate(pages, 1) for chunk in _split(text)
        ]
    _say_chunks("pypdf", found, started)
    return found


def chunk_markdown(files: Iterable[Path]) -> Chunks:
    """Return each file as Markdown, cut by characters; a chunk's pages are those that share most of its words."""
    started, found, converter = time.perf_counter(), {}, MarkItDown()
    for path in files:
        pages = [set(_shingles(text)) for text in read_page_texts(path)]
        found[path.stem] = [
            (chunk, locate_pages(chunk, pages)) for chunk in _split(converter.convert(str(path)).text_content)
        ]
    _say_chunks("MarkItDown", found, started)
    return found


def read_page_texts(path: Path) -> list[str]:
    """Return the text of each page as PDFium gives it."""
    with pypdfium2.PdfDocument(path) as document:
        return [page.get_textpage().get_text_range() for page in document]


def locate_pages(chunk: str, pages: Sequence[Collection[str]]) -> frozenset[int]:
    """Return the page that holds most of the chunk's runs of words, and those that hold at least half as many."""
    runs = _shingles(chunk)
    shared = [sum(run in page for run in runs) for page in pages]
    most = max(shared)
    return frozenset(number for number, count in enumerate(shared, 1) if most and 2 * count >= most)


def _shingles(text: str) -> list[str]:
    words = re.findall(r"\w+", text.casefold())
    size = min(SHINGLE, len(words))
    return [" ".join(words[i : i + size]) for i in range(len(words) - size + 1)] if words else []


def _split(text: str) -> list[str]:
    return RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=CHUNK_OVERLAP).split_text(text)


def _say_chunks(name: str, found: Chunks, started: float) -> None:
    print(f"{name}: {sum(map(len, found.values()))} chunks in {time.perf_counter() - started:.1f} s\n", flush=True)


def rank_chunks(chunks: Chunks, encoder: Encoder, limit: int) -> Ranking:
    """Return a ranking by the cosine of the question with each chunk; what the encoder cannot read is left off."""
    vectors: dict[str, Vectors] = {}
    cut = 0
    for name, found in chunks.items():
        readable = [_shorten(chunk, encoder) for chunk, _ in found]
        cut += sum(len(short) < len(chunk) for short, (chunk, _) in zip(readable, found, strict=True))
        vectors[name] = encoder.encode(readable)
    print(f"{cut} of {sum(map(len, chunks.values()))} chunks are longer than the encoder reads and lost their end\n")

    def rank(document: str, question: str) -> list[frozenset[int]]:
        cosines = vectors[document] @ encoder.encode([question])[0]
        return [chunks[document][row][1] for row in np.argsort(-cosines, kind="stable")[:limit]]

    return rank


def _shorten(text: str, encoder: Encoder) -> str:
    """Return the most words of the text that the encoder reads, as other encoders cut without a word."""
    if encoder.count_pieces(text) <= encoder.max_pieces:
        return text
    ends = [match.end() for match in re.finditer(r"\S+", text)]
    low, high = 0, len(ends)
    while high - low > 1:
        middle = (low + high) // 2
        fits = encoder.count_pieces(text[: ends[middle - 1]]) <= encoder.max_pieces
        low, high = (middle, high) if fits else (low, middle)
    return text[: ends[low - 1]] if low else text[:100]
