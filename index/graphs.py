"""Compiled models on disk -> sessions and tokenizers: the only import of onnxruntime and of tokenizers."""

from pathlib import Path

from onnxruntime import InferenceSession, SessionOptions
from tokenizers import Tokenizer

__all__ = ["InferenceSession", "Tokenizer", "open_session", "open_tokenizer"]


def open_session(path: Path) -> InferenceSession:
    """Return the graph in `path`, run on one thread of the CPU a call, so that cores do not change its sums."""
    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return InferenceSession(path, options, providers=["CPUExecutionProvider"])


def open_tokenizer(path: Path) -> Tokenizer:
    """Return the tokenizer in `path`; it never cuts and never pads."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
