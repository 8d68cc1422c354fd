"""The hours of each day of the week, from a day on; and what a change of them moves.

What was open before stays written: a day gone by keeps the hours it had.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

import pandas as pd
from sqlmodel import Session, col, select

from core import access, fr, journal
from core.access import Right, Viewer
from core.circulation import given_days, opening, sites
from core.circulation.models import OpeningHours
from core.circulation.opening import WEEKDAYS, Hours, Opening
from core.errors import DomainError

DOMAIN = "circulation"
DOMAINS = ("circulation", "people", "documentation", "welcome")
DAY = 24 * 60
NOON = 12 * 60
LONGEST_SLOT = 240
COLUMNS = ["weekday", "day", "hours", "slots", "since"]
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class WeekdayDraft:
    """The hours of a day of the week from ``starts_on`` on; no span: closed. Minutes of the day.

    ``slot_minutes``: length of the appointments that may be booked; 0: none.
    """

    weekday: int
    starts_on: date
    spans: tuple[tuple[int, int], ...]
    slot_minutes: int = 0

    @property
    def told(self) -> str:
        return told(self.spans)

    @property
    def halves(self) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
        """Return the morning and the afternoon; a day that opens once, from noon on, has only
        the second.

        >>> WeekdayDraft(0, date(2011, 6, 15), ((840, 1020),)).halves
        (None, (840, 1020))
        """
        if len(self.spans) == 1 and self.spans[0][0] >= NOON:
            return None, self.spans[0]
        first, second, *_ = (*self.spans, None, None)
        return first, second


def told(spans: tuple[tuple[int, int], ...]) -> str:
    """Say the hours of a day.

    >>> told(((540, 750), (840, 1020))).replace(fr.NBSP, " "), told(())
    ('9 h 00 – 12 h 30, 14 h 00 – 17 h 00', 'fermé')
    """
    return ", ".join(f"{fr.hour(start)} – {fr.hour(end)}" for start, end in spans) or "fermé"


def of_day(session: Session, viewer: Viewer, *, weekday: int, day: date) -> WeekdayDraft:
    """Return the hours that hold for a day of the week at a date."""
    access.require(viewer, Right.LEND)
    return _at(_rows(session), weekday, day)


def _at(rows: Sequence[OpeningHours], weekday: int, day: date) -> WeekdayDraft:
    held = [one for one in rows if one.weekday == weekday
            and one.starts_on <= day <= (one.ends_on or date.max)]  # fmt: skip
    spans = tuple(sorted((one.opens_at, one.closes_at) for one in held))
    return WeekdayDraft(weekday, day, spans, max((one.slot_minutes for one in held), default=0))


def table(session: Session, viewer: Viewer, *, today: date) -> pd.DataFrame:
    """One row a day of the week and a change still to come of it (COLUMNS), Monday first.

    ``since`` is None for the hours of today, else the day from which they hold.
    """
    access.require(viewer, Right.LEND)
    rows = _rows(session)
    found = []
    for weekday, name in enumerate(WEEKDAYS):
        own = [one for one in rows if one.weekday == weekday]
        starts = {one.starts_on for one in own} | {
            one.ends_on + ONE_DAY for one in own if one.ends_on is not None
        }
        for day in (today, *sorted(start for start in starts if start > today)):
            held = _at(own, weekday, day)
            slots = f"{held.slot_minutes} min" if held.slot_minutes and held.spans else ""
            found.append((weekday, name, held.told, slots, None if day == today else day))
    return pd.DataFrame(found, columns=COLUMNS)


def affected(session: Session, viewer: Viewer, *, draft: WeekdayDraft, today: date) -> pd.DataFrame:
    """One row a day given that the new hours would close, or an appointment (``given_days``)."""
    access.require(viewer, Right.EDIT_READERS)
    _check(draft, today)
    site = sites.site(session).id or 0
    former = sites.opening(session, site)
    new = Opening(after(former.hours, draft), former.specials)
    opening.check(new, today=today)
    return given_days.moved(session, site, former, new, today=today)


def save(  # what is on the form
    session: Session, viewer: Viewer, *, draft: WeekdayDraft, is_shifted: bool, today: date,
    now: datetime,
) -> str:  # fmt: skip
    """Write the hours of a day of the week and, where asked, move what falls on a closed day."""
    found = affected(session, viewer, draft=draft, today=today)
    site = sites.site(session).id or 0
    for row in _rows(session):
        if row.weekday != draft.weekday or (row.ends_on or date.max) < draft.starts_on:
            continue
        if row.starts_on >= draft.starts_on:
            session.delete(row)
        else:
            row.ends_on = draft.starts_on - ONE_DAY
            session.add(row)
    session.add_all(
        OpeningHours(site_id=site, weekday=draft.weekday, opens_at=start, closes_at=end,
                     starts_on=draft.starts_on, slot_minutes=draft.slot_minutes)
        for start, end in draft.spans
    )  # fmt: skip
    session.flush()
    moved = given_days.shift(session, found) if is_shifted else ""
    said = f"{WEEKDAYS[draft.weekday]} : {draft.told}, à partir du {fr.day(draft.starts_on)}"
    journal.record(session, viewer, at=now, domain=DOMAIN, action="horaires du centre",
                   subject=" ; ".join(part for part in (said, moved) if part))  # fmt: skip
    return f"Horaires enregistrés, {said}." + (f" {moved}." if moved else "")


def _rows(session: Session) -> list[OpeningHours]:
    site = sites.site(session).id or 0
    return list(
        session.exec(
            select(OpeningHours)
            .where(OpeningHours.site_id == site)
            .order_by(col(OpeningHours.weekday), col(OpeningHours.opens_at))
        )
    )


def after(hours: Sequence[Hours], draft: WeekdayDraft) -> list[Hours]:
    """Return the hours of the week once a draft is written. Pure."""
    kept = []
    for one in hours:
        if one.weekday != draft.weekday or (one.ends_on or date.max) < draft.starts_on:
            kept.append(one)
        elif one.starts_on < draft.starts_on:
            kept.append(Hours(one.weekday, one.opens_at, one.closes_at, one.starts_on,
                              draft.starts_on - ONE_DAY))  # fmt: skip
    return [*kept, *(Hours(draft.weekday, start, end, draft.starts_on)
                     for start, end in draft.spans)]  # fmt: skip


def _check(draft: WeekdayDraft, today: date) -> None:
    if draft.starts_on < today:
        raise DomainError("Les horaires changent à partir d’aujourd’hui au plus tôt.")
    for start, end in draft.spans:
        if not 0 <= start < end <= DAY:
            raise DomainError("L’heure de fermeture vient après celle d’ouverture.")
    ordered = sorted(draft.spans)
    if any(later[0] < earlier[1] for earlier, later in pairwise(ordered)):
        raise DomainError("Les deux ouvertures du jour se chevauchent : corrigez les heures.")
    if not 0 <= draft.slot_minutes <= LONGEST_SLOT:
        raise DomainError(f"Un rendez-vous dure au plus {LONGEST_SLOT} minutes.")
