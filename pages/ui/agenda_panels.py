"""Below the agenda: undated sessions, collisions, rhythm, what is still open, subscription."""

import calendar
from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from core import fr
from core.access import Viewer
from core.training import (
    agenda_queries,
    network_queries,
    rules,
)
from core.training.agenda_queries import AgendaRow
from core.training.dates import Certainty
from pages.ui import frame, outputs
from pages.ui.read import read

CERTAINTY = {Certainty.CERTAIN: "oui", Certainty.POSSIBLE: "peut-être"}


def bounds(year: int, month: int) -> tuple[date, date]:
    """Return the first and last day of a month, or of the whole year where it is 0."""
    last = month or 12
    return date(year, month or 1, 1), date(year, last, calendar.monthrange(year, last)[1])


def labels_of(chosen: Mapping[str, object], *options: Mapping[str, object]) -> dict[str, str]:
    """Return the labels of choices as an address carries them, without what is not chosen."""
    names = [
        next((label for label, value in known.items() if value == wanted and value), "")
        for wanted, known in zip(chosen.values(), options, strict=True)
    ]
    return dict(zip(chosen, names, strict=True))


def network_names(person: Viewer) -> dict[str, str]:
    return {row.name: row.code for row in read(network_queries.networks, viewer=person)}


def as_table(rows: Sequence[AgendaRow]) -> pd.DataFrame:
    """One row a session, as the list and the exports show it."""
    return pd.DataFrame(
        [
            (row.id, row.block.told(), row.title, row.kind.label, ", ".join(row.networks),
             row.territory or row.place or row.place_status.label, row.state.label,
             CERTAINTY.get(row.certainty, ""))
            for row in rows
        ],
        columns=["id", "date", "title", "kind", "networks", "place", "state", "certainty"],
    )  # fmt: skip


def _table(rows: pd.DataFrame, labels: Mapping[str, str], title: str, *, key: str) -> None:
    """Show a panel's table, with its files."""
    frame.table(rows, labels, key=key)
    outputs.offer(rows, labels, title=title, key=f"{key}_sortie")


def undated(rows: Sequence[AgendaRow]) -> None:
    """List what has no date at all, apart: it is in no month."""
    if not rows:
        return
    with st.expander(f"Sans date : {fr.plural(len(rows), 'séance')}"):
        table = as_table(rows)
        labels = {"title": "Intitulé", "kind": "Type", "date": "Ce qui est écrit", "state": "État"}
        _table(table, labels, "Sans date", key="sans_date")


def radar(rows: Sequence[AgendaRow]) -> None:
    """Say which sessions get in each other's way."""
    found = rules.collisions(agenda_queries.dated(list(rows)))
    if not found:
        return
    with st.expander(f"Collisions : {len(found)}", icon=":material/warning:"):
        _table(
            pd.DataFrame(
                [(fr.day(one.day), one.first.title, one.second.title, one.reason) for one in found],
                columns=["day", "first", "second", "reason"],
            ),
            {"day": "Jour", "first": "Séance", "second": "Et", "reason": "Pourquoi"},
            "Collisions",
            key="collisions",
        )


def rhythm(person: Viewer, year: int) -> None:
    """Set the days of each network by quarter beside what is expected of it."""
    found = read(network_queries.rhythms, viewer=person, year=year)
    if not found:
        return
    late = sum(not one.is_held for one in found)
    title = "Rythme des réseaux : " + (
        "tenu" if not late else fr.plural(late, "réseau à surveiller", "réseaux à surveiller")
    )
    with st.expander(title):
        _table(
            pd.DataFrame(
                [(one.name, *one.quarters, sum(one.quarters), one.expected, one.told)
                 for one in found],
                columns=["name", "t1", "t2", "t3", "t4", "days", "expected", "told"],
            ),
            {"name": "Réseau", "t1": "T1", "t2": "T2", "t3": "T3", "t4": "T4", "days": "Jours",
             "expected": "Attendus", "told": "Lecture"},
            "Rythme des réseaux", key="rythme",
        )  # fmt: skip
        st.caption(
            "Un jour commun à deux réseaux est une date régionale, et un jour pour chacun d’eux."
        )


def open_points(person: Viewer, year: int, today: date) -> None:
    """Count down what is « à définir », the most urgent first."""
    wanted = agenda_queries.AgendaFilter(date(year, 1, 1), date(year, 12, 31))
    found = read(agenda_queries.open_points, viewer=person, wanted=wanted, today=today)
    if not found:
        return
    late = sum(point.days_left is not None and point.days_left < 0 for point in found)
    title = f"À définir : {len(found)}" + (f", dont {late} en retard" if late else "")
    with st.expander(title):
        _table(
            pd.DataFrame(
                [(point.title, point.what, _left(point.days_left)) for point in found],
                columns=["title", "what", "left"],
            ),
            {"title": "Séance", "what": "Ce qui manque", "left": "Échéance"},
            "À définir",
            key="a_definir",
        )


def _left(days: int | None) -> str:
    if days is None:
        return "sans échéance tant que la date manque"
    return (
        f"en retard de {fr.plural(-days, 'jour')}"
        if days < 0
        else f"dans {fr.plural(days, 'jour')}"
    )


def subscription(network: str, kind: str) -> None:
    """Give the address to which a calendar subscribes, for the same choice."""
    kept = {name: value for name, value in (("reseau", network), ("type", kind)) if value}
    address = f"{frame.site()}/agenda.ics" + (f"?{urlencode(kept)}" if kept else "")
    with st.popover("S’abonner", icon=":material/event:", key="abonnement"):
        st.caption(
            "Adresse à donner à votre agenda (Outlook, Thunderbird, téléphone) : les changements "
            "arrivent d’eux-mêmes."
        )
        st.code(address, language=None, wrap_lines=True)
