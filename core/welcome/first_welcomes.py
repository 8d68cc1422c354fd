"""A person is welcomed for the first time once: at the earliest visit that names them."""

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session

from core.circulation.models import Reader
from core.db import table_of
from core.people.models import Person
from core.welcome.models import Visit, VisitPerson

ROW = table_of(VisitPerson)
VISIT = table_of(Visit)
READER, PERSON = table_of(Reader), table_of(Person)


def named(session: Session, visit_id: int) -> set[int]:
    """Return the people that a visit names."""
    statement = sa.select(ROW.c.person_id).where(
        ROW.c.visit_id == visit_id, ROW.c.person_id.is_not(None)
    )
    return set(session.connection().scalars(statement))


def count(session: Session, visit_id: int) -> int:
    """Count the first welcomes of people with a name at a visit."""
    statement = (
        sa.select(sa.func.count())
        .select_from(ROW)
        .where(ROW.c.visit_id == visit_id, ROW.c.is_first_welcome)
    )
    return session.connection().execute(statement).scalar_one()


def settle(session: Session, people: Collection[int]) -> None:
    """Mark the first welcome of people again, whatever the order their visits were entered in.

    Who had a card before the day of the earliest visit was welcomed before it; so was who came
    before their card and visits were forgotten.
    """
    if not people:
        return
    session.flush()
    first = _earliest(session, people)
    own = ROW.c.person_id.in_(people)
    connection = session.connection()
    connection.execute(sa.update(ROW).where(own).values(is_first_welcome=False))
    connection.execute(sa.update(ROW).where(ROW.c.id.in_(first)).values(is_first_welcome=True))
    session.expire_all()


def _earliest(session: Session, people: Collection[int]) -> list[int]:
    rows = session.connection().execute(
        sa.select(ROW.c.id, ROW.c.person_id, VISIT.c.happened_on, READER.c.registered_on)
        .join(VISIT, VISIT.c.id == ROW.c.visit_id)
        .join(PERSON, PERSON.c.id == ROW.c.person_id)
        .join(READER, READER.c.person_id == ROW.c.person_id, isouter=True)
        .where(ROW.c.person_id.in_(people), PERSON.c.is_welcomed.is_(False))
        .order_by(VISIT.c.happened_on, VISIT.c.id, ROW.c.id)
    )
    first: dict[int, tuple[int, date, date | None]] = {}
    for own, person, day, registered in rows:
        first.setdefault(person, (own, day, registered))
    return [own for own, day, card in first.values() if card is None or card >= day]
