"""Writes on visits: one form for a person, a group or a contact at a distance."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session

from core import access, fr, journal
from core.access import Right, Viewer
from core.db import table_of
from core.errors import DomainError
from core.people import consents, newcomers
from core.people.models import Structure
from core.welcome import counting, first_welcomes, name_lists, named_people
from core.welcome.models import Appointment, Visit, VisitMotive, VisitPerson, VisitTheme
from core.welcome.motives import AppointmentState, Motive, VisitKind

DOMAIN = "welcome"
DOMAINS = ("welcome", "people")
PARTS = (VisitMotive, VisitTheme, VisitPerson)
OLDEST = date(1990, 1, 1)


@dataclass(frozen=True)
class VisitDraft:
    """What is on the form. ``people`` is a pasted list; the numbers are of those without a name.

    ``minutes`` None: not noted. ``version`` 0: a new visit. ``purposes``: what the only person
    with a name agrees to, on a new visit.
    """

    happened_on: date
    kind: VisitKind = VisitKind.ALONE
    people: str = ""
    newcomers: int = 0
    others: int = 0
    motives: tuple[Motive, ...] = ()
    theme_ids: tuple[int, ...] = ()
    structure_id: int | None = None
    territory_id: int | None = None
    minutes: int | None = None
    note: str = ""
    appointment_id: int | None = None
    person_ids: tuple[int, ...] = ()
    purposes: tuple[str, ...] = ()
    version: int = 0


@dataclass(frozen=True)
class VisitReport:
    """What a visit came to: its row, its first welcomes, who was found, who was added."""

    visit_id: int
    first_welcomes: int
    found: int
    added: int

    @property
    def told(self) -> str:
        """Say it in one sentence."""
        said = fr.plural(self.first_welcomes, "premier accueil", "premiers accueils")
        known = fr.plural(self.found, "personne reconnue", "personnes reconnues")
        new = fr.plural(
            self.added, "personne ajoutée à l’annuaire", "personnes ajoutées à l’annuaire"
        )
        names = [known] * bool(self.found) + [new] * bool(self.added)
        return f"Visite enregistrée : {' ; '.join([said, *names])}."


def record_visit(
    session: Session, viewer: Viewer, draft: VisitDraft, *, today: date, now: datetime
) -> VisitReport:
    """Write a visit. Raises DomainError where its day, its numbers or its names do not hold."""
    access.require(viewer, Right.LEND)
    visit = Visit(
        happened_on=draft.happened_on, kind=draft.kind.value, staff=viewer.signature,
        recorded_at=fr.stored(now), appointment_id=draft.appointment_id, version=0,
    )  # fmt: skip
    report = _write(session, viewer, visit, draft, today=today, now=now)
    if draft.purposes:
        _agree(session, viewer, visit, draft, now)
    _tell(session, viewer, "visite enregistrée", visit, now)
    return report


def _agree(
    session: Session, viewer: Viewer, visit: Visit, draft: VisitDraft, now: datetime
) -> None:  # fmt: skip
    """Keep what the person who came agrees to; refused for several: each answers for oneself."""
    people = first_welcomes.named(session, visit.id or 0)
    if len(people) != 1:
        raise DomainError(
            "Un accord se donne en son nom : nommez une seule personne, ou notez les accords sur "
            "la fiche de chacune."
        )
    consents.add_consents(session, viewer, person_id=people.pop(), purposes=draft.purposes,
                          source=f"accueil, visite n° {visit.id}", now=now)  # fmt: skip


def change_visit(  # which one, and what is on the form
    session: Session, viewer: Viewer, draft: VisitDraft, *, visit_id: int, today: date,
    now: datetime,
) -> VisitReport:  # fmt: skip
    """Correct a visit; first welcomes are settled again for all those it named or names.

    Whose line stays as it was is the same person, in the category of the day of the visit.
    """
    access.require(viewer, Right.LEND)
    visit = visit_of(session, visit_id)
    if draft.version != visit.version:
        raise DomainError("Cette visite a été corrigée par ailleurs : rechargez la page.")
    known, categories = named_people.came(session, visit_id)
    same, rest = name_lists.without(draft.people, known)
    draft = replace(draft, people=rest, person_ids=(*draft.person_ids, *same))
    _empty(session, visit_id, but_forgotten=True)
    report = _write(session, viewer, visit, draft, today=today, now=now)
    named_people.keep_categories(session, visit_id, categories)
    first_welcomes.settle(session, set(categories))
    _tell(session, viewer, "visite corrigée", visit, now)
    return report


def remove_visit(session: Session, viewer: Viewer, *, visit_id: int, now: datetime) -> None:
    """Take a visit back; who was welcomed there first is so at their next visit."""
    access.require(viewer, Right.LEND)
    visit = visit_of(session, visit_id)
    former = first_welcomes.named(session, visit_id)
    _empty(session, visit_id, but_forgotten=False)
    _tell(session, viewer, "visite retirée", visit, now)
    appointment = session.get(Appointment, visit.appointment_id or 0)
    if appointment is not None:
        appointment.state = AppointmentState.CONFIRMED.value
        appointment.version += 1
        session.add(appointment)
    session.delete(visit)
    session.flush()
    first_welcomes.settle(session, former)


def visit_of(session: Session, visit_id: int) -> Visit:
    visit = session.get(Visit, visit_id)
    if visit is None:
        raise DomainError("Cette visite n’existe plus : rechargez la page.")
    return visit


def _write(  # the row and what is on the form
    session: Session, viewer: Viewer, visit: Visit, draft: VisitDraft, *, today: date,
    now: datetime,
) -> VisitReport:  # fmt: skip
    _check(draft, today)
    named = name_lists.names(draft.people)
    found = newcomers.find_or_add(session, viewer, named, now=now)
    people = tuple(dict.fromkeys((*draft.person_ids, *found.ids)))
    visit.happened_on, visit.kind = draft.happened_on, draft.kind.value
    visit.headcount = counting.headcount(
        draft.kind, named=len(people) + len(named_people.forgotten(session, visit.id)),
        newcomers=draft.newcomers, others=draft.others,
    )  # fmt: skip
    visit.newcomers, visit.minutes = draft.newcomers, draft.minutes
    visit.structure_id = draft.structure_id
    visit.territory_id = draft.territory_id or _territory(session, draft.structure_id)
    visit.note = draft.note.strip()
    visit.version += 1
    session.add(visit)
    session.flush()
    _add_parts(session, visit.id or 0, draft, people)
    first_welcomes.settle(session, set(people))
    first = first_welcomes.count(session, visit.id or 0) + visit.newcomers
    return VisitReport(visit.id or 0, first, len(found.ids) - found.added, found.added)


def _check(draft: VisitDraft, today: date) -> None:
    if draft.happened_on > today:
        raise DomainError("Une visite ne peut pas être à venir : prenez un rendez-vous.")
    if draft.happened_on < OLDEST:
        raise DomainError(f"Vérifiez la date : rien n’est saisi avant le {fr.day(OLDEST)}.")
    if draft.minutes is not None and draft.minutes < 0:
        raise DomainError("Une durée ne peut pas être négative.")


def _territory(session: Session, structure_id: int | None) -> int | None:
    """Return where a structure is, for a visit that does not say it."""
    structure = session.get(Structure, structure_id) if structure_id else None
    return structure.territory_id if structure else None


def _add_parts(session: Session, visit_id: int, draft: VisitDraft, people: Sequence[int]) -> None:
    categories = named_people.categories(session, people)
    session.add_all(VisitMotive(visit_id=visit_id, motive=one.value) for one in draft.motives)
    session.add_all(VisitTheme(visit_id=visit_id, theme_id=one) for one in draft.theme_ids)
    session.add_all(
        VisitPerson(visit_id=visit_id, person_id=one, category=categories.get(one, ""))
        for one in people
    )
    session.flush()


def _empty(session: Session, visit_id: int, *, but_forgotten: bool) -> None:
    for model in PARTS:
        table = table_of(model)
        statement = sa.delete(table).where(table.c.visit_id == visit_id)
        if but_forgotten and model is VisitPerson:
            statement = statement.where(table.c.person_id.is_not(None))
        session.connection().execute(statement)
    session.expire_all()


def _tell(session: Session, viewer: Viewer, action: str, visit: Visit, now: datetime) -> None:
    """Write who did what; names are in the visit alone, that may be forgotten."""
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action=action,
        subject=f"visite n° {visit.id} du {fr.day(visit.happened_on)}",
        after={"kind": VisitKind(visit.kind).label, "quantity": visit.headcount},
    )  # fmt: skip
