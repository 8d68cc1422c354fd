"""A session as it stands: heading, days, tasks, what it waits for, former dates; and the list."""

from datetime import date, timedelta

import pandas as pd
import streamlit as st

from core import db, fr
from core.access import Right, Viewer, may
from core.training import (
    agenda_queries,
    dates,
    followup,
    queries,
    rules,
)
from core.training.enums import Confirmation, SessionState
from core.training.queries import SessionCard
from pages.ui import agenda_panels, choices, frame
from pages.ui.read import read

STATE_COLOURS = {
    SessionState.TENTATIVE: "gray", SessionState.CONFIRMED: "green",
    SessionState.POSTPONED: "orange", SessionState.DONE: "blue", SessionState.CANCELLED: "red",
}  # fmt: skip


def listing(person: Viewer) -> None:
    """Find a session: those of a year, by words of their title, the next one first."""
    years = read(queries.years, viewer=person)
    today = frame.today()
    if not years:
        st.info("Aucune séance pour l’instant.")
        return
    left, right = st.columns([1, 3])
    with left:
        names = {str(one): one for one in years}
        year = choices.pick("Année", names, "annee", default=str(today.year))
    with right:
        text = st.text_input("Chercher", key="cherche", bind="query-params",
                             placeholder="Mots de l’intitulé, du lieu, du réseau")  # fmt: skip
    assert isinstance(year, int)  # noqa: S101  # pick returns one of its options
    wanted = agenda_queries.AgendaFilter(date(year, 1, 1), date(year, 12, 31))
    rows = read(agenda_queries.agenda, viewer=person, wanted=wanted)
    words = fr.fold(text or "").split()
    table = agenda_panels.as_table(rows)
    folded = table[["title", "place", "networks", "kind"]].agg(" ".join, axis=1).map(fr.fold)
    kept = table[[all(word in line for word in words) for line in folded]]
    if kept.empty:
        st.info("Aucune séance ne correspond : changez d’année ou de mots.")
        return
    shown = kept.assign(link=[f"seance?seance={key}" for key in kept["id"]])
    st.dataframe(
        shown[["link", "date", "title", "kind", "place", "state"]],
        hide_index=True, key="seances",
        column_config={
            "link": st.column_config.LinkColumn("Ouvrir", display_text="Ouvrir", width="small"),
            "date": "Date", "title": "Intitulé", "kind": "Type", "place": "Lieu", "state": "État",
        },
    )  # fmt: skip


def heading(card: SessionCard) -> None:
    """Say what the session is, when, where, and how sure it is."""
    training = card.training
    running = rules.is_running(card.state, card.block.days, frame.today())
    colour = STATE_COLOURS[card.state]
    state = "en cours" if running else card.state.label
    st.markdown(f"#### {frame.plain(training.title)}")
    place = card.territory or training.place_text or Confirmation(training.place_status).label
    parts = [
        f":{colour}-badge[{state}]", f"**{frame.plain(card.block.told())}**", frame.plain(place),
        card.kind.label, *card.networks,
    ]  # fmt: skip
    st.markdown(" · ".join(part for part in parts if part))
    if training.is_imported:
        st.caption(
            f"Vient du plan 2011 ({', '.join(card.plan_codes)}), pas encore complétée : "
            "les contrôles s’appliquent dès la première modification."
        )


def overview(person: Viewer, card: SessionCard) -> None:
    """Show the half-days, what is left to place, tasks, dependencies and former dates."""
    least, most = card.to_place
    if least or most:
        upper = f" (jusqu’à {fr.plural(most / 2, 'jour')})" if most != least else ""
        st.warning(
            f"Reste à placer : {fr.plural(least / 2, 'jour')}{upper}",
            icon=":material/event_busy:",
        )
    _slots(card)
    columns = st.columns(2, gap="medium")
    with columns[0]:
        _tasks(person, card)
    with columns[1]:
        _facts(card)
        _dependencies(card)
        _versions(card)


def _slots(card: SessionCard) -> None:
    if not card.slots:
        st.info("Aucun jour n’est encore placé.")
        return
    frame.table(
        pd.DataFrame(
            [(fr.day(slot.day), slot.half.label,
              f"{slot.starts_at:%H:%M} – {slot.ends_at:%H:%M}", slot.state.label)
             for slot in card.slots],
            columns=["day", "half", "hours", "state"],
        ),
        {"day": "Jour", "half": "Demi-journée", "hours": "Heures", "state": "État"},
        key="creneaux",
    )  # fmt: skip


def _tasks(person: Viewer, card: SessionCard) -> None:
    done = sum(task.done_on is not None for task in card.tasks)
    st.markdown(f"**À faire** : {done} sur {len(card.tasks)}")
    first = card.block.days[0] if card.block.days else None
    today, may_edit = frame.today(), may(person, Right.EDIT_ACTIVITY)
    for task in card.tasks:
        due = first - timedelta(days=task.days_before) if first else None
        told = followup.deadline_told(due, today) if due else ""
        told = "fait" if task.done_on else told
        label = f"{task.label} – {told}" if told else task.label
        ticked = st.checkbox(label, value=task.done_on is not None, key=f"tache_{task.id}",
                             disabled=not may_edit)  # fmt: skip
        if may_edit and ticked != (task.done_on is not None):
            with frame.user_errors(), db.writing("training") as session:
                followup.set_task(
                    session, person, task_id=task.id or 0, is_done=ticked, today=today
                )
            st.rerun()


def _facts(card: SessionCard) -> None:
    training = card.training
    place = Confirmation(training.place_status).label
    facts = {
        "Lieu": f"{training.place_text or '–'} ({place})",
        "Intervenants": training.trainers or "–",
        "Partenaire": training.partner or "–",
        "Public": training.priority_audience or "–",
        "Capacité": fr.number(training.capacity) if training.capacity else "non fixée",
        "Minimum pour ouvrir": fr.number(training.minimum) if training.minimum else "non fixé",
    }
    st.markdown("\n".join(f"- {name} : {frame.plain(text)}" for name, text in facts.items()))


def _dependencies(card: SessionCard) -> None:
    today = frame.today()
    for link in card.dependencies:
        late = link.done_on is None and link.due_on is not None and link.due_on < today
        text = frame.plain(link.text or "une autre séance doit précéder")
        due = f" (avant le {fr.day(link.due_on)})" if link.due_on else ""
        st.markdown(f"{':orange-badge[en retard] ' if late else ''}Attend : {text}{due}")


def _versions(card: SessionCard) -> None:
    if not card.versions:
        return
    with st.expander(f"Dates précédentes : {len(card.versions)}"):
        for version in card.versions:
            before, after = (dates.load(text).told() for text in (version.before, version.after))
            reason = f" – {frame.plain(version.reason)}" if version.reason else ""
            st.markdown(
                f"- {fr.moment(version.changed_at)}, {version.author} : {frame.plain(before)} → "
                f"{frame.plain(after)}{reason}"
            )
