"""The places that lend, and the days each is open."""

from sqlmodel import Session, col, select

from core import fr
from core.circulation.models import CalendarException, LendingSite, OpeningHours
from core.circulation.opening import Hours, Opening, Special
from core.documentation.models import Item
from core.errors import DomainError


def site(session: Session) -> LendingSite:
    """Return the place that lends. Raises DomainError where none is set up."""
    found = session.exec(select(LendingSite).order_by(col(LendingSite.id)).limit(1)).first()
    if found is None:
        raise DomainError("Aucun lieu de prêt : définissez d’abord les jours d’ouverture.")
    return found


def site_of(session: Session, item: Item) -> LendingSite:
    """Return the place that lends a copy: the one its location or its owner names, else the first.

    Raises DomainError where no place is set up.
    """
    said = {fr.fold(text.strip()) for text in (item.location, item.owner) if text.strip()}
    for one in session.exec(select(LendingSite).order_by(col(LendingSite.id))):
        if {fr.fold(one.code), fr.fold(one.name)} & said:
            return one
    return site(session)


def opening(session: Session, site_id: int) -> Opening:
    """Return the opening days of a place that lends: those of the copy's own place."""
    hours = session.exec(select(OpeningHours).where(OpeningHours.site_id == site_id)).all()
    specials = session.exec(
        select(CalendarException).where(CalendarException.site_id == site_id)
    ).all()
    return Opening(
        [Hours(one.weekday, one.opens_at, one.closes_at, one.starts_on, one.ends_on)
         for one in hours],
        [Special(one.first_on, one.last_on, one.label, one.is_open, one.repeats_yearly)
         for one in specials],
    )  # fmt: skip
