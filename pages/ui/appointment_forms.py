"""Forms of appointments: a new one, another time, who came."""

from collections.abc import Callable
from datetime import date, timedelta

import streamlit as st

from core import fr
from core.access import Viewer
from core.people import queries as people
from core.welcome import appointment_queries as queries
from core.welcome import appointments
from core.welcome.appointment_queries import Booked, Offer
from core.welcome.appointments import AppointmentDraft, Kept
from core.welcome.motives import Motive
from core.welcome.slots import Span
from pages.ui import frame
from pages.ui.read import read

Write = Callable[..., None]
TURN = "_rdv_tour"
MOST_FOUND, MOST_SLOTS, MOST_PEOPLE = 30, 4, 500
HORIZON = timedelta(days=365)


def creation(person: Viewer, today: date, write: Write) -> None:
    """Choose the day and who receives, then a free time and for whom."""
    left, middle, right = st.columns(3)
    with left:
        day = _day(today, today, "rdv_jour")
    with middle:
        known = read(queries.receiving, viewer=person, since=today - HORIZON)
        staff = st.selectbox("Qui reçoit", known, key="rdv_agent", accept_new_options=True)
    with right:
        count = st.number_input("Créneaux à la suite", 1, MOST_SLOTS, 1, key="rdv_creneaux")
    spans = _free(person, day, staff or person.signature, count=int(count or 1))
    if not spans:
        return
    turn = st.session_state.get(TURN, 0)
    found = _found(person, today, turn)
    with st.form(f"rdv_{turn}", border=False):
        span = _times(spans, f"rdv_heure_{turn}")
        draft = _draft(person, span or spans[0], staff or "", found, turn)
        submitted = st.form_submit_button("Prendre ce rendez-vous", type="primary")
    if not submitted:
        return
    if span is None:
        st.error("Choisissez une heure parmi les créneaux libres.")
        return
    write(_asked, person, draft)


def _asked(session: object, person: Viewer, draft: AppointmentDraft) -> str:
    """Book, and have the next form empty."""
    appointments.ask(session, person, draft, now=frame.clock())  # type: ignore[arg-type]  # a session
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1
    return f"Rendez-vous pris le {fr.day(draft.span.start)}, {draft.span.told} : à confirmer."


def _day(chosen: date, today: date, key: str) -> date:
    found = st.date_input("Jour", max(chosen, today), min_value=today, max_value=today + HORIZON,
                          format="DD/MM/YYYY", key=key, bind="query-params")  # fmt: skip
    return found if isinstance(found, date) else today


def _free(
    person: Viewer, day: date, staff: str, *, count: int, but_id: int | None = None
) -> list[Span]:
    """Return the free times of a day that are still to come; say why where there are none."""
    offer: Offer = read(queries.offer, viewer=person, day=day, staff=staff, count=count,
                        but_id=but_id)  # fmt: skip
    now = appointments.local(frame.clock())
    spans = [one for one in offer.spans if one.start >= now]
    if not spans:
        st.info(f"{offer.why or 'Les créneaux de ce jour sont passés.'} Choisissez un autre jour.")
    return spans


def _times(spans: list[Span], key: str) -> Span | None:
    return st.pills("Créneaux libres", spans, format_func=lambda one: one.told, key=key)


def _found(person: Viewer, today: date, turn: int) -> dict[int, str]:
    """Look for the person in the directory, before the form that may add them."""
    text = st.text_input("Chercher la personne dans l’annuaire", key=f"rdv_cherche_{turn}",
                         placeholder="Nom, courriel ou structure")  # fmt: skip
    if not (text or "").strip():
        return {}
    table = read(people.people, viewer=person, text=text or "", on=today, limit=MOST_FOUND)
    if table.empty:
        st.caption("Personne de ce nom dans l’annuaire : écrivez le nom ci-dessous.")
    return {
        int(own): f"{name} – {structure}" if structure else str(name)
        for own, name, structure in zip(table["id"], table["name"], table["structure"], strict=True)
    }


