"""Steps of long work -> a bar on standard error, where that is a terminal: the only import of tqdm in the product."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from tqdm import tqdm

Progress = Callable[[str, int, int], None]
"""Called with the step's name, how much of it is done and how much there is."""

T = TypeVar("T")


class ProgressBar:
    """A `Progress` that draws one bar a step; each goes when its step is done."""

    def __init__(self) -> None:
        self._step, self._done = "", 0
        self._bar = tqdm(disable=True)

    def __call__(self, step: str, done: int, total: int) -> None:
        """Draw that `done` of `total` are done of `step`."""
        if self._step != step:
            self._bar.close()
            self._step, self._done = step, 0
            # A step is called by what it does to what: "embedding passages" counts passages.
            unit = " " + step.split()[-1]
            self._bar = tqdm(total=total, desc=step, unit=unit, disable=None, leave=False, dynamic_ncols=True)
        self._bar.update(done - self._done)
        self._done = done
        if done == total:
            self._bar.close()

    def note(self, words: str) -> None:
        """Show `words` behind the bar."""
        self._bar.set_postfix_str(words)

    def close(self) -> None:
        """Take the bar away."""
        self._bar.close()


def track(items: Iterable[T], step: str, unit: str) -> Iterable[T]:
    """Return `items` with a bar that moves as they are taken."""
    return tqdm(items, desc=step, unit=unit, disable=None, leave=False)
