"""Questions among rivals: what stands in a group, and the loss that holds its windows against each other."""

from random import Random

import pytest
import torch
from hashed_encoder import HashedEncoder

from rag.windows import Window
from training.losses import Labelled, loss_among, loss_of_first
from training.rivals import RIVALS, make_groups
from training.span_model import batches

HARBOURS = {
    "Norwick": "The harbour of Norwick handled 4,812 ships in 2020. Its lock was closed in May for repairs.",
    "Estby": "The harbour of Estby handled 977 ships in 2020. Ice closed it in January for nine days.",
    "Holm": "The quays of Holm are older. Its harbour counted few ships in 2020, and grain was its trade.",
}


def rows():
    for place, words in HARBOURS.items():
        # Long enough that each place has passages of its own.
        context = " ".join(
            [words, *(f"Berth {berth} of {place} is in good order and serves boats." for berth in range(9))]
        )
        number = {"Norwick": "4,812", "Estby": "977"}.get(place)
        answers = [{"text": number, "answer_start": context.index(number)}] if number else []
        yield {
            "source": "squad2-dev",
            "title": "Harbours",
            "context": context,
            "question": f"How many ships did the harbour of {place} handle in 2020?",
            "answers": answers,
        }


def test_the_first_of_a_group_answers_and_no_rival_holds_the_answer():
    groups = [group for seed in range(20) for group in make_groups(list(rows()), HashedEncoder(), seed)]
    known = {row["question"]: row["answers"][0]["text"] for row in rows() if row["answers"]}
    sizes, near_misses = set(), 0
    for group in groups:
        own, *rivals = group.examples
        sizes.add(len(rivals))
        assert {example.question for example in group.examples} == {own.question}
        if own.answer:
            assert own.text[slice(*own.answer)] == known[own.question]
            assert not any(known[own.question] in rival.text for rival in rivals)
        else:
            # A near miss may be what is known of another place, whose passage does not stand in its group.
            near_misses += "Holm" not in own.question
            assert not any(known.get(own.question, "none") in example.text for example in group.examples)
        assert all(rival.answer is None for rival in rivals)
    assert max(sizes) == RIVALS
    assert near_misses


def test_groups_are_the_same_for_the_same_seed():
    made = [list(make_groups(list(rows()), HashedEncoder(), seed)) for seed in (1, 1, 2)]
    assert made[0] == made[1] != made[2]


def labelled(start, end=None, length=5):
    return Labelled(Window(tuple(range(length)), 2, ((0, 1),) * (length - 3)), start, end or start)


def test_loss_among_rivals_is_over_all_pieces_and_one_no_answer():
    scores = torch.tensor([[1.0, 2.0, 4.0], [0.5, 3.0, -1.0], [2.0, 0.0, 1.0]])
    groups = [(labelled(2), labelled(0)), (labelled(0),)]
    found = loss_among(scores, torch.tensor([2, 0, 0]), groups)
    first = torch.logsumexp(torch.tensor([0.0, 1.0, 3.0, 2.5, -1.5]), 0) - 3.0
    second = torch.logsumexp(torch.tensor([0.0, -2.0, -1.0]), 0)
    assert float(found) == pytest.approx(float((first + second) / 2))


def test_a_rival_that_leads_costs_more_than_one_that_does_not():
    groups = [(labelled(2), labelled(0))]
    places = torch.tensor([2, 0])
    calm, loud = ([[0.0, 0.0, 4.0], [0.0, high, 0.0]] for high in (-4.0, 4.0))
    assert loss_among(torch.tensor(loud), places, groups) > loss_among(torch.tensor(calm), places, groups)


def test_loss_of_which_window_answers():
    answers = torch.tensor([2.0, -1.0, 1.0])
    groups = [(labelled(2), labelled(0)), (labelled(0),)]
    found = loss_of_first(answers, torch.tensor([2, 0, 0]), groups)
    first = torch.logsumexp(torch.tensor([0.0, 2.0, -1.0]), 0) - 2.0
    second = torch.logsumexp(torch.tensor([0.0, 1.0]), 0)
    assert float(found) == pytest.approx(float((first + second) / 2))


def test_batches_hold_every_group_once_and_whole():
    groups = [tuple(labelled(0, length=3 + n % 7) for _ in range(1 + n % 3)) for n in range(200)]
    cut = list(batches(groups, Random(1)))
    assert sorted(map(id, (group for batch in cut for group in batch))) == sorted(map(id, groups))
    assert max(sum(map(len, batch)) for batch in cut) <= 18
