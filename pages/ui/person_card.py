"""The card of a person: functions and networks over time, what they agreed to, changes."""

from datetime import date

import pandas as pd
import streamlit as st

from core import db, fr
from core.access import Viewer
from core.people import careers, consents, operations, phones, queries
from core.people.careers import FunctionDraft
from core.people.queries import PersonCard
from core.training import network_queries
from pages.ui import frame, people_forms
from pages.ui.read import read

DOMAINS = ("people", "training")
CHOSEN = "personne"
FIRST, LAST = date(1950, 1, 1), date(2100, 12, 31)


def choice(person: Viewer, found: pd.DataFrame) -> None:
    """Open a card among the people found; its number is in the address, never a name."""
    names = {str(own): name for own, name in zip(found["id"], found["name"], strict=True)}
    held = str(st.session_state.setdefault(CHOSEN, st.query_params.get(CHOSEN)) or "")
    if held not in names:
        other = _other(person, held)
        if other is None:
            st.session_state[CHOSEN] = None
        else:
            names[held] = other
    # Not bound to the address by the widget, which would write the name shown there.
    chosen = st.selectbox(
        "Ouvrir une fiche", list(names), index=None, key=CHOSEN,
        format_func=lambda one: names.get(one, one), placeholder="Choisir",
    )  # fmt: skip
    if chosen is None:
        st.query_params.pop(CHOSEN, None)
    else:
        st.query_params[CHOSEN] = chosen
    if chosen is not None:
        _card(person, int(chosen))


def _other(person: Viewer, held: str) -> str | None:
    """Name the person whose number the address carries, outside what was searched."""
    if not held.isdecimal():
        return None
    card = read(queries.person_card, viewer=person, person_id=int(held))
    return f"{card.person.last_name} {card.person.first_name}".strip() if card else None


def _card(person: Viewer, chosen: int) -> None:
    """Show one person: what they are, since when, and what they agreed to."""
    one = read(queries.person_card, viewer=person, person_id=chosen)
    if one is None:
        st.info("Cette fiche n’existe plus.")
        return
    st.markdown(f"**{frame.plain(f'{one.person.first_name} {one.person.last_name}'.strip())}**")
    reached = filter(None, (one.person.email, phones.shown(one.person.phone), one.person.note))
    st.markdown(frame.plain(" · ".join(reached)))
    left, right = st.columns(2, gap="medium")
    with left:
        _functions(person, one)
        _networks(person, one)
    with right:
        _consents(person, one)
    with st.expander("Modifier la fiche"), st.form(f"personne_{chosen}", enter_to_submit=False):
        draft = people_forms.fields(person, one)
        submitted = st.form_submit_button("Enregistrer la fiche", type="primary")
    if submitted:
        with frame.user_errors(), db.writing(*DOMAINS) as session:
            operations.change_person(session, person, draft, person_id=chosen, now=frame.clock())
        st.rerun()


def _functions(person: Viewer, one: PersonCard) -> None:
    st.markdown("**Fonctions**")
    for held in one.functions:
        since = f" depuis le {fr.day(held.starts_on)}" if held.starts_on else ""
        until = f" jusqu’au {fr.day(held.ends_on)}" if held.ends_on else ""
        where = f", {held.structure}" if held.structure else ""
        st.markdown(f"- {frame.plain((held.title or 'fonction non dite') + where)}{since}{until}")
    with st.expander("Ajouter ou terminer une fonction"):
        _add_function(person, one)
        _end_function(person, one)


def _add_function(person: Viewer, one: PersonCard) -> None:
    own = one.person.id or 0
    with st.form(f"fonction_{own}", border=False, enter_to_submit=False):
        title = st.text_input("Intitulé", key=f"f{own}_titre")
        structure = people_forms.structure_of(person, None, f"f{own}_structure")
        start = st.date_input("Du", None, key=f"f{own}_du", format="DD/MM/YYYY",
                              min_value=FIRST, max_value=LAST)  # fmt: skip
        end = st.date_input("Au (vide : toujours en fonction)", None, key=f"f{own}_au",
                            format="DD/MM/YYYY", min_value=FIRST, max_value=LAST)  # fmt: skip
        submitted = st.form_submit_button("Ajouter cette fonction")
    if submitted:
        draft = FunctionDraft(title or "", structure, start, end)
        with frame.user_errors(), db.writing("people") as session:
            careers.add_function(session, person, draft, person_id=own, now=frame.clock())
        st.rerun()


def _end_function(person: Viewer, one: PersonCard) -> None:
    present = {held.id: ", ".join(filter(None, (held.title, held.structure)))
               for held in one.functions if held.ends_on is None}  # fmt: skip
    if not present:
        return
    own = one.person.id
    with st.form(f"fin_{own}", border=False, enter_to_submit=False):
        chosen = st.selectbox("Fonction à terminer", list(present), key=f"fin_{own}_quoi",
                              format_func=present.__getitem__)  # fmt: skip
        last = st.date_input("Dernier jour", frame.today(), key=f"fin_{own}_jour",
                             format="DD/MM/YYYY", min_value=FIRST, max_value=LAST)  # fmt: skip
        submitted = st.form_submit_button("Terminer cette fonction")
    if submitted:
        with frame.user_errors(), db.writing("people") as session:
            careers.end_function(session, person, function_id=chosen, ends_on=last,
                                 now=frame.clock())  # fmt: skip
        st.rerun()


def _networks(person: Viewer, one: PersonCard) -> None:
    st.markdown("**Réseaux**")
    for _, name, start, end in one.networks:
        until = f" jusqu’au {fr.day(end)}" if end else ""
        st.markdown(f"- {frame.plain(name)} depuis le {fr.day(start)}{until}")
    inside = {key for key, _, _, end in one.networks if end is None}
    known = {row.id: row.name for row in read(network_queries.networks, viewer=person)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox("Réseau", list(known), format_func=known.__getitem__,
                              key=f"reseau_{one.person.id}")  # fmt: skip
        is_member = chosen in inside
        label = "Quitte ce réseau" if is_member else "Entre dans ce réseau"
        pressed = st.button(label, key=f"reseau_{one.person.id}_bouton")
    if pressed:
        with frame.user_errors(), db.writing(*DOMAINS) as session:
            if is_member:
                operations.leave_network(session, person, person_id=one.person.id or 0,
                                         network_id=chosen, now=frame.clock())  # fmt: skip
            else:
                operations.join_network(
                    session, person, person_id=one.person.id or 0, network_id=chosen,
                    starts_on=frame.today(), now=frame.clock(),
                )  # fmt: skip
        st.rerun()


def _consents(person: Viewer, one: PersonCard) -> None:
    st.markdown("**Accords**")
    for purpose, label in consents.PURPOSES.items():
        is_given = one.consents.get(purpose, False)
        ticked = st.checkbox(label.capitalize(), value=is_given,
                             key=f"accord_{one.person.id}_{purpose}")  # fmt: skip
        if ticked != is_given:
            with frame.user_errors(), db.writing(*DOMAINS) as session:
                consents.record_consent(
                    session, person, person_id=one.person.id or 0, purpose=purpose,
                    is_given=ticked, source="saisi par le centre", now=frame.clock(),
                )  # fmt: skip
            st.rerun()
