"""Rules on perimeters, free of SQL and of the screen."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

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
