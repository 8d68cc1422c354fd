"""Forms of the centre's calendar: the week, closures and openings, each with what it moves."""

from datetime import date, time
from typing import Any

import streamlit as st

from core import db, fr
from core.access import Viewer
from core.circulation import closures, weekly_hours
from core.circulation.closures import ExceptionDraft
from core.circulation.opening import WEEKDAYS
from core.circulation.weekly_hours import WeekdayDraft
from pages.ui import frame, outputs
from pages.ui.read import read

PENDING = "_calendrier_propose"
MOVED = {"what": "Quoi", "reader": "Lecteur", "title": "Document", "day": "Date donnée",
         "moved_to": "Nouvelle date"}  # fmt: skip
HOURS = {"day": "Jour", "hours": "Horaires", "slots": "Rendez-vous", "since": "À partir du"}
NOW = {name: label for name, label in HOURS.items() if name != "since"}
HALVES = ("matin", "après-midi")
USUAL = ((9 * 60, 12 * 60 + 30), (14 * 60, 17 * 60))


def week(person: Viewer, today: date) -> None:
    """Show the hours of the week, those still to come too, and change one day of it."""
    st.markdown("#### Semaine")
    table = read(weekly_hours.table, viewer=person, today=today)
    shown = table.assign(since=[fr.day(day) if day else "" for day in table["since"]])
    labels = HOURS if table["since"].notna().any() else NOW
    frame.table(shown, labels, key="semaine")
    with st.expander("Changer les horaires d’un jour", icon=":material/schedule:"):
        _weekday(person, today)


def _weekday(person: Viewer, today: date) -> None:
    left, right = st.columns(2)
    with left:
        weekday = st.selectbox("Jour", range(len(WEEKDAYS)), key="horaire_jour",
                               format_func=lambda one: WEEKDAYS[one].capitalize())  # fmt: skip
    with right:
        start = st.date_input("À partir du", today, min_value=today, format="DD/MM/YYYY",
                              key="horaire_des")  # fmt: skip
    day = start if isinstance(start, date) else today
    held = read(weekly_hours.of_day, viewer=person, weekday=weekday or 0, day=day)
    with st.form(f"horaire_{weekday}", border=False):
        spans = tuple(_half(rank, held, weekday or 0) for rank in range(len(HALVES)))
        slot = st.number_input("Rendez-vous, en minutes (0 : aucun)", 0,
                               weekly_hours.LONGEST_SLOT, held.slot_minutes, step=5,
                               key=f"horaire_rdv_{weekday}")  # fmt: skip
        if st.form_submit_button("Voir ce que ces horaires changent", type="primary"):
            kept = tuple(span for span in spans if span is not None)
            st.session_state[PENDING] = WeekdayDraft(weekday or 0, day, kept, int(slot or 0))
    draft = st.session_state.get(PENDING)
    if isinstance(draft, WeekdayDraft):
        st.markdown(f"**{WEEKDAYS[draft.weekday].capitalize()}, à partir du "
                    f"{fr.day(draft.starts_on)} : {draft.told}**")  # fmt: skip
        _confirm(person, draft, today)


def _half(rank: int, held: WeekdayDraft, weekday: int) -> tuple[int, int] | None:
    """Ask for one opening of a day; None: closed."""
    span = held.halves[rank]
    first, last = span or USUAL[rank]
    key = f"horaire_{weekday}_{rank}_{span}"
    is_open = st.checkbox(f"Ouvert, {HALVES[rank]}", span is not None, key=f"{key}_ouvert")
    left, right = st.columns(2)
    opens = left.time_input(f"Ouvre, {HALVES[rank]}", _clock(first), step=900, key=f"{key}_de")
    closes = right.time_input(f"Ferme, {HALVES[rank]}", _clock(last), step=900, key=f"{key}_a")
    return (_minutes(opens), _minutes(closes)) if is_open else None


