"""Any table as XLSX and PDF, built at the click, with what the screen says."""

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd
import streamlit as st

from core import documents, exporting, fr
from core.access import Viewer
from core.instance.models import Mode
from core.training import agenda_queries, year_page
from pages.ui import frame
from pages.ui.read import read

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def offer(
    table: pd.DataFrame,
    labels: Mapping[str, str],
    *,
    title: str,
    key: str,
    notes: Sequence[str] = (),
) -> None:
    """Offer the named columns of a table as a workbook and as a document."""
    said = [*_banner(), *notes]
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            "XLSX", lambda: exporting.to_xlsx(table, labels, sheet=title, notes=[title, *said]),
            file_name=f"{stem(title)}.xlsx", mime=XLSX, on_click="ignore",
            icon=":material/table_view:", key=f"{key}_xlsx",
        )  # fmt: skip
        st.download_button(
            "PDF", lambda: as_pdf(table, labels, title=title, notes=notes),
            file_name=f"{stem(title)}.pdf", mime="application/pdf", on_click="ignore",
            icon=":material/picture_as_pdf:", key=f"{key}_pdf",
        )  # fmt: skip


def year_calendar(person: Viewer, year: int, *, network: str, kind: str) -> None:
    """Offer the whole year on one page, for the same choice of network and type."""

    def page() -> bytes:
        wanted = agenda_queries.AgendaFilter(date(year, 1, 1), date(year, 12, 31), network, kind)
        rows = read(agenda_queries.agenda, viewer=person, wanted=wanted)
        said = year_page.values(rows, year, subtitle=f"État au {fr.day(frame.today())}",
                                banner=banner())  # fmt: skip
        return documents.pdf("calendrier", said)

    st.download_button(
        "Calendrier de l’année", page, file_name=f"calendrier-{year}.pdf", mime="application/pdf",
        on_click="ignore", icon=":material/calendar_month:", key="calendrier",
    )  # fmt: skip


def tell_prepared(count: int, without_address: Sequence[str]) -> None:
    """Say how many mails wait in the outbox, and who has no address."""
    frame.tell(f"{fr.plural(count, 'courriel préparé', 'courriels préparés')}.")
    if without_address:
        frame.tell(f"Sans adresse : {', '.join(without_address)}.")


def as_pdf(
    table: pd.DataFrame, labels: Mapping[str, str], *, title: str, notes: Sequence[str]
) -> bytes:
    """Set a table on A4 pages; a missing value is a dash, never a zero."""
    rows = [[_cell(value) for value in row] for row in table[list(labels)].itertuples(index=False)]
    widths = [
        max(4, min(30, max([len(label), *(len(row[rank]) for row in rows[:200])])))
        for rank, label in enumerate(labels.values())
    ]
    return documents.pdf(
        "tableau",
        {
            "title": title, "subtitle": f"État au {fr.day(frame.today())}", "banner": banner(),
            "foot": title, "headers": list(labels.values()), "widths": widths, "rows": rows,
            "notes": list(notes),
        },
    )  # fmt: skip


def _cell(value: object) -> str:
    if value is None or (isinstance(value, float) and pd.isna(value)) or value is pd.NA:
        return "–"
    if isinstance(value, date):
        return fr.day(value)
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, int | float):
        return fr.number(value, 0 if float(value).is_integer() else 1)
    return str(value)


def stem(title: str) -> str:
    """Return a file name: letters, digits and hyphens only."""
    kept = "".join(sign if sign.isalnum() else "-" for sign in fr.fold(title))
    return "-".join(part for part in kept.split("-") if part)[:60]


def banner() -> str:
    """Return what a document of the demonstration says first."""
    said = _banner()
    return said[0] if said else ""


def _banner() -> list[str]:
    is_demo = frame.mode() is Mode.DEMO
    return ["Démonstration : personnes, présences et notices inventées."] if is_demo else []
