"""What answers besides the snapshot: the encoder, the reader and the calibrator, with the fitted numbers that ship."""

import json
from dataclasses import dataclass
from importlib.resources import files

from index.encoder import Encoder
from rag.confidence import Calibrator
from rag.reader import Reader, SentenceReader


@dataclass(frozen=True, slots=True)
class Models:
    """Opened once, safe to share between threads."""

    encoder: Encoder
    reader: Reader
    calibrator: Calibrator


def open_models(encoder: Encoder) -> Models:
    """Return the models that answer; `training/sentence_reader.py` fitted their numbers."""
    fitted = json.loads((files("rag") / "sentence_reader.json").read_text("utf-8"))
    reader = SentenceReader(fitted["weights"], fitted["closer_weights"], encoder.encode)
    return Models(encoder, reader, Calibrator(**fitted["calibration"]))
