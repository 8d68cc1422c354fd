"""What a committee is asked to decide, drawn from the forecasts: a proposal that staff correct.

Pure. One sentence for each order that will not last, for each that will leave much, and for each
operator that is silent, the most pressing first.
"""

from collections.abc import Sequence
from datetime import date

from core import fr
from core.competences_cles.forecast import Outlook
from core.competences_cles.outlook import OrderView
from core.competences_cles.units import amount

LEFT_SHARE = 0.15  # of what is ordered: below, a remainder is not worth a decision


def asked(views: Sequence[OrderView], today: date) -> list[str]:
    """Return what to decide, exhausted orders first, then dated ones, remainders, silences."""
    of_orders = [text for wanted in _ORDER for one in views if (text := wanted(one, today))]
    silent = dict.fromkeys(one.facts.operator for one in views if one.pace.is_stale)
    return [*of_orders, *(f"Relancer {name} : rien de neuf depuis 45 jours." for name in silent)]


def _lacking(one: OrderView) -> str:
    """Say what the order lacks to its end: K + G + the pace, less what is ordered."""
    lacking = 0.0 if one.end is None else one.end.load - one.facts.ordered
    if lacking <= 0:
        return ""
    return f", il manque environ {amount(60 * round(lacking / 60), one.facts.unit)}"


def _exhausted(one: OrderView, today: date) -> str:
    if one.exhaustion.outlook is not Outlook.EXHAUSTED:
        return ""
    return f"Abonder ou suspendre {one.facts.number} ({one.told(today)}){_lacking(one)}."


def _dated(one: OrderView, today: date) -> str:
    early = one.exhaustion.earliest or one.exhaustion.central
    if one.exhaustion.outlook is not Outlook.DATED or early is None:
        return ""
    due = fr.day(max(early, today))
    return f"Abonder {one.facts.number} avant le {due}{_lacking(one)} jusqu’à l’échéance."


def _left(one: OrderView, _today: date) -> str:
    left = one.exhaustion.left_at_end
    is_left = one.exhaustion.outlook is Outlook.LEFT_OVER and left is not None
    if not is_left or (left or 0) < LEFT_SHARE * one.facts.ordered:
        return ""
    quantity = amount(60 * round((left or 0) / 60), one.facts.unit)
    return f"Réaffecter une part de {one.facts.number} : {quantity} resteraient à l’échéance."


_ORDER = (_exhausted, _dated, _left)
