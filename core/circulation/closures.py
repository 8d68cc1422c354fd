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
from core.circulation import opening, shelf
from core.circulation.enums import ReservationState
from core.circulation.loan_models import Loan, Reservation
from core.circulation.models import CalendarException, Reader
from core.circulation.opening import Opening, Special
from core.db import table_of
from core.documentation.models import Item, Notice
from core.errors import DomainError
from core.people.models import Person

DOMAIN = "circulation"
DOMAINS = ("circulation", "people", "documentation")
LOAN, WAIT, ITEM = table_of(Loan), table_of(Reservation), table_of(Item)
READER, PERSON, NOTICE = table_of(Reader), table_of(Person), table_of(Notice)
LENT, ASIDE = "prêt", "mis de côté"
COLUMNS = ["what", "id", "reader", "title", "day", "moved_to"]
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
    """One row a loan or a copy set aside whose last day would be closed (COLUMNS).

    ``moved_to`` is the first open day after it, with the new closure. Days gone by stay.
    Raises DomainError where the draft does not hold.
    """
    access.require(viewer, Right.EDIT_READERS)
    _check(draft)
    site = shelf.site(session).id or 0
    former = shelf.opening(session, site)
    new = _with(former, draft)
    opening.check(new, today=today)
    rows = [
        (*row, new.next_open(row[-1]))
        for row in (*_loans(session, site, today), *_asides(session, site, today))
        if former.is_open(row[-1]) and not new.is_open(row[-1])
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def add(
    session: Session, viewer: Viewer, *, draft: ExceptionDraft, is_shifted: bool, today: date,
    now: datetime,
) -> str:  # fmt: skip
    """Write a closure or an opening and, where asked, move what falls on it; tell how many."""
    table = affected(session, viewer, draft=draft, today=today)
    site = shelf.site(session).id or 0
    session.add(CalendarException(site_id=site, **vars(draft)))
    session.flush()
    if is_shifted:
        _shift(session, table)
    kind = "ouverture" if draft.is_open else "fermeture"
    told = f"{kind} « {draft.label} » du {fr.day(draft.first_on)} au {fr.day(draft.last_on)}"
    moved = fr.plural(len(table), "date reculée", "dates reculées") if is_shifted else ""
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
    opening.check(shelf.opening(session, site), today=today)
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
    span = fr.day(row.first_on)
    if row.last_on != row.first_on:
        span = f"du {span} au {fr.day(row.last_on)}"
    yearly = ", chaque année" if row.repeats_yearly else ""
    return f"{'ouvert' if row.is_open else 'fermé'} {span}{yearly} : {row.label}"


def _check(draft: ExceptionDraft) -> None:
    if draft.last_on < draft.first_on:
        raise DomainError("Le dernier jour est avant le premier : corrigez les dates.")
    if (draft.last_on - draft.first_on).days > LONGEST:
        raise DomainError("Une fermeture dure au plus un an.")
    if not draft.label.strip():
        raise DomainError("Dites pourquoi : congés, pont, inventaire…")


def _with(former: Opening, draft: ExceptionDraft) -> Opening:
    return Opening(former.hours, [*former.specials, Special(**vars(draft))])


def _loans(session: Session, site: int, today: date) -> list[tuple[str, int, str, str, date]]:
    rows = session.connection().execute(
        sa.select(LOAN.c.id, PERSON.c.first_name, PERSON.c.last_name, NOTICE.c.title,
                  LOAN.c.due_on)
        .join(ITEM, ITEM.c.id == LOAN.c.item_id)
        .join(NOTICE, NOTICE.c.id == ITEM.c.notice_id)
        .join(READER, READER.c.id == LOAN.c.reader_id)
        .join(PERSON, PERSON.c.id == READER.c.person_id)
        .where(LOAN.c.returned_at.is_(None), LOAN.c.due_on >= today, LOAN.c.site_id == site)
        .order_by(LOAN.c.due_on, LOAN.c.id)
    )  # fmt: skip
    return [(LENT, own, f"{first} {last}".strip(), title, day)
            for own, first, last, title, day in rows]  # fmt: skip


def _asides(session: Session, site: int, today: date) -> list[tuple[str, int, str, str, date]]:
    rows = session.connection().execute(
        sa.select(WAIT.c.id, PERSON.c.first_name, PERSON.c.last_name, NOTICE.c.title,
                  WAIT.c.ready_until)
        .join(NOTICE, NOTICE.c.id == WAIT.c.notice_id)
        .join(READER, READER.c.id == WAIT.c.reader_id)
        .join(PERSON, PERSON.c.id == READER.c.person_id)
        .where(WAIT.c.state == ReservationState.READY.value, WAIT.c.ready_until >= today,
               WAIT.c.site_id == site)
        .order_by(WAIT.c.ready_until, WAIT.c.id)
    )  # fmt: skip
    return [(ASIDE, own, f"{first} {last}".strip(), title, day)
            for own, first, last, title, day in rows]  # fmt: skip


def _shift(session: Session, table: pd.DataFrame) -> None:
    """Move the dates of a list, one statement a kind."""
    for what, model, name in ((LENT, LOAN, "due_on"), (ASIDE, WAIT, "ready_until")):
        rows = table[table["what"] == what]
        if rows.empty:
            continue
        day: sa.BindParameter[date] = sa.bindparam("day")
        statement = sa.update(model).where(model.c.id == sa.bindparam("own")).values({name: day})
        session.connection().execute(
            statement,
            [{"own": int(own), "day": to}
             for own, to in zip(rows["id"], rows["moved_to"], strict=True)],
        )  # fmt: skip
    session.expire_all()
