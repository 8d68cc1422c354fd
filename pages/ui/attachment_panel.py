"""The files of a record: opened by whoever may, joined and taken away by the team."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from core import db, fr
from core.access import Right, Viewer, may
from core.documentation import attachments
from core.documentation.enums import Visibility
from pages.ui import frame
from pages.ui.read import read

TURN = "_fichier_tour"


def show(person: Viewer, notice_id: int) -> None:
    """List the files of a record, then offer the team to join one."""
    table = read(attachments.files, viewer=person, notice_id=notice_id)
    is_team = may(person, Right.EDIT_CATALOGUE)
    if table.empty and not is_team:
        return
    if not table.empty:
        st.markdown("**Fichiers**")
    for row in table.to_dict("records"):
        _file(person, row, is_team=is_team)
    if is_team:
        with st.expander("Joindre un fichier", icon=":material/attach_file:"):
            _form(person, notice_id)


def _file(person: Viewer, row: Mapping[Any, Any], *, is_team: bool) -> None:
    own = int(row["id"])
    is_public = row["access"] == Visibility.PUBLIC.value
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            f"{row['name']} ({fr.size(int(str(row['size'])))})", partial(_content, person, own),
            file_name=str(row["name"]), mime=str(row["mime"]), on_click="ignore",
            icon=":material/download:", key=f"fichier_{own}",
        )  # fmt: skip
        if is_team:
            label = "Réserver à l’équipe" if is_public else "Ouvrir à tous"
            if st.button(label, key=f"fichier_acces_{own}"):
                after = Visibility.TEAM if is_public else Visibility.PUBLIC
                with frame.user_errors(), db.writing(attachments.DOMAIN) as session:
                    attachments.show_to(session, person, attachment_id=own, visibility=after,
                                        now=frame.clock())  # fmt: skip
                st.rerun()
            _remove(person, own, str(row["name"]))
    if row["rights"]:
        st.caption(frame.plain(str(row["rights"])))


def _remove(person: Viewer, own: int, name: str) -> None:
    with st.popover("Retirer", icon=":material/delete:"):
        st.write(f"« {frame.plain(name)} » sera effacé.")
        if st.button("Oui, le retirer", key=f"fichier_retirer_{own}"):
            with frame.user_errors(), db.writing(attachments.DOMAIN) as session:
                attachments.remove(session, person, attachment_id=own, now=frame.clock())
            frame.tell("Fichier retiré.")
            st.rerun()


def _content(person: Viewer, own: int) -> bytes:
    with db.reading() as session:
        return attachments.content(session, person, attachment_id=own)


def _form(person: Viewer, notice_id: int) -> None:
    turn = st.session_state.get(TURN, 0)
    with st.form(f"fichier_{turn}", border=False):
        file = st.file_uploader("PDF, image ou document, 20 Mo au plus", key=f"fichier_n{turn}")
        visibility = st.selectbox("Visible par", list(Visibility), index=1,
                                  format_func=lambda one: one.label)  # fmt: skip
        rights = st.text_input("Droits, source", key=f"fichier_droits{turn}")
        if not st.form_submit_button("Joindre", type="primary"):
            return
    if file is None:
        st.error("Choisissez d’abord un fichier.")
        return
    with frame.user_errors(), db.writing(attachments.DOMAIN) as session:
        attachments.add(session, person, notice_id=notice_id, name=file.name,
                        content=file.getvalue(), visibility=visibility or Visibility.TEAM,
                        rights=rights or "", now=frame.clock())  # fmt: skip
    st.session_state[TURN] = turn + 1
    frame.tell(f"{file.name} est joint.")
    st.rerun()
