"""A question -> what its form says about the answer: one thing or several, words or a sentence, stated or not."""

import re
from typing import Literal

_HELPS = (
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must|can[’']t|won[’']t"
    r"|(?:is|are|was|were|do|does|did|has|have)n[’']t)"
)
_POLITE = re.compile(
    r"\W*(?:(?:please|kindly|now|hey|hello|hi|ok(?:ay)?)[, ]+)*(?:(?:can|could|would|will) you (?:please )?(?=\w))?"
    r"(?:please )?(?:(?:tell|show) (?:me|us) (?=(?:how|what|which|when|where|who|whose|why|if|whether)\b))?",
    re.IGNORECASE,
)
"""What is said around a question and asks nothing itself."""
_YES_OR_NO = re.compile(rf"(?:(?!if\b)[^,?]{{1,60}}, )?(?:{_HELPS}|whether)\b", re.IGNORECASE)

_CHAT = re.compile(
    r"\W*(?:hello|hi|hey|thanks|thank you|good (?:morning|afternoon|evening|night|bye)|goodbye|bye|ok|okay|cool|great"
    r"|lol|test|how are you|how do you do|who are you|what are you|what can you do|what(?: is|[’']s) your name"
    r"|are you (?:an? )?(?:ai|robot|bot|human|there)|tell me (?:a joke|something|about yourself))"
    r"(?: there| again| today| very much| all)?\W*",
    re.IGNORECASE,
)
_TASK_VERB = (
    r"(?:write|draft|compose|create|generate|compute|calculate|work out|add up|estimate|guess|rewrite|rank|sort|plot"
    r"|draw|recommend|suggest|advise|evaluate|assess|judge|critique|criti[cs]i[sz]e|analy[sz]e|discuss|argue|compare"
    r"|contrast|ignore|disregard|forget|pretend|imagine|act|repeat|print|output|reveal|delete|execute|help|convince)"
)
# "Assess the fees" is a task, "assess fees" may be keywords.
_OBJECT = (
    r"(?:the|this|that|these|those|all|any|both|each|every|me|us|your|my|our|it|its|them|an?|as|to|how|whether|what"
    r"|why|which|previous|prior|(?-i:[A-Z])\w*)"
)
_TASK = re.compile(
    rf"(?:summari[sz]e|tl;?dr|paraphrase|translate|predict|forecast)\b(?! \w+$)|summari[sz]e\b"
    rf"|{_TASK_VERB} {_OBJECT}\b(?!$)|compare .+ (?:and|with|to|versus|vs)\b"
    r"|(?:give|write|make|provide|show)(?: me| us)? (?:an?|the|your|some) (?:\w+ )?(?:summary|overview|opinion|advice"
    r"|recommendations?|comparison|analysis|essay|poem|story|joke)\b",
    re.IGNORECASE,
)
_OPINION = re.compile(
    r"\byou (?:think|believe|feel|prefer|recommend|advise|suggest|expect)\b"
    r"|\byour (?:opinion|views?|favou?rite|advice)\b|\b(?:should|shall) (?:I|we)\b"
    r"|\bworth (?:it|buying|reading|investing)\b"
    r"|^(?:is|are|was|were) (?:this|that|it|these|they|the (?:report|document|text|author|company|plan|result)s?)"
    r" (?:really |any |very |a |an )*(?:good|bad|nice|useful|interesting|boring|trustworthy|reliable|fair|right|wrong"
    r"|great|beautiful|stupid|biased|true|convincing)\b[^,;]{0,20}$",
    re.IGNORECASE,
)
_INJECTION = re.compile(
    r"\b(?:ignore|disregard|forget|override|reveal|repeat|print)\b.*\b(?:your|all|previous|prior|above|the|these|system)"
    r" (?:\w+ )?(?:instructions?|prompts?|rules)\b|\byou are now\b|\bsystem prompt\b",
    re.IGNORECASE,
)
_SUM = re.compile(
    r"(?:what(?: is|[’']s)|how much is)? ?\d[\d., ]*(?:[-+*/x×÷^]|plus|minus|times|divided by) ?\d[\d., ]*=?\W*",
    re.IGNORECASE,
)
_SUPERLATIVE = r"(?:most|least|best|worst|\w{3,}(?<![nrtvm])(?<!qu)est)"
_STATED = re.compile(
    r"\b(?:compar(?:e[sd]?|ing|ison)|versus|vs|differ(?:ences?|s|ed)?"
    rf"|(?:more|less|fewer|\w{{2,}}er) than(?! \W?\d| \w+ \d)|(?:the|which|what|is|was|are|were) {_SUPERLATIVE}"
    r"|highest|lowest|largest|biggest|smallest|greatest|in total|totals?|altogether|combined|overall|averages?|mean"
    r"|median|sum|(?:main|key|most important) (?:points?|findings?|messages?|takeaways?|conclusions?|ideas?)|summary"
    r"|overview|gist)\b|^what (?:is|was) (?:the|this) (?:report|document|text|book|article) about"
    r"|\bwill\b.*\b20[3-9]\d\b|\bwhat if\b",
    re.IGNORECASE,
)

