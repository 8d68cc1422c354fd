"""Loans, visits and welcomes of the centre, counted; every count with the rows behind it."""

from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session

from core import fr
from core.access import Profile, Right, Viewer, require
from core.circulation import figure_rules
from core.circulation.figure_rules import NONE, WHOLE, Dimension, Measure, Question
from core.circulation.loan_models import Loan
from core.circulation.models import ReaderCategory
from core.db import table_of
from core.documentation.models import DocumentaryTheme, Item, Notice, NoticeTheme
from core.fetching import frame
from core.people.enums import kind_label
from core.people.models import Structure
from core.territories.models import Territory
from core.welcome.models import Visit, VisitTheme
from core.welcome.motives import VisitKind
from core.welcome.queries import named_first

DOMAINS = ("circulation", "welcome", "documentation", "people", "territories")
LOAN, ITEM, NOTICE = table_of(Loan), table_of(Item), table_of(Notice)
VISIT, PLACE, THEME = table_of(Visit), table_of(Territory), table_of(DocumentaryTheme)
KEPT = LOAN.c.return_kind != "annule"
COLUMNS = {Dimension.PLACE: "place", Dimension.CATEGORY: "category", Dimension.KIND: "kind"}


def years(session: Session, viewer: Viewer) -> list[int]:
    """Return the years of which something is counted, the latest first."""
    require(viewer, Right.READ_CIRCULATION)
    bounds = [_bounds(session, one) for one in (Measure.LOANS, Measure.VISITS)]
    days = [day for pair in bounds if pair for day in pair]
    return list(range(max(days).year, min(days).year - 1, -1)) if days else []


def started(session: Session, viewer: Viewer, *, measure: Measure) -> date | None:
    """Return the first day of which something is counted: before it, nothing is known."""
    require(viewer, Right.READ_CIRCULATION)
    found = _bounds(session, measure)
    return found[0] if found else None


def _bounds(session: Session, measure: Measure) -> tuple[date, date] | None:
    day = LOAN.c.lent_on if measure is Measure.LOANS else VISIT.c.happened_on
    kept = KEPT if measure is Measure.LOANS else sa.true()
    statement = sa.select(sa.func.min(day), sa.func.max(day)).where(kept)
    first, last = session.connection().execute(statement).one()
    return None if first is None else (first, last)


def table(session: Session, viewer: Viewer, *, question: Question) -> pd.DataFrame:
    """Answer a question: label, previous, current, what is known and what is hidden of them.

    Public profiles are shown counts of persons to the nearest five (``figure_rules.disclosed``).
    """
    require(viewer, Right.READ_CIRCULATION)
    found = facts(session, question)
    order = question.months() if question.dimension is Dimension.MONTH else ()
    bounds = _bounds(session, question.measure)
    since = bounds[0] if bounds else date.max
    counted = figure_rules.compared(found, question, order, since=since)
    is_masked = question.measure.is_personal and viewer.profile is Profile.PUBLIC
    if is_masked:
        is_whole = question.until is None and question.start is None
        return figure_rules.disclosed(counted, is_whole=is_whole)
    return figure_rules.shown(counted)


def behind(session: Session, viewer: Viewer, *, question: Question, label: str) -> pd.DataFrame:
    """One row a loan or a visit that a line of the year counts, for staff; amounts add up to it."""
    require(viewer, Right.LEND)
    found = facts(session, question)
    first, last = question.days(question.year)
    kept = found[(found["day"] >= first) & (found["day"] <= last) & (found["amount"] > 0)]
    if label != WHOLE:
        kept = kept.loc[[label in (keys or (NONE,)) for keys in kept["keys"]]]
    told = kept.assign(keys=[", ".join(keys) for keys in kept["keys"]])
    return told.sort_values(["day", "id"]).reset_index(drop=True)


