"""People whom nothing keeps in the directory any more."""

import json
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from core.db import table_of
from core.people import foreign_keys
from core.people.models import Consent, ContactImport, Merge, Person, PersonFunction

PERSON, CONSENT = table_of(Person), table_of(Consent)
MERGE, IMPORT = table_of(Merge), table_of(ContactImport)
OWN = {"consent", "person_function"}  # what says who somebody is, and keeps nobody
FORGOTTEN = {"reader", "visit_person", "appointment"}  # what being forgotten takes away first
LISTED = "annuaire"
NETWORK = "vous êtes membre d’un réseau de professionnels que le centre anime"
TRAINING = "une formation du centre garde vos invitations, inscriptions ou interventions"
AGREED = "vous avez accepté de figurer dans l’annuaire des acteurs"


def forget(session: Session, people: Collection[int]) -> int:
    """Delete the people whom nothing leads to and who did not agree to be listed; count them.

    Those merged into them go with them, or stay with them. ``people`` are merged into nobody.
    """
    connection = session.connection()
    roots = _roots(session, people)
    kept = {roots[one] for one in _kept(session, roots) | _listed(session, roots)}
    gone = {one for one, root in roots.items() if root not in kept}
    for model in (Consent, PersonFunction):
        table = table_of(model)
        connection.execute(sa.delete(table).where(table.c.person_id.in_(gone)))
    connection.execute(sa.delete(MERGE).where(_of(gone)))
    _leave_imports(session, gone)
    connection.execute(sa.delete(PERSON).where(PERSON.c.id.in_(gone)))
    session.expire_all()
    return len(gone & set(people))


def with_merged(session: Session, people: Collection[int]) -> set[int]:
    """Return people with all those who were merged into them, one after another."""
    return set(_roots(session, people))


def _roots(session: Session, people: Collection[int]) -> dict[int, int]:
    """Return, for people and those merged into them, who they are by now."""
    roots = {one: one for one in people}
    fresh = set(roots)
    while fresh:
        rows = session.connection().execute(
            sa.select(PERSON.c.id, PERSON.c.merged_into_id).where(
                PERSON.c.merged_into_id.in_(fresh)
            )
        )
        found = {own: roots[other] for own, other in rows}
        fresh = set(found) - set(roots)
        roots |= found
    return roots


def addresses(session: Session, people: Collection[int]) -> set[str]:
    """Return the e-mail addresses of people, with those that merges took from them."""
    connection = session.connection()
    found = set(connection.scalars(sa.select(PERSON.c.email).where(PERSON.c.id.in_(people))))
    moved = connection.scalars(sa.select(MERGE.c.moved).where(_of(people)))
    return (found | {json.loads(text).get("email", "") for text in moved}) - {""}


def _of(people: Collection[int]) -> sa.ColumnElement[bool]:
    """Return what makes a merge one of some people: it keeps the name and the address of one."""
    is_of = MERGE.c.kept_id.in_(people) | MERGE.c.merged_id.in_(people)
    return (MERGE.c.kind == PERSON.name) & is_of


def _leave_imports(session: Session, gone: Collection[int]) -> None:
    """Take people out of what each import of contacts keeps so that it can be undone."""
    connection = session.connection()
    for own, text in connection.execute(sa.select(IMPORT.c.id, IMPORT.c.done)).all():
        held = json.loads(text)
        functions = {row["id"] for row in held["inserted"].get("person_function", ())
                     if row["person_id"] in gone}  # fmt: skip
        passed = {PERSON.name: set(gone), "person_function": functions}
        left: dict[str, Any] = {
            "inserted": {name: [row for row in rows if not _is_of(name, row, gone)]
                         for name, rows in held["inserted"].items()},
            "changed": [cell for cell in held["changed"] if cell[1] not in passed.get(cell[0], ())],
        }  # fmt: skip
        if left != held:
            connection.execute(
                sa.update(IMPORT).where(IMPORT.c.id == own).values(done=json.dumps(left))
            )


def _is_of(name: str, row: dict[str, Any], people: Collection[int]) -> bool:
    return row.get("id" if name == PERSON.name else "person_id") in people


def why_kept(session: Session, person_id: int) -> tuple[str, ...]:
    """Say why somebody who asks to be forgotten stays in the directory; nothing where they go."""
    people = with_merged(session, [person_id])
    found = [AGREED] if _listed(session, people) else []
    for table, column in _places():
        used = sa.select(column).where(column.in_(people)).limit(1)
        if session.connection().execute(used).first() is not None:
            found.append(NETWORK if table == "network_membership" else TRAINING)
    return tuple(dict.fromkeys(found))


def _places() -> list[tuple[str, sa.Column[Any]]]:
    """List what keeps somebody: the links of other domains, and networks."""
    return [
        (table.name, column)
        for table, column in foreign_keys.columns(PERSON.name)
        if table.name not in OWN | FORGOTTEN
    ]


def _kept(session: Session, people: Collection[int]) -> set[int]:
    """Return those whom another domain or a network leads to."""
    places = [column for table, column in foreign_keys.columns("person") if table.name not in OWN]
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
