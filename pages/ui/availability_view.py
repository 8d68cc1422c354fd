"""The copies of a record: where each one is, when it comes back, how many readers wait."""

from datetime import date

import pandas as pd
import streamlit as st

from core import db, fr
from core.access import Right, Viewer, may
from core.circulation import availability, reader_queries, reservations
from core.circulation.availability import Availability, Place
from core.circulation.enums import CopyStatus
from pages.ui import desk_state, frame
from pages.ui.read import read

COPIES = {"shelf_mark": "Cote", "where": "Où", "barcode": "Code-barres", "state": "État"}
MOST = 50


def show(person: Viewer, notice_id: int, today: date, *, online: str) -> None:
    """Show the copies of a record; staff may put a reader in its queue."""
    st.markdown("**Exemplaires**")
    found = read(availability.of_notice, viewer=person, notice_id=notice_id)
    if not found.copies:
        st.caption("Aucun exemplaire au centre" + (", document en ligne." if online else "."))
        return
    st.markdown(summary(found, today))
    table = pd.DataFrame([row(one, today) for one in found.copies])
    frame.table(table, COPIES, key="exemplaires")
    if may(person, Right.LEND) and any(one.leaves for one in found.copies):
        _reserve(person, notice_id, today)


def summary(found: Availability, today: date) -> str:
    """Say in one line whether a copy can be had today, or from when.

    A day that has gone by is not promised: that copy is late.
    """
    if found.free:
        said = fr.plural(found.free, "exemplaire disponible", "exemplaires disponibles")
    elif found.first_due is not None and found.first_due >= today:
        said = f"Aucun exemplaire disponible, premier retour attendu le {fr.day(found.first_due)}"
    else:
        said = "Aucun exemplaire disponible à emprunter"
    if found.waiting:
        said += " ; " + fr.plural(found.waiting, "lecteur en attente", "lecteurs en attente")
    return said + "."


def row(one: Place, today: date) -> dict[str, str]:
    """Return a copy as a line of the table."""
    state = one.status.label
    if one.due_on is not None:
        late = ", en retard" if one.due_on < today else ""
        state += f", à rendre le {fr.day(one.due_on)}{late}"
    elif one.status is CopyStatus.AVAILABLE and not one.leaves:
        state = "à consulter sur place"
    return {"shelf_mark": one.shelf_mark, "where": one.where, "barcode": one.barcode,
            "state": state}  # fmt: skip


def _reserve(person: Viewer, notice_id: int, today: date) -> None:
    """Find the reader by name or card, then reserve."""
    box = st.expander("Réserver pour un lecteur", icon=":material/bookmark_add:",
                      key="reserver", on_change="rerun")  # fmt: skip
    if not box.open:
        return
    with box:
        text = st.text_input("Nom ou numéro de carte du lecteur", key="reserver_nom") or ""
        if not text.strip():
            st.caption("Tapez les premières lettres du nom, ou la carte.")
            return
        table = read(reader_queries.readers, viewer=person, text=text, today=today, limit=MOST)
        if table.empty:
            st.info("Aucune carte ouverte à ce nom : vérifiez le nom ou faites une carte.")
            return
        names = {int(line["id"]): f"{line['name']} ({line['card']})"
                 for line in table.to_dict("records")}  # fmt: skip
        with st.form("reserver_formulaire", border=False):
            chosen = st.selectbox("Lecteur", list(names), format_func=lambda own: names[own],
                                  key="reserver_lecteur")  # fmt: skip
            sent = st.form_submit_button("Réserver", type="primary")
    if sent and chosen is not None:
        with frame.user_errors():
            with db.writing(reservations.DOMAIN) as session:
                told = reservations.reserve(session, person, notice_id=notice_id,
                                            reader_id=chosen, today=today,
                                            now=frame.clock())  # fmt: skip
                desk_state.note(session)
            frame.tell(told)
            st.rerun()
