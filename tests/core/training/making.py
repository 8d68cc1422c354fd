"""Small stores of training: one session, a few people."""

from datetime import UTC, date, datetime, time

from sqlmodel import Session, select

from core import db
from core.db import Base
from core.mail.models import MailMessage
from core.people.models import (
    Alias,
    Consent,
    ContactImport,
    Merge,
    Network,
    NetworkMembership,
    Person,
    PersonFunction,
    Structure,
)
from core.people.rules import search_key, words
from core.training import loading, operations, registrations
from core.training.enums import RegistrationState
from core.training.follow_models import (
    Attendance,
    Campaign,
    Certificate,
    EmargementSheet,
    Invitation,
    InvitationAnswer,
    Opinion,
    OpinionTicket,
    ParticipantFile,
    Registration,
    SignInWindow,
    WalkIn,
)
from core.training.models import (
    DateVersion,
    Dependency,
    Intervention,
    PlanEvent,
    PlanNote,
    SessionNetwork,
    SessionTask,
    Slot,
    TrainingAction,
    TrainingSession,
)
from core.training.operations import SessionDraft
from tests.factories import STAFF

NOW = datetime(2011, 6, 15, 9, 30, tzinfo=UTC)
TODAY = date(2011, 6, 15)
WORD = "any"


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
        )


def load_plan() -> None:
    with db.writing("training", "people") as session:
        loading.load_plan(session)
        loading.sessions_from_plan(session)


def fill_every_table(session: Session) -> None:
    """Add one row to each table of people, mail and training."""
    moment = NOW.replace(tzinfo=None)

    def add(row: Base) -> int:
        session.add(row)
        session.flush()
        return int(getattr(row, "id", 0) or 0)

    structure = add(Structure(name="Mairie", search_key="mairie"))
    person = add(Person(last_name="Nom", search_key="nom"))
    network = add(Network(code="CUCS", name="CUCS"))
    action = add(TrainingAction(title="Essai", kind="formation"))
    training = add(TrainingSession(action_id=action, uid="u", title="Essai"))
    slot = add(Slot(session_id=training, day=TODAY, half="M", starts_at=time(9), ends_at=time(12),
                    minutes=180))  # fmt: skip
    registration = add(Registration(session_id=training, person_id=person, state="confirme",
                                    code="A", requested_at=moment))  # fmt: skip
    invitation = add(Invitation(session_id=training, email="a@b.c", sender="R&T", token=WORD,
                                invited_at=moment))  # fmt: skip
    rows: list[Base] = [
        Alias(structure_id=structure, label="MAIRIE", search_key="mairie"),
        PersonFunction(person_id=person, structure_id=structure),
        NetworkMembership(person_id=person, network_id=network, starts_on=TODAY),
        Consent(person_id=person, purpose="annuaire", is_given=True, given_at=moment),
        Merge(kind="person", kept_id=person, merged_id=person, moved="{}", author="a",
              merged_at=moment),
        ContactImport(file_name="a.csv", sha256="0", author="a", imported_at=moment, created=0,
                      completed=0, unchanged=0, done="[]"),
        MailMessage(key="k", batch="b", recipient="a@b.c", subject="s", body="b",
                    created_at=moment),
        PlanEvent(year=2011, code="EV001", title="Essai", kind="formation", session_id=training),
        PlanNote(year=2011, code="N01", text="note"),
        SessionNetwork(session_id=training, network_id=network, is_lead=True),
        DateVersion(session_id=training, number=1, before="{}", after="{}", author="a",
                    changed_at=moment),
        Intervention(session_id=training, name="Jo"),
        SessionTask(session_id=training, label="tâche", days_before=7),
        Dependency(session_id=training, text="programme"),
        Campaign(session_id=training, phase="definitif", sender="R&T", subject="s", body="b",
                 prepared_at=moment, author="a"),
        InvitationAnswer(invitation_id=invitation, phase="definitif", value="oui",
                         received_at=moment),
        Attendance(registration_id=registration, slot_id=slot, state="present",
                   entered_at=moment),
        WalkIn(slot_id=slot, name="Zoé"),
        EmargementSheet(session_id=training, day=TODAY, code="C", printed_at=moment,
                        scan=b"%PDF", scan_sha256="0"),
        SignInWindow(slot_id=slot, token=WORD, opens_at=moment, closes_at=moment),
        Certificate(registration_id=registration, number="2011-0001", minutes=180, half_days=1,
                    sha256="0", issued_at=moment),
        OpinionTicket(registration_id=registration, token=WORD),
        Opinion(session_id=training, answer="a", target="global", mark=5),
        ParticipantFile(session_id=training, version=1, content="{}", sha256="0",
                        generated_at=moment),
    ]  # fmt: skip
    session.add_all(rows)
