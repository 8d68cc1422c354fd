"""Structures: opened, changed, known by other names; looked for before one is created."""

from typing import Any

import pandas as pd
import streamlit as st

from core import db, fr
from core.access import Viewer
from core.people import queries, structure_queries, structures
from core.people.enums import StructureKind, kind_label
from core.people.structure_queries import StructureCard
from core.people.structures import StructureDraft
from pages.ui import frame
from pages.ui.read import read

PROPOSED = "structure_proposee"
OPENED = "structure"


def show(person: Viewer) -> None:
    """Choose a structure to open; below, add one."""
    found = read(queries.structures, viewer=person)
    names = {
        int(own): f"{name} ({place})" if place and place not in name else str(name)
        for own, name, place in zip(found["id"], found["name"], found["place"], strict=True)
    }
    chosen = st.selectbox(
        "Ouvrir une structure", list(names), index=None, key=OPENED,
        format_func=names.__getitem__, placeholder="Nom de la structure",
    )  # fmt: skip
    if chosen is not None:
        card = read(structure_queries.structure_card, viewer=person, structure_id=chosen,
                    on=frame.today())  # fmt: skip
        if card is not None:
            _card(person, card, chosen)
    with st.expander("Ajouter une structure"):
        _creation(person)


def _card(person: Viewer, card: StructureCard, own: int) -> None:
    one = card.structure
    place = f" – {frame.plain(one.place)}" if one.place else ""
    st.markdown(f"**{frame.plain(one.name)}** – {kind_label(one.kind)}{place}")
    _people(card)
    _names(person, card, own)
    with st.expander("Modifier la structure"), st.form(f"structure_{own}", enter_to_submit=False):
        draft = _fields(one, f"s{own}")
        submitted = st.form_submit_button("Enregistrer la structure", type="primary")
    if submitted:
        with frame.user_errors(), db.writing("people") as session:
            structures.change_structure(session, person, draft, structure_id=own, now=frame.clock())
        st.rerun()


def _people(card: StructureCard) -> None:
    """Tell who is there today, then who was."""
    for title, is_present in (("En fonction", True), ("Avant", False)):
        rows = card.people[card.people["is_present"] == is_present]
        if rows.empty:
            continue
        st.markdown(f"{title} : {fr.plural(rows['person_id'].nunique(), 'personne')}")
        table = rows.assign(since=rows["starts_on"].map(_day), until=rows["ends_on"].map(_day))
        labels = {"name": "Nom", "function": "Fonction", "since": "Depuis", "until": "Jusqu’au"}
        frame.table(table, labels, key=f"gens_{card.structure.id}_{is_present}")


def _day(value: Any) -> str:
    return fr.day(value) if pd.notna(value) else ""


def _names(person: Viewer, card: StructureCard, own: int) -> None:
    for key, label in card.aliases:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"Aussi : {frame.plain(label)}")
            if st.button("Retirer", key=f"autre_nom_{key}"):
                with frame.user_errors(), db.writing("people") as session:
                    structures.remove_alias(session, person, alias_id=key, now=frame.clock())
                st.rerun()
    with st.form(f"autre_nom_{own}", border=False, clear_on_submit=True):
        label = st.text_input("Autre nom, autre écriture")
        added = st.form_submit_button("Ajouter cet autre nom")
    if added:
        with frame.user_errors(), db.writing("people") as session:
            structures.add_alias(session, person, structure_id=own, label=label or "",
                                 now=frame.clock())  # fmt: skip
        st.rerun()


def _fields(held: Any, key: str) -> StructureDraft:
    left, right = st.columns(2, gap="small")
    kinds = list(StructureKind)
    current = StructureKind(held.kind) if held and held.kind in set(kinds) else StructureKind.OTHER
    with left:
        name = st.text_input("Nom de la structure", held.name if held else "", key=f"{key}_nom")
        kind = st.selectbox("Type", kinds, index=kinds.index(current), key=f"{key}_type",
                            format_func=lambda one: one.label)  # fmt: skip
    with right:
        acronym = st.text_input("Sigle", held.acronym if held else "", key=f"{key}_sigle")
        place = st.text_input("Commune ou lieu", held.place if held else "", key=f"{key}_lieu")
    note = st.text_input("Remarque", held.note if held else "", key=f"{key}_note")
    return StructureDraft(name or "", acronym or "", kind, place or "", note or "")


def _creation(person: Viewer) -> None:
    with st.form("nouvelle_structure", enter_to_submit=False):
        draft = _fields(None, "nouvelle_structure")
        if st.form_submit_button("Ajouter cette structure", type="primary"):
            st.session_state[PROPOSED] = draft
    proposed = st.session_state.get(PROPOSED)
    if not isinstance(proposed, StructureDraft):
        return
    found = read(structure_queries.likely_structures, viewer=person, label=proposed.name,
                 acronym=proposed.acronym)  # fmt: skip
    if found:
        st.warning("Déjà dans l’annuaire ? Vérifiez avant de créer.")
        for like in found[:5]:
            st.button(f"C’est « {like.known.name} » ({like.reason})", key=f"cest_{like.known.id}",
                      on_click=_open, args=(like.known.id,))  # fmt: skip
        if not st.button("Aucune de ces structures : créer quand même"):
            return
    del st.session_state[PROPOSED]
    with frame.user_errors(), db.writing("people") as session:
        structures.create_structure(session, person, proposed, now=frame.clock())
    st.success(f"{frame.plain(proposed.name)} est dans l’annuaire.")


def _open(own: int) -> None:
    st.session_state[OPENED] = own
    st.session_state.pop(PROPOSED, None)
