"""Trained span model -> the compiled form that ships: `python -m training.export --work DIR`."""

import argparse
import json
import tempfile
import warnings
from pathlib import Path
from shutil import copyfile

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from index.encoder import DEFAULT_MODEL, DEFAULT_WEIGHTS_SHA256, hash_file, locate_model
from rag.span_model import FOLDER
from training.span_model import SpanModel
from training.worlds import WORK

LICENCES = {
    "SQuAD 2.0, 24 articles of the development set": "CC BY-SA 4.0",
    "SQuAD 1.1, 13 articles of the development set": "CC BY-SA 4.0",
    "Natural Questions over Wikipedia pages": "CC BY-SA 4.0",
    "TAT-QA, questions answered by a span": "CC BY 4.0",
    "documents and questions written to train on, training/written and training/close_reading": "Apache-2.0",
    "questions without an answer written to train on, training/absent_questions.jsonl": "Apache-2.0",
}


class _Words(torch.nn.Module):
    """The word embeddings in 8 bits, each row with a scale of its own: a quarter of the size, read by the row."""

    def __init__(self, table: torch.Tensor) -> None:
        super().__init__()
        scale = table.abs().amax(1, keepdim=True) / 127
        self.register_buffer("rows", torch.round(table / scale).to(torch.int8))
        self.register_buffer("scale", scale)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return self.rows[ids].float() * self.scale[ids]


class _Whole(torch.nn.Module):
    """Ids and types in, of one window and without padding; scores out."""

    def __init__(self, model: SpanModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: torch.Tensor, types: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return self.model(ids, types, torch.ones_like(ids))


def export(trained: Path, target: Path, precision: str) -> None:
    """Write the graph of the weights in `trained` to `target`: precision "float32" or, for its products, "int8"."""
    model = SpanModel(locate_model(DEFAULT_MODEL))
    model.load_state_dict(torch.load(trained))
    model.eval()
    model.encoder.embeddings.word_embeddings = _Words(model.encoder.embeddings.word_embeddings.weight.detach())
    ids = torch.randint(1000, 20000, (1, 40))
    types = torch.ones_like(ids)
    length = torch.export.Dim("pieces", min=3, max=512)
    with warnings.catch_warnings(), tempfile.TemporaryDirectory() as scratch:
        # The exporter warns of its own internals; `training/measure.py` tells whether the graph is right.
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            _Whole(model),
            (ids, types),
            input_names=["ids", "types"],
            output_names=["start", "end", "answers"],
            dynamic_shapes={"ids": {1: length}, "types": {1: length}},
            dynamo=True,
            verbose=False,
        )
        plain = Path(scratch) / "plain.onnx"
        program.save(plain, external_data=False)
        if precision == "int8":
            quantize_dynamic(plain, target, ["MatMul"], per_channel=True, weight_type=QuantType.QInt8)
        else:
            copyfile(plain, target)
    onnx.checker.check_model(onnx.load(target))


def write_card(folder: Path, run: dict) -> None:
    """Write what the model in `folder` is, what it was made of and how, and the sha256 of its files."""
    card = {
        "model": "extractive reader: 6 layers, 384 wide, one window of a question and a text",
        "made_by": "make reader DATA=FOLDER",
        "begins_from": {"model": DEFAULT_MODEL, "weights_sha256": DEFAULT_WEIGHTS_SHA256, "licence": "Apache-2.0"},
        "data": LICENCES,
        "licence": "CC BY-SA 4.0, as much of the data that it learnt from",
        "precision": "products in 8 bits, word embeddings in 8 bits with a scale a row, else 32-bit floats",
        "run": run,
        "files": {name: hash_file(folder / name) for name in ("model.onnx", "tokenizer.json")},
    }
    (folder / "card.json").write_text(json.dumps(card, indent=2) + "\n", "utf-8")


def main() -> None:
    """Export as the command line says."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--work", type=Path, default=WORK, help="where the training left its weights")
    given = options.parse_args()
    FOLDER.mkdir(exist_ok=True)
    export(given.work / "trained.pt", FOLDER / "model.onnx", "int8")
    copyfile(locate_model(DEFAULT_MODEL) / "tokenizer.json", FOLDER / "tokenizer.json")
    write_card(FOLDER, json.loads((given.work / "run.json").read_text("utf-8")))


if __name__ == "__main__":
    main()
