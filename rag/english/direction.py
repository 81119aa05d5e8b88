"""Words that say that something rose or fell."""

from collections.abc import Collection

from index.lexical import analyse

_UP = "increase rise rose risen rising grow grew grown growth climb climbed"
_DOWN = "decrease fall fell fallen falling decline drop dropped shrink shrank reduce reduction"

UP, DOWN = (frozenset(analyse(words)) for words in (_UP, _DOWN))


def is_turned(asked: Collection[str], stated: Collection[str]) -> bool:
    """Tell whether, of two sets of terms, one says only that something rose and the other only that it fell."""
    return any(
        not here.isdisjoint(asked)
        and there.isdisjoint(asked)
        and here.isdisjoint(stated)
        and not there.isdisjoint(stated)
        for here, there in ((UP, DOWN), (DOWN, UP))
    )
