"""Tables of the pack: orders, publics with small groups hidden, delays; written in French."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core import fr
from core.competences_cles.paths import Delay, Rate, is_small
from core.competences_cles.quantities import Quantities
from core.competences_cles.units import UnitOfWork, amount

MOST_ORDERS, MOST_GROUPS, OPERATOR = 7, 5, 44
HIDDEN = "moins de 5"
PROTECTED = "non diffusé"


@dataclass(frozen=True)
class OrderRow:
    """One order of the table: its quantities, its forecast in words, the alert that is open."""

    number: str
    operator: str
    quantities: Quantities
    forecast: str
    alert: str = ""
    unit: UnitOfWork = UnitOfWork.HOUR


@dataclass(frozen=True)
class Breakdown:
    """Persons by group. ``national``: the share of the first group in the country, if known."""

    title: str
    groups: Sequence[tuple[str, int]]
    national: float | None = None


@dataclass(frozen=True)
class DelayRow:
    """A delay between two steps, as ``paths.delay`` measured it."""

    delay: Delay


def order_rows(orders: Sequence[OrderRow]) -> list[dict[str, Any]]:
    """Return the most pressing orders first: least available for what is ordered."""
    return [_order(one) for one in _pressing(orders)[:MOST_ORDERS]]


def more_orders(orders: Sequence[OrderRow]) -> str:
    """Say how many orders the table leaves out."""
    count = len(orders) - MOST_ORDERS
    if count <= 0:
        return ""
    text = fr.plural(count, "autre bon, moins tendu", "autres bons, moins tendus")
    return f"{text}, dans l’application"


def _pressing(orders: Sequence[OrderRow]) -> list[OrderRow]:
    def key(one: OrderRow) -> tuple[float, str]:
        found = one.quantities
        return (found.available / found.ordered if found.ordered else -1.0), one.number

    return sorted(orders, key=key)


def _order(one: OrderRow) -> dict[str, Any]:
    found = one.quantities
    whole = max(found.ordered, found.consumed + found.committed, 1)
    return {
        "number": one.number, "operator": textwrap.shorten(one.operator, OPERATOR, placeholder="…"),
        "ordered": amount(found.ordered, one.unit), "consumed": amount(found.consumed, one.unit),
        "available": amount(round(found.available), one.unit),
        "done": max(0.0, found.consumed) / whole,
        "committed": max(0.0, found.committed) / whole,
        "limit": found.ordered / whole,
        "is_over": found.is_overrun or found.available < 0,
        "forecast": found.warning or one.forecast,
        "alert": one.alert,
    }  # fmt: skip


def breakdown(one: Breakdown) -> dict[str, Any]:
    """Return the groups with their shares, the small ones hidden.

    One hidden group alone could be worked out from the total: the next smallest goes with it. No
    share of a hidden group is given, and a total of fewer than five persons hides everything.
    """
    groups = _gathered(one.groups)
    total = sum(count for _, count in groups)
    hidden = hidden_groups(dict(groups))
    rows = [_group(label, count, total, hidden) for label, count in groups]
    shown_total = HIDDEN if is_small(total) else fr.plural(total, "personne")
    national = "" if one.national is None else f"France : {fr.percent(one.national)}"
    return {
        "title": one.title, "total": shown_total, "rows": rows,
        "national": national, "mark": -1.0 if one.national is None else one.national,
    }  # fmt: skip


def _gathered(groups: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    if len(groups) <= MOST_GROUPS:
        return list(groups)
    others = sum(count for _, count in groups[MOST_GROUPS - 1 :])
    return [*groups[: MOST_GROUPS - 1], ("autres", others)]


def hidden_groups(groups: dict[str, int]) -> dict[str, str]:
    """Return what stands for each count that is not shown, by group.

    >>> hidden_groups({"femmes": 40, "hommes": 3, "non renseigné": 0})
    {'hommes': 'moins de 5', 'femmes': 'non diffusé'}
    """
    if is_small(sum(groups.values())):
        return dict.fromkeys(groups, HIDDEN)
    hidden = {label: HIDDEN for label, count in groups.items() if is_small(count)}
    others = sorted(
        (count, label) for label, count in groups.items() if label not in hidden and count > 0
    )
    if len(hidden) == 1 and others:
        hidden[others[0][1]] = PROTECTED
    return hidden


def _group(label: str, count: int, total: int, hidden: dict[str, str]) -> dict[str, Any]:
    if label in hidden:
        return {"label": label, "text": hidden[label], "share": -1.0}
    share = count / total if total else 0.0
    text = fr.number(count) if not total else f"{fr.number(count)} ({fr.percent(share)})"
    return {"label": label, "text": text, "share": share}


def rate(one: Rate) -> str:
    """Write a rate of persons, unless it tells of fewer than five of them on either side."""
    sides = (one.numerator, one.denominator - one.numerator)
    if any(is_small(count) for count in sides):
        return f"non diffusé ({HIDDEN} personnes d’un côté)"
    return one.told()


def delay_row(one: DelayRow) -> dict[str, str]:
    """Return a delay in words: median, share within fourteen days, what is not entered."""
    found = one.delay
    if is_small(found.within.denominator):
        return {"step": found.step.label, "median": HIDDEN, "within": "–", "missing": "–"}
    median = "–" if found.median_days is None else fr.plural(found.median_days, "jour")
    missing = fr.plural(found.missing, "non renseigné", "non renseignés")
    if is_small(found.missing):
        missing = f"{HIDDEN} non renseignés"
    waiting = "" if not found.waiting else f", dont {_few(found.waiting)} depuis plus de 14 jours"
    return {
        "step": found.step.label, "median": median, "within": rate(found.within),
        "missing": missing + waiting,
    }  # fmt: skip


def _few(count: int) -> str:
    return HIDDEN if is_small(count) else fr.number(count)
