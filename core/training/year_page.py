"""The year's calendar on one page: twelve columns of days, and what has no day yet below."""

import calendar
from collections.abc import Sequence
from datetime import date
from typing import Any

from core import fr
from core.training.agenda_queries import AgendaRow
from core.training.enums import Confirmation, EventKind, SessionState

LABEL_LENGTH = 24
DAY_SHOWN = 2
LOOSE_LENGTH = 74
LOOSE_SHOWN = 30
DAY_LETTERS = "LMMJVSD"


def values(rows: Sequence[AgendaRow], year: int, *, subtitle: str, banner: str) -> dict[str, Any]:
    """Return what ``templates/calendrier.typ`` sets: months of days, then what is not placed.

    A day holds the short names of its sessions. A session without a known day in the year is
    below, with its date as written; those that do not fit are counted, never dropped in silence.
    """
    alive = [row for row in rows if row.state is not SessionState.CANCELLED]
    by_day: dict[date, list[AgendaRow]] = {}
    for row in alive:
        for day in row.block.days:
            by_day.setdefault(day, []).append(row)
    loose = [row for row in alive if not any(day.year == year for day in row.block.days)]
    told = [_loose(row) for row in loose[:LOOSE_SHOWN]]
    return {
        "title": f"Calendrier {year}", "subtitle": subtitle, "banner": banner,
        "foot": f"Calendrier {year}",
        "months": [_month(year, month, by_day) for month in range(1, 13)],
        "loose": told,
        "more": _more(len(loose) - len(told)),
    }  # fmt: skip


def _more(left: int) -> str:
    return f"et {fr.plural(left, 'autre séance', 'autres séances')} sans jour." if left else ""


def _month(year: int, month: int, by_day: dict[date, list[AgendaRow]]) -> dict[str, Any]:
    days = [date(year, month, day) for day in range(1, calendar.monthrange(year, month)[1] + 1)]
    return {
        "name": fr.MONTHS[month - 1].capitalize(),
        "days": [
            {
                "number": day.day, "letter": DAY_LETTERS[day.weekday()],
                "off": day.weekday() >= 5,
                "events": _events(by_day.get(day, ())),
            }
            for day in days
        ],
    }  # fmt: skip


def _events(rows: Sequence[AgendaRow]) -> list[dict[str, Any]]:
    """Return what a day holds; beyond what fits, the last line says how many more."""
    if len(rows) <= DAY_SHOWN:
        return [_event(row) for row in rows]
    more = {"label": f"+ {len(rows) - 1} autres", "open": False, "network": False}
    return [_event(rows[0]), more]


def _event(row: AgendaRow) -> dict[str, Any]:
    return {"label": short(row), "open": row.state is SessionState.TENTATIVE,
            "network": row.kind is EventKind.NETWORK_DAY}  # fmt: skip


def short(row: AgendaRow) -> str:
    """Name a session in few letters: its networks and its place, or the start of its title."""
    if row.kind is EventKind.NETWORK_DAY and row.networks:
        is_known = row.place_status is not Confirmation.TO_DEFINE
        place = (row.territory or row.place) if is_known else ""
        return _cut(" + ".join(row.networks) + (f" {place}" if place else ""), LABEL_LENGTH)
    return _cut(row.title, LABEL_LENGTH)


def _loose(row: AgendaRow) -> str:
    return _cut(f"{row.title} : {row.block.told()}", LOOSE_LENGTH)


def _cut(text: str, length: int) -> str:
    """Cut a text at a length, and show that it was.

    >>> _cut("Journée", 7), _cut("Journée régionale", 9)
    ('Journée', 'Journée…')
    """
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"