def _clock(minutes: int) -> time:
    return time(min(minutes // 60, 23), minutes % 60 if minutes < 24 * 60 else 59)


def _minutes(hour: time) -> int:
    return hour.hour * 60 + hour.minute


def calendar(person: Viewer, today: date) -> None:
    """List what is not as the week says, and add a closure once its consequences were seen."""
    st.markdown("#### Fermetures et ouvertures exceptionnelles")
    table = read(closures.exceptions, viewer=person, today=today)
    st.caption("Les jours fériés français sont déjà fermés. Une ouverture l’emporte sur eux.")
    if table.empty:
        st.info("Rien de prévu : le centre ouvre comme chaque semaine.")
    for own, told in table.itertuples(index=False):
        left, right = st.columns([5, 1], vertical_alignment="center")
        left.markdown(frame.plain(told))
        if right.button("Retirer", key=f"retirer_{own}"):
            with frame.user_errors(), db.writing(*closures.WRITTEN) as session:
                said = closures.remove(session, person, exception_id=int(own), today=today,
                                       now=frame.clock())  # fmt: skip
            frame.tell(said)
            st.rerun()
    _new(person, today)


def _new(person: Viewer, today: date) -> None:
    with st.form("fermeture"):
        left, right = st.columns(2)
        first = left.date_input("Du", today, format="DD/MM/YYYY", key="fermeture_du")
        last = right.date_input("Au", today, format="DD/MM/YYYY", key="fermeture_au")
        label = st.text_input("Pourquoi", key="fermeture_motif",
                              placeholder="Congés, pont, inventaire…")  # fmt: skip
        yearly = st.checkbox("Chaque année", key="fermeture_annuelle")
        is_open = st.checkbox("C’est une ouverture exceptionnelle", key="fermeture_ouverte")
        if st.form_submit_button("Voir ce que cela change", type="primary"):
            st.session_state[PENDING] = ExceptionDraft(first, last, (label or "").strip(),
                                                       is_open, yearly)  # fmt: skip
    draft = st.session_state.get(PENDING)
    if isinstance(draft, ExceptionDraft):
        _confirm(person, draft, today)


def _confirm(person: Viewer, draft: ExceptionDraft | WeekdayDraft, today: date) -> None:
    """Show the dates that a change would move, then write it, with or without moving them."""
    affected = closures.affected if isinstance(draft, ExceptionDraft) else weekly_hours.affected
    with frame.user_errors():
        table = read(affected, viewer=person, draft=draft, today=today)
    if table.empty:
        st.success("Aucune date déjà donnée ne tombe ces jours-là.")
    else:
        count = fr.plural(len(table), "date déjà donnée tombe", "dates déjà données tombent")
        st.warning(f"{count} un jour fermé, ou hors des heures.")
        shown = table.assign(
            day=[fr.day(day) for day in table["day"]],
            moved_to=[fr.day(day) if day else "à convenir" for day in table["moved_to"]],
        )
        frame.table(shown, MOVED, key="dates_deplacees")
        outputs.offer(table, MOVED, title="Dates déplacées", key="dates_sortie")
    is_movable = table["moved_to"].notna().any()  # appointments alone are agreed on again
    with st.container(horizontal=True):
        if is_movable and st.button("Enregistrer et reculer ces dates", type="primary",
                                    key="fermer_reculer"):  # fmt: skip
            _write(person, draft, today, is_shifted=True)
        label = "Enregistrer sans reculer" if is_movable else "Enregistrer"
        if st.button(label, key="fermer_seul"):
            _write(person, draft, today, is_shifted=False)


def _write(
    person: Viewer, draft: ExceptionDraft | WeekdayDraft, today: date, *, is_shifted: bool
) -> None:
    choices: dict[str, Any] = {"is_shifted": is_shifted, "today": today, "now": frame.clock()}
    with frame.user_errors(), db.writing(*closures.WRITTEN) as session:
        if isinstance(draft, ExceptionDraft):
            told = closures.add(session, person, draft=draft, **choices)
        else:
            told = weekly_hours.save(session, person, draft=draft, **choices)
    st.session_state.pop(PENDING, None)
    frame.tell(told)
    st.rerun()
