"""First start of a store: reference, demonstration; and the end of the demonstration."""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from core import access, db, journal, schema
from core.access import COMMAND_LINE, Right, Viewer
from core.circulation import demonstration as circulation_demonstration
from core.circulation import loading as circulation_loading
from core.competences_cles import demonstration as market_demonstration
from core.db import table_of
from core.documentation import demonstration as documentation_demonstration
from core.documentation import loading as documentation_loading
from core.errors import DomainError
from core.instance.models import Instance, Mode
from core.instance.queries import mode
from core.observatory import demonstration
from core.observatory.intake import slices
from core.observatory.models import (
    Aggregate,
    DenominatorValue,
    Edition,
    Fact,
    FactSlice,
    ImportBatch,
    ReplacedFact,
)
from core.settings import DEMO_TODAY, settings
from core.territories import loading
from core.territories import operations as territories
from core.training import demonstration as training_demonstration
from core.welcome import demonstration as welcome_demonstration

DOMAINS = (
    "instance", "observatory", "territories", "people", "training", "mail", "competences_cles",
    "documentation", "catalogue_searches", "circulation", "welcome",
)  # fmt: skip
ACTIVITY = {
    mapper.local_table
    for mapper in db.Base._sa_registry.mappers  # SQLModel keeps it so
    if mapper.class_.__module__.startswith(
        (
            "core.people",
            "core.training",
            "core.mail",
            "core.competences_cles",
            "core.documentation",
            "core.circulation",
            "core.welcome",
        )
    )
}
CONFIRMATION = "VIDER"
PACKS = ("committee_pack",)
Progress = Callable[[float, str], None]


def silent(_share: float, _sentence: str) -> None:
    """Report no progress."""


def is_ready(url: str) -> bool:
    """Say whether a store has had its first fill."""
    with db.reading(url) as session:
        return mode(session) is not Mode.EMPTY


def first_start(url: str, *, now: datetime, progress: Progress = silent) -> bool:
    """Fill an empty store, in one unit of work; return whether there was anything to do.

    A second process that starts meanwhile waits for the write lock, then finds the store full.
    """
    if is_ready(url):
        return False
    with db.writing(*DOMAINS, url=url) as session:
        if mode(session) is not Mode.EMPTY:
            return False
        progress(0.05, "Chargement des territoires : communes, EPCI, départements…")
        loading.load_reference(session)
        progress(0.3, "Chargement de la nomenclature de l’État 4001…")
        slices.load_nomenclature(session)
        slices.load_ruptures(session)
        documentation_loading.load(session)
        circulation_loading.load(session)
        if settings().demo:
            demonstration.fill(session, now=now, progress=progress)
            progress(0.97, "Plan de l’année 2011 et participants inventés…")
            training_demonstration.fill(session, now=now, today=DEMO_TODAY)
            progress(0.98, "Bons de commande et exports inventés…")
            market_demonstration.fill(session, now=now)
            progress(0.98, "Catalogue inventé du centre de documentation…")
            documentation_demonstration.fill(session, now=now)
            circulation_demonstration.fill(session, today=DEMO_TODAY)
            welcome_demonstration.fill(session, today=DEMO_TODAY)
        session.add(Instance(mode=(Mode.DEMO if settings().demo else Mode.REAL).value))
        journal.record(
            session, COMMAND_LINE, at=now, domain="instance", action="premier démarrage",
            subject="données de démonstration" if settings().demo else "référentiel seul",
        )  # fmt: skip
    progress(1.0, "Prêt.")
    return True


def end_demonstration(
    session: Session, viewer: Viewer, *, confirmation: str, now: datetime
) -> None:
    """Empty every figure and perimeter of the demonstration, for good. The journal stays."""
    access.require(viewer, Right.ADMINISTER)
    if mode(session) is not Mode.DEMO:
        raise DomainError("Cette installation n’est pas en démonstration : rien à vider.")
    if confirmation.strip() != CONFIRMATION:
        raise DomainError(
            f"Pour confirmer, écrivez {CONFIRMATION} en majuscules dans la case prévue."
        )
    connection = session.connection()
    for model in (
        Aggregate, Fact, ReplacedFact, DenominatorValue, FactSlice, ImportBatch, Edition,
    ):  # fmt: skip
        connection.execute(sa.delete(table_of(model)))
    schema.drop_append_only(connection, PACKS)  # invented packs leave with their figures
    for table in reversed(db.METADATA.sorted_tables):
        if table in ACTIVITY:
            connection.execute(sa.delete(table))
    schema.make_append_only(connection, PACKS)
    territories.delete_all_perimeters(session)
    instance = session.get_one(Instance, 1)
    instance.mode = Mode.REAL.value
    session.add(instance)
    journal.record(
        session, viewer, at=now, domain="instance", action="fin de la démonstration",
        subject="données de démonstration vidées",
    )  # fmt: skip
