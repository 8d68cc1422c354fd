"""What a reader does alone, by a signed link: read, renew, cancel, choose, take away, be forgotten.

A link is sent by mail to the address of the card, whoever asks; nothing says whether an address
is known. Every gesture checks the link again, and that what it touches is of this reader.
"""

from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from core import fr, journal
from core.access import Right, Role, Viewer, require, viewer_for
from core.circulation import (
    cards,
    erasing,
    loans,
    own_data,
    reader_links,
    reader_queries,
    reservations,
)
from core.circulation.loan_models import Loan, Reservation
from core.circulation.models import Reader
from core.circulation.reader_links import Shown
from core.circulation.reader_queries import ReaderCard
from core.documentation.models import DocumentaryTheme
from core.errors import DomainError
from core.instance import keys
from core.mail import operations as mail
from core.mail.operations import Draft
from core.people.models import Person

DOMAIN = "circulation"
DOMAINS = ("circulation", "people", "documentation", "welcome", "mail")
WRITTEN = ("circulation", "people", "welcome", "mail")  # what being forgotten changes
ENDED = "Ce lien n’est plus valable : demandez-en un autre, il arrive par courriel."
NO_KEY = (
    "Les liens des lecteurs ne sont pas ouverts : l’administrateur donne d’abord à l’installation "
    "sa clé secrète (réglage RT_SECRET)."
)
SUBJECT = "Votre page de lecteur"
BODY = """Bonjour,

Voici le lien de votre page de lecteur : prêts en cours, prolongations, réservations, données.
Il est à vous seul et reste valable 15 minutes.

{link}

Si vous n’avez rien demandé, vous n’avez rien à faire.

Le centre de documentation de Ressources & Territoires
"""


def ask_link(session: Session, *, email: str, base_url: str, now: datetime, at: datetime) -> None:
    """Mail its link to the reader of an address; nothing where there is none, and nothing said.

    Asked for again within the same minute, it is sent once. ``at``: by the clock on the wall.
    """
    if not keys.key(session):
        raise DomainError(NO_KEY)
    wanted = email.strip().lower()
    reader = session.exec(
        select(Reader)
        .join(Person, col(Person.id) == col(Reader.person_id))
        .where(Person.email == wanted, col(Person.merged_into_id).is_(None), wanted != "")
        .where(col(Reader.closed_on).is_(None))
    ).first()
    if reader is not None:
        _send(session, reader, base_url=base_url, now=now, at=at)


def offer_link(
    session: Session, viewer: Viewer, *, reader_id: int, base_url: str, now: datetime,
    at: datetime,
) -> bool:  # fmt: skip
    """Let staff put a reader's link in the outbox; False where no address is known."""
    require(viewer, Right.EDIT_READERS)
    return _send(session, cards.reader_of(session, reader_id), base_url=base_url, now=now,
                 at=at)  # fmt: skip


def _send(session: Session, reader: Reader, *, base_url: str, now: datetime, at: datetime) -> bool:
    key = keys.key(session)
    if not key:
        raise DomainError(NO_KEY)
    email = session.get_one(Person, reader.person_id).email
    if not email:
        return False
    token = reader_links.made(reader.id or 0, reader.link_version, key=key, at=at)
    draft = Draft(
        key=f"{erasing.LINKS}:{reader.id}:{at:%Y-%m-%dT%H:%M}", batch=erasing.LINKS,
        recipient=email, subject=SUBJECT,
        body=BODY.format(link=f"{base_url.rstrip('/')}/lecteur?cle={token}"),
    )  # fmt: skip
    mail.queue(session, [draft], now=now)
    return True


def own_card(session: Session, *, shown: Shown) -> ReaderCard | None:
    """Return the card that a link opens; None where it opens none any more."""
    key = keys.key(session)
    link = reader_links.read(shown, key=key) if key else None
    card = reader_queries.card_of(session, link.reader_id) if link else None
    if card is None or link is None or card.reader.closed_on is not None:
        return None
    return card if card.reader.link_version == link.version else None


def _checked(session: Session, shown: Shown) -> ReaderCard:
    card = own_card(session, shown=shown)
    if card is None:
        raise DomainError(ENDED)
    return card


def _himself(card: ReaderCard) -> Viewer:
    """Act at the desk under the card’s number: rules hold, nothing is set aside for a reason."""
    return viewer_for(Role.STAFF, name=f"carte {card.reader.card}, par son lien")


def renew(session: Session, *, shown: Shown, loan_id: int, today: date, now: datetime) -> str:
    """Renew a loan of one's own. Raises DomainError as ``loans.renew`` does."""
    card = _checked(session, shown)
    loan = session.get(Loan, loan_id)
    if loan is None or loan.reader_id != card.reader.id:
        raise DomainError("Ce prêt n’est pas le vôtre : rechargez la page.")
    due = loans.renew(session, _himself(card), loan_id=loan_id, today=today, now=now)
    return f"Prolongé jusqu’au {fr.day(due)}."


def cancel(
    session: Session, *, shown: Shown, reservation_id: int, today: date, now: datetime
) -> str:
    """Cancel a reservation of one's own; who comes next is told to staff only."""
    card = _checked(session, shown)
    one = session.get(Reservation, reservation_id)
    if one is None or one.reader_id != card.reader.id:
        raise DomainError("Cette réservation n’est pas la vôtre : rechargez la page.")
    reservations.cancel(session, _himself(card), reservation_id=reservation_id, today=today,
                        now=now, reason="par le lecteur")  # fmt: skip
    return "Réservation annulée."


def choose(session: Session, *, shown: Shown, theme_ids: tuple[int, ...], now: datetime) -> str:
    """Change the fields one asked to be told about."""
    card = _checked(session, shown)
    cards.set_interests(session, card.reader.id or 0, theme_ids)
    journal.record(session, _himself(card), at=now, domain=DOMAIN,
                   action="centres d’intérêt", subject=f"carte {card.reader.card}")  # fmt: skip
    return "Vos centres d’intérêt sont enregistrés."


def themes(session: Session) -> dict[int, str]:
    rows = session.exec(select(DocumentaryTheme).order_by(DocumentaryTheme.label))
    return {row.id or 0: row.label for row in rows}


def refusals(session: Session, *, shown: Shown, today: date) -> dict[int, str]:
    """Return why each loan of one's own would not be renewed; those that would are not in it."""
    card = _checked(session, shown)
    found = {one.id: loans.why_not_renewed(session, one.id, today=today)
             for one in card.open_loans}  # fmt: skip
    return {own: why for own, why in found.items() if why}


def data(session: Session, *, shown: Shown) -> dict[str, Any]:
    """Return everything that is held of a reader. See ``own_data.gathered``."""
    card = _checked(session, shown)
    return own_data.gathered(session, _himself(card), card)


def forget(session: Session, *, shown: Shown, today: date, now: datetime) -> str:
    """Forget a reader who asks for it. Refused while documents or reservations are open."""
    card = _checked(session, shown)
    cards.check_settled(session, card.reader.id or 0)
    erasing.erase(session, [card.reader.id or 0], today=today)
    journal.record(session, viewer_for(Role.PUBLIC), at=now, domain=DOMAIN,
                   action="oubli demandé par un lecteur", subject="une carte")  # fmt: skip
    return "Vos données de lecteur sont effacées. Au revoir, et merci."
