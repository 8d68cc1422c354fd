"""Who is invited, registered, present; certificates, opinions, files of a session."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field

from core.db import Base


class Campaign(Base, table=True):
    """A mailing about a session: one phase, by one sender. ``relay_id`` passes it on."""

    __table_args__ = (UniqueConstraint("session_id", "phase", "number", "sender"),)

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="training_session.id", index=True)
    phase: str
    number: int = 1
    sender: str
    relay_id: int | None = Field(default=None, foreign_key="person.id")
    subject: str
    body: str
    is_direct: bool = False
    prepared_at: datetime = Field(sa_type=sa.DateTime)
    author: str


class Invitation(Base, table=True):
    """Someone invited to a session, by one sender, once. ``token_hash`` opens the answer page."""

    __table_args__ = (UniqueConstraint("session_id", "email"),)

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="training_session.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    email: str
    name: str = ""
    sender: str
    relay_id: int | None = Field(default=None, foreign_key="person.id")
    token: str = Field(unique=True)
    is_bounced: bool = False
    invited_at: datetime = Field(sa_type=sa.DateTime)


class InvitationAnswer(Base, table=True):
    """One answer to one phase. Append-only: the last one of a phase counts."""

    __tablename__ = "invitation_answer"

    id: int | None = Field(default=None, primary_key=True)
    invitation_id: int = Field(foreign_key="invitation.id", index=True)
    phase: str
    value: str
    delegate_name: str = ""
    channel: str = ""
    comment: str = ""
    date_version: int = 0
    received_at: datetime = Field(sa_type=sa.DateTime)
    author: str = ""


class Registration(Base, table=True):
    """A person's registration for a session; a cancelled one is over for good.

    ``network_id``: the network the person comes for, one at the most. ``structure_id``: theirs
    at that time. ``rank`` orders the waiting list; ``rank_reason`` says why.
    """

    __table_args__ = (
        CheckConstraint(
            "state IN ('inscrit','confirme','liste_attente','offre','annule')", name="state"
        ),
        Index(
            "uq_registration_active",
            "session_id",
            "person_id",
            unique=True,
            sqlite_where=sa.text("state <> 'annule'"),
            postgresql_where=sa.text("state <> 'annule'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="training_session.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    structure_id: int | None = Field(default=None, foreign_key="structure.id", index=True)
    network_id: int | None = Field(default=None, foreign_key="network.id")
    state: str
    is_priority: bool = False
    code: str = Field(unique=True)
    requested_at: datetime = Field(sa_type=sa.DateTime)
    confirmed_at: datetime | None = Field(default=None, sa_type=sa.DateTime)
    offered_at: datetime | None = Field(default=None, sa_type=sa.DateTime)
    offer_expires_at: datetime | None = Field(default=None, sa_type=sa.DateTime)
    cancelled_at: datetime | None = Field(default=None, sa_type=sa.DateTime)
    reason: str = ""


class Attendance(Base, table=True):
    """What was entered for a registration and a slot; no row is « non saisi »."""

    __table_args__ = (
        CheckConstraint("state IN ('present','absent','excuse','non_concerne')", name="state"),
        CheckConstraint("minutes IS NULL OR minutes >= 0", name="minutes"),
    )

    registration_id: int = Field(foreign_key="registration.id", primary_key=True)
    slot_id: int = Field(foreign_key="slot.id", primary_key=True, index=True)
    state: str
    minutes: int | None = None
    source: str = "saisie"
    author: str = ""
    entered_at: datetime = Field(sa_type=sa.DateTime)


class WalkIn(Base, table=True):
    """Someone who came without being registered, attached to a registration later."""

    __tablename__ = "walk_in"

    id: int | None = Field(default=None, primary_key=True)
    slot_id: int = Field(foreign_key="slot.id", index=True)
    name: str
    structure: str = ""
    registration_id: int | None = Field(default=None, foreign_key="registration.id", index=True)


class EmargementSheet(Base, table=True):
    """The sheet of a day (feuille d'émargement), and the scan of the signed paper."""

    __tablename__ = "emargement_sheet"

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="training_session.id", index=True)
    day: date
    code: str = Field(unique=True)
    printed_at: datetime = Field(sa_type=sa.DateTime)
    row_order: str = "[]"
    scan: bytes | None = Field(default=None, sa_type=LargeBinary)
    scan_name: str = ""
    scan_sha256: str = ""
    scanned_at: datetime | None = Field(default=None, sa_type=sa.DateTime)


class SignInWindow(Base, table=True):
    """The time during which participants sign a slot in on their own phone, by a QR code."""

    __tablename__ = "sign_in_window"

    id: int | None = Field(default=None, primary_key=True)
    slot_id: int = Field(foreign_key="slot.id", unique=True)
    token: str = Field(unique=True)
    opens_at: datetime = Field(sa_type=sa.DateTime)
    closes_at: datetime = Field(sa_type=sa.DateTime)


class Certificate(Base, table=True):
    """An attestation that was issued: what it says, once and for all."""

    __table_args__ = (UniqueConstraint("registration_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    registration_id: int = Field(foreign_key="registration.id", index=True)
    number: str = Field(unique=True)
    version: int = 1
    minutes: int
    half_days: int
    sha256: str
    issued_at: datetime = Field(sa_type=sa.DateTime)
    author: str = ""


class OpinionTicket(Base, table=True):
    """The right of a participant to give an opinion once; it says nothing of what was said."""

    __tablename__ = "opinion_ticket"

    id: int | None = Field(default=None, primary_key=True)
    registration_id: int = Field(foreign_key="registration.id", unique=True)
    token: str = Field(unique=True)
    is_used: bool = False


class Opinion(Base, table=True):
    """One mark of one anonymous answer: ``answer`` groups the marks given together."""

    __table_args__ = (CheckConstraint("mark BETWEEN 1 AND 5", name="mark"),)

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="training_session.id", index=True)
    answer: str = Field(index=True)
    target: str
    mark: int
    text: str = ""


class ParticipantFile(Base, table=True):
    """A version of the file given to the participants of a session: programme, list, records."""

    __tablename__ = "participant_file"
    __table_args__ = (UniqueConstraint("session_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="training_session.id", index=True)
    version: int
    content: str
    sha256: str
    generated_at: datetime = Field(sa_type=sa.DateTime)
    author: str = ""
