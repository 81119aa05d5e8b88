"""Sentences -> questions made by rule, each with the span that answers it: practice before the real questions.

A span of a sentence (a number, a date, a name, a few words between function words) is taken out, a word that asks for
its kind is put in front of what stands around it, and some words are dropped, so that the place must be found by the
rest. After Lewis et al. 2019, "Unsupervised question answering by cloze translation".
"""

import re
from collections.abc import Sequence
from random import Random

from index.sentences import split_sentences
from index.types import Range
from rag.english.values import find_values

_ASKING = {
    "number": ("how many", "what number of", "how much"),
    "money": ("how much money", "how much", "what amount"),
    "share": ("what percentage", "what share", "how much"),
    "date": ("when", "in what year", "what date", "when was"),
    "name": ("who", "what", "which", "where", "who was", "what is", "which place"),
    "quoted": ("what is called", "what", "what title"),
    "words": ("what", "what is", "which", "what kind of", "what did", "what does"),
}
_FUNCTION_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
        a an the of in on at to for from by with and or but nor so yet as if than then that this these those it its is
        are was were be been being has have had do does did will would can could may might must shall should not no he
        she they them his her their we our you your i who whom whose which what when where why how there here into over
        under after before between through during about against among while because although also such both either each
        other
        """,
    )
)


def make_question(text: str, random: Random) -> tuple[str, Range] | None:
    """Return a question and the range of `text` that answers it, or None where no sentence of it serves."""
    sentences = [(s, e) for s, e in split_sentences(text, 0, len(text)) if 8 <= len(text[s:e].split()) <= 60]
    if not sentences:
        return None
    start, end = random.choice(sentences)
    spans = _find_spans(text[start:end], random)
    if not spans:
        return None
    kind, span = random.choice(spans)
    question = f"{random.choice(_ASKING[kind])} {_words_around(text[start:end], span, random)}?"
    return question, (start + span[0], start + span[1])


def _find_spans(sentence: str, random: Random) -> list[tuple[str, Range]]:
    values = [(value.kind, (value.start, value.end)) for value in find_values(sentence)]
    chunks: list[tuple[str, Range]] = []
    for match in re.finditer(r"[\w’'-]+(?: [\w’'-]+)*", sentence):
        position = match.start()
        run: list[Range] = []
        for word in [*match.group().split(" "), "the"]:
            if word.lower() in _FUNCTION_WORDS or not word:
                if 1 <= len(run) <= 5:
                    chunks.append(("words", (run[0][0], run[-1][1])))
                run = []
            else:
                run.append((position, position + len(word)))
            position += len(word) + 1
    # Values are what reports are asked for; as many plain runs of words keep the reader from reading only those.
    return values + random.sample(chunks, min(len(chunks), len(values) + 1))


def _words_around(sentence: str, span: Range, random: Random) -> str:
    before = re.findall(r"[\w’'%$€£.,-]*\w[%]?", sentence[: span[0]])
    after = re.findall(r"[\w’'%$€£.,-]*\w[%]?", sentence[span[1] :])
    reach = random.randint(4, 9)
    left, right = _drop(before[-reach:], random), _drop(after[:reach], random)
    parts = [right, left] if random.random() < 0.4 else [left, right]
    return " ".join(word for part in parts for word in part)


def _drop(words: Sequence[str], random: Random) -> list[str]:
    return [word for word in words if random.random() > (0.35 if word.lower() in _FUNCTION_WORDS else 0.15)]
