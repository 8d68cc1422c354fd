"""The values of a facet as they are offered: frequent first, narrower under wider. Pure."""

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Value:
    """A value of a facet: its number, what it is called, how many documents hold it.

    ``depth`` is 0 for a value that is under no other of the list.
    """

    number: int
    label: str
    count: int
    depth: int = 0


def most(counts: Mapping[int, int], limit: int, *, held: Iterable[int] = ()) -> dict[int, int]:
    """Keep the most frequent values, and those already chosen whatever they count now.

    >>> most({1: 5, 2: 9, 3: 1}, 2, held=[3, 4])
    {2: 9, 1: 5, 3: 1, 4: 0}
    """
    best = heapq.nsmallest(limit, counts, key=lambda number: (-counts[number], number))
    return {number: counts.get(number, 0) for number in dict.fromkeys([*best, *held])}


def arranged(
    counts: Mapping[int, int], labels: Mapping[int, str], parents: Mapping[int, int]
) -> tuple[Value, ...]:
    """Put values in the order they are offered: each followed by those it is the parent of.

    >>> [(one.label, one.depth) for one in
    ...  arranged({1: 2, 2: 9, 3: 4}, {1: "b", 2: "a", 3: "c"}, {1: 3, 3: 7})]
    [('a', 0), ('c', 0), ('b', 1)]

    A value whose parent is not in the list stands alone; a circle of parents is cut.
    """
    under: dict[int, list[int]] = {}
    for number in sorted(counts, key=lambda one: (-counts[one], labels.get(one, ""), one)):
        parent = parents.get(number, -1)
        under.setdefault(parent if parent in counts else -1, []).append(number)
    found: list[Value] = []
    seen: set[int] = set()

    def add(number: int, depth: int) -> None:
        if number in seen:
            return
        seen.add(number)
        found.append(Value(number, labels.get(number, "?"), counts[number], depth))
        for child in under.get(number, ()):
            add(child, depth + 1)

    for root in [*under.get(-1, ()), *counts]:  # what only a circle leads to comes last
        add(root, 0)
    return tuple(found)
