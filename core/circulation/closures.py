"""Days the centre closes or opens besides its week, and what a new closure moves.

A closure added once loans are out leaves due days on which nobody can bring anything back: those,
and the last days of copies set aside, are listed and moved in one go. Taking a closure back moves
nothing: people were told a date (cases 6 and 7 of the domain's study).
"""

from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import access, fr, journal
from core.access import Right, Viewer
from core.circulation import given_days, opening, sites
from core.circulation.models import CalendarException
from core.circulation.opening import Opening, Special
from core.errors import DomainError

DOMAIN = "circulation"
DOMAINS = ("circulation", "people", "documentation", "welcome")
WRITTEN = ("circulation", "welcome")  # no appointment is given while the days it needs change
LONGEST = 370


@dataclass(frozen=True)
class ExceptionDraft:
    """What is on the form; both days included."""

    first_on: date
    last_on: date
    label: str
    is_open: bool = False
    repeats_yearly: bool = False


def affected(
    session: Session, viewer: Viewer, *, draft: ExceptionDraft, today: date
) -> pd.DataFrame:
    """One row a loan or a copy set aside whose last day would be closed, or an appointment.

    ``moved_to`` is the first open day after it (see ``given_days.moved``). Days gone by stay.
    Raises DomainError where the draft does not hold.
    """
    access.require(viewer, Right.EDIT_READERS)
    _check(draft)
    site = sites.site(session).id or 0
    former = sites.opening(session, site)
    new = _with(former, draft)
    opening.check(new, today=today)
    return given_days.moved(session, site, former, new, today=today)


def add(
    session: Session, viewer: Viewer, *, draft: ExceptionDraft, is_shifted: bool, today: date,
    now: datetime,
) -> str:  # fmt: skip
    """Write a closure or an opening and, where asked, move what falls on it; tell how many."""
    table = affected(session, viewer, draft=draft, today=today)
    site = sites.site(session).id or 0
    session.add(CalendarException(site_id=site, **vars(draft)))
    session.flush()
    moved = given_days.shift(session, table) if is_shifted else ""
    kind = "ouverture" if draft.is_open else "fermeture"
    told = f"{kind} « {draft.label} » {_span(draft.first_on, draft.last_on)}"
    journal.record(session, viewer, at=now, domain=DOMAIN, action="calendrier du centre",
                   subject=" ; ".join(part for part in (told, moved) if part))  # fmt: skip
    return f"{kind.capitalize()} enregistrée." + (f" {moved}." if moved else "")


def remove(session: Session, viewer: Viewer, *, exception_id: int, today: date,
           now: datetime) -> str:  # fmt: skip
    """Take a closure or an opening back. No date moves back: people were told theirs."""
    access.require(viewer, Right.EDIT_READERS)
    held = session.get(CalendarException, exception_id)
    if held is None:
        raise DomainError("Ces jours ne sont plus au calendrier : rechargez la page.")
    label, site = held.label, held.site_id
    session.delete(held)
    session.flush()
    opening.check(sites.opening(session, site), today=today)
    journal.record(session, viewer, at=now, domain=DOMAIN, action="calendrier du centre",
                   subject=f"« {label} » retiré")  # fmt: skip
    return "Retiré du calendrier ; les dates déjà données ne changent pas."


def exceptions(session: Session, viewer: Viewer, *, today: date) -> pd.DataFrame:
    """One row a closure or an opening still to come or that comes back: id, told."""
    access.require(viewer, Right.LEND)
    rows = session.exec(
        select(CalendarException)
        .where(
            sa.or_(col(CalendarException.last_on) >= today, col(CalendarException.repeats_yearly))
        )
        .order_by(col(CalendarException.first_on), col(CalendarException.id))
    ).all()
    return pd.DataFrame([(row.id, _told(row)) for row in rows], columns=["id", "told"])


def _told(row: CalendarException) -> str:
    yearly = ", chaque année" if row.repeats_yearly else ""
    span = _span(row.first_on, row.last_on)
    return f"{'ouvert' if row.is_open else 'fermé'} {span}{yearly} : {row.label}"


def _span(first: date, last: date) -> str:
    """Say the days of a closure.

    >>> _span(date(2011, 6, 17), date(2011, 6, 17)), _span(date(2011, 6, 17), date(2011, 6, 18))
    ('le 17 juin 2011', 'du 17 juin 2011 au 18 juin 2011')
    """
    return f"le {fr.day(first)}" if first == last else f"du {fr.day(first)} au {fr.day(last)}"


def _check(draft: ExceptionDraft) -> None:
    if draft.last_on < draft.first_on:
        raise DomainError("Le dernier jour est avant le premier : corrigez les dates.")
    if (draft.last_on - draft.first_on).days > LONGEST:
        raise DomainError("Une fermeture dure au plus un an.")
    if not draft.label.strip():
        raise DomainError("Dites pourquoi : congés, pont, inventaire…")


def _with(former: Opening, draft: ExceptionDraft) -> Opening:
    return Opening(former.hours, [*former.specials, Special(**vars(draft))])
