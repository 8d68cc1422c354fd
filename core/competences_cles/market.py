"""Writes on the market's reference data: marché, lots, services, prices, holders."""

from calendar import isleap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from core import access, fr, journal
from core.access import Right, Viewer
from core.competences_cles.market_models import (
    Attribution,
    Lot,
    LotUt,
    Marche,
    Prestation,
    Prix,
)
from core.errors import DomainError

DOMAIN = "competences_cles"
MOST_YEARS = 4


@dataclass(frozen=True)
class MarcheDraft:
    """A marché as the form gives it."""

    reference: str
    starts_on: date
    ends_on: date
    subject: str = ""
    buyer: str = ""
    derogation: str = ""
    is_simulated: bool = False


def create_marche(session: Session, viewer: Viewer, draft: MarcheDraft, *, now: datetime) -> int:
    """Create a marché; over four years it needs the reason of its derogation (art. 77 CMP)."""
    access.require(viewer, Right.EDIT_MARKET)
    check_marche(session, draft)
    marche = Marche(**(vars(draft) | {"reference": draft.reference.strip()}))
    session.add(marche)
    session.flush()
    journal.record(session, viewer, at=now, domain=DOMAIN, action="création d’un marché",
                   subject=marche.reference)  # fmt: skip
    return marche.id or 0


def check_marche(session: Session, draft: MarcheDraft, *, marche_id: int | None = None) -> None:
    """Refuse a marché whose form does not hold; ``marche_id``: the one that is being changed."""
    reference = draft.reference.strip()
    if not reference:
        raise DomainError("Donnez la référence du marché.")
    if draft.ends_on < draft.starts_on:
        raise DomainError("La fin du marché précède son début.")
    if draft.ends_on > four_years_after(draft.starts_on) and not draft.derogation.strip():
        raise DomainError(
            f"Un marché à bons de commande dure {MOST_YEARS} ans au plus : donnez le motif de la "
            "dérogation."
        )
    held = session.exec(select(Marche).where(Marche.reference == reference)).first()
    if held is not None and held.id != marche_id:
        raise DomainError(f"Le marché « {reference} » existe déjà.")


def four_years_after(day: date) -> date:
    """Return the same day four years later: the last one that needs no derogation.

    >>> four_years_after(date(2010, 1, 31)), four_years_after(date(2096, 2, 29))
    (datetime.date(2014, 1, 31), datetime.date(2100, 2, 28))
    """
    year = day.year + MOST_YEARS
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=year, day=28) if is_leap_day and not isleap(year) else day.replace(
        year=year
    )  # fmt: skip


@dataclass(frozen=True)
class LotDraft:
    """A lot: quantities in the unit's stored measure (minutes for hours), None for no bound."""

    marche_id: int
    number: str
    ut_ids: Sequence[int]
    label: str = ""
    unit: str = "heure"
    quantity_min: int | None = None
    quantity_max: int | None = None


def create_lot(session: Session, viewer: Viewer, draft: LotDraft, *, now: datetime) -> int:
    """Create a lot and the départements that it serves."""
    access.require(viewer, Right.EDIT_MARKET)
    check_lot(session, draft)
    lot = Lot(
        marche_id=draft.marche_id, number=draft.number.strip(), label=draft.label.strip(),
        unit=draft.unit, quantity_min=draft.quantity_min, quantity_max=draft.quantity_max,
    )  # fmt: skip
    session.add(lot)
    session.flush()
    session.add_all(
        LotUt(lot_id=lot.id or 0, territory_id=key) for key in dict.fromkeys(draft.ut_ids)
    )
    session.flush()
    journal.record(session, viewer, at=now, domain=DOMAIN, action="création d’un lot",
                   subject=lot.number, after={"name": lot.label})  # fmt: skip
    return lot.id or 0


def check_lot(session: Session, draft: LotDraft, *, lot_id: int | None = None) -> None:
    """Refuse a lot whose form does not hold; ``lot_id``: the one that is being changed."""
    if not draft.number.strip():
        raise DomainError("Donnez le numéro du lot.")
    if not draft.ut_ids:
        raise DomainError("Un lot couvre au moins un département : choisissez-le.")
    if any(bound is not None and bound < 0 for bound in (draft.quantity_min, draft.quantity_max)):
        raise DomainError("Le minimum et le maximum d’un lot ne sont pas négatifs.")
    least, most = draft.quantity_min, draft.quantity_max
    if least is not None and most is not None and least > most:
        raise DomainError("Le minimum du lot dépasse son maximum.")
    held = session.exec(
        select(Lot).where(Lot.marche_id == draft.marche_id, Lot.number == draft.number.strip())
    ).first()
    if held is not None and held.id != lot_id:
        raise DomainError(f"Le lot {held.number} existe déjà dans ce marché.")


