"""The last copy of a record is gone: its queue is suspended, its readers told, another one wanted.

Case 28 of the domain's study. A suspended reservation keeps its place, for the day a copy is back.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from core import fr
from core.access import Viewer
from core.circulation import desk_erasing, erasing, serving, shelf
from core.circulation.desk_trace import Trace
from core.circulation.enums import ReservationState
from core.circulation.loan_models import DeskIncident, Reservation
from core.documentation.models import Notice
from core.mail import operations as mail
from core.mail.operations import Draft
from core.people.models import Person

WRITTEN = ("circulation", "documentation", "mail")
SUBJECT = "Votre réservation est suspendue"
BODY = """Bonjour,

Vous avez réservé « {title} ». Le centre n’a plus d’exemplaire à prêter de ce document : votre
réservation est suspendue.

Vous n’avez rien à faire : si un exemplaire revient ou est racheté, vous gardez votre place.

Le centre de documentation de Ressources & Territoires
"""


def suspend(trace: Trace, notice: Notice, viewer: Viewer, *, gone: str, now: datetime) -> str:
    """Suspend the queue of a record that has nothing left to lend; say so after another sentence.

    ``gone``: what became of the last copy (perdu, retiré). Nothing where a copy is left or nobody
    waits. An incident asks for another copy; each reader is told by mail, or named where the
    directory holds no address.
    """
    session = trace.session
    held = serving.waiting(session, notice.id or 0)
    if not held or serving.has_lendable(session, notice.id or 0):
        return ""
    for one in held:  # the place is kept, for the day the queue is taken up again
        trace.touch(one)
        trace.mails.append(_prefix(one))
        one.state = ReservationState.SUSPENDED.value
        session.add(one)
    unreached = _tell_readers(session, notice, held, now)
    call = f"{desk_erasing.TO_CALL}{', '.join(unreached)}" if unreached else ""
    who = fr.plural(len(held), "lecteur attend", "lecteurs attendent")
    trace.add(
        DeskIncident(
            kind="dernier_exemplaire", at=fr.stored(now), author=viewer.signature,
            notice_id=notice.id,
            told=f"{notice.title} : dernier exemplaire {gone}, {who} : à racheter{call}.",
        )
    )  # fmt: skip
    count = fr.plural(len(held), "réservation suspendue", "réservations suspendues")
    return f" C’était le dernier exemplaire : {count}, rachat à prévoir{call}."


def _tell_readers(
    session: Session, notice: Notice, held: Sequence[Reservation], now: datetime
) -> list[str]:
    """Put a mail to each reader in the outbox; return the names of those without an address."""
    drafts: list[Draft] = []
    unreached: list[str] = []
    for one in held:
        card = shelf.card_of(session, one.reader_id or 0)
        email = session.get_one(Person, card.reader.person_id).email
        if not mail.ADDRESS.fullmatch(email):
            unreached.append(card.name)
            continue
        drafts.append(
            Draft(
                key=f"{_prefix(one)}{now:%Y-%m-%dT%H:%M:%S}", batch=erasing.SUSPENSIONS,
                recipient=email, recipient_name=card.name, subject=SUBJECT,
                body=BODY.format(title=notice.title),
            )
        )  # fmt: skip
    mail.queue(session, drafts, now=now)
    return unreached


def withdraw(session: Session, notice_id: int) -> None:
    """Take back the mails, not sent yet, to readers whose reservation is not suspended any more."""
    for one in shelf.queue(session, notice_id):
        if one.state != ReservationState.SUSPENDED.value:
            mail.withdraw(session, prefix=_prefix(one))


def _prefix(one: Reservation) -> str:
    return f"{erasing.SUSPENSIONS}:{one.reader_id}:{one.id}:"
