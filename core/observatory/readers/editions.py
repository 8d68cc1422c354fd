"""Which edition a file is: by the producer's file name where it has one, else by its content."""

import re
from datetime import date

from core import fr
from core.observatory.enums import Dataset
from core.observatory.readers.parsed import Edition

_PRODUCED = re.compile(r"produit-le-?(\d{4})-(\d{2})-(\d{2})")
_GEOGRAPHY = re.compile(r"geographie-?(\d{4})")


def edition_of(
    dataset: Dataset, name: str, *, geography: int | None, years: tuple[int, int], vintage: int
) -> Edition:
    """Name an edition. Without a production date, two editions of the same years look alike."""
    named = _GEOGRAPHY.search(name)
    geography = geography or (int(named[1]) if named else None)
    place = f"géographie {geography}" if geography else f"populations {vintage}"
    produced = _production_date(name)
    if produced:
        return Edition(
            dataset, produced.isoformat(), f"édition du {fr.day(produced)}, {place}", geography
        )
    first, last = years
    key = f"geographie-{geography}" if geography else f"{first}-{last}-population-{vintage}"
    return Edition(dataset, key, f"édition non datée, années {first} à {last}, {place}", geography)


def _production_date(name: str) -> date | None:
    found = _PRODUCED.search(name)
    if not found:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
