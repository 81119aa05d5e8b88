"""The reader data -> questions among rivals: a place that answers beside passages that the retriever finds for it.

In use the span model reads several passages, and its scores are held against each other. So the last round shows it a
question with several at once: what answers has to lead over every rival, and over no answer at all.
The loss is that of shared normalisation (Clark and Gardner 2018, "Simple and effective multi-paragraph reading
comprehension"), with one no-answer for the whole group, at the zero that each window's own no-answer is put to.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from tqdm import tqdm

from index.encoder import Encoder
from index.lexical import analyse
from index.types import Hit, Range
from rag.retrieve import retrieve
from training.examples import Example, crop
from training.near_misses import find_names, perturb
from training.worlds import Asked, World, by_source, make_world

RIVALS = 2
"""Passages without the answer beside the one with it."""

FOUND = 8
"""Of how many of the retriever's passages the rivals are drawn."""

WHOLE, PASSAGE = 0.4, 0.8
"""Of the places that answer, up to the first share are whole paragraphs, up to the second the passages that were found;
the others are one or two sentences."""

NEAR_MISSES = 0.25
"""Share of the known questions that are also asked with a changed year, name, number or direction."""


@dataclass(frozen=True, slots=True)
class Group:
    """A question among rivals; the first example is the one it was written for, and at most that one answers it."""

    examples: tuple[Example, ...]


def make_groups(rows: Sequence[dict], encoder: Encoder, seed: int) -> Iterator[Group]:
    """Yield a group for every question of `rows`, and one for each near miss, source by source."""
    random = Random(seed)
    for source, group in by_source(rows):
        world = make_world(f"{source} (rivals)", group, encoder)
        names = find_names(" ".join(document.text for document in world.snapshot.documents.values()))
        for asked in tqdm(world.questions, desc=f"rivals of {source}", unit="question"):
            documents = (asked.document_id,) if group[0]["title"] else None
            hits = retrieve(world.snapshot, encoder, asked.text, FOUND, documents)
            own, rivals = _own_place(asked, hits, world, random), _find_rivals(asked, hits, random)
            yield Group((own, *rivals))
            changed = perturb(asked.text, _paragraph(asked, world), names, random) if asked.gold else None
            if changed and random.random() < NEAR_MISSES:
                # A text that holds what was put in might answer the changed question.
                new = set(analyse(changed)) - set(analyse(asked.text))
                apart = [example for example in (own, *rivals) if new.isdisjoint(analyse(example.text))]
                if apart:
                    yield Group(tuple(Example(changed, example.text, None) for example in apart[:2]))


def _paragraph(asked: Asked, world: World) -> str:
    return world.snapshot.documents[asked.document_id].text[slice(*asked.paragraph)]


def _own_place(asked: Asked, hits: Sequence[Hit], world: World, random: Random) -> Example:
    """Return the question with its paragraph, a passage found in it, or a sentence or two around the answer."""
    text = world.snapshot.documents[asked.document_id].text
    drawn, place = random.random(), asked.paragraph
    inside = [
        (hit.passage.start, hit.passage.end)
        for hit in hits
        if hit.passage.document_id == asked.document_id and _lies_in(hit, asked.paragraph) and _holds(hit, asked)
    ]
    if drawn >= WHOLE and inside:
        place = random.choice(inside)
    answer = next((gold for gold in asked.gold if place[0] <= gold[0] and gold[1] <= place[1]), None)
    within = (answer[0] - place[0], answer[1] - place[0]) if answer else None
    example = Example(asked.text, text[slice(*place)], within)
    return crop(example, random, most=2) if drawn >= PASSAGE else example


def _lies_in(hit: Hit, place: Range) -> bool:
    return hit.passage.start < place[1] and place[0] < hit.passage.end


def _holds(hit: Hit, asked: Asked) -> bool:
    """Tell whether the passage holds a gold place whole; of an absent fact there is none to hold."""
    return not asked.gold or any(hit.passage.start <= start and end <= hit.passage.end for start, end in asked.gold)


def _find_rivals(asked: Asked, hits: Sequence[Hit], random: Random) -> list[Example]:
    """Return the question with up to `RIVALS` found passages in which no accepted answer stands."""
    answers = {answer.lower() for answer in asked.answers}
    apart = [hit.passage.text for hit in hits if not any(answer in hit.passage.text.lower() for answer in answers)]
    drawn = random.sample(apart, min(RIVALS, len(apart)))
    return [Example(asked.text, text, None) for text in drawn]
