"""The demonstration of training: the plan of 2011, and invented participants beside it.

Names, structures and presences are drawn by a seeded generator: none is real.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import db, fr
from core.db import table_of
from core.people import rules as people_rules
from core.people.models import (
    Consent,
    Network,
    NetworkMembership,
    Person,
    PersonFunction,
    Structure,
)
from core.territories.models import Territory
from core.training import demonstration_after, loading
from core.training.enums import AttendanceState, EventKind, SlotState, Source
from core.training.follow_models import Attendance, Registration
from core.training.models import Slot, TrainingAction, TrainingSession

SEED = 2011
LAST_NAMES = (
    "Abadie", "Albouy", "Barthes", "Bonnet", "Cabrol", "Calvet", "Castan", "Cazaux", "Delmas",
    "Dupuy", "Estève", "Fabre", "Ferrand", "Galinier", "Gasc", "Issaly", "Jalabert", "Labat",
    "Lafforgue", "Maury", "Mazières", "Nègre", "Ortet", "Pujol", "Rigal", "Rouquette", "Salvan",
    "Soulié", "Teulade", "Vidal", "Amrani", "Benali", "Costa", "Diallo", "Ferreira", "Nguyen",
)  # fmt: skip
FIRST_NAMES = (
    "Agnès", "Alain", "Aminata", "Bernard", "Camille", "Céline", "Claire", "Daniel", "Élodie",
    "Fatima", "Florence", "François", "Hélène", "Isabelle", "Jérôme", "Karim", "Laure", "Lucie",
    "Marc", "Marie", "Mehdi", "Nadia", "Nicolas", "Olivier", "Pascale", "Philippe", "Sophie",
    "Sylvie", "Thierry", "Valérie", "Véronique", "Yann",
)  # fmt: skip
STRUCTURES = (
    ("Mairie", "collectivite", ("chef de projet CUCS", "coordonnateur PRE", "élu délégué")),
    ("Mission locale", "mission_locale", ("conseiller", "responsable de secteur")),
    ("Association d’insertion", "association", ("formateur", "travailleur social")),
    ("Centre social", "association", ("directeur", "médiateur social")),
    ("Organisme de formation", "organisme_formation", ("formateur", "responsable pédagogique")),
)
TOWNS = (
    "31555", "31149", "31395", "81004", "81065", "82121", "65440", "09122", "12202", "32013",
    "46042", "81099", "31557", "31506", "81060", "09225",
)  # fmt: skip
FAMILIES = {
    "chef de projet CUCS": "chef_de_projet", "coordonnateur PRE": "coordonnateur",
    "élu délégué": "elu", "conseiller": "conseiller", "responsable de secteur": "direction",
    "formateur": "formateur", "travailleur social": "travailleur_social",
    "directeur": "direction", "médiateur social": "mediateur",
    "responsable pédagogique": "direction",
}  # fmt: skip
WITH_PUBLIC = (
    EventKind.TRAINING, EventKind.QUALIFICATION_CYCLE, EventKind.NETWORK_DAY, EventKind.FORUM,
    EventKind.REGIONAL_DAY, EventKind.CONFERENCE, EventKind.WORKSHOP,
)  # fmt: skip


def fill(session: Session, *, now: datetime, today: date) -> None:
    """Load the plan, its sessions, and people who took part in those that are past."""
    loading.load_plan(session)
    loading.sessions_from_plan(session)
    generator = np.random.default_rng(SEED)
    people = add_people(session, generator, count=180, now=now)
    _join_networks(session, people, generator)
    take_part(session, people, generator, today=today)
    demonstration_after.fill(session, generator, now=datetime.combine(today, time(9)))


@dataclass(frozen=True)
class Invented:
    """Ids of invented people, and the structure of each."""

    ids: list[int]
    structures: list[int]


def add_people(
    session: Session, generator: np.random.Generator, *, count: int, now: datetime
) -> Invented:
    """Invent structures and people; each has one function, and agreed to the directory or not."""
    structures = _add_structures(session, max(len(TOWNS) * 3, count // 8))
    first = db.next_id(session, table_of(Person))
    people, functions, consents = [], [], []
    chosen = generator.integers(0, len(structures), count)
    function_id = db.next_id(session, table_of(PersonFunction))
    consent_id = db.next_id(session, table_of(Consent))
    for rank in range(count):
        last = LAST_NAMES[int(generator.integers(len(LAST_NAMES)))]
        given = FIRST_NAMES[int(generator.integers(len(FIRST_NAMES)))]
        identifier = first + rank
        email = f"{fr.fold(given)}.{fr.fold(last)}.{identifier}@exemple.invalid"
        key = people_rules.search_key(last, given)
        people.append((identifier, last, given, email, "", "", key, True, None, False))
        structure, titles = structures[int(chosen[rank])]
        title = titles[int(generator.integers(len(titles)))]
        functions.append(
            (function_id + rank, identifier, structure, title, FAMILIES[title], "2008-09-01", None)
        )
        for place, purpose in enumerate(("annuaire", "liste_participants")):
            consents.append(
                (consent_id + 2 * rank + place, identifier, purpose,
                 bool(generator.random() < 0.7), _stamp(now), "simulation")
            )  # fmt: skip
    for model, rows in ((Person, people), (PersonFunction, functions), (Consent, consents)):
        db.bulk_insert(session, table_of(model), rows)
        db.follow_ids(session, table_of(model))
    ids = [first + rank for rank in range(count)]
    return Invented(ids, [structures[int(place)][0] for place in chosen])


def _stamp(now: datetime) -> str:
    return fr.stored(now).isoformat(sep=" ")


def _add_structures(session: Session, count: int) -> list[tuple[int, Sequence[str]]]:
    """Invent structures in the towns of the area; return their ids with the usual functions."""
    towns = {
        row.code: (row.id, row.name)
        for row in session.connection().execute(
            sa.select(col(Territory.id), col(Territory.code), col(Territory.name)).where(
                col(Territory.level) == "commune", col(Territory.in_area).is_(True)
            )
        )
    }
    codes = [code for code in TOWNS if code in towns]
    first = db.next_id(session, table_of(Structure))
    rows: list[tuple[object, ...]] = []
    made: list[tuple[int, Sequence[str]]] = []
    for rank in range(count):
        base, kind, titles = STRUCTURES[rank % len(STRUCTURES)]
        code = codes[(rank // len(STRUCTURES)) % len(codes)]
        number = rank // (len(STRUCTURES) * len(codes))
        name = f"{base} {fr.elide('de', towns[code][1])}" + (f" {number + 1}" if number else "")
        rows.append(
            (
                first + rank,
                name,
                "",
                kind,
                towns[code][0],
                towns[code][1],
                "",
                people_rules.words(name),
                None,
            )
        )
        made.append((first + rank, titles))
    db.bulk_insert(session, table_of(Structure), rows)
    db.follow_ids(session, table_of(Structure))
    return made


def _join_networks(session: Session, people: Invented, generator: np.random.Generator) -> None:
    networks = [row.id or 0 for row in session.exec(select(Network).order_by(Network.code))]
    for rank, person in enumerate(people.ids):
        if generator.random() < 0.45:
            session.add(
                NetworkMembership(
                    person_id=person, network_id=networks[rank % len(networks)],
                    starts_on=date(2009, 1, 1),
                )
            )  # fmt: skip
    session.flush()


def take_part(
    session: Session, people: Invented, generator: np.random.Generator, *, today: date
) -> None:
    """Register people for the sessions that have a public; enter the presences of past ones."""
    statement = (
        select(TrainingSession, TrainingAction.kind)
        .join(TrainingAction, col(TrainingAction.id) == col(TrainingSession.action_id))
        .where(col(TrainingSession.earliest).is_not(None))
        .order_by(col(TrainingSession.id))
    )
    for training, kind in session.exec(statement).all():
        if EventKind(kind) in WITH_PUBLIC and training.days != "[]":
            registrations = _registered(session, training, people, generator)
            _attended(session, training, registrations, generator, today=today)


def _registered(
    session: Session,
    training: TrainingSession,
    people: Invented,
    generator: np.random.Generator,
) -> list[Registration]:
    capacity = training.capacity or 18
    count = int(generator.integers(8, capacity + 1))
    chosen = generator.choice(len(people.ids), size=count, replace=False)
    start = datetime.combine(training.earliest or date(2011, 1, 1), time(9))
    made = []
    for rank, place in enumerate(sorted(int(one) for one in chosen)):
        asked = start - timedelta(days=40 - rank % 30, hours=rank)
        made.append(
            Registration(
                session_id=training.id or 0, person_id=people.ids[place],
                structure_id=people.structures[place], state="confirme",
                code=f"{training.id:04}{rank:02}{place:04}", requested_at=asked,
                confirmed_at=asked,
            )
        )  # fmt: skip
    session.add_all(made)
    session.flush()
    return made


def _attended(
    session: Session,
    training: TrainingSession,
    registrations: list[Registration],
    generator: np.random.Generator,
    *,
    today: date,
) -> None:
    slots = session.exec(
        select(Slot).where(Slot.session_id == training.id, col(Slot.day) < today)
    ).all()
    table = table_of(Attendance)
    rows = []
    for slot in slots:
        slot.state = SlotState.HELD.value
        session.add(slot)
        entered = datetime.combine(slot.day, slot.ends_at) + timedelta(hours=2)
        for registration in registrations:
            draw = generator.random()
            state = AttendanceState.PRESENT
            if draw > 0.84:
                state = AttendanceState.EXCUSED if draw > 0.92 else AttendanceState.ABSENT
            rows.append(
                {
                    "registration_id": registration.id, "slot_id": slot.id,
                    "state": state.value, "minutes": None, "source": Source.EXCEPTION.value,
                    "author": "simulation", "entered_at": entered,
                }
            )  # fmt: skip
    session.flush()
    if rows:
        session.connection().execute(sa.insert(table), rows)
