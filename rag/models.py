"""What answers besides the snapshot: the encoder, the reader and the calibrator, with the fitted numbers that ship."""

import json
from dataclasses import dataclass
from importlib.resources import files

from index.encoder import Encoder
from rag.confidence import Calibrator
from rag.errors import ReaderDamaged
from rag.reader import Reader, SpanReader
from rag.span_model import SpanModel


@dataclass(frozen=True, slots=True)
class Models:
    """Opened once, safe to share between threads."""

    encoder: Encoder
    reader: Reader
    calibrator: Calibrator


def open_models(encoder: Encoder) -> Models:
    """Return the models that answer; `training/` made them.

    Raises:
        ReaderDamaged: the span model is not as its card states, or the confidence was fitted for another one.
    """
    model = SpanModel()
    fitted = json.loads((files("rag") / "confidence.json").read_text("utf-8"))
    if fitted["span_model"] != model.sha256:
        raise ReaderDamaged(
            f"rag/confidence.json was fitted for the span model {fitted['span_model']}, the one here is "
            f"{model.sha256}; install again, or fit it: make reader"
        )
    return Models(encoder, SpanReader(model, fitted["order"], fitted["reorder"]), Calibrator.of(fitted["calibration"]))
