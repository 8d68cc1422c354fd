"""Two records that are one: found, made one, parted again."""

from datetime import date

import streamlit as st

from core import db, fr
from core.access import Right, Viewer, may
from core.circulation import record_merging
from core.documentation import alike, queries
from core.documentation.queries import NoticeCard
from pages.ui import frame
from pages.ui.read import read


def show(person: Viewer, card: NoticeCard, today: date) -> None:
    """Let the team make another record one with this one, or part those that were."""
    if not may(person, Right.EDIT_CATALOGUE):
        return
    with st.expander("Doublons", icon=":material/merge:"):
        _merged(person, card)
        table = read(alike.duplicates, viewer=person, draft=card.draft)
        others = {
            int(own): f"n° {own} – {title} ({why})"
            for own, title, why in table[["id", "title", "why"]].itertuples(index=False)
            if int(own) != card.id
        }
        number = st.text_input("Réunir à celle-ci la notice n°", key="reunir_numero")
        if (number or "").strip().isdecimal():
            _add(person, others, int(str(number).strip()[:9]), card.id)
        if not others:
            st.caption("Aucun doublon probable. Une autre notice se donne par son numéro.")
            return
        _form(person, card, others, today)


def _add(person: Viewer, others: dict[int, str], own: int, here: int) -> None:
    found = read(queries.card, viewer=person, notice_id=own)
    if found is None or found.id == here:
        st.warning("Pas d’autre notice de ce numéro.")
    else:
        others[found.id] = f"n° {found.id} – {found.draft.title}"


def _form(person: Viewer, card: NoticeCard, others: dict[int, str], today: date) -> None:
    other = st.selectbox("Notice qui disparaît", list(others), format_func=others.__getitem__,
                         key="reunir_autre")  # fmt: skip
    found = read(queries.card, viewer=person, notice_id=other or 0)
    if found is not None:
        copies = len(found.draft.items)
        st.caption(
            f"À celle-ci passent : {fr.plural(copies, 'exemplaire')}, les réservations, les "
            "paniers, les fichiers, les liens et ce qui manque ici. Les deux notices se séparent "
            "à nouveau."
        )
    is_opened = _ask_who_sees(card, found)
    sure = st.checkbox("C’est bien le même document", key="reunir_sur")
    if st.button("Réunir", key="reunir", disabled=not sure):
        with frame.user_errors(), db.writing(*record_merging.DOMAINS) as session:
            record_merging.merge(session, person, kept_id=card.id, merged_id=other or 0,
                                 today=today, now=frame.clock(),
                                 is_opened=is_opened)  # fmt: skip
        frame.tell("Notices réunies.")
        st.rerun()


def _ask_who_sees(card: NoticeCard, other: NoticeCard | None) -> bool:
    """Say that what readers did not see stays so, unless the team opens it here."""
    if other is None or other.is_public or not card.is_public:
        return False
    st.warning(
        "La notice qui disparaît n’est pas montrée au public : le résultat sera réservé à "
        "l’équipe, avec ses notes et ses fichiers."
    )
    return st.checkbox("Montrer le résultat au public", key="reunir_montrer")


def _merged(person: Viewer, card: NoticeCard) -> None:
    for own, title in read(queries.merges, viewer=person, notice_id=card.id).items():
        if st.button(f"Séparer : {frame.plain(title)}", key=f"separer_{own}", wrap=True):
            with frame.user_errors(), db.writing(*record_merging.DOMAINS) as session:
                record_merging.undo(session, person, merge_id=own, now=frame.clock())
            frame.tell("Notices séparées.")
            st.rerun()
