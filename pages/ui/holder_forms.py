"""Forms of who holds a lot, with whom; an operator is found in the directory before it is added."""

from typing import Any

import pandas as pd
import streamlit as st

from core import db, fr
from core.access import Viewer
from core.competences_cles import holders, market, market_queries
from core.competences_cles.holders import MemberDraft
from core.competences_cles.market_enums import MemberRole
from core.competences_cles.market_queries import HolderRow
from core.people import queries as people_queries
from core.people import structure_queries, structures
from core.people.enums import StructureKind
from core.people.structures import StructureDraft
from pages.ui import choices, frame, outputs
from pages.ui import market_fields as fields
from pages.ui.read import read

HOLDERS = {"lot": "Lot", "name": "Titulaire", "since": "Depuis le", "until": "Jusqu’au",
           "group": "Groupement"}  # fmt: skip
PROPOSED = "operateur_propose"


def show(person: Viewer, marche: Any) -> None:
    """List the holders of the lots, name one, end or remove one, tell its group."""
    rows = read(market_queries.holder_list, viewer=person, marche_id=marche.id)
    if rows:
        table = pd.DataFrame([_row(one) for one in rows], columns=list(HOLDERS))
        frame.table(table, HOLDERS, key="titulaires")
        outputs.offer(table, HOLDERS, title=f"Titulaires de {marche.reference}",
                      key="titulaires_sortie")  # fmt: skip
    else:
        st.info("Aucun titulaire. Nommez qui tient chaque lot, et depuis quand.")
    with st.expander("Nommer un titulaire", icon=":material/add:", expanded=not rows):
        _attribution(person, marche)
    with st.expander("Ajouter un opérateur qui n’est pas dans la liste"):
        _operator(person)
    if rows:
        with st.expander("Terminer une attribution, tenir un groupement", icon=":material/edit:"):
            names: dict[str, object] = {
                f"Lot {one.lot}, {one.name}, depuis le {fields.told(one.starts_on)}": one
                for one in rows
            }
            found = choices.pick("Attribution", names, "attribution")
            assert isinstance(found, HolderRow)  # noqa: S101  # pick returns one of its options
            _end(person, found)
            _group(person, found)


def _row(one: HolderRow) -> tuple[str, ...]:
    group = ", ".join(f"{member.name} ({_told(member)})" for member in one.members)
    return (one.lot, one.name, fields.told(one.starts_on), fields.told(one.ends_on) or "sans fin",
            group or "seul")  # fmt: skip


def _told(member: market_queries.MemberRow) -> str:
    share = "" if member.share is None else f", {fr.percent(member.share / holders.WHOLE, 1)}"
    return f"{member.role.label}{share}"


def operators(person: Viewer) -> dict[int, str]:
    """Return the structures to choose from, training bodies first."""
    table = read(people_queries.structures, viewer=person)
    first = table["kind"] == StructureKind.TRAINING_BODY.value
    ranked = pd.concat([table[first], table[~first]])
    return {
        int(key): f"{name} ({place})" if place else str(name)
        for key, name, place in zip(ranked["id"], ranked["name"], ranked["place"], strict=True)
    }


def _attribution(person: Viewer, marche: Any) -> None:
    lots = read(market_queries.lots, viewer=person, marche_id=marche.id)
    if not lots:
        st.info("Ajoutez d’abord un lot, onglet « Lots ».")
        return
    key = fields.fresh("titulaire_neuf")
    with st.form("titulaire_neuf", enter_to_submit=False):
        lot = fields.option("Lot", {row.lot.id: f"Lot {row.lot.number}" for row in lots},
                            f"{key}_lot", value=lots[0].lot.id)  # fmt: skip
        structure = fields.option("Titulaire (mandataire d’un groupement)", operators(person),
                                  f"{key}_structure")  # fmt: skip
        left, right = st.columns(2, gap="small")
        with left:
            start = fields.day("À partir du", marche.starts_on, f"{key}_debut")
        with right:
            end = fields.day("Jusqu’au (vide : sans fin)", None, f"{key}_fin")
        submitted = st.form_submit_button("Nommer ce titulaire", type="primary")
    if submitted:
        with fields.write() as session:
            market.attribute(
                session, person, lot_id=lot or 0,
                structure_id=holders.structure_of(session, structure or 0).id or 0,
                starts_on=fields.needed(start, "le premier jour de l’attribution"), ends_on=end,
                now=frame.clock(),
            )  # fmt: skip
        fields.done("Titulaire nommé.", renewed="titulaire_neuf")


