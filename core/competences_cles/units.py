"""Units of what is ordered (unités d’œuvre), and how a quantity is written."""

import re
from decimal import ROUND_HALF_UP, Decimal

from core import fr
from core.errors import DomainError
from core.training.enums import Labelled

SPACES = re.compile(r"[\s\u00a0\u202f]+")
WORDS = re.compile(r"(heures?degroupe|hdegroupe|heures?|parcours|forfaits?)$")
SIGNED = r"(?P<sign>[+\-\u2212\u2013]?)"
TIMED = re.compile(
    SIGNED + r"(?P<value>\d+(?:[.,]\d+)?)(?:h(?:(?P<minutes>[0-5]?\d)(?:mn|min)?)?)?"
)
COUNTED = re.compile(SIGNED + r"(?P<value>\d+)(?:,0+)?")
MONEY = re.compile(r"(?P<euros>\d+)(?:[.,](?P<cents>\d{1,2}))?(?:€|euros?)?")
POINTED = re.compile(r"\d\.\d{3}(\D|$)")
MOST = 10**12


class UnitOfWork(Labelled):
    """Unité d’œuvre of an order line. Hours are stored in minutes, the rest as counts."""

    HOUR = "heure", "heure"
    GROUP_HOUR = "heure_groupe", "heure de groupe"
    PARCOURS = "parcours", "parcours"
    PACKAGE = "forfait", "forfait"

    @property
    def is_timed(self) -> bool:
        return self in {UnitOfWork.HOUR, UnitOfWork.GROUP_HOUR}


def amount(quantity: float, unit: UnitOfWork = UnitOfWork.HOUR) -> str:
    """Write a stored quantity with its unit.

    >>> amount(5_970).replace(fr.NBSP, " "), amount(12, UnitOfWork.PARCOURS)
    ('99,5 h', '12 parcours')
    """
    if unit.is_timed:
        hours = round(quantity / 60, 1)
        written = fr.number(hours, 0 if hours.is_integer() else 1)
        return f"{written}{fr.NBSP}h" + (" de groupe" if unit is UnitOfWork.GROUP_HOUR else "")
    plural_form = "parcours" if unit is UnitOfWork.PARCOURS else "forfaits"
    return fr.plural(round(quantity, 1), unit.label, plural_form)


def quantity_of(text: str, unit: UnitOfWork = UnitOfWork.HOUR) -> int:
    """Read a quantity as people write it: « 1 200 », « 1200,5 h », « 12 h 30 », « −50 ».

    Return it as it is stored: minutes for hours, else a count. Raise DomainError where it is not
    understood; « 1.200 » is refused, it may be a thousand or one and a fifth.

    >>> quantity_of("1 200,5 h"), quantity_of("12 h 30"), quantity_of("-3", UnitOfWork.PARCOURS)
    (72030, 750, -3)
    """
    bare = SPACES.sub("", text).lower()
    if POINTED.search(bare):
        raise DomainError(
            f"« {text.strip()} » peut se lire de deux façons : écrivez mille deux cents « 1 200 », "
            "et un virgule deux « 1,2 »."
        )
    spelt = WORDS.sub("h" if unit.is_timed else "", bare)
    found = (TIMED if unit.is_timed else COUNTED).fullmatch(spelt)
    if found is None:
        wanted = "« 1 200 », « 1200,5 h » ou « 12 h 30 »" if unit.is_timed else "un nombre entier"
        raise DomainError(f"« {text.strip()} » n’est pas une quantité : écrivez {wanted}.")
    value = _minutes(found) if unit.is_timed else int(found["value"])
    if value > MOST:
        raise DomainError(f"« {text.strip()} » est trop grand : vérifiez la quantité.")
    return value if found["sign"] in {"", "+"} else -value


def _minutes(found: re.Match[str]) -> int:
    hours = Decimal(found["value"].replace(",", "."))
    if found["minutes"] and hours != hours.to_integral_value():
        raise DomainError("Écrivez « 12 h 30 » ou « 12,5 h », pas les deux à la fois.")
    whole = (60 * hours).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return int(whole) + int(found["minutes"] or 0)


def written(quantity: int, unit: UnitOfWork = UnitOfWork.HOUR) -> str:
    """Write a stored quantity so that ``quantity_of`` reads the same one back, to the minute.

    >>> [written(one).replace(fr.NBSP, "_") for one in (72_000, 72_030, 72_020)]
    ['1_200', '1_200,5', '1_200_h_20']
    """
    if not unit.is_timed:
        return fr.number(quantity)
    hours, minutes = divmod(abs(quantity), 60)
    sign = fr.MINUS if quantity < 0 else ""
    if minutes % 6:
        return f"{sign}{fr.number(hours)}{fr.NBSP}h{fr.NBSP}{minutes:02}"
    return sign + fr.number(abs(quantity) / 60, 1 if minutes else 0)


def cents_of(text: str) -> int:
    """Read a price as people write it: « 9,50 € », « 9.5 », « 1 200 ». Return it in cents.

    >>> cents_of("9,50 €"), cents_of("1 200")
    (950, 120000)
    """
    bare = SPACES.sub("", text).lower()
    found = MONEY.fullmatch(bare)
    if found is None or len(found["euros"]) > len(str(MOST)):
        raise DomainError(f"« {text.strip()} » n’est pas un prix : écrivez par exemple « 9,50 ».")
    return 100 * int(found["euros"]) + int((found["cents"] or "").ljust(2, "0"))


def euros(cents: float) -> str:
    """Write an amount of cents in euros, cents included: « 9,50 € »."""
    return f"{fr.number(cents / 100, 2)}{fr.NBSP}€"
