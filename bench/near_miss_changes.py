"""A known question -> near misses of it by kind: another year, place, name, quantity or direction.

Stricter than `training.near_misses`, whose changes are to practise on: what is taken out must stand in the paragraph,
and what is put in is of its kind and shape, so that what comes out is mostly a question that someone could ask.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from training.near_misses import find_names

KINDS = ("year", "place", "name", "quantity", "direction")
"""What a near miss differs in; a name is that of a person, a body or a thing."""

LATEST_YEAR = 2025
FURTHEST_YEAR = 6
EACH = {"year": 4, "place": 3, "name": 3, "quantity": 3, "direction": 1}
"""Near misses of a kind by one word or name of a question, at most."""

ENOUGH_ALIKE = 4
"""Names of a shape from which one of them is put for another; of fewer the nearest is often nothing like it."""

ENDING = 3
"""Names that end in the same word, from which that word (University, River) tells of a kind."""

PLACES = {
    "country": (
        "China", "India", "Japan", "Germany", "France", "Italy", "Spain", "Portugal", "England", "Scotland", "Ireland",
        "Britain", "Sweden", "Norway", "Denmark", "Finland", "Poland", "Austria", "Hungary", "Greece", "Turkey",
        "Russia", "Ukraine", "Canada", "Mexico", "Brazil", "Argentina", "Chile", "Peru", "Cuba", "Jamaica", "Egypt",
        "Kenya", "Nigeria", "Ethiopia", "Iran", "Iraq", "Israel", "Pakistan", "Thailand", "Vietnam", "Indonesia",
        "Malaysia", "Singapore", "Taiwan", "Korea", "Australia", "Kuwait", "Jordan", "Qatar", "Yemen", "Nepal",
        "United States", "United Kingdom", "Saudi Arabia", "South Korea", "South Africa", "New Zealand",
    ),
    "city": (
        "London", "Paris", "Berlin", "Rome", "Madrid", "Vienna", "Moscow", "Tokyo", "Delhi", "Mumbai", "Sydney",
        "Toronto", "Cairo", "Lagos", "Boston", "Chicago", "Houston", "Dallas", "Miami", "Atlanta", "Seattle",
        "Jacksonville", "Tampa", "Orlando", "Tallahassee", "Savannah", "Charleston", "New York", "Los Angeles",
    ),
    "state": (
        "Florida", "Georgia", "Texas", "California", "Alabama", "Virginia", "Ohio", "Michigan", "Minnesota", "Oregon",
        "Hawaii", "Alaska", "Kansas", "Arizona", "Nevada", "North Carolina", "South Carolina",
    ),
    "Chinese city": (
        "Wuhan", "Shenzhen", "Guangzhou", "Xiamen", "Qingdao", "Suzhou", "Chengdu", "Changsha", "Yantai", "Zhengzhou",
        "Hangzhou", "Nanjing", "Foshan", "Zhuhai", "Dalian", "Ningbo", "Harbin", "Kunming", "Jinan", "Hefei",
        "Dongguan", "Beijing", "Shanghai", "Tianjin", "Chongqing", "Xi'an", "Hong Kong",
    ),
    "province": (
        "Hunan", "Hubei", "Hebei", "Henan", "Shandong", "Shaanxi", "Shanxi", "Zhejiang", "Jiangsu", "Jiangxi", "Fujian",
        "Guangdong", "Sichuan", "Anhui", "Yunnan", "Guizhou", "Gansu", "Hainan", "Jilin", "Liaoning", "Qinghai",
    ),
    "office": ("SIPO", "WIPO", "USPTO", "WTO", "NDRC", "SASAC", "MOFCOM", "Interpol"),
    "continent": ("Europe", "Asia", "Africa", "North America", "South America"),
    "people": (
        "American", "British", "Chinese", "French", "German", "Spanish", "Italian", "Russian", "Japanese", "Indian",
        "Dutch", "Swedish", "Polish", "Turkish", "Mexican", "Canadian", "Australian", "Korean", "Egyptian", "Greek",
    ),
}  # fmt: skip
"""Places, what comes from them, and offices, by sort; one of a sort is put for another."""

_SORT_OF_PLACE = {place: sort for sort, places in PLACES.items() for place in places}

TURNS = (
    ("increase", "decrease"), ("increases", "decreases"), ("increased", "decreased"), ("increasing", "decreasing"),
    ("rise", "fall"), ("rises", "falls"), ("rose", "fell"), ("higher", "lower"), ("highest", "lowest"),
    ("high", "low"), ("larger", "smaller"), ("largest", "smallest"), ("large", "small"), ("biggest", "smallest"),
    ("greatest", "least"), ("most", "least"), ("more", "less"), ("best", "worst"), ("maximum", "minimum"),
    ("upper", "lower"), ("longer", "shorter"), ("longest", "shortest"), ("earliest", "latest"), ("early", "late"),
    ("before", "after"), ("oldest", "youngest"), ("older", "younger"), ("north", "south"), ("northern", "southern"),
    ("east", "west"), ("eastern", "western"), ("import", "export"), ("imported", "exported"), ("urban", "rural"),
    ("domestic", "foreign"), ("male", "female"), ("men", "women"), ("internal", "external"),
    ("positive", "negative"),
    ("assets", "liabilities"), ("revenue", "expenses"), ("profit", "loss"), ("strong", "weak"), ("rich", "poor"),
    ("strongest", "weakest"), ("granted", "refused"), ("accepted", "rejected"), ("supported", "opposed"),
    ("opened", "closed"), ("advantage", "disadvantage"), ("advantages", "disadvantages"), ("adults", "children"),
    ("common", "rare"), ("inhibit", "promote"), ("inhibits", "promotes"), ("severe", "mild"),
    ("effective", "ineffective"), ("allowed", "forbidden"), ("inside", "outside"), ("young", "old"),
)  # fmt: skip
"""Words of which one put for the other turns a question round and leaves it a sentence."""

_TURNED = {one: other for pair in TURNS for one, other in (pair, pair[::-1])}
_YEAR = re.compile(r"(?<![\w.,/–-])(?:1[5-9]|20)\d\d(?![\w–-]|[.,]\d)")
_NUMBER = re.compile(r"(?<![\w.,/–-])\d+(?:[.,]\d+)*(?=%|[ ?,]|$)")
_COUNTS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_RANKS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_WORD = re.compile(r"(?<!named )(?<!years )(?<![Hh]ow )\b[a-z]+\b(?!-)(?! part| pari)")
_YES_OR_NO = re.compile(r"(?:is|are|was|were|do|does|did|can|could|will|would|has|have|had|should)\b", re.IGNORECASE)
_NO_NAMES = {
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "monday",
    "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "i", "mr", "mrs", "dr", "note", "figure",
    "bc", "ad",
}  # fmt: skip
_WITH_ARTICLE = re.compile(r"\b[Tt]he ([A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*)")
_OWNER = re.compile(r"['’]s?$")


class Names:
    """The names of texts by shape, from which those to put in are drawn."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Gather what stands capitalised inside sentences of `texts`, and nowhere in small letters."""
        whole = "\n".join(texts)
        small = set(re.findall(r"\b[a-z][\w-]*", whole))
        names = (_OWNER.sub("", name) for name in find_names(whole))
        self._seen = Counter(name for name in names if not _is_common(name, small))
        self._with_article = Counter(_WITH_ARTICLE.findall(whole))
        self._endings = Counter(name.split()[-1] for name in self._seen if " " in name)
        self._by_small = {name.lower(): name for name in self._seen}
        self._alike: dict[tuple, list[str]] = defaultdict(list)
        for name in sorted(name for name, count in self._seen.items() if count > 1 and name not in _SORT_OF_PLACE):
            self._alike[self._shape(name)].append(name)

    def find(self, words: str) -> str | None:
        """Return the name that is written as `words`, in whatever case, or None."""
        return words if words in self._seen else self._by_small.get(words.lower())

    def alike(self, name: str) -> list[str]:
        """Return other names of the same shape: places of the same sort, else such as stand there more than once."""
        others = PLACES[_SORT_OF_PLACE[name]] if name in _SORT_OF_PLACE else self._alike[self._shape(name)]
        return [other for other in others if other != name] if len(others) >= ENOUGH_ALIKE else []

    def _shape(self, name: str) -> tuple:
        words = name.split()
        initials = sum(char.isupper() or char.isdigit() for char in name) > len(words)
        with_article = self._with_article[name] >= 0.5 * self._seen[name]
        ending = words[-1] if len(words) > 1 and self._endings[words[-1]] >= ENDING else ""
        return len(words), initials, with_article, name.endswith("s"), ending


