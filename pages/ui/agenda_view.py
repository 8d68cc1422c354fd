"""The month of an agenda: days that are sure, and pale bands for dates that are not."""

import calendar
import html
from collections.abc import Sequence
from datetime import date

import streamlit as st

from core import fr
from core.training.agenda_queries import AgendaRow
from core.training.dates import Certainty
from core.training.enums import SessionState

DAYS = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")
STYLE = """<style>
.rt-month{width:100%;border-collapse:collapse;table-layout:fixed}
.rt-month th{font-weight:600;font-size:.8rem;text-align:left;padding:4px}
.rt-month td{border:1px solid #d5dede;vertical-align:top;height:74px;padding:3px;font-size:.78rem}
.rt-month td.rt-out{background:#f1f5f5}.rt-month td.rt-today{outline:2px solid #0f5f63}
.rt-event{display:block;border-left:3px solid #0f5f63;background:#e3efef;color:#12292b;
 padding:1px 4px;margin:2px 0;text-decoration:none;overflow-wrap:anywhere}
.rt-event.rt-open{border-left-style:dashed;background:#fff}
.rt-event.rt-late{border-left-color:#9c2f24}
.rt-band{display:block;background:repeating-linear-gradient(45deg,#eef4f4 0 6px,#fff 6px 12px);
 border:1px dashed #6b8486;color:#12292b;padding:3px 8px;margin:4px 0;font-size:.82rem;
 text-decoration:none}
@media (max-width:640px){.rt-month thead{display:none}
 .rt-month,.rt-month tbody,.rt-month tr,.rt-month td{display:block;width:100%;height:auto}
 .rt-month td.rt-empty{display:none}}
</style>"""


def month(rows: Sequence[AgendaRow], year: int, rank: int, today: date) -> None:
    """Draw a month; on a phone, only the days that hold something."""
    days: dict[date, list[AgendaRow]] = {}
    for row in rows:
        for day in row.block.days:
            days.setdefault(day, []).append(row)
    weeks = calendar.Calendar().monthdatescalendar(year, rank)
    body = "".join(
        "<tr>" + "".join(_day(day, rank, days.get(day, []), today) for day in week) + "</tr>"
        for week in weeks
    )
    head = "".join(f"<th>{name}</th>" for name in DAYS)
    st.html(
        f"{STYLE}{_bands(rows)}<table class='rt-month'><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )


def _day(day: date, rank: int, rows: Sequence[AgendaRow], today: date) -> str:
    inside = day.month == rank
    shown = rows if inside else ()
    classes = ["" if inside else "rt-out", "rt-today" if day == today else "",
               "" if shown else "rt-empty"]  # fmt: skip
    name = fr.day(day).rpartition(" ")[0] if shown else (str(day.day) if inside else "")
    return (
        f"<td class='{' '.join(part for part in classes if part)}'>{name}"
        f"{''.join(_event(row) for row in shown)}</td>"
    )


def _event(row: AgendaRow) -> str:
    is_open = row.state is SessionState.TENTATIVE
    kind = "rt-event rt-open" if is_open else "rt-event"
    networks = f" ({', '.join(row.networks)})" if row.networks else ""
    place = f" · {row.territory or row.place}" if row.territory or row.place else ""
    title = html.escape(f"{row.title}{networks}{place}")
    state = html.escape(row.state.label)
    return f"<a class='{kind}' href='seance?seance={row.id}' title='{state}'>{title}</a>"


def _bands(rows: Sequence[AgendaRow]) -> str:
    """Pale bands: what may fall into the month, with what is left to place."""
    found = [
        row for row in rows
        if row.certainty is Certainty.POSSIBLE and not row.block.is_undated
    ]  # fmt: skip
    return "".join(
        f"<a class='rt-band' href='seance?seance={row.id}'>"
        f"{html.escape(row.title)} – {html.escape(row.block.told())}{html.escape(_left(row))}</a>"
        for row in found
    )


def _left(row: AgendaRow) -> str:
    planned = row.block.planned
    if planned is None:
        return ""
    left = max(0, planned - 2 * len(row.block.days)) / 2
    return f" : {fr.plural(left, 'jour')} à placer" if left else ""
