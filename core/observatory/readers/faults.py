"""A log of the faults of one file: all are counted, a fair share of each kind is listed."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from core import fr
from core.importing import RowError

LISTED = 200


@dataclass
class FaultLog:
    """Faults by kind, where a kind is a French plural (« lignes en double »)."""

    _kept: dict[str, list[RowError]] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def add(self, kind: str, errors: Iterable[RowError], count: int) -> None:
        """Count ``count`` faults of ``kind``; ``errors`` are the first of them."""
        if count:
            self._kept.setdefault(kind, []).extend(errors)
            self._counts[kind] = self._counts.get(kind, 0) + count

    @property
    def total(self) -> int:
        return sum(self._counts.values())

    def listed(self) -> list[RowError]:
        """Return at most ``LISTED`` faults ; frequent kinds leave room to rare ones."""
        room, chosen = LISTED, list[RowError]()
        by_rarity = sorted(self._kept.values(), key=len)
        for rank, errors in enumerate(by_rarity):
            share = errors[: room // (len(by_rarity) - rank)]
            chosen += share
            room -= len(share)
        return sorted(chosen, key=lambda error: (error.sheet, error.line, error.column))

    def summaries(self) -> list[str]:
        """Say how many faults of each kind there are, the most frequent first."""
        ordered = sorted(self._counts.items(), key=lambda item: -item[1])
        return [
            f"{kind[0].upper()}{kind[1:]}{fr.NBSP}: {fr.number(count)}." for kind, count in ordered
        ]
