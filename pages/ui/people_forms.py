"""Forms of the directory: a person found before being created, changed, merged."""

import pandas as pd
import streamlit as st

from core import db, fr
from core.access import Viewer
from core.people import merging, operations, queries
from core.people.operations import PersonDraft
from core.people.queries import PersonCard
from core.training import network_queries
from pages.ui import frame
from pages.ui.read import read

DOMAINS = ("people", "training")


def creation(person: Viewer) -> None:
    """Add someone: who may be the same person is shown first."""
    with st.form("nouvelle_personne", enter_to_submit=False):
        draft = _fields(person, None)
        submitted = st.form_submit_button("Ajouter cette personne", type="primary")
    if submitted:
        st.session_state["personne_proposee"] = draft
    proposed = st.session_state.get("personne_proposee")
    if not isinstance(proposed, PersonDraft):
        return
    found = read(
        queries.likely_people, viewer=person, last_name=proposed.last_name,
        first_name=proposed.first_name, email=proposed.email,
    )  # fmt: skip
    if found:
        st.warning("Déjà dans l’annuaire ? Vérifiez avant de créer.")
        for like in found[:5]:
            where = f" – {like.known.structure}" if like.known.structure else ""
            st.markdown(f"- **{frame.plain(like.known.name + where)}** ({like.reason})")
        if not st.button("Aucune de ces personnes : créer quand même"):
            return
    with frame.user_errors(), db.writing(*DOMAINS) as session:
        operations.create_person(session, person, proposed, now=frame.clock())
    del st.session_state["personne_proposee"]
    st.success(f"{proposed.first_name} {proposed.last_name} est dans l’annuaire.")


def _fields(person: Viewer, card: PersonCard | None) -> PersonDraft:
    held = card.person if card else None
    key = f"p{held.id}" if held else "nouvelle_personne"
    left, right = st.columns(2, gap="small")
    with left:
        last = st.text_input("Nom", value=held.last_name if held else "", key=f"{key}_nom")
        email = st.text_input("Courriel", value=held.email if held else "", key=f"{key}_courriel")
        title = st.text_input("Fonction", value=card.title if card else "", key=f"{key}_fonction")
    with right:
        first = st.text_input("Prénom", value=held.first_name if held else "", key=f"{key}_prenom")
        phone = st.text_input("Téléphone", value=held.phone if held else "", key=f"{key}_tel")
        structures = read(queries.structures, viewer=person)
        names = {
            int(one): f"{name} ({place})" if place and place not in name else str(name)
            for one, name, place in zip(
                structures["id"], structures["name"], structures["place"], strict=True
            )
        }
        options = [None, *names]
        current = card.structure_id if card else None
        structure = st.selectbox(
            "Structure", options, index=options.index(current) if current in options else 0,
            format_func=lambda one: names.get(one, "aucune") if one else "aucune",
            key=f"{key}_structure",
        )  # fmt: skip
    note = st.text_input("Note", value=held.note if held else "", key=f"{key}_note")
    return PersonDraft(
        last_name=last or "", first_name=first or "", email=email or "", phone=phone or "",
        note=note or "", structure_id=structure, function_title=title or "",
    )  # fmt: skip


def card(person: Viewer, found: pd.DataFrame) -> None:
    """Open one of the people found: what they are, since when, and what they agreed to."""
    names = dict(zip(found["id"].astype(int), found["name"], strict=True))
    chosen = st.selectbox(
        "Ouvrir une fiche", [None, *names], key="fiche",
        format_func=lambda one: names.get(one, "Choisir") if one else "Choisir",
    )  # fmt: skip
    if chosen is None:
        return
    one = read(queries.person_card, viewer=person, person_id=chosen)
    if one is None:
        st.info("Cette fiche n’existe plus.")
        return
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**Fonctions**")
        for title, structure, start, end in one.functions:
            since = f" depuis le {fr.day(start)}" if start else ""
            until = f" jusqu’au {fr.day(end)}" if end else ""
            where = f", {structure}" if structure else ""
            st.markdown(f"- {frame.plain((title or 'fonction non dite') + where)}{since}{until}")
        _networks(person, one)
    with right:
        _consents(person, one)
    with st.expander("Modifier la fiche"), st.form(f"personne_{chosen}", enter_to_submit=False):
        draft = _fields(person, one)
        submitted = st.form_submit_button("Enregistrer la fiche", type="primary")
    if submitted:
        with frame.user_errors(), db.writing(*DOMAINS) as session:
            operations.change_person(session, person, draft, person_id=chosen, now=frame.clock())
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
    for purpose, label in operations.PURPOSES.items():
        is_given = one.consents.get(purpose, False)
        ticked = st.checkbox(label.capitalize(), value=is_given,
                             key=f"accord_{one.person.id}_{purpose}")  # fmt: skip
        if ticked != is_given:
            with frame.user_errors(), db.writing(*DOMAINS) as session:
                operations.record_consent(
                    session, person, person_id=one.person.id or 0, purpose=purpose,
                    is_given=ticked, source="saisi par le centre", now=frame.clock(),
                )  # fmt: skip
            st.rerun()


def duplicates(person: Viewer) -> None:
    """Propose pairs that may be one person; merged by a button, parted by another."""
    found = read(queries.duplicates, viewer=person)
    if not found:
        st.info("Aucun doublon proposé.")
    for one, like in found:
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            st.markdown(
                f"{frame.plain(one.name)} ({frame.plain(one.structure or '–')}) et "
                f"{frame.plain(like.known.name)} ({frame.plain(like.known.structure or '–')}) : "
                f"{like.reason}"
            )
            if st.button("Réunir", key=f"reunir_{one.id}_{like.known.id}"):
                with frame.user_errors(), db.writing(*DOMAINS) as session:
                    merging.merge_people(session, person, kept_id=one.id,
                                         merged_id=like.known.id, now=frame.clock())  # fmt: skip
                st.rerun()
    for merge in read(queries.merges, viewer=person)[:10]:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"Fiches {merge.kept_id} et {merge.merged_id} réunies par {merge.author}.")
            if st.button("Séparer", key=f"separer_{merge.id}"):
                with frame.user_errors(), db.writing(*DOMAINS) as session:
                    merging.undo_merge(session, person, merge_id=merge.id or 0, now=frame.clock())
                st.rerun()