def create_prestation(  # what is on the form
    session: Session, viewer: Viewer, *, code: str, label: str, unit: str, now: datetime
) -> int:
    """Create a service that may be ordered."""
    access.require(viewer, Right.EDIT_MARKET)
    name = code.strip()
    if not name or not label.strip():
        raise DomainError("Donnez le code et le libellé de la prestation.")
    if session.exec(select(Prestation).where(Prestation.code == name)).first() is not None:
        raise DomainError(f"La prestation « {name} » existe déjà.")
    prestation = Prestation(code=name, label=label.strip(), unit=unit)
    session.add(prestation)
    session.flush()
    journal.record(session, viewer, at=now, domain=DOMAIN, action="création d’une prestation",
                   subject=name, after={"name": label.strip()})  # fmt: skip
    return prestation.id or 0


@dataclass(frozen=True)
class PrixDraft:
    """A price: cents for one unit, from a day on, to another or without an end."""

    lot_id: int
    prestation_id: int
    cents: int
    starts_on: date
    ends_on: date | None = None


def set_price(session: Session, viewer: Viewer, draft: PrixDraft, *, now: datetime) -> int:
    """Add a price; two prices of a service in a lot are never valid on the same day."""
    access.require(viewer, Right.EDIT_MARKET)
    if draft.cents < 0:
        raise DomainError("Un prix n’est pas négatif.")
    check_span(draft.starts_on, draft.ends_on)
    held = session.exec(
        select(Prix).where(Prix.lot_id == draft.lot_id, Prix.prestation_id == draft.prestation_id)
    )
    for one in held:
        if overlap((one.starts_on, one.ends_on), (draft.starts_on, draft.ends_on)):
            raise DomainError(
                f"Un prix est déjà valable depuis le {fr.day(one.starts_on)} : terminez-le d’abord."
            )
    price = Prix(**vars(draft))
    session.add(price)
    session.flush()
    journal.record(session, viewer, at=now, domain=DOMAIN, action="prix d’une prestation",
                   subject=str(draft.lot_id), after={"new": draft.cents})  # fmt: skip
    return price.id or 0


def check_span(starts_on: date, ends_on: date | None) -> None:
    """Refuse an end before its beginning."""
    if ends_on is not None and ends_on < starts_on:
        raise DomainError("La fin précède le début : corrigez l’une des deux dates.")


Span = tuple[date, date | None]


def overlap(first: Span, second: Span) -> bool:
    """Say whether two spans share a day; an open end lasts for ever.

    >>> day, after = date(2011, 1, 1), date(2011, 1, 2)
    >>> overlap((day, None), (after, None)), overlap((day, day), (after, None))
    (True, False)
    """
    ends = (first[1] or date.max, second[1] or date.max)
    return first[0] <= ends[1] and second[0] <= ends[0]


def attribute(  # noqa: PLR0913  # what is on the form
    session: Session,
    viewer: Viewer,
    *,
    lot_id: int,
    structure_id: int,
    starts_on: date,
    ends_on: date | None = None,
    now: datetime,
) -> int:
    """Name the holder of a lot from a day on: one at a time."""
    access.require(viewer, Right.EDIT_MARKET)
    check_span(starts_on, ends_on)
    held = session.exec(
        select(Attribution).where(Attribution.lot_id == lot_id).order_by(col(Attribution.starts_on))
    )
    for one in held:
        if overlap((one.starts_on, one.ends_on), (starts_on, ends_on)):
            raise DomainError(
                "Ce lot a déjà un titulaire à cette date : terminez d’abord son attribution."
            )
    made = Attribution(lot_id=lot_id, structure_id=structure_id, starts_on=starts_on,
                       ends_on=ends_on)  # fmt: skip
    session.add(made)
    session.flush()
    journal.record(session, viewer, at=now, domain=DOMAIN, action="attribution d’un lot",
                   subject=str(lot_id), after={"valid_from": starts_on.isoformat()})  # fmt: skip
    return made.id or 0
