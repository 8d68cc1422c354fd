"""What a reader does alone, by a signed link: read, renew, cancel, choose, take away, be forgotten.

A link is sent by mail to the address of the card, whoever asks; nothing says whether an address
is known. Every gesture checks the link again, and that what it touches is of this reader.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from core import fr, journal
from core.access import Right, Role, Viewer, require, viewer_for
from core.circulation import (
    cards,
    desk_erasing,
    erasing,
    loan_rules,
    own_data,
    reader_links,
    reader_queries,
    renewals,
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
from core.people import consents, forgetting
from core.people import queries as people
from core.people.models import Person

DOMAIN = "circulation"
DOMAINS = ("circulation", "people", "documentation", "welcome", "mail")
WRITTEN = ("circulation", "people", "welcome", "mail")  # what being forgotten changes
LINKED = ("circulation", "mail")  # what sending a link changes
AGREED = ("circulation", "people")
ENDED = "Ce lien n’est plus valable : demandez-en un autre, il arrive par courriel."
# Who acts at the desk by a link, named nowhere: rules hold, nothing is set aside for a reason.
HIMSELF = viewer_for(Role.STAFF, name=desk_erasing.BY_LINK)
NO_KEY = (
    "Les liens des lecteurs ne sont pas ouverts : l’administrateur donne d’abord à l’installation "
    "sa clé secrète (réglage RT_SECRET)."
)
FORGOTTEN = (
    "Vos données de lecteur sont effacées : votre carte, vos centres d’intérêt, les courriels "
    "préparés pour vous. Vos prêts, réservations, visites et rendez-vous ne vous nomment plus."
)
JOURNAL = (
    "Le journal de l’application, qui ne s’efface pas, ne vous désigne que par un numéro ; ses "
    "lignes les plus anciennes peuvent citer votre nom ou votre adresse. Les sauvegardes sont "
    "gardées jusqu’à leur remplacement."
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

    Asked for again within the same minute, it is sent once; a new link ends those before it.
    ``at``: by the clock on the wall.
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
    version, prefix = reader.link_version + 1, f"{erasing.LINKS}:{reader.id}:"
    token = reader_links.made(reader.id or 0, version, key=key, at=at)
    draft = Draft(
        key=f"{prefix}{at:%Y-%m-%dT%H:%M}", batch=erasing.LINKS, recipient=email, subject=SUBJECT,
        body=BODY.format(link=f"{base_url.rstrip('/')}/lecteur?cle={token}"),
        expires_at=fr.stored(at + reader_links.VALID),
    )  # fmt: skip
    mail.withdraw(session, prefix=prefix)
    if mail.queue(session, [draft], now=now):
        reader.link_version = version
        session.add(reader)
        session.flush()
    return True


def own_card(session: Session, *, shown: Shown) -> ReaderCard | None:
    """Return the card that a link opens; None where it opens none any more."""
    key = keys.key(session)
    link = reader_links.read(shown, key=key) if key else None
    card = reader_queries.card_of(session, link.reader_id) if link else None
    if card is None or link is None or card.reader.closed_on is not None:
        return None
    return card if card.reader.link_version == link.version else None


def checked(session: Session, shown: Shown) -> ReaderCard:
    """Return the card that a link opens. Raises DomainError where it opens none any more."""
    card = own_card(session, shown=shown)
    if card is None:
        raise DomainError(ENDED)
    return card


def renew(session: Session, *, shown: Shown, loan_id: int, today: date, now: datetime) -> str:
    """Renew a loan of one's own. Raises DomainError as ``renewals.renew`` does."""
    card = checked(session, shown)
    loan = session.get(Loan, loan_id)
    if loan is None or loan.reader_id != card.reader.id:
        raise DomainError("Ce prêt n’est pas le vôtre : rechargez la page.")
    return renewals.renew(session, HIMSELF, loan_id=loan_id, today=today, now=now)


def cancel(
    session: Session, *, shown: Shown, reservation_id: int, today: date, now: datetime
) -> str:
    """Cancel a reservation of one's own; who comes next is told to staff only."""
    card = checked(session, shown)
    one = session.get(Reservation, reservation_id)
    if one is None or one.reader_id != card.reader.id:
        raise DomainError("Cette réservation n’est pas la vôtre : rechargez la page.")
    reservations.cancel(session, HIMSELF, reservation_id=reservation_id, today=today,
                        now=now, reason="par le lecteur")  # fmt: skip
    return "Réservation annulée."


def choose(session: Session, *, shown: Shown, theme_ids: tuple[int, ...], now: datetime) -> str:
    """Change the fields one asked to be told about."""
    card = checked(session, shown)
    cards.set_interests(session, card.reader.id or 0, theme_ids)
    journal.record(session, HIMSELF, at=now, domain=DOMAIN, action="centres d’intérêt",
                   subject=loan_rules.numbered(card.reader.id))  # fmt: skip
    return "Vos centres d’intérêt sont enregistrés."


def themes(session: Session) -> dict[int, str]:
    rows = session.exec(select(DocumentaryTheme).order_by(DocumentaryTheme.label))
    return {row.id or 0: row.label for row in rows}


def refusals(session: Session, *, shown: Shown, today: date) -> dict[int, str]:
    """Return why each loan of one's own would not be renewed; those that would are not in it."""
    card = checked(session, shown)
    found = {one.id: renewals.why_not(session, one.id, today=today)
             for one in card.open_loans}  # fmt: skip
    return {own: why for own, why in found.items() if why}


def data(session: Session, *, shown: Shown) -> dict[str, Any]:
    """Return everything that is held of a reader. See ``own_data.gathered``."""
    card = checked(session, shown)
    return own_data.gathered(session, HIMSELF, card)


def agreements(session: Session, *, shown: Shown) -> tuple[str, ...]:
    """Return what a reader agrees to, by purpose (``people.consents.PURPOSES``)."""
    card = checked(session, shown)
    return people.agreed_to(session, person_id=card.person.id or 0)


def agree(session: Session, *, shown: Shown, purposes: Collection[str], now: datetime) -> str:
    """Keep what one agrees to from now on: what is not in ``purposes`` is taken back."""
    card = checked(session, shown)
    consents.settle_consents(
        session, HIMSELF, person_id=card.person.id or 0, purposes=purposes,
        source="par le lecteur, sur sa page", now=now,
    )  # fmt: skip
    return "Vos accords sont enregistrés."


def why_kept(session: Session, *, shown: Shown) -> tuple[str, ...]:
    """Say why a reader who is forgotten would stay in the directory; nothing where they go."""
    return forgetting.why_kept(session, checked(session, shown).person.id or 0)


def forget(session: Session, *, shown: Shown, today: date, now: datetime) -> str:
    """Forget a reader who asks for it; say what went and what stays.

    Refused while documents or reservations are open.
    """
    card = checked(session, shown)
    cards.check_settled(session, card.reader.id or 0)
    reasons = forgetting.why_kept(session, card.person.id or 0)
    erasing.erase(session, [card.reader.id or 0], today=today)
    journal.record(session, viewer_for(Role.PUBLIC), at=now, domain=DOMAIN,
                   action="oubli demandé par un lecteur", subject="une carte")  # fmt: skip
    left = f"reste : {' ; '.join(reasons)}" if reasons else "est effacée aussi"
    return f"{FORGOTTEN} Votre fiche de l’annuaire {left}. {JOURNAL} Au revoir, et merci."
