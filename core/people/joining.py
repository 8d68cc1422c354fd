"""Memberships of one network held by two rows that are one person: joined, and parted again."""

from datetime import date
from typing import Any

from sqlmodel import Session, select

from core.errors import DomainError
from core.people import foreign_keys
from core.people.models import NetworkMembership

PLACE = "network_membership.person_id"
FAR = date.max


def join(
    session: Session, links: foreign_keys.Links, *, kept_id: int, merged_id: int
) -> tuple[foreign_keys.Links, list[dict[str, Any]]]:
    """Stretch the memberships kept over those of the other that share days with them.

    Return the links that still have to move, and what the stretched ones were. Refused where one
    of the other's lies across two of those kept: they are settled by hand first.
    """
    held = _memberships(session, kept_id)
    stretched: dict[int, dict[str, Any]] = {}
    covered: set[int] = set()
    for other in _memberships(session, merged_id):
        shared = [one for one in held if _share_days(one, other)]
        if len(shared) > 1:
            raise DomainError(
                "Un réseau est suivi à des dates qui se croisent sur les deux fiches : corrigez "
                "les périodes d’abord."
            )
        for one in shared:
            stretched.setdefault(one.id or 0, _told(one))
            one.starts_on = min(one.starts_on, other.starts_on)
            open_ended = one.ends_on is None or other.ends_on is None
            one.ends_on = None if open_ended else max(_end(one), _end(other))
            session.add(one)
            covered.add(other.id or 0)
    session.flush()
    keys = [key for key in links.get(PLACE, []) if key[0] not in covered]
    rest = {name: kept for name, kept in links.items() if name != PLACE}
    return rest | ({PLACE: keys} if keys else {}), list(stretched.values())


def part(session: Session, stretched: list[dict[str, Any]]) -> None:
    """Give the memberships that were stretched their own days again."""
    for told in stretched:
        one = session.get(NetworkMembership, told["id"])
        if one is not None:
            one.starts_on = date.fromisoformat(told["starts_on"])
            one.ends_on = date.fromisoformat(told["ends_on"]) if told["ends_on"] else None
            session.add(one)
    session.flush()


def _memberships(session: Session, person_id: int) -> list[NetworkMembership]:
    statement = (
        select(NetworkMembership)
        .where(NetworkMembership.person_id == person_id)
        .order_by(NetworkMembership.network_id, NetworkMembership.starts_on)  # type: ignore[arg-type]  # columns
    )
    return list(session.exec(statement))


def _end(one: NetworkMembership) -> date:
    return one.ends_on or FAR


def _share_days(one: NetworkMembership, other: NetworkMembership) -> bool:
    return (
        one.network_id == other.network_id
        and one.starts_on <= _end(other)
        and other.starts_on <= _end(one)
    )


def _told(one: NetworkMembership) -> dict[str, Any]:
    ends_on = one.ends_on.isoformat() if one.ends_on else None
    return {"id": one.id, "starts_on": one.starts_on.isoformat(), "ends_on": ends_on}
