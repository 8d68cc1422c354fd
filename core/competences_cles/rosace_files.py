"""An export given to the command line: recognised by its headers, proof-read, then applied.

The same code as the page, with the layout that a person confirmed there once.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import pandas as pd
from sqlmodel import Session

from core import db, fr
from core.access import Right, Viewer, require
from core.competences_cles import (
    rosace_imports,
    rosace_known,
    rosace_queries,
    rosace_reading,
)
from core.competences_cles.rosace_proof import RowStatus
from core.competences_cles.rosace_sheet import Export, Sheet
from core.importing import FileRefusedError

DOMAIN = "competences_cles"
LISTED = 20


class UnknownLayoutError(FileRefusedError):
    """An export, by its headers, that nobody has said yet how to read."""


@dataclass(frozen=True)
class RosaceReport:
    """The proof sheet of an export, in sentences. ``is_refused``: nothing may be applied."""

    lines: list[str] = field(default_factory=list)
    is_refused: bool = False

    def sentences(self) -> list[str]:
        return self.lines


def recognises(session: Session, path: Path) -> bool:
    """Say whether a file is an export of the extranet.

    Raises UnknownLayoutError for one whose headers look like it and were never confirmed.
    """
    headers = rosace_reading.headers_of(path)
    if not headers:
        return False
    if rosace_known.profile(session, rosace_reading.fingerprint(headers)) is not None:
        return True
    if rosace_reading.lacking(rosace_reading.proposed(headers).columns):
        return False
    raise UnknownLayoutError(
        f"« {path.name} » ressemble à un export de l’extranet, mais sa mise en page n’est pas "
        "connue. Déposez-le une fois sur la page « Import des exports » et dites quelle colonne "
        "est quoi : c’est retenu, et la ligne de commande le lira ensuite."
    )


def import_file(  # a file, who brings it, and how it is to be read
    path: Path, viewer: Viewer, *, extracted_on: date, now: datetime, is_dry_run: bool = False,
    is_partial: bool = False,
) -> RosaceReport:  # fmt: skip
    """Proof-read an export, then apply it or put it in quarantine; a dry run writes nothing."""
    require(viewer, Right.EDIT_MARKET)
    content = path.read_bytes()
    raw = rosace_reading.read(content, path.name)
    with db.reading() as session:
        layout, _ = rosace_queries.layout(session, viewer, raw=raw)
        export = Export(path.name, content, layout, extracted_on, is_partial=is_partial)
        sheet = rosace_imports.check(session, viewer, export)
    if not is_dry_run:
        with db.writing(DOMAIN) as session:
            rosace_imports.apply(session, viewer, export, sheet=sheet, now=now)
    return RosaceReport(told(export, sheet, is_dry_run=is_dry_run), bool(sheet.proof.refusal))


def told(export: Export, sheet: Sheet, *, is_dry_run: bool) -> list[str]:
    """Write the proof sheet: counts, orders changed, lines put aside, what is refused."""
    period = f"{fr.month(sheet.proof.period_from)} à {fr.month(sheet.proof.period_to)}"
    covers = f", de {period}" if sheet.proof.period_from else ""
    counts = ", ".join(f"{one.label} {fr.number(sheet.count(one))}" for one in RowStatus)
    lines = [
        f"Export {export.name}, extrait le {fr.day(export.extracted_on)} : "
        f"{fr.plural(len(sheet.raw.rows), 'ligne')}{covers}.",
        f"Lignes – {counts}.",
    ]
    lines += _changes(rosace_queries.changes(sheet))
    aside = rosace_queries.put_aside(sheet)[["number", "status", "reason"]].head(LISTED)
    lines += [f"Ligne {number}, {sort} : {why}" for number, sort, why in aside.to_numpy().tolist()]
    lines += _rest(
        rosace_queries.count_aside(sheet), "autre ligne mise de côté", "autres lignes mises de côté"
    )
    if sheet.proof.refusal:
        lines.append(sheet.proof.refusal)
    elif not is_dry_run:
        lines.append("Export appliqué ; la page « Import des exports » permet de l’annuler.")
    return lines


def _changes(table: pd.DataFrame) -> list[str]:
    columns = ["order", "new", "changed", "hours"]
    lines = [
        f"Bon {order} : {fr.plural(new, 'nouvelle')}, {fr.plural(changed, 'modifiée')}, "
        f"{fr.number(hours, 1)} h."
        for order, new, changed, hours in table[columns].head(LISTED).to_numpy().tolist()
    ]
    return lines + _rest(len(table), "autre bon", "autres bons")


def _rest(count: int, one: str, several: str) -> list[str]:
    rest = count - LISTED
    return [f"Et {fr.plural(rest, one, several)}."] if rest > 0 else []
