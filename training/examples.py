"""The reader data -> what the span model learns from: questions with a text, and its span that answers or none."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from tqdm import tqdm

from index.encoder import Encoder
from index.sentences import split_sentences
from index.types import Range
from rag.retrieve import retrieve
from training.near_misses import find_names, perturb
from training.worlds import by_source, make_world
from training.written_documents import FOLDERS

HARD_NEGATIVES = 0.35
BEREFT = 0.2
NEAR_MISSES = 0.2
CROPPED = 0.6
KEYWORDS = 0.05
TYPOS = 0.06
"""Shares of the questions that are also asked of a passage that the retriever finds and that does not answer; of their
own text without the sentence that answers; with a changed year, name, number or direction; whose text is cropped to
fewer sentences; that lose their function words; that get a slip of the fingers."""

_ASIDE = re.compile(
    r"\b(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|did|do|does|the|a|an|of|in|on|to|for|by)\b|\?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Example:
    """`text[answer[0]:answer[1]]` answers `question`; `answer` None: nothing in `text` does."""

    question: str
    text: str
    answer: Range | None


def make_base(rows: Sequence[dict], encoder: Encoder, seed: int) -> list[Example]:
    """Return the examples of `rows`, then those without an answer that are made of them, in order."""
    random = Random(seed)
    examples = [Example(row["question"], row["context"], _first_answer(row)) for row in rows]
    known = [row for row in rows if row["answers"]]
    names = {source: find_names(" ".join({row["context"] for row in group})) for source, group in by_source(rows)}
    for row in known:
        # A document that was written to train on has near misses of its own.
        if row["source"] not in FOLDERS and random.random() < NEAR_MISSES:
            changed = perturb(row["question"], row["context"], names[row["source"]], random)
            if changed:
                examples.append(Example(changed, row["context"], None))
        if random.random() < BEREFT:
            rest = _take_out(row["context"], _first_answer(row))
            if rest.strip() and not _states(rest, (answer["text"] for answer in row["answers"])):
                examples.append(Example(row["question"], rest, None))
    return examples + list(_find_hard_negatives(rows, encoder, random))


def vary(example: Example, random: Random) -> Example:
    """Return `example` as it is, or cropped, or with its question in key words or mistyped."""
    if random.random() < CROPPED:
        example = crop(example, random, most=4)
    drawn = random.random()
    if drawn < KEYWORDS:
        return replace(example, question=" ".join(_ASIDE.sub(" ", example.question).split()) or example.question)
    if drawn < KEYWORDS + TYPOS:
        return replace(example, question=_mistype(example.question, random))
    return example


def crop(example: Example, random: Random, most: int) -> Example:
    """Return `example` with one to `most` of its text's sentences, those that hold the answer among them."""
    sentences = split_sentences(example.text, 0, len(example.text))
    start, end = example.answer or random.choice(sentences or [(0, len(example.text))])
    held = [i for i, (s, e) in enumerate(sentences) if s < end and start < e]
    if not held:
        return example
    spare = max(0, random.randint(1, most) - len(held))
    before = random.randint(0, spare)
    first, last = max(0, held[0] - before), min(len(sentences) - 1, held[-1] + spare - before)
    left, right = sentences[first][0], sentences[last][1]
    left, right = min(left, start), max(right, end)
    answer = (start - left, end - left) if example.answer else None
    return Example(example.question, example.text[left:right], answer)


def _find_hard_negatives(rows: Sequence[dict], encoder: Encoder, random: Random) -> Iterator[Example]:
    for source, group in by_source(rows):
        world = make_world(f"{source} (fit)", group, encoder)
        drawn = [asked for asked in world.questions if asked.gold and random.random() < HARD_NEGATIVES]
        for asked in tqdm(drawn, desc=f"hard negatives of {source}", unit="question"):
            documents = (asked.document_id,) if group[0]["title"] else None
            hits = retrieve(world.snapshot, encoder, asked.text, 8, documents)
            wrong = [hit.passage.text for hit in hits if not _states(hit.passage.text, asked.answers)]
            if wrong:
                yield Example(asked.text, random.choice(wrong[:3]), None)


def _states(text: str, answers: Iterable[str]) -> bool:
    """Tell whether one of the answers stands in the text, as whole words."""
    return any(re.search(rf"(?<!\w){re.escape(answer)}(?!\w)", text, re.IGNORECASE) for answer in answers)


def _take_out(text: str, place: Range) -> str:
    """Return the text without the sentences that hold something of `place`."""
    sentences = split_sentences(text, 0, len(text))
    return " ".join(text[start:end] for start, end in sentences if end <= place[0] or place[1] <= start)


def _first_answer(row: dict) -> Range | None:
    if not row["answers"]:
        return None
    answer = row["answers"][0]
    return answer["answer_start"], answer["answer_start"] + len(answer["text"])


def _mistype(question: str, random: Random) -> str:
    long_words = [match for match in re.finditer(r"[a-zA-Z]{5,}", question)]
    for match in sorted(
        random.sample(long_words, min(len(long_words), random.randint(1, 2))), key=lambda m: -m.start()
    ):
        word, i = match.group(), random.randrange(1, len(match.group()) - 1)
        slip = random.choice([word[:i] + word[i + 1 :], word[:i] + word[i + 1] + word[i] + word[i + 2 :]])
        question = question[: match.start()] + slip + question[match.end() :]
    return question
