"""A process that runs one change of an index and dies in the middle: reads orders from stdin, one JSON line each.

An order is {"folder", "operation", "step"}. The order runs in a fork, which ends by `os._exit(9)` just before its
`step`-th change of a folder entry (rename, replace, unlink, rmdir); the answer is the fork's exit status, 0 where
it came to the end.
"""

import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from hashed_encoder import HashedEncoder

from index.build import GivenFile, Index
from index.tokens import count_tokens

OPERATIONS = {
    "first": lambda index: index.add(
        [GivenFile("a.txt", b"Ships came. They left."), GivenFile("b.txt", b"Grain fell.")]
    ),
    "add": lambda index: index.add([GivenFile("c.txt", b"Ore rose. Coal fell.")]),
    "replace": lambda index: index.add([GivenFile("a.txt", b"No ship came."), GivenFile("d.txt", b"The lock closed.")]),
    "remove": lambda index: index.remove("b"),
    "build": lambda index: index.build(),
}


def die_at(step):
    """Make the process end before the `step`-th change of a folder entry."""
    left = iter(range(step - 1))

    def guard(change):
        def guarded(*arguments, **named):
            if next(left, None) is None:
                os._exit(9)
            return change(*arguments, **named)

        return guarded

    for name in ("rename", "replace", "unlink", "rmdir"):
        setattr(os, name, guard(getattr(os, name)))


def main():
    count_tokens("loaded before the first fork")
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            die_at(order["step"])
            OPERATIONS[order["operation"]](Index(Path(order["folder"]), HashedEncoder()))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
