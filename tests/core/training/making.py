"""Small stores of training: one session, a few people."""

from datetime import UTC, date, datetime

from sqlmodel import select

from core import db
from core.people.models import Person, PersonFunction, Structure
from core.people.rules import search_key, words
from core.training import loading, operations, registrations
from core.training.enums import RegistrationState
from core.training.operations import SessionDraft
from tests.factories import STAFF

NOW = datetime(2011, 6, 15, 9, 30, tzinfo=UTC)
TODAY = date(2011, 6, 15)


def make_people(count: int, *, per_structure: int = 1) -> list[int]:
    """Make people, each in a structure; return their ids."""
    made = []
    with db.writing("people") as session:
        first = len(session.exec(select(Person.id)).all())
        for rank in range(first, first + count):
            name = f"Structure {rank // per_structure}"
            if rank % per_structure == 0 or rank == first:
                structure = Structure(name=name, search_key=words(name))
                session.add(structure)
                session.flush()
            person = Person(last_name=f"Nom{rank:02}", first_name="Jo",
                            email=f"jo{rank}@exemple.invalid",
                            search_key=search_key(f"Nom{rank:02}", "Jo"))  # fmt: skip
            session.add(person)
            session.flush()
            session.add(PersonFunction(person_id=person.id or 0, structure_id=structure.id))
            made.append(person.id or 0)
    return made


def make_session(draft: SessionDraft | None = None, **values: object) -> int:
    wanted = draft or SessionDraft(
        **({"title": "Essai", "date_text": "1er et 2 mars 2011"} | values)  # type: ignore[arg-type]  # a draft's own fields
    )
    with db.writing("training") as session:
        return operations.create_session(session, STAFF, wanted, now=NOW)


def register(training_id: int, person_id: int, **more: bool) -> RegistrationState:
    with db.writing("training") as session:
        return registrations.register(
            session, STAFF, training_id=training_id, person_id=person_id, now=NOW, **more
        )  # type: ignore[misc]  # flags only


def load_plan() -> None:
    with db.writing("training", "people") as session:
        loading.load_plan(session)
        loading.sessions_from_plan(session)
