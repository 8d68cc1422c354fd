"""What the team does with a record: shown or hidden, deleted, its copies, its fields kept raw."""

import pandas as pd
import streamlit as st

from core import db
from core.access import Right, Viewer, may
from core.circulation import copy_moving
from core.documentation import item_operations, operations, queries
from core.documentation.enums import ItemState, NoticeState
from core.documentation.item_operations import HeldItem
from core.documentation.queries import NoticeCard
from pages.ui import frame
from pages.ui.read import read

GESTURES = {
    NoticeState.PUBLISHED: "Publier", NoticeState.HIDDEN: "Masquer",
    NoticeState.DELETED: "Supprimer",
}  # fmt: skip
DONE = {
    NoticeState.PUBLISHED: "Notice publiée.", NoticeState.HIDDEN: "Notice masquée au public.",
    NoticeState.DELETED: "Notice supprimée.",
}  # fmt: skip


def show(person: Viewer, card: NoticeCard) -> None:
    """Let the team act on a record without its whole form."""
    if not may(person, Right.EDIT_CATALOGUE):
        return
    with st.expander("Gérer cette notice", icon=":material/tune:"):
        st.caption(f"État : {NoticeState(card.status).label}.")
        _states(person, card)
        items: tuple[HeldItem, ...] = read(
            item_operations.held, viewer=person, notice_id=card.id
        )  # fmt: skip
        if items:
            _copy(person, items)
        if card.draft.raw:
            st.markdown("**Zones gardées telles quelles**")
            rows = [(raw.tag, raw.text) for raw in card.draft.raw]
            frame.table(pd.DataFrame(rows, columns=["tag", "text"]),
                        {"tag": "Zone", "text": "Contenu"}, key="zones_gardees")  # fmt: skip


def _states(person: Viewer, card: NoticeCard) -> None:
    with st.container(horizontal=True, gap="small"):
        for state in (NoticeState.PUBLISHED, NoticeState.HIDDEN):
            if card.status != state and st.button(GESTURES[state], key=f"etat_{state.value}"):
                _set(person, card, state)
        with st.popover(GESTURES[NoticeState.DELETED]):
            st.caption("La notice quitte le catalogue. Ses exemplaires doivent en être retirés.")
            if st.button("Oui, la supprimer", type="primary", key="etat_supprime"):
                _set(person, card, NoticeState.DELETED)


def _set(person: Viewer, card: NoticeCard, state: NoticeState) -> None:
    with frame.user_errors(), db.writing(operations.DOMAIN) as session:
        operations.set_status(session, person, notice_id=card.id, status=state, now=frame.clock())
    frame.tell(DONE[state])
    st.rerun()


def _copy(person: Viewer, items: tuple[HeldItem, ...]) -> None:
    """Ask which copy, and write over what it says of itself."""
    st.markdown("**Exemplaires**")
    by_id = {one.id: one for one in items}
    chosen = st.selectbox(
        "Exemplaire", list(by_id), key="exemplaire_choisi",
        format_func=lambda own: f"{by_id[own].name} ({ItemState(by_id[own].state).label})",
    )  # fmt: skip
    one = by_id[chosen]
    with st.form(f"exemplaire_{one.id}", border=False):
        sides = st.columns(3)
        code = sides[0].text_input("Code-barres", one.barcode, key=f"ex_code_{one.id}")
        mark = sides[1].text_input("Cote", one.shelf_mark, key=f"ex_cote_{one.id}")
        place = sides[2].text_input("Lieu", one.location, key=f"ex_lieu_{one.id}")
        present = [
            rank for rank, label, is_there in one.parts
            if st.checkbox(label, is_there, key=f"ex_piece_{one.id}_{rank}")
        ]  # fmt: skip
        is_sent = st.form_submit_button("Enregistrer l’exemplaire")
    _move(person, one)
    if not is_sent:
        return
    with frame.user_errors(), db.writing(item_operations.DOMAIN) as session:
        item_operations.change(
            session, person, item_id=one.id, code=code, shelf_mark=mark, location=place,
            present=present, now=frame.clock(),
        )  # fmt: skip
    frame.tell("Exemplaire enregistré.")
    st.rerun()


def _move(person: Viewer, one: HeldItem) -> None:
    """Let a copy go to the record it should have been put on."""
    with st.popover("Le déplacer vers une autre notice"):
        number = st.text_input("Notice n°", key=f"deplacer_{one.id}", placeholder="par exemple 12")
        if not (number or "").strip():
            st.caption("Le numéro est dans l’adresse de la page du document.")
            return
        own = (number or "").strip().lstrip("n° ")
        found = (
            read(queries.card, viewer=person, notice_id=int(own[:9])) if own.isdecimal() else None
        )
        if found is None:
            st.warning("Pas de notice de ce numéro.")
            return
        st.markdown(f"**{frame.plain(found.draft.title)}**")
        st.caption("Ses prêts passés le suivent.")
        if not st.button("L’y déplacer", type="primary", key=f"deplacer_oui_{one.id}"):
            return
        with frame.user_errors(), db.writing(*copy_moving.WRITTEN) as session:
            told = copy_moving.move(session, person, item_id=one.id, notice_id=found.id,
                                    now=frame.clock())  # fmt: skip
        frame.tell("Exemplaire déplacé.", *told)
        st.rerun()
