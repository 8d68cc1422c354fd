"""First welcomes of two rows that are one person: one of them counts; and parted again.

Visits are of a later domain: their table is found by its name, as every other that leads here.
"""

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import db
from core.people import foreign_keys
from core.people.models import Person

PLACE = "visit_person.person_id"


def join(
    session: Session, links: foreign_keys.Links, *, kept_id: int, merged_id: int
) -> tuple[foreign_keys.Links, list[int]]:
    """Let the earlier first welcome of two count; return the links to move, the rows lowered.

    Where both came to the same visit, the other's row stays as it is and counts no welcome. Where
    visits of one were forgotten, a welcome was counted then, and none is left to count.
    """
    row, visit = db.METADATA.tables["visit_person"], db.METADATA.tables["visit"]
    found = session.connection().execute(
        sa.select(row.c.id, row.c.visit_id, row.c.person_id, row.c.is_first_welcome)
        .join(visit, visit.c.id == row.c.visit_id)
        .where(row.c.person_id.in_([kept_id, merged_id]))
        .order_by(visit.c.happened_on, visit.c.id, row.c.person_id != kept_id)
    ).all()  # fmt: skip
    both = {visit_id for _, visit_id, person, _ in found if person == kept_id}
    staying = {own for own, visit_id, person, _ in found if person == merged_id} & {
        own for own, visit_id, person, _ in found if visit_id in both
    }
    firsts = [own for own, _, _, is_first in found if is_first]
    is_counted = _was_forgotten(session, kept_id, merged_id)
    lowered = [own for rank, own in enumerate(firsts) if rank or is_counted or own in staying]
    _mark(session, lowered, is_first=False)
    keys = [key for key in links.get(PLACE, []) if key[0] not in staying]
    rest = {name: kept for name, kept in links.items() if name != PLACE}
    return rest | ({PLACE: keys} if keys else {}), lowered


def _was_forgotten(session: Session, *people: int) -> bool:
    statement = select(Person.id).where(col(Person.id).in_(people), col(Person.is_welcomed))
    return session.exec(statement).first() is not None


def part(session: Session, lowered: list[int]) -> None:
    """Give first welcomes back to the rows that lost them, where they are still there."""
    _mark(session, lowered, is_first=True)


def _mark(session: Session, rows: list[int], *, is_first: bool) -> None:
    table = db.METADATA.tables["visit_person"]
    session.connection().execute(
        sa.update(table).where(table.c.id.in_(rows)).values(is_first_welcome=is_first)
    )
    session.expire_all()
