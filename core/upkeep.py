"""Upkeep of a store: backup, restoration, integrity, inventory. All while the application runs."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Table
from sqlmodel import Session

from core import db, fr, schema
from core.db import table_of
from core.errors import DomainError
from core.instance import queries as instance_queries
from core.observatory import queries as observatory_queries
from core.observatory.enums import Level, Status
from core.observatory.models import Aggregate, Fact, FactSlice, ImportBatch
from core.territories import queries as territory_queries
from core.territories.models import Membership, Territory

DOMAINS = ("instance", "observatory", "territories")
FORMAT = "ressources-territoires-1"
BATCH = 20_000


STATUS_LABELS = {
    "instance.mode": "Mode de l’installation",
    "territories.communes": "Communes des huit départements",
    "territories.former_communes": "Anciennes communes",
    "territories.epci": "EPCI",
    "territories.departements": "Départements",
    "territories.perimeters": "Périmètres",
    "territories.services": "Services de police et de gendarmerie",
    "observatory.facts": "Chiffres",
    "observatory.aggregates": "Totaux préparés",
    "observatory.indicators": "Indicateurs",
    "observatory.editions": "Éditions",
    "observatory.imports": "Imports appliqués",
    "observatory.imports_reverted": "Imports annulés",
    "observatory.ruptures": "Ruptures de série",
}


def status(session: Session) -> dict[str, int | str]:
    """Return what is loaded, counted, by stable keys ``<domain>.<thing>``."""
    counts = {
        "territories": territory_queries.counts(session),
        "observatory": observatory_queries.counts(session),
    }
    listed: dict[str, int | str] = {
        f"{domain}.{name}": value
        for domain, found in counts.items()
        for name, value in found.items()
    }
    return {"instance.mode": instance_queries.mode(session).value} | listed


def backup(url: str, target: Path) -> int:
    """Write the whole store to one file, as it is at one instant; return how many rows it holds.

    The file is gzipped lines of JSON, the same for both engines, so that a SQLite store can be
    restored on PostgreSQL and the other way round. An existing file is not replaced.
    """
    if target.exists():
        raise DomainError(f"« {target} » existe déjà : choisissez un autre nom.")
    partial = target.with_name(target.name + ".partiel")
    rows = 0
    try:
        with _snapshot(url) as connection, gzip.open(partial, "wt", encoding="utf-8") as file:
            revision = connection.execute(
                sa.text("SELECT version_num FROM alembic_version")
            ).scalar()
            file.write(json.dumps({"format": FORMAT, "schema": revision}) + "\n")
            for table in _tables():
                file.write(json.dumps({"table": table.name}) + "\n")
                for row in connection.execute(sa.select(table)):
                    file.write(json.dumps(list(row), default=str, ensure_ascii=False) + "\n")
                    rows += 1
            file.write(json.dumps({"end": rows}) + "\n")
        partial.rename(target)
    finally:
        partial.unlink(missing_ok=True)
    return rows


class _snapshot:  # noqa: N801  # used as a statement, like open()
    """One transaction that sees one instant, while others go on writing."""

    def __init__(self, url: str) -> None:
        self._engine = db.engine_for(url)

    def __enter__(self) -> Connection:
        self._connection = self._engine.connect()
        if not db.is_sqlite(self._connection):
            self._connection = self._connection.execution_options(isolation_level="REPEATABLE READ")
        self._connection.begin()
        return self._connection

    def __exit__(self, *_: object) -> None:
        self._connection.close()


def _tables() -> list[Table]:
    return list(db.Base.metadata.sorted_tables)


def restore(url: str, source: Path) -> int:
    """Replace all that a store holds by a backup, in one transaction; return how many rows came.

    A file that is truncated, altered or of another format is refused before anything is lost.
    """
    expected = _checked(source)
    engine = db.engine_for(url)
    tables = {table.name: table for table in _tables()}
    with engine.connect() as raw:
        connection = raw.execution_options(rt_writes=True)
        with Session(connection) as session, session.begin():
            before = db.revisions(session)
            _empty(connection)
            for name, rows in _blocks(source):
                db.bulk_insert(session, tables[name], _typed(tables[name], rows))
            for table in tables.values():
                if "id" in table.c and table.name != "instance":
                    db.follow_ids(session, table)
            for domain in before.keys() | db.revisions(session).keys():
                _set_revision(session, domain, before.get(domain, 0))
            db.analyse(session)
    return expected


def _set_revision(session: Session, domain: str, before: int) -> None:
    """Move the revision on, past what any running process may have cached."""
    table = table_of(db.Revision)
    session.connection().execute(
        sa.update(table)
        .where(table.c.domain == domain)
        .values(value=sa.case((table.c.value > before, table.c.value), else_=before) + 1)
    )


def _empty(connection: Connection) -> None:
    """Empty every table, the journal included: its triggers rest inside this transaction."""
    if db.is_sqlite(connection):
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    schema.drop_append_only(connection)
    for table in reversed(_tables()):
        connection.execute(sa.delete(table))
    schema.make_append_only(connection)


def _checked(source: Path) -> int:
    """Read a backup to its end; return its number of rows, or refuse it."""
    refusal = DomainError(
        f"« {source.name} » n’est pas une sauvegarde complète de l’application : rien n’a changé."
    )
    try:
        with gzip.open(source, "rt", encoding="utf-8") as file:
            head = json.loads(file.readline())
            if head.get("format") != FORMAT:
                raise refusal
            rows, end = 0, None
            for line in file:
                if line.startswith("["):
                    rows += 1
                elif "end" in (mark := json.loads(line)):
                    end = mark["end"]
    except (OSError, EOFError, ValueError, AttributeError) as error:
        raise refusal from error
    if end != rows:
        raise refusal
    if head.get("schema") != schema.head():
        raise DomainError(
            f"Cette sauvegarde vient d’une autre version de l’application (schéma "
            f"{head.get('schema')}, ici {schema.head()})."
        )
    return rows


def _blocks(source: Path) -> Iterator[tuple[str, list[list[Any]]]]:
    """Give the rows of a backup, table by table, some thousands at a time."""
    with gzip.open(source, "rt", encoding="utf-8") as file:
        file.readline()
        name, rows = "", list[list[Any]]()
        for line in file:
            if line.startswith("["):
                rows.append(json.loads(line))
                if len(rows) < BATCH:
                    continue
            if rows:
                yield name, rows
                rows = []
            if not line.startswith("["):
                name = json.loads(line).get("table", name)


def _typed(table: Table, rows: list[list[Any]]) -> Iterator[list[Any]]:
    """Let flags be what the engine wants; dates and moments travel as ISO text for both."""
    flags = [
        rank for rank, column in enumerate(table.columns) if isinstance(column.type, sa.Boolean)
    ]
    for row in rows:
        for rank in flags:
            row[rank] = None if row[rank] is None else bool(row[rank])
        yield row


def check(url: str) -> list[str]:
    """Return what is wrong with a store, in French sentences; an empty list is a healthy store."""
    with db.reading(url) as session:
        return [
            *_engine_faults(session),
            *_orphans(session),
            *_status_faults(session),
            *_sum_faults(session),
        ]


def _engine_faults(session: Session) -> list[str]:
    connection = session.connection()
    if not db.is_sqlite(connection):
        return []
    found = [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check")]
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    faults = [] if found == ["ok"] else [f"Fichier abîmé : {text}." for text in found[:5]]
    if broken:
        faults.append(f"{fr.plural(len(broken), 'lien rompu', 'liens rompus')} entre tables.")
    return faults


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