def _end(person: Viewer, one: HolderRow) -> None:
    with st.form(f"attribution_{one.id}", enter_to_submit=False):
        end = fields.day("Dernier jour (vide : sans fin)", one.ends_on, f"a{one.id}_fin")
        submitted = st.form_submit_button("Enregistrer la fin", type="primary")
    if submitted:
        with fields.write() as session:
            holders.end_attribution(session, person, attribution_id=one.id, ends_on=end,
                                    now=frame.clock())  # fmt: skip
        fields.done("Fin de l’attribution enregistrée.")
    fields.removal(
        "Retirer cette attribution", "retirer_attribution",
        lambda session: holders.remove_attribution(
            session, person, attribution_id=one.id, now=frame.clock()
        ),
        "Attribution retirée.",
    )  # fmt: skip


def _group(person: Viewer, one: HolderRow) -> None:
    st.markdown(f"**Groupement** : mandataire {frame.plain(one.name)}")
    for member in one.members:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{frame.plain(member.name)} – {_told(member)}")
            if st.button("Retirer", key=f"membre_{member.id}"):
                with fields.write() as session:
                    holders.remove_member(session, person, member_id=member.id, now=frame.clock())
                fields.done(f"{member.name} n’est plus dans le groupement.")
    key = fields.fresh("membre_neuf")
    with st.form(f"membre_neuf_{one.id}", enter_to_submit=False):
        structure = fields.option("Membre", operators(person), f"{key}_structure")
        left, right = st.columns(2, gap="small")
        with left:
            role = fields.option("Rôle", {one: one.label for one in MemberRole}, f"{key}_role",
                                 value=MemberRole.PARTNER)  # fmt: skip
        share = right.number_input("Part du lot (%, vide : non dite)", 0.1, 100.0, None, 0.1,
                                   key=f"{key}_part")  # fmt: skip
        submitted = st.form_submit_button("Ajouter au groupement")
    if submitted:
        draft = MemberDraft(one.id, structure or 0, role or MemberRole.PARTNER,
                            None if share is None else round(10 * share))  # fmt: skip
        with fields.write() as session:
            holders.add_member(session, person, draft, now=frame.clock())
        fields.done("Membre ajouté au groupement.", renewed="membre_neuf")


def _operator(person: Viewer) -> None:
    """Add a training body to the directory, once nothing there looks like it."""
    key = fields.fresh("operateur_neuf")
    with st.form("operateur_neuf", enter_to_submit=False):
        left, right = st.columns(2, gap="small")
        name = left.text_input("Nom de l’opérateur", key=f"{key}_nom")
        place = right.text_input("Commune ou lieu", key=f"{key}_lieu")
        if st.form_submit_button("Chercher, puis ajouter", type="primary"):
            st.session_state[PROPOSED] = StructureDraft(
                name or "", kind=StructureKind.TRAINING_BODY, place=place or ""
            )
    draft = st.session_state.get(PROPOSED)
    if not isinstance(draft, StructureDraft):
        return
    found = read(structure_queries.likely_structures, viewer=person, label=draft.name)
    if found:
        st.warning("Déjà dans l’annuaire ? Choisissez-la alors comme titulaire, ci-dessus :")
        for like in found[:5]:
            st.markdown(f"- {frame.plain(like.known.name)} ({like.reason})")
        if not st.button("Aucune de ces structures : l’ajouter", key="operateur_quand_meme"):
            return
    del st.session_state[PROPOSED]
    with frame.user_errors(), db.writing("people") as session:
        structures.create_structure(session, person, draft, now=frame.clock())
    fields.done(f"{draft.name.strip()} est dans la liste des opérateurs.", renewed="operateur_neuf")
