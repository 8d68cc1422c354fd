"""Forms of the directory: what is entered of a person, found before being created."""

import pandas as pd
import streamlit as st

from core import db
from core.access import Viewer
from core.people import duplicate_queries, operations, phones, queries
from core.people.likeness import Likeness
from core.people.operations import PersonDraft
from core.people.queries import PersonCard
from pages.ui import frame
from pages.ui.read import read


def creation(person: Viewer) -> None:
    """Add someone: who may be the same person is shown first."""
    with st.form("nouvelle_personne", enter_to_submit=False):
        draft = fields(person, None)
        submitted = st.form_submit_button("Ajouter cette personne", type="primary")
    if submitted:
        st.session_state["personne_proposee"] = draft
    proposed = st.session_state.get("personne_proposee")
    if not isinstance(proposed, PersonDraft):
        return
    found = read(
        duplicate_queries.likely_people, viewer=person, last_name=proposed.last_name,
        first_name=proposed.first_name, email=proposed.email, phone=proposed.phone,
    )  # fmt: skip
    if found:
        st.warning("Déjà dans l’annuaire ? Vérifiez avant de créer.")
        for like in found[:5]:
            _offer(like)
        if not st.button("Aucune de ces personnes : créer quand même"):
            return
    del st.session_state["personne_proposee"]
    with frame.user_errors(), db.writing("people") as session:
        operations.create_person(session, person, proposed, now=frame.clock())
    st.success(
        f"{frame.plain(proposed.first_name)} {frame.plain(proposed.last_name)} est dans l’annuaire."
    )


def _offer(like: Likeness) -> None:
    """Offer to open the card of who is there already, in the place of creating another."""
    where = f" – {like.known.structure}" if like.known.structure else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{frame.plain(like.known.name + where)}** ({like.reason})")
        st.button("C’est cette personne", key=f"cest_elle_{like.known.id}", on_click=_open,
                  args=(like.known.id,))  # fmt: skip


def _open(own: int) -> None:
    st.session_state["personne"] = str(own)
    st.session_state["onglet"] = "Chercher"
    st.session_state["qui"] = ""
    st.session_state.pop("personne_proposee", None)


def shown(found: pd.DataFrame) -> pd.DataFrame:
    """Write telephones the French way."""
    return found.assign(phone=found["phone"].map(phones.shown))


def fields(person: Viewer, card: PersonCard | None) -> PersonDraft:
    held = card.person if card else None
    key = f"p{held.id}" if held else "nouvelle_personne"
    left, right = st.columns(2, gap="small")  # a row at a time: a phone stacks columns
    last = left.text_input("Nom", value=held.last_name if held else "", key=f"{key}_nom")
    first = right.text_input("Prénom", value=held.first_name if held else "", key=f"{key}_prenom")
    left, right = st.columns(2, gap="small")
    email = left.text_input("Courriel", value=held.email if held else "", key=f"{key}_courriel")
    phone = right.text_input("Téléphone", phones.shown(held.phone) if held else "",
                             key=f"{key}_tel")  # fmt: skip
    left, right = st.columns(2, gap="small")
    title = left.text_input("Fonction", value=card.title if card else "", key=f"{key}_fonction")
    with right:
        current = card.structure_id if card else None
        structure = structure_of(person, current, f"{key}_structure")
    note = st.text_input("Note", value=held.note if held else "", key=f"{key}_note")
    return PersonDraft(
        last_name=last or "", first_name=first or "", email=email or "", phone=phone or "",
        note=note or "", structure_id=structure, function_title=title or "",
    )  # fmt: skip


def structure_of(person: Viewer, current: int | None, key: str) -> int | None:
    """Choose a structure, or none."""
    structures = read(queries.structures, viewer=person)
    names = {
        int(one): f"{name} ({place})" if place and place not in name else str(name)
        for one, name, place in zip(
            structures["id"], structures["name"], structures["place"], strict=True
        )
    }
    options = [None, *names]
    return st.selectbox(
        "Structure", options, index=options.index(current) if current in options else 0,
        format_func=lambda one: names.get(one, "aucune") if one else "aucune", key=key,
    )  # fmt: skip
