"""Reads of the parcours without a name: one row a parcours, and every count that may be shown."""

from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session

from core import fetching
from core.access import Right, Viewer, require
from core.competences_cles import path_cells, path_profiles
from core.competences_cles.ledger_queries import APPLIED, BON, DOMAINS, IMPORT, LINE, current_paths
from core.competences_cles.market_models import Lot, Prescripteur, Prestation
from core.competences_cles.publics import VARIABLES, Cohort
from core.competences_cles.rosace_reading import folded
from core.competences_cles.units import UnitOfWork
from core.db import table_of
from core.people.models import Structure
from core.territories.models import Territory

__all__ = ["DOMAINS", "cohort"]
DAYS = ("prescribed_on", "contacted_on", "started_on", "ended_on")
READ = ("pseudonym", "line_id", "import_id", "state", "prescriber", *DAYS, "planned", "done",
        "sex", "age_band", "level", "status")  # fmt: skip
WORDS = ("ut", "ut_code", "lot", "operator", "period", "prescriber", "outcome",
         *(one.name for one in VARIABLES if one.name != "outcome"))  # fmt: skip


def cohort(session: Session, viewer: Viewer, *, today: date) -> Cohort:
    """Return the parcours as the exports known today describe them, and their cells.

    A parcours is a person (hashed) with an operator in a département since a prescription: what
    two orders hold of it is one row, described by the last export, with the hours of both.
    """
    require(viewer, Right.READ_MARKET)
    frame = _categorised(_joined(_rows(session, today)), _kinds(session), today)
    found = path_cells.cells(frame, VARIABLES)
    uts = tuple(sorted(set(zip(frame["ut_code"], frame["ut"], strict=True))))
    kept = frame.astype(dict.fromkeys(WORDS, "category"))
    return Cohort(kept, found, _data_date(session, today), uts)


def _data_date(session: Session, today: date) -> date | None:
    """Return the day of the last export that is applied."""
    statement = sa.select(sa.func.max(IMPORT.c.extracted_on)).where(
        IMPORT.c.state == APPLIED, IMPORT.c.extracted_on <= today
    )
    found: date | None = session.connection().execute(statement).scalar()
    return found


def _rows(session: Session, today: date) -> pd.DataFrame:
    current = current_paths(today)
    lot, prestation = table_of(Lot), table_of(Prestation)
    territory, structure = table_of(Territory), table_of(Structure)
    statement = (
        sa.select(
            *(current.c[name] for name in READ), territory.c.name, territory.c.code,
            lot.c.number, structure.c.name, prestation.c.unit,
        )
        .join(LINE, LINE.c.id == current.c.line_id)
        .join(BON, BON.c.id == LINE.c.bon_id)
        .join(prestation, prestation.c.id == LINE.c.prestation_id)
        .join(lot, lot.c.id == BON.c.lot_id)
        .join(territory, territory.c.id == BON.c.territory_id)
        .join(structure, structure.c.id == BON.c.structure_id)
    )  # fmt: skip
    return fetching.frame(session, statement, [*READ, "ut", "ut_code", "lot", "operator", "unit"])


def _joined(rows: pd.DataFrame) -> pd.DataFrame:
    """Bring the lines of a parcours over two orders together."""
    table = rows.assign(**{name: pd.to_datetime(rows[name]) for name in DAYS})
    since = table["prescribed_on"].fillna(table["started_on"])
    timed = {unit.value for unit in UnitOfWork if unit.is_timed}
    is_timed = table["unit"].isin(timed)
    table = table.assign(
        since=since,
        done=table["done"].astype(float).where(is_timed),
        planned=table["planned"].astype(float).where(is_timed),
    ).sort_values(["import_id", "line_id"])
    keys = ["pseudonym", "operator", "ut_code", "since"]
    groups = table.groupby(keys, dropna=False, sort=False)
    done = groups["done"].transform("sum", min_count=1)
    last = groups.cumcount(ascending=False) == 0
    return table.assign(done=done)[last].reset_index(drop=True)


def _kinds(session: Session) -> dict[str, str]:
    table = table_of(Prescripteur)
    rows = session.connection().execute(sa.select(table.c.name, table.c.kind))
    return {folded(row.name): row.kind for row in rows}


def _categorised(table: pd.DataFrame, kinds: dict[str, str], today: date) -> pd.DataFrame:
    """Give each parcours its category of each variable."""
    now = pd.Timestamp(today)
    outcome = _each(table["state"], path_profiles.outcome)
    dated = table["started_on"].notna() & (table["ended_on"] >= table["started_on"])
    steps = (table["prescribed_on"], table["contacted_on"], table["started_on"])
    return table.assign(
        period=path_profiles.half_years(table["since"]),
        prescriber=_each(
            table["prescriber"], lambda name: path_profiles.prescriber_kind(name, kinds)
        ),
        sex=_each(table["sex"], path_profiles.sex),
        **{
            name: path_profiles.grouped(table[name].fillna(""))
            for name in ("age_band", "level", "status")
        },
        outcome=outcome,
        contact=path_profiles.delay_categories(*steps[:2], today=now),
        entry=path_profiles.delay_categories(*steps[1:], today=now),
        hours=path_profiles.hours_categories(table["planned"], table["done"]),
        dates=dated.map({True: path_profiles.DATED, False: path_profiles.NOT_DATED}),
    )[[*WORDS, *DAYS, "planned", "done"]]


def _each(cells: pd.Series, rule: Any) -> pd.Series:
    """Apply a rule to each value that there is, once."""
    return cells.map({value: rule(value) for value in cells.unique()})
