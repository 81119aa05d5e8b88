"""sentence-transformers model -> compiled encoder: the only import of sentence_transformers and of torch.

Run as `python -m index.export SOURCE WEIGHTS_SHA256 FOLDER`, in a process of its own: importing torch takes
seconds and hundreds of megabytes that what asks, adds and serves never pays.
"""

import shutil
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from index.durable import encode_json
from index.encoder import COMPILED_FORMAT, Encoder, hash_file, seal
from index.errors import EncoderError

MIN_COSINE = 0.9999
"""Below this cosine with the reference, in 32-bit floats, a compiled form is refused."""

_SAMPLES = (
    "How many patents were granted?",
    "Revenue rose by 12.4% to EUR 3,081 million, of which EUR 417 million fell to licences; costs were unchanged.",
    "naïve café – déjà vu; 知识产权 报告",
    " ".join(
        f"In {year} the office received {1000 + 37 * year} filings and closed 9 in 10." for year in range(2001, 2010)
    ),
)


class _Pipeline(torch.nn.Module):
    """All modules of the model in one graph: transformer, pooling, and what else it has, then unit length."""

    def __init__(self, model: SentenceTransformer, names: list[str]) -> None:
        super().__init__()
        self.model = model
        self.names = names

    def forward(self, *columns: torch.Tensor) -> torch.Tensor:
        embedding = self.model(dict(zip(self.names, columns, strict=True)))["sentence_embedding"]
        return torch.nn.functional.normalize(embedding, p=2, dim=1)


def export_encoder(source: Path, weights_sha256: str, folder: Path) -> float:
    """Write the compiled form of the model in `source` to `folder`; return its smallest cosine with the reference.

    The folder appears whole by one rename.

    Raises:
        EncoderError: the compiled vectors differ from the reference's by more than `MIN_COSINE` allows.
    """
    model = SentenceTransformer(str(source), device="cpu", local_files_only=True).eval()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".making-") as scratch:
        made = Path(scratch) / "encoder"
        made.mkdir()
        _write_graph(model, made / "model.onnx")
        model.tokenizer.backend_tokenizer.save(str(made / "tokenizer.json"))
        facts = {
            "format": COMPILED_FORMAT,
            "weights_sha256": weights_sha256,
            "max_pieces": model.max_seq_length,
            "dimensions": model.get_embedding_dimension(),
            "files": {name: hash_file(made / name) for name in ("model.onnx", "tokenizer.json")},
        }
        (made / "encoder.json").write_bytes(encode_json({**facts, "seal": seal(facts)}))
        encoder = Encoder(made)
        samples = [text for text in _SAMPLES if encoder.count_pieces(text) <= encoder.max_pieces]
        cosine = measure_cosine(model, encoder, samples)
        if cosine < MIN_COSINE:
            raise EncoderError(f"compiled vectors have cosine {cosine:.6f} with the reference, expected ≥ {MIN_COSINE}")
        if folder.exists():
            shutil.rmtree(folder)
        made.rename(folder)
    return cosine


def measure_cosine(model: SentenceTransformer, encoder: Encoder, texts: tuple[str, ...] | list[str]) -> float:
    """Return the smallest cosine between the reference's vector of a text and the compiled form's."""
    reference = model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
    return float(np.min(np.sum(reference * encoder.encode(texts), axis=1)))


def _write_graph(model: SentenceTransformer, path: Path) -> None:
    sample = model.tokenizer(_SAMPLES[1], return_tensors="pt")
    names = [name for name in ("input_ids", "attention_mask", "token_type_ids") if name in sample]
    length = torch.export.Dim("pieces", min=2, max=model.max_seq_length)
    with warnings.catch_warnings():
        # The exporter warns of its own internals; the cosine check is what tells whether the graph is right.
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            _Pipeline(model, names),
            tuple(sample[name] for name in names),
            input_names=names,
            output_names=["vector"],
            dynamic_shapes=({1: length},) * len(names) if len(names) == 1 else (tuple({1: length} for _ in names),),
            dynamo=True,
            verbose=False,
        )
        program.save(path, external_data=False)


if __name__ == "__main__":
    export_encoder(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
