"""People whom nothing keeps in the directory any more."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlmodel import Session

from core.db import table_of
from core.people import foreign_keys
from core.people.models import Consent, Person, PersonFunction

PERSON, CONSENT = table_of(Person), table_of(Consent)
OWN = {"consent", "person_function"}  # what says who somebody is, and keeps nobody
LISTED = "annuaire"


def forget(session: Session, people: Collection[int]) -> int:
    """Delete the people whom nothing leads to and who did not agree to be listed; count them."""
    connection = session.connection()
    gone = set(people) - _kept(session, people) - _listed(session, people)
    for model in (Consent, PersonFunction):
        table = table_of(model)
        connection.execute(sa.delete(table).where(table.c.person_id.in_(gone)))
    connection.execute(sa.delete(PERSON).where(PERSON.c.id.in_(gone)))
    session.expire_all()
    return len(gone)


def _kept(session: Session, people: Collection[int]) -> set[int]:
    """Return those whom another domain, a network or a merge leads to."""
    places = [column for table, column in foreign_keys.columns("person") if table.name not in OWN]
    places.append(PERSON.c.merged_into_id)
    found = sa.union(*(sa.select(column).where(column.in_(people)) for column in places))
    return set(session.connection().scalars(found))


def _listed(session: Session, people: Collection[int]) -> set[int]:
    """Return those whose last word is that they agree to be in the directory."""
    last = (
        sa.select(sa.func.max(CONSENT.c.id))
        .where(CONSENT.c.purpose == LISTED, CONSENT.c.person_id.in_(people))
        .group_by(CONSENT.c.person_id)
    )
    statement = sa.select(CONSENT.c.person_id).where(CONSENT.c.id.in_(last), CONSENT.c.is_given)
    return set(session.connection().scalars(statement))
