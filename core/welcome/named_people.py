"""Who came to a visit and gave a name: in what category, and as which line of the form."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from core.circulation.models import Reader, ReaderCategory
from core.people.models import Person
from core.welcome import name_lists
from core.welcome.models import VisitPerson


def categories(session: Session, people: Sequence[int]) -> dict[int, str]:
    """Return the category of those who hold a card: kept with the visit, for the figures."""
    rows = session.exec(
        select(Reader.person_id, ReaderCategory.code)
        .join(ReaderCategory, col(ReaderCategory.id) == col(Reader.category_id))
        .where(col(Reader.person_id).in_(people))
    )
    return dict(rows.all())


def forgotten(session: Session, visit_id: int | None) -> list[VisitPerson]:
    """Return the rows of people who asked to be forgotten: they came, and still count."""
    return list(
        session.exec(
            select(VisitPerson).where(
                VisitPerson.visit_id == visit_id, col(VisitPerson.person_id).is_(None)
            )
        )
    )


def came(session: Session, visit_id: int) -> tuple[list[tuple[int, str]], dict[int, str]]:
    """Return who came, each with the line that the form shows, and their categories of that day."""
    rows = session.exec(
        select(VisitPerson.category, Person)
        .join(Person, col(Person.id) == col(VisitPerson.person_id))
        .where(VisitPerson.visit_id == visit_id)
        .order_by(Person.search_key, col(Person.id))
    ).all()
    lines = [(one.id or 0, name_lists.line(one.last_name, one.first_name, one.email))
             for _, one in rows]  # fmt: skip
    return lines, {one.id or 0: category for category, one in rows}


def keep_categories(session: Session, visit_id: int, held: dict[int, str]) -> None:
    """Give back the category of the day to who came already before the correction."""
    rows = session.exec(select(VisitPerson).where(VisitPerson.visit_id == visit_id))
    for row in rows:
        row.category = held.get(row.person_id or 0, row.category)
        session.add(row)
    session.flush()
