"""Packs of a steering committee: made from the store, kept as they were given, never changed."""

from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from core import fr, journal
from core.access import Right, Viewer, require
from core.competences_cles import followup, pack, pack_demands, pack_workbook, portrait, portraits
from core.competences_cles.follow_models import CommitteePack
from core.competences_cles.market_charts import BurnUp
from core.competences_cles.portrait import Portrait, Sitting
from core.competences_cles.qualitative_notes import place_id
from core.db import table_of
from core.errors import DomainError
from core.territories.models import Territory

DOMAIN = "competences_cles"
DOMAINS = portraits.DOMAINS
SHORT_HASH = 12


@dataclass(frozen=True)
class Made:
    """A version as it is listed: everything but its files."""

    version: int
    known_on: date
    made_at: datetime
    author: str
    sha256: str

    @property
    def short(self) -> str:
        """The beginning of the hash of its PDF, enough to compare by eye."""
        return self.sha256[:SHORT_HASH]


@dataclass(frozen=True)
class Prepared:
    """What preparing a pack gave: a version, and whether it is a new one."""

    version: int
    is_new: bool


@dataclass(frozen=True)
class Request:
    """What staff ask for: the département, the committee's day, and what it has to decide."""

    ut_code: str
    committee_on: date
    asked: tuple[str, ...] = ()


def curves(found: Portrait) -> BurnUp:
    """Return the burn-up of a département; an empty one without an order under way."""
    if found.whole is not None:
        return followup.burn_up(found.whole, found.known_on)
    return BurnUp([], [], [], found.known_on, found.known_on)


def proposed(found: Portrait) -> list[str]:
    """Return the decisions to ask for, as the forecasts suggest them."""
    return pack_demands.asked(found.views, found.known_on)


def files(found: Portrait, sitting: Sitting) -> tuple[bytes, bytes]:
    """Return the PDF and the workbook; the same figures give the same bytes."""
    return (
        pack.pdf(portrait.pack(found, sitting, curves(found))),
        pack_workbook.xlsx(found, sitting),
    )


def prepare(
    session: Session, viewer: Viewer, request: Request, *, known_on: date, now: datetime
) -> Prepared:
    """Keep a new version, or give the last one again where not a byte of it would change."""
    require(viewer, Right.EDIT_MARKET)
    last = portraits.previous_pack(session, request.ut_code, 0)
    asked = tuple(text for one in request.asked if (text := one.strip()))
    sitting = Sitting(request.committee_on, last.version if last else 0, asked)
    if last is not None and files(_found(session, viewer, request, known_on, last.version),
                                  sitting) == (last.pdf, last.xlsx):  # fmt: skip
        return Prepared(last.version, is_new=False)
    sitting = replace(sitting, version=sitting.version + 1)
    found = _found(session, viewer, request, known_on, sitting.version)
    document, workbook = files(found, sitting)
    made = CommitteePack(
        territory_id=place_id(session, request.ut_code), version=sitting.version,
        known_on=known_on, pdf=document, xlsx=workbook, sha256=pack.sha256(document),
        made_at=fr.stored(now), author=viewer.signature,
    )  # fmt: skip
    session.add(made)
    session.flush()
    journal.record(
        session, viewer, at=now, domain=DOMAIN, action="dossier de comité",
        subject=f"{found.name}, version {made.version}",
        after={"date": request.committee_on, "sha256": made.sha256},
    )  # fmt: skip
    return Prepared(made.version, is_new=True)


def _found(
    session: Session, viewer: Viewer, request: Request, known_on: date, version: int
) -> Portrait:
    found = portraits.portrait(session, viewer, ut_code=request.ut_code, known_on=known_on,
                               before_version=version)  # fmt: skip
    if found is None:
        raise DomainError(
            "Aucun export n’était appliqué à cette date : importez-en un, puis préparez le dossier."
        )
    return found


def made(session: Session, viewer: Viewer, *, ut_code: str) -> list[Made]:
    """Return the versions of a département, the latest first, without their files."""
    require(viewer, Right.READ_MARKET)
    pack_table, territory = table_of(CommitteePack), table_of(Territory)
    names = ("version", "known_on", "made_at", "author", "sha256")
    rows = session.connection().execute(
        sa.select(*(pack_table.c[name] for name in names))
        .join(territory, territory.c.id == pack_table.c.territory_id)
        .where(territory.c.code == ut_code, territory.c.level == "departement")
        .order_by(pack_table.c.version.desc())
    )
    return [Made(*row) for row in rows]


def kept_files(
    session: Session, viewer: Viewer, *, ut_code: str, version: int
) -> tuple[bytes, bytes]:
    """Return the PDF and the workbook of a version, as they were given.

    Raises DomainError where there is no such version, or where its bytes are not those made.
    """
    require(viewer, Right.READ_MARKET)
    row = session.exec(
        select(CommitteePack)
        .join(Territory, col(Territory.id) == col(CommitteePack.territory_id))
        .where(Territory.code == ut_code, Territory.level == "departement")
        .where(CommitteePack.version == version)
    ).first()
    if row is None:
        raise DomainError(f"La version {version} n’existe pas pour ce département.")
    if pack.sha256(row.pdf) != row.sha256:
        raise DomainError(
            "Ce dossier ne correspond plus à son empreinte : ne le diffusez pas, prévenez "
            "l’administrateur."
        )
    return row.pdf, row.xlsx
