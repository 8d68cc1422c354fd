"""Titles that can be lent, with their loans of the last months."""

from datetime import date

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session

from core.access import Right, Viewer, require
from core.circulation import coverage_rules
from core.circulation.coverage_rules import MONTHS, Title
from core.circulation.figures import ITEM, KEPT, LOAN, NOTICE, THEME
from core.db import table_of
from core.documentation.models import NoticeTheme

DOMAINS = ("circulation", "documentation")
OFF = ("perdu", "retire")


def since(today: date) -> date:
    """Return the first day of the month from which demand is counted.

    >>> since(date(2011, 6, 15)), since(date(2012, 2, 29))
    (datetime.date(2009, 6, 1), datetime.date(2010, 2, 1))
    """
    months = today.year * 12 + today.month - 1 - MONTHS
    return date(months // 12, months % 12 + 1, 1)


def coverage(session: Session, viewer: Viewer, *, today: date) -> pd.DataFrame:
    """Return holdings and demand by theme and age (``coverage_rules.table``); counts titles and
    loans, names nobody."""
    require(viewer, Right.READ_CIRCULATION)
    connection = session.connection()
    lent = (
        sa.select(ITEM.c.notice_id, sa.func.count().label("loans"))
        .join(LOAN, LOAN.c.item_id == ITEM.c.id)
        .where(KEPT, LOAN.c.lent_on >= since(today))
        .group_by(ITEM.c.notice_id)
        .subquery()
    )
    can_go = sa.exists().where(
        ITEM.c.notice_id == NOTICE.c.id, ITEM.c.state.not_in(OFF),
        ITEM.c.loan_class.in_(("normal", "court")),
    )  # fmt: skip
    rows = connection.execute(
        sa.select(NOTICE.c.id, NOTICE.c.pub_year, sa.func.coalesce(lent.c.loans, 0))
        .join(lent, lent.c.notice_id == NOTICE.c.id, isouter=True)
        .where(can_go)
        .order_by(NOTICE.c.id)
    ).all()
    link = table_of(NoticeTheme)
    themes: dict[int, tuple[str, ...]] = {}
    for own, label in connection.execute(
        sa.select(link.c.notice_id, THEME.c.label)
        .join(THEME, THEME.c.id == link.c.theme_id)
        .order_by(THEME.c.label)
    ):
        themes[own] = (*themes.get(own, ()), label)
    return coverage_rules.table(
        Title(themes.get(own, ()), coverage_rules.age(year, today_year=today.year), loans)
        for own, year, loans in rows
    )
