"""Baskets of notices, and searches kept under a name."""

from collections.abc import Sequence
from datetime import datetime

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import access, fetching, fr
from core.access import Right, Viewer
from core.db import table_of
from core.documentation import search_queries
from core.documentation.desk_models import Basket, BasketEntry, NoticeFacets, SavedSearch
from core.errors import DomainError

LONGEST = 2_000
MOST = 2_000

DOMAINS = ("documentation",)


def add(session: Session, viewer: Viewer, *, name: str, ids: Sequence[int], now: datetime) -> int:
    """Put notices in a basket of the viewer, made where it does not exist; return its id."""
    access.require(viewer, Right.EDIT_CATALOGUE)
    label = " ".join(name.split())
    if not label:
        raise DomainError("Donnez un nom au panier.")
    basket = session.exec(
        select(Basket).where(Basket.owner == viewer.signature, Basket.name == label)
    ).first()
    if basket is None:
        basket = Basket(name=label, owner=viewer.signature, created_at=fr.stored(now))
        session.add(basket)
        session.flush()
    held = contents(session, viewer, basket_id=basket.id or 0)
    _lay_out(session, basket.id or 0, list(dict.fromkeys([*held, *ids])))
    return basket.id or 0


def _lay_out(session: Session, basket_id: int, ids: Sequence[int]) -> None:
    """Write a basket again, its notices in an order: ranks have no hole."""
    if len(ids) > MOST:
        raise DomainError(f"Un panier contient {fr.number(MOST)} documents au plus.")
    connection, table = session.connection(), table_of(BasketEntry)
    connection.execute(sa.delete(table).where(table.c.basket_id == basket_id))
    rows = [
        {"basket_id": basket_id, "notice_id": own, "rank": rank} for rank, own in enumerate(ids)
    ]
    if rows:
        connection.execute(sa.insert(table), rows)


def _seen(session: Session, viewer: Viewer, basket_id: int) -> Basket:
    basket = session.get(Basket, basket_id)
    if basket is None or not (basket.is_shared or basket.owner == viewer.signature):
        raise DomainError("Ce panier n’existe pas.")
    return basket


def contents(session: Session, viewer: Viewer, *, basket_id: int) -> list[int]:
    """Return the notices of a basket in the order they were put in it."""
    access.require(viewer, Right.EDIT_CATALOGUE)
    _seen(session, viewer, basket_id)
    return list(
        session.exec(
            select(BasketEntry.notice_id).where(BasketEntry.basket_id == basket_id)
            .order_by(col(BasketEntry.rank), col(BasketEntry.notice_id))
        )
    )  # fmt: skip


def take_out(session: Session, viewer: Viewer, *, basket_id: int, ids: Sequence[int]) -> None:
    access.require(viewer, Right.EDIT_CATALOGUE)
    _seen(session, viewer, basket_id)
    table = table_of(BasketEntry)
    session.connection().execute(
        sa.delete(table).where(table.c.basket_id == basket_id, table.c.notice_id.in_(ids))
    )


def arrange(session: Session, viewer: Viewer, *, basket_id: int, ids: Sequence[int]) -> None:
    """Give the notices of a basket another order; one added meanwhile stays, at the end."""
    access.require(viewer, Right.EDIT_CATALOGUE)
    held = contents(session, viewer, basket_id=basket_id)
    kept = [own for own in dict.fromkeys(ids) if own in set(held)]
    _lay_out(session, basket_id, [*kept, *(own for own in held if own not in set(kept))])


def rename(session: Session, viewer: Viewer, *, basket_id: int, name: str) -> None:
    """Name a basket of the viewer otherwise; a name of another of theirs is refused."""
    basket = _own(session, viewer, basket_id)
    label = " ".join(name.split())
    if not label:
        raise DomainError("Donnez un nom au panier.")
    same = select(Basket.id).where(
        Basket.owner == basket.owner, Basket.name == label, Basket.id != basket_id
    )
    if session.exec(same).first() is not None:
        raise DomainError(f"Vous avez déjà un panier « {label} » : choisissez un autre nom.")
    basket.name = label
    session.add(basket)
    session.flush()


def delete(session: Session, viewer: Viewer, *, basket_id: int) -> None:
    """Delete a basket of the viewer; its notices stay in the catalogue."""
    basket = _own(session, viewer, basket_id)
    _lay_out(session, basket_id, ())
    session.delete(basket)
    session.flush()


def _own(session: Session, viewer: Viewer, basket_id: int) -> Basket:
    access.require(viewer, Right.EDIT_CATALOGUE)
    basket = _seen(session, viewer, basket_id)
    if basket.owner != viewer.signature:
        raise DomainError(f"Ce panier est celui de {basket.owner} : demandez-lui de le changer.")
    return basket


def share(session: Session, viewer: Viewer, *, basket_id: int) -> None:
    """Let the whole team see a basket of the viewer."""
    basket = _own(session, viewer, basket_id)
    basket.is_shared = True
    session.add(basket)
    session.flush()


def baskets(session: Session, viewer: Viewer) -> pd.DataFrame:
    """One row a basket that the viewer sees: id, name, owner, is_shared, notices.

    ``notices`` are those that its list shows: not the merged, nor the deleted.
    """
    access.require(viewer, Right.EDIT_CATALOGUE)
    basket, entry, found = (table_of(one) for one in (Basket, BasketEntry, NoticeFacets))
    is_shown = sa.and_(
        found.c.notice_id == entry.c.notice_id,
        found.c.audience <= search_queries.ceiling(viewer),
    )
    names = ("id", "name", "owner", "is_shared")
    statement = (
        sa.select(*(basket.c[name] for name in names), sa.func.count(found.c.notice_id))
        .join_from(basket, entry, isouter=True)
        .join(found, is_shown, isouter=True)
        .where(sa.or_(basket.c.is_shared, basket.c.owner == viewer.signature))
        .group_by(*(basket.c[name] for name in names))
        .order_by(basket.c.name, basket.c.id)
    )
    return fetching.frame(session, statement, [*names, "notices"])


def save_search(
    session: Session, viewer: Viewer, *, name: str, address: str, now: datetime
) -> None:
    """Keep a search, by its query string, under a name; the same name replaces it."""
    access.require(viewer, Right.EDIT_CATALOGUE)
    label = " ".join(name.split())
    if not label or len(address) > LONGEST:
        raise DomainError(
            "Donnez un nom à cette recherche, et raccourcissez-la si elle est longue."
        )
    own = session.exec(
        select(SavedSearch).where(SavedSearch.owner == viewer.signature, SavedSearch.name == label)
    ).first()
    row = own or SavedSearch(
        name=label, owner=viewer.signature, address="", created_at=fr.stored(now)
    )
    row.address = address
    session.add(row)
    session.flush()


def saved_searches(session: Session, viewer: Viewer) -> pd.DataFrame:
    """One row a search kept by the viewer: id, name, address."""
    access.require(viewer, Right.EDIT_CATALOGUE)
    table = table_of(SavedSearch)
    statement = (
        sa.select(table.c.id, table.c.name, table.c.address)
        .where(table.c.owner == viewer.signature)
        .order_by(table.c.name)
    )
    return fetching.frame(session, statement, ["id", "name", "address"])


def delete_search(session: Session, viewer: Viewer, *, name: str) -> None:
    """Delete a search kept by the viewer."""
    access.require(viewer, Right.EDIT_CATALOGUE)
    table = table_of(SavedSearch)
    session.connection().execute(
        sa.delete(table).where(table.c.owner == viewer.signature, table.c.name == name)
    )
