"""What is wrong with stored figures: orphans, statuses, totals that do not add up."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from core import fr
from core.db import table_of
from core.observatory.enums import Level, Status
from core.observatory.models import Aggregate, Fact, FactSlice, ImportBatch
from core.territories.models import Membership, Territory


def faults(session: Session) -> list[str]:
    """Return French sentences; an empty list where all is well."""
    return [*_orphans(session), *_status_faults(session), *_sum_faults(session)]


def _count(session: Session, statement: sa.Select[Any]) -> int:
    rows = statement.subquery()
    total = session.connection().execute(sa.select(sa.func.count()).select_from(rows)).scalar()
    return int(total or 0)


def _orphans(session: Session) -> list[str]:
    fact, aggregate = table_of(Fact), table_of(Aggregate)
    territory, slices = table_of(Territory), table_of(FactSlice)
    batch, member = table_of(ImportBatch), table_of(Membership)
    searches = [
        ("chiffre sans territoire", fact, fact.c.territory_id, territory.c.id),
        ("chiffre sans tranche", fact, fact.c.slice_id, slices.c.id),
        ("chiffre sans import", fact, fact.c.batch_id, batch.c.id),
        ("total sans territoire", aggregate, aggregate.c.territory_id, territory.c.id),
        ("total sans tranche", aggregate, aggregate.c.slice_id, slices.c.id),
        ("appartenance sans territoire", member, member.c.part_id, territory.c.id),
    ]
    faults = []
    for label, table, column, target in searches:
        keys = sa.select(column).select_from(table).distinct().except_(sa.select(target))
        orphans = _count(session, sa.select(keys.subquery()))
        if orphans:
            faults.append(f"{orphans} × {label}.")
    return faults


def _status_faults(session: Session) -> list[str]:
    fact = table_of(Fact)
    hidden = fact.c.status.in_([int(Status.MASKED), int(Status.MISSING)])
    wrong = sa.select(fact.c.slice_id).where(
        sa.or_(sa.and_(hidden, fact.c.count.is_not(None)), fact.c.count < 0)
    )
    found = _count(session, wrong)
    return [f"{fr.plural(found, 'chiffre')} dont le statut contredit l’effectif."] if found else []


def _sum_faults(session: Session) -> list[str]:
    """Add the facts of each slice up again, and compare with the totals by département."""
    fact, aggregate = table_of(Fact), table_of(Aggregate)
    territory, slices = table_of(Territory), table_of(FactSlice)
    of_departement = sa.select(territory.c.id).where(territory.c.level == Level.DEPARTEMENT.value)
    inside = sa.select(table_of(Membership).c.part_id).where(
        table_of(Membership).c.group_id.in_(of_departement)
    )
    facts = (
        sa.select(fact.c.slice_id, sa.func.sum(fact.c.count).label("total"))
        .join(slices, slices.c.id == fact.c.slice_id)
        .where(slices.c.level != Level.DEPARTEMENT.value, fact.c.territory_id.in_(inside))
        .group_by(fact.c.slice_id)
        .subquery()
    )
    sums = (
        sa.select(aggregate.c.slice_id, sa.func.sum(aggregate.c.count).label("total"))
        .where(aggregate.c.territory_id.in_(of_departement))
        .group_by(aggregate.c.slice_id)
        .subquery()
    )
    differing = (
        sa.select(facts.c.slice_id)
        .join(sums, sums.c.slice_id == facts.c.slice_id, isouter=True)
        .where(sa.func.coalesce(facts.c.total, 0) != sa.func.coalesce(sums.c.total, 0))
    )
    found = _count(session, differing)
    return (
        [f"{fr.plural(found, 'tranche')} dont le total par département est faux."] if found else []
    )
