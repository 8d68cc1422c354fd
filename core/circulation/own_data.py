"""All that the directory, the lending and the welcome hold of a reader, to be taken away."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
from sqlmodel import Session, col, select

from core import exporting
from core.access import Viewer
from core.circulation.reader_queries import ReaderCard
from core.documentation.models import DocumentaryTheme
from core.people import queries as people
from core.welcome.models import Appointment, Visit, VisitPerson
from core.welcome.motives import AppointmentState, VisitKind

LABELS = {"part": "Rubrique", "what": "Donnée", "value": "Valeur"}


def gathered(session: Session, viewer: Viewer, card: ReaderCard) -> dict[str, Any]:
    """Return what is held, by part; a part is a mapping, or a list of mappings. Days are dates.

    ``viewer`` reads the directory: the reader, who acts at the desk under the card’s number.
    """
    return {
        "annuaire": _directory(session, viewer, card),
        "carte": _card(session, card),
        "prets": [
            {"titre": one.title, "exemplaire": one.barcode, "prete_le": one.lent_on,
             "a_rendre_le": one.due_on, "rendu_le": one.returned_on,
             "prolongations": one.renewals}
            for one in card.loans
        ],
        "reservations": [
            {"titre": one.title, "etat": one.state.label, "place": one.position,
             "mis_de_cote_jusqu_au": one.ready_until}
            for one in card.waits
        ],
        "visites": _visits(session, card),
        "rendez_vous": _appointments(session, card),
    }  # fmt: skip


def _directory(session: Session, viewer: Viewer, card: ReaderCard) -> dict[str, Any]:
    person = card.person
    known = people.person_card(session, viewer, person_id=person.id or 0)
    functions = [] if known is None else [
        {"fonction": one.title, "structure": one.structure, "du": one.starts_on, "au": one.ends_on}
        for one in known.functions
    ]  # fmt: skip
    networks = [] if known is None else [
        {"reseau": name, "du": start, "au": end} for _, name, start, end in known.networks
    ]  # fmt: skip
    return {
        "nom": person.last_name, "prenom": person.first_name, "courriel": person.email,
        "telephone": person.phone, "note": person.note, "fonctions": functions,
        "reseaux": networks, "accords": dict(known.consents) if known is not None else {},
    }  # fmt: skip


def _card(session: Session, card: ReaderCard) -> dict[str, Any]:
    reader = card.reader
    names = session.exec(
        select(DocumentaryTheme.label)
        .where(col(DocumentaryTheme.id).in_(card.theme_ids))
        .order_by(DocumentaryTheme.label)
    )
    return {
        "numero": reader.card, "categorie": card.category, "inscrit_le": reader.registered_on,
        "valable_jusqu_au": reader.valid_until, "bloquee_jusqu_au": reader.blocked_until,
        "motif_du_blocage": reader.block_reason, "centres_d_interet": list(names),
    }  # fmt: skip


def _visits(session: Session, card: ReaderCard) -> list[dict[str, Any]]:
    rows = session.exec(
        select(Visit, VisitPerson)
        .join(VisitPerson, col(VisitPerson.visit_id) == col(Visit.id))
        .where(VisitPerson.person_id == card.person.id)
        .order_by(col(Visit.happened_on), col(Visit.id))
    )
    return [
        {"jour": visit.happened_on, "comment": VisitKind(visit.kind).label,
         "premier_accueil": seen.is_first_welcome, "minutes": visit.minutes}
        for visit, seen in rows
    ]  # fmt: skip


def _appointments(session: Session, card: ReaderCard) -> list[dict[str, Any]]:
    rows = session.exec(
        select(Appointment)
        .where(Appointment.person_id == card.person.id)
        .order_by(col(Appointment.starts_at), col(Appointment.id))
    )
    return [
        {"debut": one.starts_at, "fin": one.ends_at, "recoit": one.staff, "sujet": one.subject,
         "lieu": one.place, "etat": AppointmentState(one.state).label}
        for one in rows
    ]  # fmt: skip


def as_json(held: Mapping[str, Any]) -> bytes:
    """Write what is held for another program."""
    return json.dumps(held, ensure_ascii=False, indent=2, default=str).encode()


def as_csv(held: Mapping[str, Any]) -> bytes:
    """Write what is held for a reader: one row a piece of data (LABELS), nothing for an empty one.

    >>> held = {"prets": [{"titre": "Guide"}], "carte": {"numero": "L1", "note": ""}}
    >>> print(as_csv(held).decode("utf-8-sig"))
    Rubrique;Donnée;Valeur
    prets 1;titre;Guide
    carte;numero;L1
    <BLANKLINE>
    """
    rows = [row for name, part in held.items() for row in _rows(name, part)]
    return exporting.to_csv(pd.DataFrame(rows, columns=list(LABELS), dtype=object), LABELS)


def _rows(name: str, part: object) -> Iterator[tuple[str, str, object]]:
    """Go down a part: lists number their rows, mappings name what they hold."""
    if isinstance(part, list):
        if all(not isinstance(one, Mapping) for one in part):
            yield from ((name, str(rank), one) for rank, one in enumerate(part, 1))
            return
        for rank, one in enumerate(part, 1):
            yield from _rows(f"{name} {rank}", one)
    elif isinstance(part, Mapping):
        for key, value in part.items():
            if isinstance(value, list | Mapping):
                yield from _rows(f"{name} / {key}", value)
            elif value not in (None, ""):
                yield name, str(key), value
