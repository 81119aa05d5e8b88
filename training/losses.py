"""Windows with their answers -> what the span model is to lower: each window on its own, or held against its rivals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch.nn import functional

from rag.windows import Window

ANSWERS_WEIGHT = 0.5
"""Weight of the second head's loss beside the mean of the two of the span."""

ALONE_WEIGHT = 0.5
"""Among rivals, the weight of the loss that each window has on its own beside that of the group."""

Scores = tuple[torch.Tensor, torch.Tensor, torch.Tensor]
"""Start and end scores of shape (windows, pieces), and whether each window answers, of shape (windows,): logits."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A window and the first and last piece of the answer in it, (0, 0) where it holds none."""

    window: Window
    start: int
    end: int


Labels = tuple[Labelled, ...]
"""The windows of one group, the one that may answer first."""


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


def loss_of(model: Callable[..., Scores], groups: Sequence[Labels]) -> torch.Tensor:
    """Return the mean loss of a batch; windows of one group are held against each other."""
    batch = [one for group in groups for one in group]
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
    alone = span + ANSWERS_WEIGHT * held
    if max(map(len, groups)) == 1:
        return alone
    among = (loss_among(start, starts, groups) + loss_among(end, ends, groups)) / 2
    first = loss_of_first(answers.float(), starts, groups)
    return among + ANSWERS_WEIGHT * first + ALONE_WEIGHT * alone


def loss_among(scores: torch.Tensor, places: torch.Tensor, groups: Sequence[Labels]) -> torch.Tensor:
    """Return the mean over groups of the cross entropy over all their pieces, and one no-answer at zero.

    `scores` have shape (windows, pieces), `places` (windows,): the right piece of each window, 0 for none.
    """
    leads = scores[:, 1:] - scores[:, :1]
    losses, first = [], 0
    for group in groups:
        pieces = functional.pad(leads[first : first + len(group)].flatten(), (1, 0))
        # The first window of a group is the one that may answer; its pieces follow the no-answer.
        losses.append(functional.cross_entropy(pieces[None], places[first : first + 1]))
        first += len(group)
    return torch.stack(losses).mean()


def loss_of_first(answers: torch.Tensor, starts: torch.Tensor, groups: Sequence[Labels]) -> torch.Tensor:
    """Return the mean over groups of the cross entropy of which window answers, or none at zero."""
    losses, first = [], 0
    for group in groups:
        windows = functional.pad(answers[first : first + len(group)], (1, 0))
        losses.append(functional.cross_entropy(windows[None], (starts[first : first + 1] > 0).long()))
        first += len(group)
    return torch.stack(losses).mean()
