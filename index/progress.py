"""Steps of long work -> a bar on standard error, where that is a terminal: the only import of tqdm in the product."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from tqdm import tqdm

Progress = Callable[[str, int, int], None]
"""Called with the step's name, how much of it is done and how much there is."""

T = TypeVar("T")

_SECONDS_BETWEEN = 0.2
_WIDE, _WIDEST = 60, 100
"""Columns from which rate and share are shown, and from which the bar is long."""

_MIN_BAR = 3

_NOTE_COLUMNS = 16
"""A note that would get less room is left out."""


class _Line(tqdm):
    """A bar whose line never is as wide as the terminal, so that it cannot wrap."""

    words, name = "", ""

    @property
    def format_dict(self) -> dict:
        """What tqdm draws the line with; the format is chosen by the columns that the terminal has now."""
        told = super().format_dict
        columns = (told["ncols"] or _WIDE) - 1
        left, right = _describe(told, columns)
        bar = min(20 if columns >= _WIDEST else 8, columns - len(left) - len(right))
        note = _shorten(self.words, self.name, columns - len(left) - len(right) - bar - 2)
        drawn = f"{{bar:{bar}}}" if bar >= _MIN_BAR else ""
        return told | {
            "ncols": columns,
            "bar_format": f"{{left}}{drawn}{{right}}{{note}}",
            "left": left,
            "right": right,
            "note": note and f"  {note}",
        }


class ProgressBar:
    """A `Progress` that draws one bar a step; the line of a step that is done stays, with the time it took."""

    def __init__(self) -> None:
        self._step, self._done = "", 0
        self._bar = _Line(disable=True)

    def __call__(self, step: str, done: int, total: int) -> None:
        """Draw that `done` of `total` are done of `step`."""
        if self._step != step:
            self._bar.close()
            self._step, self._done = step, 0
            self._bar = _Line(
                total=total, desc=step, disable=None, dynamic_ncols=True, mininterval=_SECONDS_BETWEEN, smoothing=0
            )
        self._bar.update(done - self._done)
        self._done = done
        if done == total:
            self._bar.words = self._bar.name = ""
            self._bar.close()

    def note(self, words: str, name: str = "") -> None:
        """Show `words` and a name behind the bar, as far as there is room; of a long name its end."""
        if not self._bar.disable:
            self._bar.words, self._bar.name = words, name
            self._bar.refresh()

    def say(self, line: str) -> None:
        """Write a line above the bar; it stays. Nothing is written where no bar is drawn."""
        if not self._bar.disable:
            self._bar.write(line, file=self._bar.fp)

    def close(self) -> None:
        """End the line where it stands."""
        self._bar.close()


def track(items: Iterable[T], step: str, unit: str) -> Iterable[T]:
    """Return `items` with a bar that moves as they are taken."""
    return tqdm(items, desc=step, unit=unit, disable=None, leave=False)


def _describe(told: dict, columns: int) -> tuple[str, str]:
    """Return what stands before the bar and behind it: as much as fits into `columns`."""
    # A step is called by what it does to what: "embedding passages" counts passages.
    step, done, total = told["prefix"].removesuffix(": "), told["n"], told["total"]
    verb, _, unit = step.partition(" ")
    share = 100 if not total else 100 * done // total
    rate = done / told["elapsed"] if done and told["elapsed"] else 0.0
    taken = tqdm.format_interval(told["elapsed"])
    remaining = tqdm.format_interval((total - done) / rate) if rate else "--:--"
    if columns < _WIDE:
        right = f" {done}/{total} {taken if done == total else remaining}"
        return f"{step} " if len(step) + len(right) < columns else verb, right
    speed = "" if not done else f", {rate:,.1f}/s" if rate >= 1 else f", {60 * rate:.1f}/min"
    count = f"{done:,}".rjust(len(f"{total:,}"))
    if done == total:
        return f"{step} {share:3}% ", f" {total:,} {unit} in {taken}{speed}"
    return f"{step} {share:3}% ", f" {count} of {total:,}{speed}, {remaining} left"


def _shorten(words: str, name: str, room: int) -> str:
    if room < _NOTE_COLUMNS:
        return ""
    left = room - len(words)
    if len(name) <= left:
        return words + name
    return words + "…" + name[len(name) - left + 1 :] if left > 2 else words[:room]