@dataclass(frozen=True, slots=True)
class Change:
    """A question in which `put_in` stands for `taken_out`."""

    kind: str
    question: str
    taken_out: str
    put_in: str


def find_changes(question: str, paragraph: str, document: str, names: Names, random: Random) -> list[Change]:
    """Return the near misses of a question that `paragraph` answers, at most `EACH` by one word or name of it.

    What is taken out stands in `paragraph`, and what is put in does not, nor in the question. A name that stands
    elsewhere in `document` is put in rather than another.
    """
    words = set(re.findall(r"\w+", paragraph.lower()))
    found = [*_find_figures(question, words, paragraph, random), *_find_names(question, paragraph, document, names)]
    changes = []
    for kind, match, groups in found:
        others = []
        for group in groups:
            fit = [other for other in group if not _stands(other, words) and other.lower() not in question.lower()]
            others += random.sample(fit, min(EACH[kind], len(fit)))
        before, after = question[: match.start()], question[match.end() :]
        changes += [Change(kind, before + other + after, match.group(), other) for other in others[: EACH[kind]]]
    return changes


_Found = Iterator[tuple[str, re.Match[str], list[Sequence[str]]]]
"""Kind, where it stands in the question, and what may be put in, what is preferred first."""


def _find_figures(question: str, words: set[str], paragraph: str, random: Random) -> _Found:
    for match in _YEAR.finditer(question):
        if match.group() in words:
            near = range(int(match.group()) - FURTHEST_YEAR, int(match.group()) + FURTHEST_YEAR + 1)
            yield "year", match, [[str(year) for year in near if year <= LATEST_YEAR]]
    for match in _NUMBER.finditer(question):
        if match.group() in paragraph and not _YEAR.fullmatch(match.group()):
            yield "quantity", match, [_other_numbers(match.group(), random)]
    for match in _WORD.finditer(question):
        for family in (_COUNTS, _RANKS):
            if match.group() in family and match.group() in words:
                yield "quantity", match, [family[1:]]
        if match.group() in _TURNED and not _YES_OR_NO.match(question):
            yield "direction", match, [[_TURNED[match.group()]]]


