"""Bytes -> Document: encodings, byte order marks, and files that are no text."""

import codecs

import pytest

from index.errors import UnknownFormat, UnreadableFile
from index.formats import read_document, recognise_media_type
from index.formats.text import decode_text, read_text

FRENCH = (
    "Le rapport annuel de l'office présente les résultats de l'année écoulée. Près de vingt mille brevets ont été "
    "délivrés, soit une hausse de sept pour cent par rapport à l'année précédente. Les procédures d'opposition ont "
    "été simplifiées et les délais réduits grâce à la dématérialisation complète des échanges."
)
CHINESE = (
    "二〇一七年，全国专利行政执法办案总量达到六万六千六百四十九件，同比增长百分之三十六点三。其中，专利纠纷案件两万八千一百五十七件。"
    "国家知识产权局继续加强执法工作，组织开展了专项行动，深化跨区域执法协作机制。"
)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (FRENCH, "utf-8"),
        (FRENCH, "latin-1"),
        (FRENCH, "cp1252"),
        (CHINESE, "utf-8"),
        (CHINESE, "gb18030"),
        (CHINESE, "utf-16"),
        (FRENCH, "utf-16"),
        ("", "utf-8-sig"),
    ],
)
def test_text_of_common_encodings_is_read(text, encoding):
    text = text or "One short line."
    assert read_text(text.encode(encoding), "report").text == text


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ],
)
def test_byte_order_mark_is_no_character_of_the_text(mark, encoding):
    text = "Report\n\nThe office closed 9 of 10 cases – naïve counting. 😀\n"
    assert read_text(mark + text.encode(encoding), "report").text == text


@pytest.mark.parametrize(("mark", "encoding"), [(codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be")])
def test_utf_32_is_read_or_refused_but_never_garbled(mark, encoding):
    text = "The office closed nine of ten cases."
    try:
        read = decode_text(mark + text.encode(encoding))
    except UnreadableFile:
        return
    assert read == text


@pytest.mark.parametrize("content", [b"", b" ", b"\n\r\n\t", codecs.BOM_UTF8, "\u3000\u2028".encode()])
def test_file_without_text_is_refused_by_name(content):
    with pytest.raises(UnreadableFile, match=rf"'empty-report' holds no text \({len(content)} bytes\)"):
        read_text(content, "empty-report")


@pytest.mark.parametrize(
    "content",
    [b"a\0b", b"\0", b"MZ\0\0\x03", codecs.BOM_UTF8 + b"a\0b", codecs.BOM_UTF16_LE + "a\0b".encode("utf-16-le")],
)
def test_nul_characters_show_that_it_is_no_text(content):
    with pytest.raises(UnreadableFile, match="NUL"):
        read_text(content, "program")


@pytest.mark.parametrize(
    ("content", "encoding"),
    [(codecs.BOM_UTF8 + b"\xff\xff", "utf-8"), (codecs.BOM_UTF16_LE + b"\x00\xd8", "utf-16")],
)
def test_bytes_that_break_the_encoding_of_their_mark_are_refused(content, encoding):
    with pytest.raises(UnreadableFile, match=encoding):
        read_text(content, "broken")


@pytest.mark.parametrize("content", [bytes(range(1, 256)) * 8, b"\x81\x8d\x8f\x90\x9d" * 200, b"\xfe" * 999])
def test_bytes_that_are_hardly_text_are_read_whole_or_refused(content):
    try:
        document = read_text(content, "odd")
    except UnreadableFile:
        return
    assert document.text.strip()
    document.text.encode("utf-8")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"PK\x03\x04rest", "a ZIP container"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Office file"),
        (b"\x89PNG\r\n", "a PNG image"),
        (b"\xff\xd8\xff\xe0", "a JPEG image"),
        (b"GIF89a", "a GIF image"),
        (b"\x1f\x8b\x08", "a gzip archive"),
        (b"\x7fELF\x02", "a program"),
    ],
)
def test_other_formats_are_refused_by_their_signature(content, name):
    with pytest.raises(UnknownFormat, match=f"the file is {name}(?s:.*)save or export it as text"):
        read_document(content, "report")


def test_media_type_follows_the_bytes():
    assert recognise_media_type(b"PDF is a format") == "text/plain"
    document, media_type = read_document(b"PDF is a format.", "about-pdf")
    assert (document.text, media_type) == ("PDF is a format.", "text/plain")
