"""Units of what is ordered (unités d’œuvre), and how a quantity is written."""

from core import fr
from core.training.enums import Labelled


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
