"""All that the directory, the lending and the welcome hold of a reader, to be taken away."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
from sqlmodel import Session, col, select

from core import exporting
from core.access import Viewer
from core.circulation.enums import ReservationState
from core.circulation.loan_models import Loan, Reminder, Reservation
from core.circulation.reader_queries import ReaderCard
from core.documentation.models import DocumentaryTheme, Item, Notice
from core.mail import queries as mail
from core.mail.models import MailMessage
from core.people import queries as people
from core.people.consents import PURPOSES
from core.welcome.models import Appointment, Visit, VisitMotive, VisitPerson
from core.welcome.motives import AppointmentState, Motive, VisitKind

LABELS = {"part": "Rubrique", "what": "Donnée", "value": "Valeur"}
REMINDERS = {"a_envoyer": "à envoyer", "envoyee": "envoyée", "annulee": "annulée",
             "echec": "non partie"}  # fmt: skip
# Keys whose French words are not the key itself with its spaces and a capital.
WORDS = {
    "prets": "Prêts", "reservations": "Réservations", "rendez_vous": "Rendez-vous",
    "prenom": "Prénom", "telephone": "Téléphone", "reseaux": "Réseaux", "reseau": "Réseau",
    "numero": "Numéro", "categorie": "Catégorie", "bloquee_jusqu_au": "Bloquée jusqu’au",
    "valable_jusqu_au": "Valable jusqu’au", "centres_d_interet": "Centres d’intérêt",
    "prete_le": "Prêté le", "a_rendre_le": "À rendre le", "pour_le_retour_du": "Pour le retour du",
    "preparee_le": "Préparée le", "prepare_le": "Préparé le", "demandee_le": "Demandée le",
    "mis_de_cote_jusqu_au": "Mis de côté jusqu’au", "etat": "État", "debut": "Début",
    "minutes": "Durée en minutes", "recoit": "Reçu par", "donne": "Donné",
}  # fmt: skip


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
        "relances": _reminders(session, card),
        "reservations": _reservations(session, card),
        "visites": _visits(session, card),
        "rendez_vous": _appointments(session, card),
        "courriels": _mails(session, card),
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
        "reseaux": networks,
        "accords": [{"pour": PURPOSES.get(name, name), "donne": is_given}
                    for name, is_given in (known.consents if known is not None else {}).items()],
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


def _reminders(session: Session, card: ReaderCard) -> list[dict[str, Any]]:
    rows = session.exec(
        select(Reminder, Notice.title)
        .join(Loan, col(Loan.id) == col(Reminder.loan_id))
        .join(Item, col(Item.id) == col(Loan.item_id))
        .join(Notice, col(Notice.id) == col(Item.notice_id))
        .where(Loan.reader_id == card.reader.id)
        .order_by(col(Reminder.planned_on), col(Reminder.id))
    )
    return [
        {"titre": title, "niveau": one.level, "pour_le_retour_du": one.for_due_on,
         "preparee_le": one.planned_on, "etat": REMINDERS[one.state]}
        for one, title in rows
    ]  # fmt: skip


def _reservations(session: Session, card: ReaderCard) -> list[dict[str, Any]]:
    """Return the reservations that still name the reader, those that are over included."""
    rows = session.exec(
        select(Reservation, Notice.title)
        .join(Notice, col(Notice.id) == col(Reservation.notice_id))
        .where(Reservation.reader_id == card.reader.id)
        .order_by(col(Reservation.requested_at), col(Reservation.id))
    )
    return [
        {"titre": title, "demandee_le": one.requested_at.date(),
         "etat": ReservationState(one.state).label, "place": one.position,
         "mis_de_cote_jusqu_au": one.ready_until,
         "finie_le": one.closed_at.date() if one.closed_at else None, "motif": one.close_reason}
        for one, title in rows
    ]  # fmt: skip


def _visits(session: Session, card: ReaderCard) -> list[dict[str, Any]]:
    rows = session.exec(
        select(Visit, VisitPerson)
        .join(VisitPerson, col(VisitPerson.visit_id) == col(Visit.id))
        .where(VisitPerson.person_id == card.person.id)
        .order_by(col(Visit.happened_on), col(Visit.id))
    ).all()
    motives: dict[int, list[str]] = {}
    asked = col(VisitMotive.visit_id).in_([visit.id for visit, _ in rows])
    for one in session.exec(select(VisitMotive).where(asked).order_by(VisitMotive.motive)):
        motives.setdefault(one.visit_id, []).append(Motive(one.motive).label)
    return [
        {"jour": visit.happened_on, "comment": VisitKind(visit.kind).label,
         "premier_accueil": seen.is_first_welcome, "minutes": visit.minutes,
         "motifs": ", ".join(motives.get(visit.id or 0, ())), "note": visit.note}
        for visit, seen in rows
    ]  # fmt: skip


def _mails(session: Session, card: ReaderCard) -> list[dict[str, Any]]:
    """Return what was written to the reader’s address; their own link is left out."""
    if not card.person.email:
        return []
    rows = session.exec(
        select(MailMessage)
        .where(MailMessage.recipient == card.person.email)
        .order_by(col(MailMessage.created_at), col(MailMessage.id))
    )
    return [
        {"objet": one.subject, "prepare_le": one.created_at.date(), "etat": mail.STATES[one.state],
         "parti_le": one.sent_at.date() if one.sent_at else None,
         "texte": mail.OWN_LINK.sub(mail.HIDDEN, one.body)}
        for one in rows
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

    Keys are told in French words; another program reads them as they are, in JSON.

    >>> held = {"prets": [{"a_rendre_le": "1er mars"}], "carte": {"numero": "L1", "note": ""}}
    >>> print(as_csv(held).decode("utf-8-sig"))
    Rubrique;Donnée;Valeur
    Prêts 1;À rendre le;1er mars
    Carte;Numéro;L1
    <BLANKLINE>
    """
    rows = [row for name, part in held.items() for row in _rows(name, part)]
    return exporting.to_csv(pd.DataFrame(rows, columns=list(LABELS), dtype=object), LABELS)


def _rows(name: str, part: object) -> Iterator[tuple[str, str, object]]:
    """Go down a part: lists number their rows, mappings name what they hold."""
    if isinstance(part, list):
        if all(not isinstance(one, Mapping) for one in part):
            yield from ((_words(name), str(rank), one) for rank, one in enumerate(part, 1))
            return
        for rank, one in enumerate(part, 1):
            yield from _rows(f"{name} {rank}", one)
    elif isinstance(part, Mapping):
        for key, value in part.items():
            if isinstance(value, list | Mapping):
                yield from _rows(f"{name} / {key}", value)
            elif value not in (None, ""):
                yield _words(name), _words(str(key)), value


def _words(path: str) -> str:
    """Say a key in French, or the keys of a path, with its rank.

    >>> _words("mis_de_cote_jusqu_au"), _words("annuaire / fonctions 2")
    ('Mis de côté jusqu’au', 'Annuaire / Fonctions 2')
    """
    keys = (part.partition(" ") for part in path.split(" / "))
    return " / ".join(
        f"{WORDS.get(key, key.replace('_', ' ').capitalize())}{space}{rank}"
        for key, space, rank in keys
    )
