"""A selection of the catalogue as a file, in any of the formats that others read."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session

from core import exporting, fr
from core.access import Right, Viewer, may
from core.documentation import bibtex, queries, ris, tabular, unimarc_export
from core.documentation.drafts import NoticeDraft
from core.errors import DomainError
from core.training.enums import Labelled

MOST = 20_000
CHUNK = 1_000


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
    drafts = [
        one if may(viewer, Right.EDIT_CATALOGUE) else _public(one)
        for at in range(0, len(ids), CHUNK)
        for one in queries.drafts_of(session, viewer, ids[at : at + CHUNK]).values()
    ]
    end, mime = FILES[kind]
    return Export(f"notices.{end}", mime, _content(drafts, kind))


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


def _content(drafts: list[NoticeDraft], kind: Format) -> bytes:
    if kind in WRITERS:
        return WRITERS[kind](drafts)
    table, labels = tabular.table(drafts), tabular.labels()
    notes = [
        f"Catalogue de Ressources & Territoires : {fr.plural(len(drafts), 'notice')}.",
        *(["Contient des notices inventées pour la démonstration."]
          if any("inventée" in one.notes for one in drafts) else []),
    ]  # fmt: skip
    if kind is Format.CSV:
        return exporting.to_csv(table, labels, notes=notes)
    return exporting.to_xlsx(table, labels, sheet="Notices", notes=notes)
