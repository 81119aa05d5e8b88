"""A question -> whether it is English, by its script and its small words; no model, so that nothing is loaded.

A question that is wrongly refused is worse than one that is read in vain, so a question counts as English unless
something speaks against it: names, bare keywords, mistyped words and capitals do not.
"""

import re
import unicodedata

_ENGLISH = """
the of and what which who whom whose when where why how did does with from that this these those there their they
its it's his she you your were been being has would should could can will than between about into during after
before since until many much long more most any each every other name list describe explain tell give show find year
amount number total and/or what's who's where's not only also because if whether it
"""
"""Small words and words that open questions, as far as they are not small words of another language too."""

_FOREIGN = """
wie wer wann warum wieso welche welcher welches welchem welchen wieviel wieviele wem wessen ist sind wird wurde wurden
    waren hatte haben nicht und oder mit zum zur auf für bei nach über durch sich auch eine einer einem einen nenne
    gibt gab darf kann muss man aus dieser diese
combien quand qui quel quelle quels quelles pourquoi comment où est-ce sont été était avec dans pour sur aux ont
    une cette ces nombre selon chez leur leurs peut faut
cuántos cuántas cuánto cuánta cuándo quién quiénes qué cuál cuáles dónde cómo por para fue fueron es está son tiene
    tienen hay una según numero número puede pueden hubo
quantos quantas quanto quanta quando quem qual quais onde porque foi foram são tem não com uma pelo pela nos nas
    pode podem houve
quanti quante quale chi perché dove è stato stati stata sono ha hanno che nel nella gli cosa può possono
    dei alla
hoeveel wanneer wie welke welk waarom waar hoe wat het een zijn werd werden voor niet naar bij uit heeft hebben mag
    kunnen wordt
hur när vem vilken vilket vilka varför vad är och som inte från till många det förra kan blev för finns
hvor hvornår hvem hvilken hvilket hvilke hvorfor hvad hva når er og ikke fra til mange det ble blev kan selv
kuinka milloin kuka mikä missä mitkä mitä miksi paljonko montako oli olivat ovat ja vuonna mihin kenen onko oliko
    voiko
ile kiedy kto które który której którym jaki jaka jakie jakiego dlaczego gdzie jest są był była było były roku nie się
    czy
kolik kdy kdo které který která jaké jaký jaká jakého proč kde je jsou byl byla bylo byly roce není
câte câți când cine care unde cât este sunt fost cum pentru din ale cele
hány mikor ki melyik mennyi miért hol mennyibe mik milyen hogyan volt voltak van-e és egy nem
kaç ne zaman kim hangi neden nerede nasıl nedir nelerdir kadar için bir değil mı mu
berapa kapan siapa mana mengapa bagaimana apa apakah yang pada tahun dari untuk adalah dan dengan tidak ada
bao nhiêu khi nào ai ở đâu tại sao là của có được những các không
quants quantes quan qui quina quines què per amb són és
"""
"""Question words and small words of other languages, one language from each line that is not set in."""

_PARTICLES = """
de da das di du des del della dello degli delle le la les el los las en y et der dem den
"""
"""Words that stand inside names in an English question too; one of them alone says nothing."""

_SHARED = """
are do per com care son van comment am hat mit till pour cat hay fur cum o e ha ai chi co es is for no on an as in
was mag mu man dove para war die men jest manga bin over mana dan apa ki kim hit mange ten mi me te so to
at by be he we or era pod pro via sur par main
"""
"""Words of other languages that are English words or names as well; they say nothing."""

_WORD = re.compile(r"[^\W\d_]+(?:['’/][^\W\d_]+)*")
_OPENING = re.compile(r"\W*(?:who|what|which|when|where|why|how|whose|whom)\b", re.IGNORECASE)
_SYLLABIC = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")


def is_english(question: str) -> bool:
    """Return whether `question` can be read as English; what has no letters, or only names and keywords, can be.

    Refused are questions in another script (a Chinese, Japanese or Korean character weighs as three letters, since it
    says as much), and those whose small words are of another language more often than English.
    """
    if _OPENING.match(question):
        return not _is_foreign_script(question) or len(_latin_words(question)) > 1
    return not _is_foreign_script(question) and not _has_foreign_words(question)


def _is_foreign_script(question: str) -> bool:
    latin = foreign = 0
    for letter in filter(str.isalpha, question):
        name = unicodedata.name(letter, "")
        if name.startswith("LATIN"):
            latin += 1
        else:
            foreign += 3 if name.startswith(_SYLLABIC) else 1
    return foreign > latin


def _latin_words(question: str) -> list[str]:
    return [word for word in _WORD.findall(question) if unicodedata.name(word[0], "").startswith("LATIN")]


def _has_foreign_words(question: str) -> bool:
    words = _WORD.findall(question)
    shouted = question.isupper()
    english = sum(word.lower().replace("’", "'") in _ENGLISH_WORDS for word in words)
    strong = weak = names = 0
    for i, word in enumerate(words):
        named = word[0].isupper() and not shouted
        names += named and i > 0
        for part in () if named and i > 0 else re.split(r"['’]", word):
            folded = _fold(part)
            strong += folded in _STRONG
            weak += folded in _PARTICLE_WORDS or (folded != part.lower() and folded not in _STRONG and not named)
    # Keywords may be names alone, typed in lower case; what ends as a question has words of its own.
    enough = 2 if question.rstrip().endswith("?") else 3
    return (strong > 0 and strong + weak > english) or (weak >= enough and not english and not names)


def _fold(word: str) -> str:
    """Return `word` in lower case without the marks on its letters, which many do not type."""
    apart = unicodedata.normalize("NFD", word.lower())
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).translate(_UNMARKED)


_UNMARKED = str.maketrans({"ł": "l", "ø": "o", "ı": "i", "đ": "d", "ß": "ss", "æ": "ae"})
_ENGLISH_WORDS = frozenset(_ENGLISH.split())
_PARTICLE_WORDS = frozenset(_PARTICLES.split())
_STRONG = (
    frozenset(_fold(word) for word in _FOREIGN.split()) - _PARTICLE_WORDS - _ENGLISH_WORDS - frozenset(_SHARED.split())
)
