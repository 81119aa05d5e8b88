"""Tokens are counted, never downloaded, and never read as commands."""

import socket

import pytest

from index.tokens import ENCODING, count_tokens


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("hello world", 2), (" hello", 1), ("28,157", 3), ("tiktoken is great!", 6), ("知识产权", 5)],
)
def test_counts_of_the_published_vocabulary(text, count):
    assert count_tokens(text) == count


def test_marks_of_special_tokens_are_plain_text():
    assert count_tokens("<|endoftext|>") > 1


@pytest.mark.parametrize("character", ["é", "知", "😀", "\U0010ffff", "\u0301"])
def test_no_character_has_more_than_four_tokens(character):
    """The smallest limit that any text can be cut to rests on this."""
    assert 1 <= count_tokens(character) <= 4


def test_counting_needs_no_network(monkeypatch):
    def refuse(*_):
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert count_tokens("no network") == 2
    assert ENCODING == "cl100k_base"
