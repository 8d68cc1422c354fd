"""Changes of services and of their prices: renamed, ended, removed where nothing uses them."""

from datetime import date, datetime

from sqlmodel import Session, col, select

from core import access, fr, journal
from core.access import Right, Viewer
from core.competences_cles import market, market_changes
from core.competences_cles.market_models import Prestation, Prix
from core.competences_cles.models import BonDeCommande, BonLine
from core.competences_cles.units import UnitOfWork, euros
from core.errors import DomainError

DOMAIN = "competences_cles"


def prestation_of(session: Session, prestation_id: int) -> Prestation:
    found = session.get(Prestation, prestation_id)
    if found is None:
        raise DomainError(f"Cette prestation {market_changes.GONE}")
    return found


def _is_ordered(session: Session, prestation_id: int) -> bool:
    columns = (BonLine.prestation_id, Prix.prestation_id)
    return any(market_changes.is_used(session, col(one), prestation_id) for one in columns)


def change_prestation(  # what is on the form
    session: Session, viewer: Viewer, *, prestation_id: int, label: str, unit: str, now: datetime
) -> None:
    """Change how a service is named; its unit only while nothing is ordered nor priced in it."""
    access.require(viewer, Right.EDIT_MARKET)
    prestation = prestation_of(session, prestation_id)
    if not label.strip():
        raise DomainError("Donnez le libellé de la prestation.")
    if unit != prestation.unit and _is_ordered(session, prestation_id):
        raise DomainError(
            f"« {prestation.label} » a des prix ou des bons : son unité ne change plus. Créez une "
            "autre prestation."
        )
    before = prestation.label
    prestation.label, prestation.unit = label.strip(), UnitOfWork(unit).value
    session.add(prestation)
    session.flush()
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action="modification d’une prestation",
        subject=prestation.code, before={"name": before}, after={"name": prestation.label},
    )  # fmt: skip


def remove_prestation(
    session: Session, viewer: Viewer, *, prestation_id: int, now: datetime
) -> None:
    """Remove a service that has neither price nor order."""
    access.require(viewer, Right.EDIT_MARKET)
    prestation = prestation_of(session, prestation_id)
    if _is_ordered(session, prestation_id):
        raise DomainError(f"« {prestation.label} » a des prix ou des bons : elle ne se retire pas.")
    market_changes.remove_row(
        session, viewer, prestation, "prestation retirée", prestation.code, now
    )


def _price_of(session: Session, prix_id: int) -> tuple[Prix, str]:
    """Return a price and how the journal names it: the service, the lot."""
    price = session.get(Prix, prix_id)
    if price is None:
        raise DomainError(f"Ce prix {market_changes.GONE}")
    lot, service = (
        market_changes.lot_of(session, price.lot_id),
        prestation_of(session, price.prestation_id),
    )
    return price, f"{service.code}, lot {lot.number}"


def end_price(
    session: Session, viewer: Viewer, *, prix_id: int, ends_on: date | None, now: datetime
) -> None:
    """Say the last day of a price; None: it has no end, where no later price begins."""
    access.require(viewer, Right.EDIT_MARKET)
    price, subject = _price_of(session, prix_id)
    market.check_span(price.starts_on, ends_on)
    others = session.exec(
        select(Prix).where(
            Prix.lot_id == price.lot_id, Prix.prestation_id == price.prestation_id,
            Prix.id != prix_id,
        )
    )  # fmt: skip
    for one in others:
        if market.overlap((one.starts_on, one.ends_on), (price.starts_on, ends_on)):
            raise DomainError(
                f"Un autre prix commence le {fr.day(one.starts_on)} : finissez celui-ci avant."
            )
    price.ends_on = ends_on
    session.add(price)
    session.flush()
    journal.record(session, viewer, at=now, domain=DOMAIN, action="fin d’un prix",
                   subject=subject, after={"valid_to": ends_on})  # fmt: skip


def remove_price(session: Session, viewer: Viewer, *, prix_id: int, now: datetime) -> None:
    """Remove a price entered by mistake, while no order of its lot is priced by it."""
    access.require(viewer, Right.EDIT_MARKET)
    price, subject = _price_of(session, prix_id)
    priced = session.exec(
        select(BonDeCommande.number)
        .join(BonLine, col(BonLine.bon_id) == col(BonDeCommande.id))
        .where(
            BonDeCommande.lot_id == price.lot_id, BonLine.prestation_id == price.prestation_id,
            BonDeCommande.ends_on >= price.starts_on,
            BonDeCommande.starts_on <= (price.ends_on or date.max),
        )
        .order_by(BonDeCommande.number)
    ).all()  # fmt: skip
    if priced:
        raise DomainError(
            f"Ce prix vaut pour {market_changes.named('bon', priced)} : terminez-le plutôt que de "
            "le retirer."
        )
    before = euros(price.cents)
    session.delete(price)
    session.flush()
    journal.record(session, viewer, at=now, domain=DOMAIN, action="prix retiré", subject=subject,
                   before={"price": before})  # fmt: skip