_MEASURED_HOW = (
    r"many|much|long|old|far|big|large|often|tall|high|deep|fast|heavy|wide|late|early|soon|frequently|quickly|strong"
    r"|hot|cold|thick|small|close|near|well|expensive|few|great|low|short|likely"
)
_SENTENCE = re.compile(
    rf"(?:why|how come|how (?!(?:{_MEASURED_HOW})\b)|for what reason|describe|explain|tell (?:me|us) (?:about|how|why)"
    r"|in what way|what (?:happens|happened|makes|made))\b"
    r"|what (?:do|does|did) .+ (?:do|mean|say|stand for)(?: (?:about|to|in|for|when|if)\b.*)?\W*$",
    re.IGNORECASE,
)

_NUMBERED = (
    r"(?:two|three|four|five|six|seven|eight|nine|ten|\d+|several|other|different|main|key|major|various|many|some)"
)
_PLURAL = (
    rf"(?!(?:{_HELPS}|this|its|us|as|plus|status|basis|analysis|series|means|percentage)\b)"
    r"(?:\w*[a-rt-z]s(?<!ss)(?<!us)(?<!is)|people|men|women|children|criteria|media|phenomena|staff|police)\b"
)
_SEVERAL = re.compile(
    rf"\b(?:which (?:of the )?(?:{_NUMBERED} )*(?:\w+(?:al|an|ic|ive|ese|ish|ous) )?{_PLURAL}"
    rf"|what (?:{_NUMBERED} )*{_PLURAL} (?:{_HELPS}|of|\w+ed|took|came|made)\b|what {_NUMBERED} {_PLURAL}"
    rf"|(?:which|what) (?:(?!{_HELPS}\b)\w+ ){{1,3}}?{_PLURAL} (?:are|were|do|have|can|may|must)\b"
    r"|(?:what|who|which) (?:all )?(?:are|were)\b|between (?:which|what)\b|(?:what|which) (?:kinds|types|sorts)\b)"
    rf"|^\W*(?:list|enumerate|name|give|state|identify)(?: me| us)? (?:all |the |any |each |every |{_NUMBERED} )*"
    rf"(?:names of |\w+ )?{_PLURAL}",
    re.IGNORECASE,
)
_ONE_THING = re.compile(
    r"^(?:\w+ )?how (?:many|much)\b|\b(?:along with|besides|other than|in addition to|apart from|aside from)\b",
    re.IGNORECASE,
)
"""A count, or what is left of a list whose rest the question names."""

_COUNTED = {
    word: count
    for count, word in enumerate(("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), start=2)
}
_WANTED = re.compile(
    r"\b(?:which|what|who|name|list|give|state|identify|are|were)(?: are| were| of)?(?: the)?"
    rf" (?P<count>{'|'.join(_COUNTED)}|[1-9]\d?)\b(?! (?:%|per ?cent))",
    re.IGNORECASE,
)

Support = Literal["never", "if_stated", "extract"]
"""How far words of a report can answer a question."""


def asks_for_several(question: str) -> bool:
    """Return whether `question` asks for more than one thing, so that a whole list answers; a count is one thing."""
    asked = _strip_courtesy(question)
    return _SEVERAL.search(asked) is not None and _ONE_THING.search(asked) is None


def count_wanted(question: str) -> int:
    """Return how many things a question that asks for several says it wants, 1 where it names no number."""
    found = _WANTED.search(_strip_courtesy(question)) if asks_for_several(question) else None
    if not found:
        return 1
    count = found["count"].lower()
    return int(count) if count.isdigit() else _COUNTED[count]


def wants_sentence(question: str) -> bool:
    """Return whether whole sentences answer `question`: why, how, what it does, describe, explain, and yes or no."""
    asked = _strip_courtesy(question)
    return _SENTENCE.match(asked) is not None or _YES_OR_NO.match(asked) is not None


def judge_support(question: str) -> Support:
    """Return how far words of a report can answer `question`, by its form alone.

    "never": a task, a sum of given figures, an opinion, chat, or an instruction; no extract answers it. "if_stated":
    yes or no, a comparison, a total, an average, a superlative, a summary or a far future: only a sentence that
    states it answers. "extract": all others.
    """
    folded, asked = " ".join(question.split()), _strip_courtesy(question)
    if _CHAT.fullmatch(folded) or _TASK.match(asked) or _SUM.fullmatch(asked):
        return "never"
    if _OPINION.search(asked) or _INJECTION.search(folded):
        return "never"
    return "if_stated" if _YES_OR_NO.match(asked) or _STATED.search(asked) else "extract"


def _strip_courtesy(question: str) -> str:
    folded = " ".join(question.split())
    return folded[_POLITE.match(folded).end() :]
