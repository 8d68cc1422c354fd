"""Titles that everybody may find and that can be lent, with their loans of the last months."""

from datetime import date, timedelta

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session

from core.access import Right, Viewer, require
from core.circulation import coverage_rules
from core.circulation.coverage_rules import MONTHS, Title
from core.circulation.figures import ITEM, KEPT, LOAN, NOTICE, THEME
from core.db import table_of
from core.documentation.desk_models import NoticeFacets
from core.documentation.enums import ItemState, LoanClass
from core.documentation.models import NoticeTheme

DOMAINS = ("circulation", "documentation")
EVERYBODY = 0  # NoticeFacets.audience


def since(today: date) -> date:
    """Return the first day from which demand is counted: the last ``MONTHS`` months, to a day.

    >>> since(date(2011, 6, 15)), since(date(2012, 2, 29))
    (datetime.date(2009, 6, 16), datetime.date(2010, 3, 1))
    """
    before = pd.Timestamp(today) - pd.DateOffset(months=MONTHS)
    return before.date() + timedelta(days=1)


def coverage(session: Session, viewer: Viewer, *, today: date) -> pd.DataFrame:
    """Return holdings and demand by theme and age (``coverage_rules.table``), and ``is_listed``:
    the catalogue can list the titles of that cell, and no others. Names nobody."""
    require(viewer, Right.READ_CIRCULATION)
    themes, fields = _themes(session), _fields(session)
    found = coverage_rules.table(
        Title(themes.get(own, ()), coverage_rules.age(year, today_year=today.year), loans)
        for own, year, loans in _titles(session, today)
    )
    apart = found["theme"].isin([coverage_rules.NO_THEME, *fields])
    return found.assign(is_listed=~apart & (found["age"] != coverage_rules.Age.UNKNOWN.label))


def _titles(session: Session, today: date) -> list[tuple[int, int | None, int]]:
    """Return notice, year and loans of the titles whose copy is there to be lent."""
    lent = (
        sa.select(ITEM.c.notice_id, sa.func.count().label("loans"))
        .join(LOAN, LOAN.c.item_id == ITEM.c.id)
        .where(KEPT, LOAN.c.lent_on.between(since(today), today))
        .group_by(ITEM.c.notice_id)
        .subquery()
    )
    can_go = sa.exists().where(
        ITEM.c.notice_id == NOTICE.c.id, ITEM.c.state == ItemState.IN_SERVICE.value,
        ITEM.c.loan_class.in_((LoanClass.NORMAL.value, LoanClass.SHORT.value)),
    )  # fmt: skip
    found = table_of(NoticeFacets)
    rows = session.connection().execute(
        sa.select(NOTICE.c.id, NOTICE.c.pub_year, sa.func.coalesce(lent.c.loans, 0))
        .join(found, found.c.notice_id == NOTICE.c.id)
        .join(lent, lent.c.notice_id == NOTICE.c.id, isouter=True)
        .where(can_go, found.c.audience == EVERYBODY)
        .order_by(NOTICE.c.id)
    )
    return [(own, year, loans) for own, year, loans in rows]


def _themes(session: Session) -> dict[int, tuple[str, ...]]:
    link = table_of(NoticeTheme)
    rows = session.connection().execute(
        sa.select(link.c.notice_id, THEME.c.label)
        .join(THEME, THEME.c.id == link.c.theme_id)
        .order_by(THEME.c.label)
    )
    themes: dict[int, tuple[str, ...]] = {}
    for own, label in rows:
        themes[own] = (*themes.get(own, ()), label)
    return themes


def _fields(session: Session) -> list[str]:
    """Return the themes that hold others: the catalogue lists theirs with those of the others."""
    held = THEME.alias("held")
    rows = session.connection().execute(
        sa.select(THEME.c.label).join(held, held.c.parent_id == THEME.c.id).distinct()
    )
    return list(rows.scalars())
