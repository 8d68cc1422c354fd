"""Rules on perimeters, free of SQL and of the screen."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core import fr
from core.errors import DomainError

PERIMETER_KINDS = (
    "Agglomération ou bassin",
    "Unité Territoriale",
    "Site en CUCS",
    "Circonscription de police ou de gendarmerie",
    "CLSPD ou CISPD",
    "Autre",
)


def perimeter_code(name: str) -> str:
    """Make the stable ASCII key of a name, used in addresses.

    >>> perimeter_code("  Unité Territoriale d’Ariège ")
    'unite-territoriale-d-ariege'
    """
    return re.sub(r"[^a-z0-9]+", "-", fr.fold(name)).strip("-")


def check_perimeter(
    name: str, members: Sequence[int], valid_from: date, valid_to: date | None
) -> None:
    """Refuse a perimeter without a name, without a member, or with dates the wrong way round."""
    if not perimeter_code(name):
        raise DomainError("Donnez un nom au périmètre (au moins une lettre ou un chiffre).")
    if len(name.strip()) > 80:
        raise DomainError("Le nom du périmètre dépasse 80 caractères : raccourcissez-le.")
    if not members:
        raise DomainError("Choisissez au moins un territoire dans le périmètre.")
    if valid_to is not None and valid_to < valid_from:
        raise DomainError(
            f"La fin de validité ({fr.day(valid_to)}) précède le début ({fr.day(valid_from)})."
        )


def flattened(members: Sequence[int], children: Mapping[int, Sequence[int]]) -> set[int]:
    """Return everything reached from ``members`` through perimeters, themselves included.

    >>> sorted(flattened([1], {1: [2, 3], 3: [4], 4: [1]}))
    [1, 2, 3, 4]
    """
    found: set[int] = set()
    waiting = list(members)
    while waiting:
        member = waiting.pop()
        if member not in found:
            found.add(member)
            waiting += children.get(member, ())
    return found


@dataclass(frozen=True, order=True)
class Stay:
    """``part`` is in a group from ``start`` to ``end``, both included (None: for good)."""

    part: int
    start: date
    end: date | None


def changed_stays(
    held: Iterable[Stay], members: Iterable[int], *, since: date, start: date, end: date | None
) -> list[Stay]:
    """Return the stays of a group whose members are ``members`` from ``since`` to ``end``.

    Before ``since`` the group keeps what it held, from ``start`` on. Stays of a part that
    follow each other without a gap are one.

    >>> day = date(2011, 1, 1)
    >>> was = [Stay(1, date(2009, 1, 1), None), Stay(2, date(2009, 1, 1), None)]
    >>> for stay in changed_stays(was, [1], since=day, start=date(2009, 1, 1), end=None):
    ...     print(stay.part, stay.start, stay.end)
    1 2009-01-01 None
    2 2009-01-01 2010-12-31
    """
    eve = since - timedelta(days=1)
    past = [
        Stay(stay.part, max(stay.start, start), eve if stay.end is None else min(stay.end, eve))
        for stay in held
    ]
    kept = [stay for stay in past if stay.end is not None and stay.start <= stay.end]
    joined: list[Stay] = []
    for stay in sorted([*kept, *(Stay(part, since, end) for part in set(members))], key=_by_start):
        last = joined[-1] if joined else None
        if last and last.part == stay.part and last.end and _touches(last.end, stay.start):
            later = None if stay.end is None else max(last.end, stay.end)
            joined[-1] = Stay(stay.part, last.start, later)
        else:
            joined.append(stay)
    return joined


def _by_start(stay: Stay) -> tuple[int, date]:
    return stay.part, stay.start


def _touches(end: date, start: date) -> bool:
    return start <= end + timedelta(days=1)
