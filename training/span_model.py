"""Train the span model: `python -m training.span_model --data DIR --models DIR --work DIR`.

From the encoder's own weights, embeddings frozen, a linear head scores every piece as the start and as the end of the
answer ([CLS] for none), and a second head whether the text answers at all. Rounds of the reader data come first, then
rounds of it and of what was written to train on; each round shows every question once, varied anew. Checkpoints lie
in the work folder after each round; a run that was stopped goes on there.
"""

import argparse
import json
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import torch
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from tqdm import tqdm
from transformers import AutoModel

from index.encoder import DEFAULT_MODEL, locate_model, open_encoder
from index.graphs import Tokenizer, open_tokenizer
from index.types import Range
from rag.windows import Window, cut_windows
from training.apart import check_apart
from training.examples import Example, make_base, vary
from training.worlds import FIRST_SOURCES, FIT_SOURCES, MODELS, WORK, read_part

SEED = 20261122
BATCH = 16
RISE = 2e-4 / 300
"""By how much a step may raise the learning rate: at the start, and where a round begins above the last one's end."""

DROPOUT = 0.1
"""Of the hidden layers; those of the attention are left whole."""

AVERAGING = 0.999
"""Of the moving average of the weights that is kept; a step takes in a thousandth of the present ones."""

ANSWERS_WEIGHT = 0.5
"""Weight of the second head's loss beside the mean of the two of the span."""


@dataclass(frozen=True, slots=True)
class Round:
    """What a round shows, and between which two values the learning rate falls meanwhile."""

    sources: tuple[str, ...]
    first_rate: float
    last_rate: float


_AND_WRITTEN = (*FIRST_SOURCES, "written documents")
ROUNDS = (
    Round(FIRST_SOURCES, 2e-4, 2e-4),
    Round(FIRST_SOURCES, 2e-4, 2e-4),
    Round(_AND_WRITTEN, 2e-4, 1e-4),
    Round(_AND_WRITTEN, 1e-4, 0.0),
    Round(FIT_SOURCES, 1.2e-4, 0.0),
)


