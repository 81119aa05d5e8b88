"""What 8-bit weights would save and cost: `python -m bench.precision --data DIR`, on Cranfield's reporting half.

The service runs 32-bit floats. This quantizes the same graph (ONNX Runtime, dynamic, 8 bits) beside it.
"""

import argparse
import json
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
from ir_measures import RR, R, nDCG
from onnxruntime.quantization import QuantType, quantize_dynamic

from bench.collections import REPORTING, CachedEncoder, build_bench, load_cranfield
from bench.retrieval import measure, print_table
from index.encoder import DEFAULT_MODEL, Encoder, hash_file, open_encoder
from index.passages import PassageSettings
from rag.retrieve import DENSE_WEIGHT

MEASURES = (nDCG @ 10, R @ 5, RR @ 10)
TIMED = 50


def main() -> None:
    """Print the table of `bench/precision.md`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with retrieval/cranfield")
    parser.add_argument("--models", type=Path, default=Path(".footnote/models"), help="folder of the compiled encoder")
    given = parser.parse_args()
    cranfield = load_cranfield(given.data / "retrieval" / "cranfield", REPORTING)
    with tempfile.TemporaryDirectory() as scratch:
        full = open_encoder(DEFAULT_MODEL, given.models)
        small = quantize(given.models / full.weights_sha256, Path(scratch) / "int8")
        texts = [text for text in cranfield.texts.values() if full.count_pieces(text) <= full.max_pieces][:TIMED]
        cosine = np.sum(full.encode(texts) * small.encode(texts), axis=1)
        rows = []
        for name, encoder in (("32-bit floats", full), ("8-bit integers", small)):
            bench = build_bench(cranfield, CachedEncoder(encoder, Path(scratch) / name), PassageSettings())
            for leg, weight in (("dense", 1.0), ("fusion", DENSE_WEIGHT)):
                values = measure(bench, CachedEncoder(encoder, Path(scratch) / name), weight, measures=MEASURES)
                rows.append(
                    (name, leg, *(float(values[wanted].mean()) for wanted in MEASURES), time_passage(encoder, texts))
                )
    print_table(("weights", "ranking", *map(str, MEASURES), "ms a passage"), rows)
    print(f"cosine of the two over {len(texts)} abstracts: min {cosine.min():.4f}, mean {cosine.mean():.4f}")


def quantize(folder: Path, target: Path) -> Encoder:
    """Return the compiled encoder in `folder` with its weights in 8 bits, written to `target`."""
    target.mkdir()
    quantize_dynamic(folder / "model.onnx", target / "model.onnx", weight_type=QuantType.QInt8)
    shutil.copy(folder / "tokenizer.json", target)
    facts = json.loads((folder / "encoder.json").read_text("utf-8"))
    facts["files"] = {name: hash_file(target / name) for name in facts["files"]}
    (target / "encoder.json").write_text(json.dumps(facts), "utf-8")
    return Encoder(target)


def time_passage(encoder: Encoder, texts: list[str]) -> float:
    """Return the median milliseconds of encoding one text."""
    seconds = []
    for text in texts:
        started = time.perf_counter()
        encoder.encode([text])
        seconds.append(time.perf_counter() - started)
    return 1000 * float(np.median(seconds))


if __name__ == "__main__":
    main()