def _find_names(question: str, paragraph: str, document: str, names: Names) -> _Found:
    """Yield what the question names and the paragraph too.

    In a question without capitals only places and names of several words are sure to be names.
    """
    lowered = paragraph.lower()
    small = question == question.lower()
    wanted = {_OWNER.sub("", name) for name in find_names(paragraph if small else question)}
    for words in sorted(wanted, key=lambda name: (-len(name), name)):
        name = words if words in _SORT_OF_PLACE else names.find(words)
        unsure = small and words not in _SORT_OF_PLACE and " " not in words
        pattern = rf"(?<![\w–/-]){re.escape(words.lower() if small else words)}(?![\w–/-])"
        found = list(re.finditer(pattern, question))
        if name is None or unsure or len(found) != 1 or words.lower() not in lowered:
            continue
        others = [other for other in names.alike(name) if other.lower() not in lowered]
        groups = [[other for other in others if other in document], others]
        if small:
            groups = [[other.lower() for other in group] for group in groups]
        is_place = _SORT_OF_PLACE.get(name, "office") != "office"
        yield "place" if is_place else "name", found[0], groups


def _stands(other: str, words: set[str]) -> bool:
    """Tell whether a word of the paragraph is `other`, or a form of it."""
    stem = other.lower()[:5] if len(other) > 6 and other.islower() else None
    pieces = other.lower().split("-")
    return any(piece in words for piece in pieces) or bool(stem and any(word.startswith(stem) for word in words))


def _other_numbers(number: str, random: Random) -> list[str]:
    """Return numbers of the same shape; a small one, which may be a day, stays small."""
    if number.isdigit() and int(number) <= 31:
        return [str(other) for other in range(2, 28) if len(str(other)) == len(number)]
    drawn = {re.sub(r"\d", lambda digit: str(random.randint(1, 9)), number) for _ in range(5)}
    return sorted(drawn - {number})


def _is_common(name: str, small: set[str]) -> bool:
    words = [word.lower() for word in name.split()]
    return any(word in _NO_NAMES for word in words) or all(word in small for word in words)