def _draft(
    person: Viewer, span: Span, staff: str, found: dict[int, str], turn: int
) -> AppointmentDraft:
    own, name = None, ""
    if found:
        own = st.selectbox("Personne", list(found), format_func=found.__getitem__,
                           key=f"rdv_personne_{turn}")  # fmt: skip
    else:
        name = st.text_input("Ou son nom", placeholder="NOM Prénom, courriel",
                             key=f"rdv_nom_{turn}") or ""  # fmt: skip
    houses = read(people.structures, viewer=person)
    names = dict(zip(houses["id"].astype(int), houses["name"], strict=True))
    left, right = st.columns(2)
    with left:
        structure = st.selectbox("Structure", list(names), index=None,
                                 format_func=names.__getitem__, placeholder="Non dite",
                                 key=f"rdv_structure_{turn}")  # fmt: skip
        subject = st.text_input("Sujet", key=f"rdv_sujet_{turn}")
    with right:
        heads = st.number_input("Nombre de personnes", 1, MOST_PEOPLE, 1,
                                key=f"rdv_nombre_{turn}")  # fmt: skip
        place = st.text_input("Lieu, si ce n’est pas au centre", key=f"rdv_lieu_{turn}")
    return AppointmentDraft(span, staff, own, name, structure, int(heads or 1), subject or "",
                            place or "")  # fmt: skip


def keeping(person: Viewer, one: Booked, write: Write) -> None:
    """Ask who came beside the person it names, then record the visit."""
    named = int(one.person_id is not None)
    with st.form(f"honorer_{one.id}"):
        st.caption(
            f"{frame.plain(one.who)} compte déjà ; les autres personnes, sans nom :"
            if named else "Combien de personnes sont venues ?"
        )  # fmt: skip
        left, right = st.columns(2)
        with left:
            news = st.number_input("Nouvelles, sans nom", 0, MOST_PEOPLE, 0,
                                   key=f"honorer_nouvelles_{one.id}")  # fmt: skip
        with right:
            others = st.number_input("Déjà venues, sans nom", 0, MOST_PEOPLE,
                                     one.headcount - named,
                                     key=f"honorer_autres_{one.id}")  # fmt: skip
        motives = st.pills("Pourquoi", list(Motive), format_func=lambda choice: choice.label,
                           selection_mode="multi", key=f"honorer_motifs_{one.id}")  # fmt: skip
        submitted = st.form_submit_button("Enregistrer la visite de ce rendez-vous",
                                          type="primary")  # fmt: skip
    if submitted:
        write(appointments.keep, person, Kept(int(news or 0), int(others or 0), tuple(motives)),
              appointment_id=one.id, version=one.version, now=frame.clock())  # fmt: skip


def moving(person: Viewer, one: Booked, today: date, write: Write) -> None:
    """Choose another day, then a free time as long as before where the hours allow it."""
    day = _day(one.span.start.date(), today, "rdv_autre_jour")
    count = st.number_input("Créneaux à la suite", 1, MOST_SLOTS, _slots_of(person, one),
                            key=f"deplacer_creneaux_{one.id}")  # fmt: skip
    spans = _free(person, day, one.staff, count=int(count or 1), but_id=one.id)
    if not spans:
        return
    with st.form(f"deplacer_{one.id}"):
        span = _times(spans, f"deplacer_heure_{one.id}")
        submitted = st.form_submit_button("Déplacer à cette heure", type="primary")
    if submitted and span is None:
        st.error("Choisissez une heure parmi les créneaux libres.")
    elif submitted:
        write(appointments.move, person, span, appointment_id=one.id, version=one.version,
              now=frame.clock())  # fmt: skip


def _slots_of(person: Viewer, one: Booked) -> int:
    """Return how many slots of its day an appointment takes; 1 where its day has none now."""
    offer: Offer = read(queries.offer, viewer=person, day=one.span.start.date(), staff=one.staff,
                        but_id=one.id)  # fmt: skip
    size = offer.spans[0].minutes if offer.spans else one.span.minutes
    return max(1, min(MOST_SLOTS, one.span.minutes // size))
