"""A selection of the catalogue as a file, in any of the formats that others read."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
from sqlmodel import Session

from core import exporting, fr
from core.access import Right, Viewer, may
from core.documentation import bibtex, queries, ris, tabular, unimarc_export
from core.documentation.drafts import NoticeDraft
from core.errors import DomainError
from core.training.enums import Labelled

MOST = 20_000
CHUNK = 1_000
Progress = Callable[[float, str], None]


class Format(Labelled):
    ISO2709 = "iso2709", "UNIMARC (ISO 2709)"
    XML = "xml", "UNIMARC (XML)"
    RIS = "ris", "RIS"
    BIBTEX = "bibtex", "BibTeX"
    CSV = "csv", "CSV"
    XLSX = "xlsx", "Excel"


@dataclass(frozen=True)
class Export:
    """A file to be given: its name, its kind, what is in it."""

    name: str
    mime: str
    content: bytes


FILES = {
    Format.ISO2709: ("mrc", "application/marc"), Format.XML: ("xml", "application/marcxml+xml"),
    Format.RIS: ("ris", "application/x-research-info-systems"),
    Format.BIBTEX: ("bib", "application/x-bibtex"), Format.CSV: ("csv", "text/csv"),
    Format.XLSX: ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}  # fmt: skip
WRITERS: dict[Format, Callable[[Iterable[NoticeDraft]], bytes]] = {
    Format.ISO2709: unimarc_export.to_iso2709, Format.XML: unimarc_export.to_xml,
    Format.RIS: ris.write, Format.BIBTEX: bibtex.write,
}  # fmt: skip


def export(session: Session, viewer: Viewer, ids: Sequence[int], kind: Format) -> Export:
    """Write notices in their order; those a viewer may not see are left out.

    Prices of copies, notes on them, and what of fields kept raw is not description leave with the
    team only.
    """
    if len(ids) > MOST:
        raise DomainError(
            f"Un export contient {fr.number(MOST)} notices au plus : réduisez la sélection."
        )
    end, mime = FILES[kind]
    content = b"".join(_content(_batches(session, viewer, ids, silent), kind))
    return Export(f"notices.{end}", mime, content)


def save(
    session: Session, viewer: Viewer, path: Path, kind: Format, *, progress: Progress
) -> int:  # fmt: skip
    """Write the whole catalogue, as a viewer may see it, in a file; return how many notices.

    Records are read and written batch by batch. The file is whole or is not there.
    """
    if path.exists():
        raise DomainError(f"« {path} » existe déjà : choisissez un autre nom.")
    if not path.parent.is_dir():
        raise DomainError(f"Le dossier « {path.parent} » n’existe pas.")
    ids = queries.all_ids(session, viewer)
    partial = path.with_name(f"{path.name}.partiel")
    try:
        with partial.open("wb") as file:
            file.writelines(_content(_batches(session, viewer, ids, progress), kind))
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return len(ids)


def format_of(path: Path) -> Format:
    """Return the format that a file's ending names."""
    own = {"iso": Format.ISO2709, "bibtex": Format.BIBTEX}
    ends = own | {end: kind for kind, (end, _) in FILES.items()}
    end = path.suffix.removeprefix(".").lower()
    if end not in ends:
        raise DomainError(
            f"« {path.name} » ne dit pas son format : finissez son nom par "
            f"{', '.join(f'.{one}' for one in sorted(ends))}, ou donnez --format."
        )
    return ends[end]


def silent(_share: float, _sentence: str) -> None:
    """Report no progress."""


def _batches(
    session: Session, viewer: Viewer, ids: Sequence[int], progress: Progress
) -> Iterator[list[NoticeDraft]]:
    is_team = may(viewer, Right.EDIT_CATALOGUE)
    for at in range(0, len(ids), CHUNK):
        progress(at / len(ids), f"{fr.plural(at, 'notice')} sur {fr.number(len(ids))}…")
        found = queries.drafts_of(session, viewer, ids[at : at + CHUNK]).values()
        yield [one if is_team else _public(one) for one in found]


def _public(draft: NoticeDraft) -> NoticeDraft:
    return replace(
        draft, items=tuple(replace(item, price_cents=None, note="") for item in draft.items),
        raw=tuple(raw for raw in draft.raw if _is_description(raw.tag)),
    )  # fmt: skip


def _is_description(tag: str) -> bool:
    """Say whether a raw field describes the document: blocks 0 to 7 of UNIMARC.

    Local and technical blocks (8, 9), the terms of an acquisition (345) and fields of other
    origins may hold remarks between colleagues.

    >>> [tag for tag in ("606", "200+", "345", "830", "900", "pmb:nocoll") if _is_description(tag)]
    ['606', '200+']
    """
    number = tag.rstrip("+")
    return len(number) == 3 and number.isdecimal() and number < "800" and number != "345"


def _content(batches: Iterable[list[NoticeDraft]], kind: Format) -> Iterator[bytes]:
    """Give the bytes of a file of records, a batch at a time where the format lets it."""
    if kind is Format.XML:
        head, tail = unimarc_export.to_xml([]).split(b"<collection", 1)
        opening = b"<collection" + tail.partition(b"</collection>")[0]
        yield head + opening
        for drafts in batches:
            yield unimarc_export.to_xml(drafts).partition(opening)[2].rpartition(CLOSING)[0]
        yield CLOSING + b"\n"
    elif kind in WRITERS:
        for rank, drafts in enumerate(batches):
            between = b"\n" if rank and kind is Format.BIBTEX else b""
            yield between + WRITERS[kind](drafts)
    else:
        yield _table(batches, kind)


CLOSING = b"</collection>"


def _table(batches: Iterable[list[NoticeDraft]], kind: Format) -> bytes:
    tables, is_invented = [tabular.table([])], False
    for drafts in batches:
        tables.append(tabular.table(drafts))
        is_invented |= any("inventée" in one.notes for one in drafts)
    table, labels = pd.concat(tables, ignore_index=True), tabular.labels()
    notes = [
        f"Catalogue de Ressources & Territoires : {fr.plural(len(table), 'notice')}.",
        *(["Contient des notices inventées pour la démonstration."] if is_invented else []),
    ]
    if kind is Format.CSV:
        return exporting.to_csv(table, labels, notes=notes)
    return exporting.to_xlsx(table, labels, sheet="Notices", notes=notes)
