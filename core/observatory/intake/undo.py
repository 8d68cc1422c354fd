"""Undoing an import: what it added goes, what it replaced comes back."""

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core.db import table_of
from core.errors import DomainError
from core.observatory import aggregates
from core.observatory.enums import Dataset
from core.observatory.intake.facts import drop_group_denominators
from core.observatory.intake.places import BASE_LEVELS
from core.observatory.models import (
    Aggregate,
    DenominatorValue,
    Edition,
    Fact,
    FactSlice,
    ImportBatch,
    IndicatorPart,
    ReplacedFact,
)

FACT, REPLACED, SLICE = table_of(Fact), table_of(ReplacedFact), table_of(FactSlice)
AGGREGATE, DENOMINATOR = table_of(Aggregate), table_of(DenominatorValue)
PART = table_of(IndicatorPart)


def refuse_if_covered(session: Session, batch: ImportBatch) -> None:
    """Refuse to undo under a later import of the edition that changed or confirmed figures.

    Figures that a later file repeats stay in the name of the first: taking them out would
    leave the later file, still applied, without what it says.
    """
    statement = (
        select(ImportBatch)
        .where(
            ImportBatch.edition_id == batch.edition_id,
            ImportBatch.state == "applied",
            col(ImportBatch.id) > batch.id,
            ImportBatch.rows_changed + ImportBatch.rows_unchanged > 0,
        )
        .order_by(col(ImportBatch.id).desc())
    )
    later = session.exec(statement).first()
    if later is not None:
        raise DomainError(
            f"L’import n° {later.id} a changé ou confirmé des chiffres de celui-ci : "
            "annulez-le d’abord."
        )


def take_out(session: Session, batch: ImportBatch, edition: Edition) -> tuple[int, int]:
    """Take a batch out of the store; return how many figures went, and how many came back."""
    connection = session.connection()
    of_edition = sa.select(SLICE.c.id).where(SLICE.c.edition_id == edition.id)
    removed = connection.execute(
        sa.delete(FACT).where(FACT.c.slice_id.in_(of_edition), FACT.c.batch_id == batch.id)
    ).rowcount
    names = [column.name for column in FACT.columns]
    own = REPLACED.c.by_batch_id == batch.id
    restored = connection.execute(sa.select(sa.func.count()).where(own)).scalar_one()
    olds = sa.select(*(REPLACED.c[name] for name in names)).where(own)
    connection.execute(sa.insert(FACT).from_select(names, olds))
    connection.execute(sa.delete(REPLACED).where(own))
    connection.execute(sa.delete(AGGREGATE).where(AGGREGATE.c.slice_id.in_(of_edition)))
    _drop_slices(session, batch)
    connection.execute(
        sa.delete(DENOMINATOR).where(
            DENOMINATOR.c.edition_id == edition.id, DENOMINATOR.c.batch_id == batch.id
        )
    )
    drop_group_denominators(session, edition)
    base_level, edition_id = BASE_LEVELS[Dataset(edition.dataset)], int(edition.id or 0)
    aggregates.refresh(session, edition_id=edition_id, base_level=base_level)
    aggregates.refresh_denominators(session, edition_id=edition_id, base_level=base_level)
    return removed, int(restored)


def _drop_slices(session: Session, batch: ImportBatch) -> None:
    """Drop the slices that only this batch made: then groups that have no part left."""
    connection = session.connection()
    groups = sa.select(PART.c.group_id)
    twin = SLICE.alias("twin")
    # a sparse file says something of every slice of its months, those without any fact included
    is_near = sa.or_(
        twin.c.id == SLICE.c.id,
        sa.and_(SLICE.c.is_sparse, twin.c.period == SLICE.c.period),
    )
    has_fact = sa.exists().where(
        FACT.c.slice_id == twin.c.id, twin.c.edition_id == SLICE.c.edition_id, is_near
    )
    connection.execute(
        sa.delete(SLICE).where(
            SLICE.c.batch_id == batch.id, SLICE.c.indicator_id.not_in(groups), ~has_fact
        )
    )
    base = SLICE.alias("base")
    has_part = sa.exists().where(
        base.c.edition_id == SLICE.c.edition_id,
        base.c.period == SLICE.c.period,
        base.c.level == SLICE.c.level,
        base.c.service == SLICE.c.service,
        base.c.indicator_id == PART.c.part_id,
        PART.c.group_id == SLICE.c.indicator_id,
    )
    connection.execute(
        sa.delete(SLICE).where(
            SLICE.c.edition_id == batch.edition_id, SLICE.c.indicator_id.in_(groups), ~has_part
        )
    )
