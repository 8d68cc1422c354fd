"""Invented appointments of the week of the demonstration, clearly simulated, in every state."""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.circulation import sites
from core.circulation.models import Reader
from core.circulation.opening import Opening
from core.people.models import PersonFunction
from core.welcome import appointment_queries, slots
from core.welcome.appointment_mails import UID_DOMAIN
from core.welcome.models import Appointment, Visit, VisitPerson
from core.welcome.motives import AppointmentState, VisitKind
from core.welcome.slots import Span

ONE_DAY = timedelta(days=1)
STAFF = "Agent du centre"
ASKED, CONFIRMED, KEPT, MISSED, CANCELLED = AppointmentState


@dataclass(frozen=True)
class Scene:
    """An appointment, by the rank of its open day from today, of its time, and its slots.

    A kept one is of the day of the visit that came of it.
    """

    days: int
    slot: int
    subject: str
    state: AppointmentState
    headcount: int = 1
    count: int = 1


SCENES = (
    Scene(-1, 1, "Portrait statistique d’un bassin d’emploi", KEPT),
    Scene(-1, 7, "Documents sur l’illettrisme au travail", MISSED),
    Scene(0, 2, "Préparer un atelier sur les savoirs de base", CONFIRMED, 2, 2),
    Scene(0, 8, "Découvrir le centre", CANCELLED, 6, 2),
    Scene(0, 12, "Aides à la création d’activité", CONFIRMED),
    Scene(1, 0, "Découvrir le centre avec un groupe en formation", ASKED, 12, 3),
    Scene(1, 9, "Bibliographie sur la politique de la ville", CONFIRMED),
    Scene(2, 4, "Mobilité des demandeurs d’emploi en zone rurale", ASKED),
    Scene(5, 3, "Orientation vers un organisme de formation", ASKED),
)


def fill(session: Session, *, today: date) -> None:
    """Write the appointments around ``today``; nothing where nobody is known."""
    people = _people(session)
    site_id = sites.site(session).id or 0
    opening, weekly = sites.opening(session, site_id), appointment_queries.weekly(session, site_id)
    visit = _visit(session, today)
    made = []
    for rank, (scene, (person, structure)) in enumerate(zip(SCENES, people, strict=False)):
        is_kept = scene.state is KEPT
        if is_kept and visit is None:
            continue
        day = visit.happened_on if is_kept and visit else _open_day(opening, today, scene.days)
        span = slots.runs(slots.of_day(opening, weekly, day), scene.count)[scene.slot]
        made.append(_made(scene, span, rank, person, structure))
    session.add_all(made)
    session.flush()
    kept = [one for one in made if one.state == KEPT.value]
    if visit is not None and kept:
        _link(session, kept[0], visit)


def _people(session: Session) -> list[tuple[int | None, int | None]]:
    """Return people of the demonstration who have a card, and their structures."""
    rows = session.exec(
        select(Reader.person_id, sa.func.min(col(PersonFunction.structure_id)))
        .join(PersonFunction, col(PersonFunction.person_id) == col(Reader.person_id))
        .where(col(Reader.is_simulated).is_(True), col(PersonFunction.ends_on).is_(None))
        .group_by(col(Reader.person_id))
        .order_by(col(Reader.person_id))
        .limit(len(SCENES))
    )
    return [(person, structure) for person, structure in rows]


def _open_day(opening: Opening, today: date, rank: int) -> date:
    """Return the open day of a rank: 0 is today or the next one, −1 the one before."""
    if rank >= 0:
        return opening.after_open_days(opening.next_open(today), rank)
    day = today
    for _ in range(-rank):
        day -= ONE_DAY
        while not opening.is_open(day):
            day -= ONE_DAY
    return day


def _visit(session: Session, today: date) -> Visit | None:
    """Return the last visit of one person who had come before: the one that was booked."""
    return session.exec(
        select(Visit)
        .where(
            Visit.kind == VisitKind.ALONE.value, Visit.newcomers == 0, Visit.headcount == 1,
            col(Visit.happened_on) < today, col(Visit.appointment_id).is_(None),
        )
        .order_by(col(Visit.happened_on).desc(), col(Visit.id).desc())
        .limit(1)
    ).first()  # fmt: skip


def _made(
    scene: Scene, span: Span, rank: int, person: int | None, structure: int | None
) -> Appointment:
    return Appointment(
        starts_at=span.start, ends_at=span.end, staff=STAFF, person_id=person,
        structure_id=structure, headcount=scene.headcount, subject=scene.subject,
        state=scene.state.value, ical_uid=f"rdv-demo-{rank}@{UID_DOMAIN}", is_simulated=True,
    )  # fmt: skip


def _link(session: Session, kept: Appointment, visit: Visit) -> None:
    """Say which visit came of an appointment, and of whom; they had a card: no first welcome."""
    visit.appointment_id, visit.structure_id = kept.id, kept.structure_id
    visit.minutes = Span(kept.starts_at, kept.ends_at).minutes
    session.add(visit)
    session.add(VisitPerson(visit_id=visit.id or 0, person_id=kept.person_id))
    session.flush()
