"""Where each code of a file leads: present territories, former communes, new services."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from core import db, fr
from core.db import table_of
from core.importing import RowError
from core.observatory.enums import Dataset, Level
from core.observatory.intake.report import LISTED_FAULTS, ImportReport
from core.observatory.readers.parsed import ParsedFile
from core.tables import records
from core.territories.models import Membership, Territory

BASE_LEVELS = {
    Dataset.SSMSI_COMMUNE: Level.COMMUNE,
    Dataset.SSMSI_DEPARTEMENT: Level.DEPARTEMENT,
    Dataset.SSMSI_REGION: Level.REGION,
    Dataset.ETAT4001_SERVICE: Level.SERVICE,
    Dataset.ETAT4001_COMMUNE: Level.COMMUNE,
}


@dataclass(frozen=True)
class Places:
    """Where each code of the file leads: territory id, or 0 for what is set apart."""

    level: Level
    ids: dict[str, int]
    merged: frozenset[str]


def placed(
    session: Session, parsed: ParsedFile, report: ImportReport
) -> tuple[Places, list[RowError]]:
    """Lead each code to a territory: former communes to the present one, the unknown refused.

    An unknown commune of the eight départements refuses the file; one from elsewhere (the list
    of communes changes each year) is set apart and said so.
    """
    level = BASE_LEVELS[parsed.edition.dataset]
    rows = session.exec(
        select(Territory.code, Territory.id, Territory.successor_id).where(
            Territory.level == level.value
        )
    ).all()
    known = {code: successor or identifier for code, identifier, successor in rows}
    former = {code for code, _, successor in rows if successor}
    codes = [str(code) for code in parsed.facts["territory"].cat.categories]
    used = {codes[rank] for rank in parsed.facts["territory"].cat.codes.unique()}
    counted = [str(code) for code in parsed.denominators["territory"].unique()]
    unknown = sorted(used - known.keys())
    area = _area(session)
    blocking = [code for code in unknown if code[:2] in area or level is not Level.COMMUNE]
    faults = [_unknown_fault(parsed, code, level) for code in blocking[:LISTED_FAULTS]]
    apart = [code for code in unknown if code not in set(blocking)]
    if apart:
        listed = ", ".join(apart[:10]) + (" …" if len(apart) > 10 else "")
        report.warnings.append(
            f"{fr.plural(len(apart), 'commune inconnue', 'communes inconnues')} hors des huit "
            f"départements, mises à part : {listed}."
        )
    merged = frozenset(used & former)
    if merged:
        listed = ", ".join(sorted(merged)[:10]) + (" …" if len(merged) > 10 else "")
        report.warnings.append(
            f"{fr.plural(len(merged), 'ancienne commune')} rattachées à la commune "
            f"actuelle : {listed}."
        )
    ids = {code: known.get(code) or 0 for code in (*codes, *counted)}
    return Places(level=level, ids=ids, merged=merged), faults


def _unknown_fault(parsed: ParsedFile, code: str, level: Level) -> RowError:
    row = parsed.facts[parsed.facts["territory"] == code].iloc[0]
    return RowError(
        f"{level.label.lower()} inconnue du référentiel : vérifiez le code et l’année de la "
        "géographie",
        line=int(row["line"]), column="code du territoire", value=code, sheet=str(row["sheet"]),
    )  # fmt: skip


def add_units(session: Session, parsed: ParsedFile) -> None:
    """Add the police districts and gendarmerie companies that the store does not know yet."""
    if parsed.units.empty:
        return
    known = set(session.exec(select(Territory.code).where(Territory.level == Level.SERVICE.value)))
    fresh = parsed.units[~parsed.units["key"].isin(known)]
    departements = _codes(session, Level.DEPARTEMENT)
    first = db.next_id(session, table_of(Territory))
    area = _area(session)
    columns = ["key", "name", "perimeter", "departement_code"]
    units = [
        Territory(
            id=first + rank, level=Level.SERVICE.value, code=key, name=name,
            kind=perimeter, departement_code=departement,
            in_area=departement in area,
        )
        for rank, (key, name, perimeter, departement) in enumerate(records(fresh, columns))
    ]  # fmt: skip
    session.add_all(units)
    session.flush()
    db.follow_ids(session, table_of(Territory))
    session.add_all(
        Membership(group_id=departements[unit.departement_code], part_id=unit.id)
        for unit in units
        if unit.departement_code in departements and unit.id is not None
    )
    session.flush()


def _codes(session: Session, level: Level) -> dict[str, int]:
    statement = select(Territory.code, Territory.id).where(Territory.level == level.value)
    return {code: identifier for code, identifier in session.exec(statement) if identifier}


def _area(session: Session) -> set[str]:
    """Codes of the eight départements."""
    statement = select(Territory.code).where(
        Territory.level == Level.DEPARTEMENT.value, col(Territory.in_area).is_(True)
    )
    return set(session.exec(statement))
