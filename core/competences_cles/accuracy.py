"""How good past forecasts were, over every order at once: what is printed under a forecast."""

from collections.abc import Iterable

from core.competences_cles import intervals
from core.competences_cles.intervals import Coverage
from core.competences_cles.pace import MonthUse, Pace, standard_rates


def past_accuracy(paces: Iterable[Pace], *, ahead: float = 3.0) -> Coverage:
    """Forecast again from each past month of each order, and count the intervals that held.

    The months are taken as they are known today, brought to one length and to no season; a
    quantity of ``ahead`` months is forecast each time.
    """
    found = Coverage(0, 0)
    for pace in paces:
        usable = [one for one in pace.months if one.use in {MonthUse.USED, MonthUse.OLDER}]
        found += intervals.back_test(standard_rates(usable)[0], ahead=ahead)
    return found