class SpanModel(torch.nn.Module):
    """The encoder with three numbers a piece (start, end) and one a text (answers)."""

    def __init__(self, source: Path) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(
            source,
            attn_implementation="eager",
            add_pooling_layer=False,
            hidden_dropout_prob=DROPOUT,
            attention_probs_dropout_prob=0.0,
        )
        self.encoder.embeddings.requires_grad_(False)
        hidden = self.encoder.config.hidden_size
        self.span = torch.nn.Linear(hidden, 2)
        self.answers = torch.nn.Sequential(torch.nn.Linear(hidden, hidden), torch.nn.Tanh(), torch.nn.Linear(hidden, 1))

    def forward(
        self, ids: torch.Tensor, types: torch.Tensor, mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return start and end scores, shape (windows, pieces), and whether it answers, shape (windows,): logits."""
        hidden = self.encoder(input_ids=ids, token_type_ids=types, attention_mask=mask).last_hidden_state
        start, end = self.span(hidden).unbind(-1)
        return start, end, self.answers(hidden[:, 0]).squeeze(-1)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A window and the first and last piece of the answer in it, (0, 0) where it holds none."""

    window: Window
    start: int
    end: int


def label(tokenizer: Tokenizer, example: Example) -> list[Labelled]:
    """Return the windows that hold the whole answer and at most one that holds nothing of it."""
    held, without = [], []
    for window in cut_windows(tokenizer, example.question, example.text):
        pieces = _find_pieces(window, example.answer) if example.answer else []
        if not pieces:
            without.append(Labelled(window, 0, 0))
        elif _holds_whole(window, pieces, example.answer):
            held.append(Labelled(window, window.first + pieces[0], window.first + pieces[-1]))
    return held + without[:1]


def _find_pieces(window: Window, answer: Range) -> list[int]:
    return [i for i, (start, end) in enumerate(window.offsets) if start < answer[1] and answer[0] < end]


def _holds_whole(window: Window, pieces: Sequence[int], answer: Range) -> bool:
    return window.offsets[pieces[0]][0] <= answer[0] and answer[1] <= window.offsets[pieces[-1]][1]


def batches(examples: Sequence[Labelled], random: Random) -> Iterator[list[Labelled]]:
    """Yield every example once, in batches of like length in random order."""
    shuffled = random.sample(examples, len(examples))
    pools = [shuffled[i : i + 64 * BATCH] for i in range(0, len(shuffled), 64 * BATCH)]
    for pool in pools:
        pool.sort(key=lambda example: len(example.window.ids))
        cut = [pool[i : i + BATCH] for i in range(0, len(pool), BATCH)]
        yield from random.sample(cut, len(cut))


def collate(batch: Sequence[Labelled]) -> tuple[torch.Tensor, ...]:
    """Return ids, types and mask of shape (windows, pieces), padded on the right."""
    longest = max(len(example.window.ids) for example in batch)
    ids = torch.zeros(len(batch), longest, dtype=torch.long)
    types, mask = torch.zeros_like(ids), torch.zeros_like(ids)
    for row, example in enumerate(batch):
        length = len(example.window.ids)
        ids[row, :length] = torch.tensor(example.window.ids)
        types[row, :length] = torch.tensor(example.window.type_ids)
        mask[row, :length] = 1
    return ids, types, mask


def loss_of(model: SpanModel, batch: Sequence[Labelled]) -> torch.Tensor:
    """Return the mean loss of a batch."""
    ids, types, mask = collate(batch)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        start, end, answers = model(ids, types, mask)
    # The question's pieces are no answer; the mark in front stands for none.
    allowed = (types == 1) & (mask == 1)
    allowed[:, 0] = True
    start = start.float().masked_fill(~allowed, -1e4)
    end = end.float().masked_fill(~allowed, -1e4)
    starts = torch.tensor([example.start for example in batch])
    ends = torch.tensor([example.end for example in batch])
    span = (functional.cross_entropy(start, starts) + functional.cross_entropy(end, ends)) / 2
    held = functional.binary_cross_entropy_with_logits(answers.float(), (starts > 0).float())
    return span + ANSWERS_WEIGHT * held


@dataclass
class Training:
    """The state of a run after `step` steps, the last of them taken at a learning rate of `rate`."""

    model: SpanModel
    average: AveragedModel
    optimizer: torch.optim.Optimizer
    step: int = 0
    rate: float = 0.0

    def take(self, batch: Sequence[Labelled], rate: float) -> float:
        """Take one step down at the learning rate `rate`, or at what it may have risen to; return the loss."""
        self.rate = min(rate, self.rate + RISE)
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate
        loss = loss_of(self.model, batch)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.step += 1
        self.average.update_parameters(self.model)
        return float(loss.detach())

    def save(self, path: Path) -> None:
        """Write all that a run needs to go on from here."""
        kept = {"model": self.model, "average": self.average, "optimizer": self.optimizer}
        states = {name: part.state_dict() for name, part in kept.items()}
        torch.save({**states, "step": self.step, "rate": self.rate}, path)

    def load(self, path: Path) -> None:
        """Go on from what `save` wrote."""
        state = torch.load(path)
        self.model.load_state_dict(state["model"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.rate = state["step"], state["rate"]


def train(options: argparse.Namespace) -> None:
    """Leave the averaged weights in the work folder as `trained.pt`, and in `run.json` what was run."""
    torch.manual_seed(SEED)
    model = SpanModel(locate_model(DEFAULT_MODEL)).train()
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(AVERAGING))
    run = Training(model, average, make_optimizer(model))
    examples: dict[tuple[str, ...], list[Example]] = {}
    began = time.monotonic()
    for number, shows in enumerate(ROUNDS):
        saved = options.work / f"round-{number}.pt"
        if saved.is_file():
            run.load(saved)
            continue
        if shows.sources not in examples:
            examples[shows.sources] = make_examples(options, shows.sources)
        shown = make_round(examples[shows.sources], number)
        bar = tqdm(list(batches(shown, Random(f"{SEED}/batches/{number}"))), desc=f"round {number}", mininterval=10)
        smooth = 0.0
        for i, batch in enumerate(bar):
            loss = run.take(batch, shows.first_rate + (shows.last_rate - shows.first_rate) * i / len(bar))
            smooth = 0.98 * smooth + 0.02 * loss if smooth else loss
            bar.set_postfix(loss=f"{smooth:.3f}", refresh=False)
        run.save(saved)
    ran = {
        "seed": SEED,
        "steps": run.step,
        "windows_a_step": BATCH,
        "seconds": round(time.monotonic() - began),
        "threads": torch.get_num_threads(),
    }
    (options.work / "run.json").write_text(json.dumps(ran), "utf-8")
    torch.save(average.module.state_dict(), options.work / "trained.pt")
    for saved in options.work.glob("round-*.pt"):
        saved.unlink()


def make_examples(options: argparse.Namespace, sources: Sequence[str]) -> list[Example]:
    """Return the examples that the rows of `sources` give."""
    rows = read_part(options.data, "fit", sources)
    check_apart(rows)
    if options.limit:
        rows = rows[:: math.ceil(len(rows) / options.limit)]
    examples = make_base(rows, open_encoder(DEFAULT_MODEL, options.models), SEED)
    print(f"{len(examples)} examples, {sum(e.answer is None for e in examples)} without an answer", flush=True)
    return examples


def make_round(examples: Sequence[Example], number: int) -> list[Labelled]:
    """Return the windows that a round shows: all examples, varied anew."""
    tokenizer = open_tokenizer(locate_model(DEFAULT_MODEL) / "tokenizer.json")
    varied = [vary(example, Random(f"{SEED}/{number}/{i}")) for i, example in enumerate(examples)]
    return [window for example in varied for window in label(tokenizer, example)]


def make_optimizer(model: SpanModel) -> torch.optim.Optimizer:
    """Return AdamW over what is trained, without decay of biases and norms."""
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    decayed = {"params": [parameter for parameter in trained if parameter.dim() > 1], "weight_decay": 0.01}
    plain = {"params": [parameter for parameter in trained if parameter.dim() == 1], "weight_decay": 0.0}
    return torch.optim.AdamW([decayed, plain])


def main() -> None:
    """Train as the command line says."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True, help="the folder that holds reader/squad_style.jsonl.gz")
    options.add_argument("--models", type=Path, default=MODELS, help="where compiled encoders are kept")
    options.add_argument("--work", type=Path, default=WORK, help="where checkpoints are kept")
    options.add_argument("--limit", type=int, help="train on about so many rows only, to try the command")
    given = options.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    train(given)


if __name__ == "__main__":
    main()
