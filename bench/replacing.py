"""A report and the questions about it -> the same with other numbers and names, one for one.

Figures keep their shape: digits, zeros, commas and points; years all move by the same step. Names keep number and
length of words: vowels become vowels and consonants consonants, except for bodies whose name says what they do and for
the currency, which become others of the kind. What stays: the topic's own words (IP, National IP Strategy), numbers
written as words in the report, since a list's length follows from the list, and numbers of headings.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from random import Random

from eval.dataset import GoldQuestion, Place

NAMES = (
    "Wang Yong", "China", "Hubei", "Shaanxi", "Guangdong", "Jiangsu", "Shandong", "Zhejiang", "Shanghai", "Pudong",
    "Beijing", "Haidian", "Hunan", "Dalian", "Ningbo", "Chengdu", "Yangtze", "Xiong'an", "Tibet", "Chongqing", "Hebei",
    "Changsha", "Yantai", "Changzhou", "Xiamen", "Fujian", "Qingdao", "Shenzhen", "Suzhou", "Xuhui", "Pidu", "Tianjin",
    "Sichuan", "Guangzhou", "Wuhan", "Nanjing", "Xi'an", "Zhengzhou", "Dongying", "Weifang", "Zhenjiang", "Hangzhou",
    "HengQin", "Zhuhai", "Futian", "Henan", "Jiangning", "Foshan", "Jiangxi", "Anhui", "Sangzhi", "Harbin", "Yunnan",
    "Mongolia", "Heilongjiang", "Lhasa", "Hainan", "Macau", "Guizhou", "Qinghai", "Kunming", "Hong Kong", "Japan",
    "Yunhuan", "WeChat", "worldip", "Alibaba", "SIPO", "WIPO", "NDRC", "CPC",
)  # fmt: skip
"""Persons, places, brands and acronyms whose letters say nothing of what they are."""

BODIES = {
    "State Council": "Grand Council",
    "State Councilor": "Grand Councilor",
    "State Intellectual Property Office": "Crown Intellectual Property Office",
    "National Development and Reform Commission": "Federal Planning and Renewal Commission",
    "Ministry of Science and Technology": "Ministry of Research and Engineering",
    "Ministry of Industry and Information Technology": "Ministry of Manufacture and Communication Networks",
    "Ministry of Agriculture": "Ministry of Farming",
    "Ministry of Justice": "Ministry of Courts",
    "Ministry of Commerce": "Ministry of Business",
    "Ministry of Comerce": "Ministry of Busines",
    "Ministry of Finance": "Ministry of Treasury",
    "Ministry of Education": "Ministry of Schooling",
    "General Administration of Customs": "Central Directorate of Customs",
    "State Administration of Industry and Commerce": "Grand Directorate of Crafts and Trade",
    "National Copyright Office": "Federal Authorship Agency",
    "International Economic and Trade Arbitration Commission": "Transnational Business and Shipping Settlement Board",
    "Certification and Accreditation Administration": "Licensing and Validation Directorate",
    "National Bureau of Statistics": "Federal Institute of Census",
    "Belt and Road": "Lamp and Bridge",
    "Silk Market": "Amber Bazaar",
    "Silk Road": "Lamp Road",
    "Convoy": "Falcon",
    "Thunder": "Lantern",
    "RMB": "CHF",
    "yuan": "francs",
}
"""Bodies and titles by what they are about, the currency and code names -> others of the kind, as many words."""

_ORDINALS = ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_COUNTS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ENDINGS = {"1": "st", "2": "nd", "3": "rd"}
_NUMBER = re.compile(r"(?<![\w.,])(\d+(?:[.,]\d+)*)(st|nd|rd|th)?(?!\w)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_HEADING = re.compile(r"^\(\d+\)", re.MULTILINE)
_RUNS = {
    "aeiou": ("aeiou", ("ai", "ea", "io", "ou", "ua", "ei", "oa", "ie"), ("eia", "oua", "aei", "iou")),
    "bcdfghjklmnpqrstvwxyz": (
        "bdfgklmnprstvz",
        ("st", "br", "tr", "kl", "dr", "gl", "nd", "rk", "lm", "rn", "sk", "lt", "pr", "th"),
        ("str", "ndr", "rsk", "lst", "mbr", "ntr"),
    ),
}  # fmt: skip
"""Letters -> what runs of one, two and three of them become, so that a name can be said."""

TRIES = 200
"""Draws of another number or name before all are drawn anew."""

_STEPS = (-9, -8, -7, -6, -5, -4)


@dataclass(frozen=True, slots=True)
class Edit:
    """`words` stand for `text[start:end]`."""

    start: int
    end: int
    words: str


class Replacing:
    """One consistent exchange of numbers and names, drawn once for the texts given."""

    def __init__(self, texts: Iterable[str], seed: int) -> None:
        """Draw what stands for each number and name of `texts`; different ones stay different."""
        random = Random(seed)
        whole = "\n".join(texts)
        self._step = random.choice(_STEPS)
        self._numbers = _exchange(sorted({found for found, _ in _NUMBER.findall(whole)}), _change_digits, random)
        self._numbers |= {year: str(int(year) + self._step) for year in self._numbers if _YEAR.fullmatch(year)}
        self._names = _exchange(NAMES, _change_letters, random) | BODIES
        self._names["Chinese"] = self._names["China"][:-1] + "ese"
        longest = sorted(self._names, key=lambda name: (-len(name), name))
        pattern = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in longest)
        self._name = re.compile(rf"(?<![A-Za-z])(?:{pattern})(?![A-Za-z])", re.IGNORECASE)
        self._misspelt = {
            short: _shorten(self._names[name])[place]
            for name in NAMES
            for place, short in enumerate(_shorten(name))
            if short not in self._names
        }
        self._small = {name.lower(): words for name, words in self._names.items()}

    def number(self, number: str) -> str:
        """Return what stands for a number in digits; for one that stands nowhere, itself."""
        return self._numbers.get(number, number)

    def edits(self, text: str) -> list[Edit]:
        """Return the changes of `text`, in order, none overlapping."""
        headings = {match.start() + 1 for match in _HEADING.finditer(text)}
        edits = [
            Edit(match.start(), match.end(), self.number(match.group(1)) + self._ending(match))
            for match in _NUMBER.finditer(text)
            if match.start() not in headings
        ]
        edits += [
            Edit(match.start(), match.end(), self._name_for(match.group())) for match in self._name.finditer(text)
        ]
        edits += [
            Edit(match.start(), match.end(), words)
            for match in re.finditer(r"\b[A-Z][a-z]{4,}\b", text)
            if (words := self._misspelt.get(match.group()))
        ]
        return sorted(edits, key=lambda edit: edit.start)

    def text(self, text: str) -> str:
        """Return `text` with numbers and names exchanged."""
        return apply(text, self.edits(text))

    def question(self, gold: GoldQuestion, text: str, edits: Sequence[Edit]) -> GoldQuestion:
        """Return the question, answers and spans as they are about its document's `text` when `edits` are made.

        Ranks written as words ("second") follow the digits ("2nd") of the paragraphs that answer, and in a question
        without an answer those of the report, counts too.
        """
        spans = tuple(Place(span.document_id, move(span.start, edits), move(span.end, edits)) for span in gold.spans)
        near = [text[text.rfind("\n\n", 0, span.start) + 1 : text.find("\n\n", span.end)] for span in gold.spans]
        asked = self._exchange_words(self.text(gold.question), " ".join(near) if gold.known else text, gold.known)
        return replace(gold, question=asked, answers=tuple(map(self.text, gold.answers)), spans=spans)

    def _exchange_words(self, question: str, text: str, known: bool) -> str:
        said = {number + ending for number, ending in _NUMBER.findall(text)}
        words = {}
        for count, (ordinal, cardinal) in enumerate(zip(_ORDINALS, _COUNTS, strict=True), 2):
            other = self.number(str(count))
            small = 2 <= int(other) <= 10
            if f"{count}{_ending_of(str(count))}" in said:
                words[ordinal] = _ORDINALS[int(other) - 2] if small else other + _ending_of(other)
            if not known and str(count) in said:
                words[cardinal] = _COUNTS[int(other) - 2] if small else other
        return re.sub(r"\b[a-z]+\b", lambda match: words.get(match.group(), match.group()), question)

    def _ending(self, match: re.Match[str]) -> str:
        return _ending_of(self.number(match.group(1))) if match.group(2) else ""

    def _name_for(self, found: str) -> str:
        """Return what stands for a name as found, with its white space, which may be a page break."""
        words = self._small[" ".join(found.split()).lower()].split()
        pieces = zip_longest(words, re.findall(r"\s+", found), fillvalue="")
        other = "".join(piece for pair in pieces for piece in pair)
        return other.lower() if found.islower() else other


def apply(text: str, edits: Sequence[Edit]) -> str:
    """Return `text` with the edits made."""
    pieces, position = [], 0
    for edit in edits:
        pieces += [text[position : edit.start], edit.words]
        position = edit.end
    return "".join(pieces) + text[position:]


def move(position: int, edits: Sequence[Edit]) -> int:
    """Return where a position of the text lies when the edits are made.

    Raises:
        ValueError: it lies inside an edit, so that it has no place in the text made.
    """
    moved = position
    for edit in edits:
        if edit.start < position < edit.end:
            raise ValueError(f"position {position} lies inside {edit}; a span must hold whole numbers and names")
        if edit.end <= position:
            moved += len(edit.words) - (edit.end - edit.start)
    return moved


def _exchange(words: Sequence[str], change: Callable[[str, Random], str], random: Random) -> dict[str, str]:
    """Return for each of `words` another of its shape, for different ones different ones."""
    drawn: dict[str, str] = {}
    while len(drawn) < len(words):
        drawn = {}
        for word in words:
            others = (change(word, random) for _ in range(TRIES))
            other = next((other for other in others if other != word and other not in drawn.values()), None)
            if other is None:
                break
            drawn[word] = other
    return drawn


def _change_digits(number: str, random: Random) -> str:
    return re.sub(r"[1-9]", lambda _: str(random.randint(1, 9)), number)


def _change_letters(name: str, random: Random) -> str:
    if name.isupper():
        return "".join(random.choice(_RUNS[_family_of(letter)][0]).upper() for letter in name)
    changed = ""
    for run in re.findall(r"[aeiou]+|[^\Waeiou]+|\W", name, re.IGNORECASE):
        while len(run) > 3:
            changed, run = changed + run[0], run[1:]
        words = random.choice(_RUNS[_family_of(run[0])][len(run) - 1]) if run.isalpha() else run
        changed += "".join(new.upper() if old.isupper() else new for old, new in zip(run, words, strict=True))
    return changed


def _family_of(letter: str) -> str:
    return next(letters for letters in _RUNS if letter.lower() in letters)


def _shorten(name: str) -> list[str]:
    """Return the name with each of its letters but the first left out, as it may be mistyped."""
    return [name[:i] + name[i + 1 :] for i in range(1, len(name))]


def _ending_of(number: str) -> str:
    return "th" if number[-2:-1] == "1" else _ENDINGS.get(number[-1], "th")
