"""The appointments of a week: what is booked, by day, and what may be done with each."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Concatenate, ParamSpec

import streamlit as st

from core import db, fr
from core.access import Viewer
from core.circulation.opening import WEEKDAYS
from core.welcome import appointment_queries as queries
from core.welcome import appointments
from core.welcome.appointment_queries import Booked
from core.welcome.motives import NEXT, AppointmentState
from pages.ui import appointment_forms, frame
from pages.ui.read import read

P = ParamSpec("P")
WEEK, OWN, GESTURE = "semaine", "rdv", "geste"
KEEP, MOVE = "honorer", "deplacer"
ONE_WEEK = timedelta(days=7)
BADGES = {
    AppointmentState.ASKED: "orange", AppointmentState.CONFIRMED: "blue",
    AppointmentState.KEPT: "green", AppointmentState.MISSED: "red",
    AppointmentState.CANCELLED: "gray",
}  # fmt: skip


def show(person: Viewer, today: date) -> None:
    """Show the week that the address names, today's without one, and the form of a new one."""
    st.markdown("#### Rendez-vous de la semaine")
    monday = _monday(today)
    booked: tuple[Booked, ...] = read(queries.week, viewer=person, monday=monday)
    _turn_pages(monday, queries.monday_of(today))
    st.markdown(_headline(monday, booked))
    for day, rows in groupby(booked, key=lambda one: one.span.start.date()):
        st.markdown(f"**{WEEKDAYS[day.weekday()].capitalize()} {fr.day(day)}**")
        for one in rows:
            with st.container(border=True):
                _row(person, one, today)
    with st.expander("Nouveau rendez-vous", icon=":material/event:", expanded=not booked):
        appointment_forms.creation(person, today, write)


def write(work: Callable[Concatenate[Any, P], object], *choices: P.args, **named: P.kwargs) -> None:
    """Do a gesture as one unit of work, say what it did, close its form."""
    with frame.user_errors(), db.writing(*appointments.DOMAINS) as session:
        told = work(session, *choices, **named)
    frame.tell(str(told))
    for name in (OWN, GESTURE):
        st.query_params.pop(name, None)
    st.rerun()


def _monday(today: date) -> date:
    try:
        wanted = date.fromisoformat(st.query_params.get(WEEK, ""))
    except ValueError:
        wanted = today
    is_near = abs(wanted.year - today.year) < 100
    return queries.monday_of(wanted if is_near else today)


def _turn_pages(monday: date, current: date) -> None:
    """Lead to the weeks around; today's needs no address."""
    ways = {
        "Semaine précédente": (monday - ONE_WEEK, ":material/arrow_back:"),
        "Cette semaine": (current, ":material/today:"),
        "Semaine suivante": (monday + ONE_WEEK, ":material/arrow_forward:"),
    }
    with st.container(horizontal=True):
        for label, (target, icon) in ways.items():
            if st.button(label, icon=icon, key=f"rdv_{label}", disabled=target == monday):
                for name in (WEEK, OWN, GESTURE):
                    st.query_params.pop(name, None)
                if target != current:
                    st.query_params[WEEK] = target.isoformat()
                st.rerun()


def _headline(monday: date, booked: tuple[Booked, ...]) -> str:
    told = f"Semaine du {fr.day(monday)}"
    if not booked:
        return f"{told} : aucun rendez-vous. Prenez-en un ci-dessous."
    waiting = sum(one.state is AppointmentState.ASKED for one in booked)
    left = f", dont {waiting} à confirmer" if waiting else ""
    return f"{told} : **{fr.plural(len(booked), 'rendez-vous', 'rendez-vous')}{left}.**"


def _row(person: Viewer, one: Booked, today: date) -> None:
    who = " – ".join(frame.plain(text) for text in (one.who, one.structure) if text)
    parts = [who or "sans nom", fr.plural(one.headcount, "personne")]
    if one.subject:
        parts.append(frame.plain(one.subject))
    st.markdown(
        f"**{one.span.told}** :{BADGES[one.state]}-badge[{one.state.label}] {', '.join(parts)}"
    )
    place = f", {frame.plain(one.place)}" if one.place else ""
    visit = f" · [voir la visite](accueil-public?visite={one.visit_id})" if one.visit_id else ""
    st.caption(f"Reçoit : {frame.plain(one.staff)}{place}{visit}")
    if not NEXT[one.state]:
        return
    with st.container(horizontal=True):
        _buttons(person, one, today)
    if st.query_params.get(OWN) == str(one.id):
        if st.query_params.get(GESTURE) == KEEP and AppointmentState.KEPT in NEXT[one.state]:
            appointment_forms.keeping(person, one, write)
        elif st.query_params.get(GESTURE) == MOVE:
            appointment_forms.moving(person, one, today, write)


def _buttons(person: Viewer, one: Booked, today: date) -> None:
    """Offer what this appointment may become now."""
    now, own = frame.clock(), {"appointment_id": one.id, "version": one.version}
    local, following = appointments.local(now), NEXT[one.state]
    if (
        AppointmentState.CONFIRMED in following
        and one.span.end > local
        and st.button("Confirmer", type="primary", key=f"rdv_confirmer_{one.id}")
    ):
        write(appointments.confirm, person, now=now, **own)
    if AppointmentState.KEPT in following and one.span.start.date() <= today:
        _open("Honoré", KEEP, one)
    if AppointmentState.MISSED in following and one.span.start <= local:
        with st.popover("Absent"):
            st.write("Personne n’est venu : aucune visite ne compte. Cela ne se reprend pas.")
            if st.button("Oui, absent", type="primary", key=f"rdv_absent_{one.id}"):
                write(appointments.miss, person, now=now, **own)
    _open("Déplacer", MOVE, one)
    with st.popover("Annuler"):
        st.write("Le créneau est rendu ; un courriel prévient la personne si l’heure est à venir.")
        if st.button("Oui, annuler", type="primary", key=f"rdv_annuler_{one.id}"):
            write(appointments.cancel, person, now=now, **own)


def _open(label: str, gesture: str, one: Booked) -> None:
    """Open the form of a gesture, which the address names."""
    if st.button(label, key=f"rdv_{gesture}_{one.id}"):
        st.query_params[OWN], st.query_params[GESTURE] = str(one.id), gesture
        st.rerun()
