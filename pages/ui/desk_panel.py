"""Under the desk: new cards, late loans, copies not fetched, incidents."""

from datetime import date, datetime

import streamlit as st

from core import db, fr
from core.access import Right, Viewer, may
from core.circulation import categories, desk, desk_day, reader_queries, readers, reservations
from core.circulation.returns import Return
from core.people import queries as people
from pages.ui import consent_boxes, desk_gestures, desk_state, frame, outputs
from pages.ui.read import read

LATE = {"reader": "Lecteur", "card": "Carte", "title": "Document", "due": "À rendre le",
        "days": "Jours de retard"}  # fmt: skip
GESTURES = {"hour": "Heure", "kind": "Geste", "title": "Document", "told": "Suite",
            "author": "Par"}  # fmt: skip
MOST = 50


def show(person: Viewer, today: date) -> None:
    """Show what the desk must look into, each part folded until it is asked for."""
    day = read(desk_day.day, viewer=person, today=today)
    _gestures(person, today)
    _special(person, today)
    if day.late and (box := _folded(fr.plural(day.late, "prêt en retard", "prêts en retard"),
                                    "schedule", "retards")):  # fmt: skip
        with box:
            _late(person, today)
    if day.unfetched:
        _expire(person, day.unfetched)
    _incidents(person)
    if may(person, Right.EDIT_READERS) and (box := _folded("Nouvelle carte", "badge", "carte")):
        with box:
            new_card(person, today)


def _folded(title: str, icon: str, key: str) -> st.delta_generator.DeltaGenerator | None:
    """Show a folded part; return it once it is open: nothing is read before."""
    box = st.expander(title, icon=f":material/{icon}:", key=key, on_change="rerun")
    return box if box.open else None


def _gestures(person: Viewer, today: date) -> None:
    """List the gestures of the day; the last one of this desk may be taken back."""
    table = read(desk_day.gestures, viewer=person, today=today)
    if table.empty:
        return
    if desk_state.LAST in st.session_state and st.button(
        "Annuler le dernier geste", icon=":material/undo:", key="guichet_annuler"
    ):
        desk_gestures.undo_last(person)
        st.rerun()
    box = _folded("Les gestes du jour", "history", "gestes")
    if box:
        with box:
            hours = [_hour(at) for at in table["at"]]
            frame.table(table.assign(hour=hours), GESTURES, key="liste_gestes")


def _hour(at: datetime) -> str:
    return f"{fr.local(at):%H:%M}"


def _special(person: Viewer, today: date) -> None:
    """Take back a copy brought another day, or a kit without all its parts."""
    box = _folded("Retour daté, ou mallette incomplète", "event", "retour_special")
    if not box:
        return
    with box:
        code = st.text_input("Code-barres de l’exemplaire", key="special_code")
        if not (code or "").strip():
            st.caption("La boîte de retour du vendredi, traitée le lundi, compte du vendredi.")
            return
        with db.reading() as session:
            own = desk.read(session, person, code or "").item_id
        if own is None:
            st.warning("Aucun exemplaire ne porte ce code.")
            return
        _special_form(person, own, today)


def _special_form(person: Viewer, item_id: int, today: date) -> None:
    parts = read(desk.parts, viewer=person, item_id=item_id)
    with st.form("retour_special_form"):
        on = st.date_input("Rapporté le", today, max_value=today, format="DD/MM/YYYY")
        missing = (
            st.multiselect("Pièces manquantes", list(parts), format_func=parts.__getitem__)
            if parts else []
        )  # fmt: skip
        if st.form_submit_button("Enregistrer le retour", type="primary"):
            back = Return("", on, tuple(missing), item_id)
            desk_gestures.give_parts(person, back, today)
            st.rerun()


def _late(person: Viewer, today: date) -> None:
    table = read(desk.late, viewer=person, today=today)
    shown = table.assign(due=[fr.day(day) for day in table["due_on"]])
    frame.table(shown, LATE, key="liste_retards")
    outputs.offer(
        shown.assign(due=table["due_on"]), LATE, title="Prêts en retard", key="retards_sortie"
    )


def _expire(person: Viewer, count: int) -> None:
    who = fr.plural(count, "document n’a pas été retiré", "documents n’ont pas été retirés")
    st.warning(f"{who} à temps.")
    if not st.button("Les remettre à disposition", key="expirer"):
        return
    with frame.user_errors(), db.writing(reservations.DOMAIN) as session:
        ended = reservations.expire(session, person, today=frame.today(), now=frame.clock())
    st.session_state.pop(desk_state.LAST, None)  # several gestures: none is the last one
    frame.tell(fr.plural(ended, "réservation expirée", "réservations expirées") + ".")
    st.rerun()


def _incidents(person: Viewer) -> None:
    table = read(desk.incidents, viewer=person)
    if table.empty:
        return
    title = fr.plural(len(table), "incident à éclaircir", "incidents à éclaircir")
    if not (box := _folded(title, "report", "incidents")):
        return
    with box:
        for own, at, told in table.head(MOST).itertuples(index=False):
            st.markdown(f"{fr.moment(fr.local(at))} – {frame.plain(told)}")
            if st.button("C’est éclairci", key=f"incident_{own}"):
                with frame.user_errors(), db.writing(reservations.DOMAIN) as session:
                    desk_day.settle(session, person, incident_id=int(own), now=frame.clock())
                frame.tell("Incident clos.")
                st.rerun()


def new_card(person: Viewer, today: date) -> None:
    """Find the person first, then give the card: nobody is created twice."""
    text = st.text_input("Chercher la personne dans l’annuaire", key="carte_nom")
    if not (text or "").strip():
        st.caption("Une personne qui n’y est pas s’ajoute d’abord dans l’annuaire.")
        return
    found = read(people.people, viewer=person, text=text or "", on=today, limit=MOST)
    if found.empty:
        st.info("Personne de ce nom dans l’annuaire : ajoutez-la d’abord.")
        st.page_link("pages/annuaire/annuaire.py", label="Ouvrir l’annuaire")
        return
    names = {
        int(own): f"{name} – {structure}" if structure else str(name)
        for own, name, structure in zip(found["id"], found["name"], found["structure"], strict=True)
    }
    kinds = read(categories.names, viewer=person)
    with st.form("nouvelle_carte"):
        who = st.selectbox("Personne", list(names), format_func=names.__getitem__)
        kind = st.selectbox("Catégorie", list(kinds), format_func=kinds.__getitem__)
        number = st.text_input("Numéro de la carte", read(reader_queries.next_card, viewer=person))
        st.caption(f"À cocher avec la personne, si elle le veut. {consent_boxes.FREE}")
        purposes = consent_boxes.show("carte_accord")
        submitted = st.form_submit_button("Donner la carte", type="primary")
    if submitted:
        with frame.user_errors(), db.writing(*readers.DOMAINS) as session:
            readers.register(session, person, person_id=who or 0, card=number or "",
                             category_id=kind or 0, today=today, purposes=purposes,
                             now=frame.clock())  # fmt: skip
        frame.tell("Carte donnée : le lecteur peut emprunter.")
        st.rerun()