def facts(session: Session, question: Question) -> pd.DataFrame:
    """One row a loan or a visit of the two years: id, day, told, place, kind, amount, keys."""
    first, last = date(question.year - 1, 1, 1), date(question.year, 12, 31)
    if question.measure is Measure.LOANS:
        found = _loans(session, first, last)
    else:
        found = _visits(session, first, last, question.measure)
    keys = pd.Series(_keys(session, found, question), index=found.index, dtype=object)
    return found.assign(keys=keys)


def _loans(session: Session, first: date, last: date) -> pd.DataFrame:
    label = table_of(ReaderCategory)
    statement = (
        sa.select(
            LOAN.c.id, LOAN.c.lent_on, NOTICE.c.title, PLACE.c.departement_code,
            LOAN.c.structure_kind, sa.func.coalesce(label.c.label, LOAN.c.category),
            ITEM.c.notice_id,
        )
        .join(ITEM, ITEM.c.id == LOAN.c.item_id)
        .join(NOTICE, NOTICE.c.id == ITEM.c.notice_id)
        .join(PLACE, PLACE.c.id == LOAN.c.territory_id, isouter=True)
        .join(label, label.c.code == LOAN.c.category, isouter=True)
        .where(KEPT, LOAN.c.lent_on.between(first, last))
    )  # fmt: skip
    names = ["id", "day", "told", "place", "kind", "category", "about"]
    return _placed(session, frame(session, statement, names)).assign(amount=1)


def _visits(session: Session, first: date, last: date, measure: Measure) -> pd.DataFrame:
    named, structure = named_first(), table_of(Structure)
    amount = {
        Measure.VISITS: sa.literal(1),
        Measure.FIRST: VISIT.c.newcomers + sa.func.coalesce(named.c.named, 0),
        Measure.PEOPLE: VISIT.c.headcount,
    }[measure]
    statement = (
        sa.select(
            VISIT.c.id, VISIT.c.happened_on, VISIT.c.kind, PLACE.c.departement_code,
            structure.c.kind, VISIT.c.id, amount,
        )
        .join(named, named.c.visit_id == VISIT.c.id, isouter=True)
        .join(structure, structure.c.id == VISIT.c.structure_id, isouter=True)
        .join(PLACE, PLACE.c.id == VISIT.c.territory_id, isouter=True)
        .where(VISIT.c.happened_on.between(first, last))
    )  # fmt: skip
    names = ["id", "day", "told", "place", "kind", "about", "amount"]
    found = _placed(session, frame(session, statement, names))
    return found.assign(told=[VisitKind(one).label for one in found["told"]])


def _placed(session: Session, found: pd.DataFrame) -> pd.DataFrame:
    """Name départements and kinds of structure; what is not known is a missing name."""
    rows = session.connection().execute(
        sa.select(PLACE.c.code, PLACE.c.name).where(PLACE.c.level == "departement")
    )
    names: dict[str, str] = dict(rows.all())
    return found.assign(
        place=[names.get(one, one) for one in found["place"].fillna("")],
        kind=[kind_label(one) if one else "" for one in found["kind"].fillna("")],
    )


def _keys(session: Session, found: pd.DataFrame, question: Question) -> list[tuple[str, ...]]:
    if question.dimension is Dimension.MONTH:
        return [(fr.MONTHS[day.month - 1],) for day in found["day"]]
    if question.dimension is Dimension.THEME:
        known = _themes(session, question.measure)
        return [known.get(one, ()) for one in found["about"]]
    return [(one,) if one else () for one in found[COLUMNS[question.dimension]]]


def _themes(session: Session, measure: Measure) -> dict[int, tuple[str, ...]]:
    """Return the themes of each record, or of each visit."""
    link: Any = table_of(NoticeTheme if measure is Measure.LOANS else VisitTheme)
    own = link.c.notice_id if measure is Measure.LOANS else link.c.visit_id
    rows = session.connection().execute(
        sa.select(own, THEME.c.label).join(THEME, THEME.c.id == link.c.theme_id)
    )
    found: dict[int, tuple[str, ...]] = {}
    for key, label in rows:
        found[key] = (*found.get(key, ()), label)
    return found
