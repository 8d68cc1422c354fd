"""What makes two people, or two structures, likely to be one; always within small blocks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

CLOSE = 88.0
SURE = 101.0
SAME = 100.0
BLOCK = 2_000
BLOCK_LETTERS = 4

Pairs = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Known:
    """Someone, or a structure, already there. ``also`` are its other keys (acronym, aliases)."""

    id: int
    name: str
    key: str
    email: str = ""
    where: str = ""
    also: tuple[str, ...] = ()

    @property
    def ordered(self) -> str:
        """The words of the key, sorted: « Dupont Marie » and « Marie Dupont » are one name."""
        return " ".join(sorted(self.key.split()))


@dataclass(frozen=True)
class Likeness:
    """What may be the same, why, and whether it hardly leaves a doubt."""

    known: Known
    score: float
    reason: str

    @property
    def is_sure(self) -> bool:
        return self.score >= SURE


def likely(wanted: Known, known: Iterable[Known], *, limit: int) -> list[Likeness]:
    """Return what may be ``wanted``, the likeliest first."""
    found = [Likeness(one, *told) for one in known if (told := _compared(wanted, one))]
    return sorted(found, key=lambda like: (-like.score, like.known.id))[:limit]


def _compared(one: Known, other: Known) -> tuple[float, str] | None:
    if one.email and one.email == other.email:
        return SURE, "même adresse"
    score = fuzz.ratio(one.ordered, other.ordered)
    if score >= SAME:
        if one.where and one.where == other.where:
            return SURE, "même nom, même structure"
        return SAME, "même nom"
    if {one.key, *one.also} & {other.key, *other.also} - {""}:
        return SAME, "même sigle ou autre nom"
    if same_address(one.email) and same_address(one.email) == same_address(other.email):
        return CLOSE + 7, "adresse presque identique"
    return (score, "nom très proche") if score >= CLOSE else None


def same_address(email: str) -> str:
    """Fold an address: points and hyphens before the @ are easily forgotten.

    >>> same_address("m.dupont@a.fr"), same_address("")
    ('mdupont@a.fr', '')
    """
    name, at, domain = email.partition("@")
    return f"{name.replace('.', '').replace('-', '').replace('_', '')}{at}{domain}"


def pairs(known: Sequence[Known], *, limit: int) -> list[tuple[Known, Likeness]]:
    """Propose the pairs that may be one, the likeliest first.

    Names are compared within the same first letters; the same words in another order, the same
    acronym or alias, and nearly the same address, whatever the first letters.
    """
    found = {
        (left, right)
        for block in _blocks(known)
        for left, right in (_close if len(block) <= BLOCK else _equal)(known, block)
    }
    told = [
        (known[left], Likeness(known[right], *why))
        for left, right in found
        if (why := _compared(known[left], known[right]))
    ]
    told.sort(key=lambda pair: (-pair[1].score, pair[0].name, pair[0].id, pair[1].known.id))
    return told[:limit]
