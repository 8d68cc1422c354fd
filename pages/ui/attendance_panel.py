"""Attendance of a session: the sheet, entry by exception, the grid, walk-ins, phones, scans."""

from datetime import date

import pandas as pd
import streamlit as st

from core import db, documents, fr, links
from core.access import Viewer
from core.people import queries as people_queries
from core.training import (
    attendance,
    attendance_queries,
    registration_queries,
    signing,
    statistics,
    walk_ins,
)
from core.training.enums import AttendanceState, Situation, SlotState
from core.training.queries import SessionCard, SlotView
from pages.ui import frame, outputs
from pages.ui.read import read

CHOICES = ["", *(state.label for state in AttendanceState)]
BY_LABEL = {state.label: state for state in AttendanceState}


def show(person: Viewer, card: SessionCard) -> None:
    """Print, enter, attach: each in a gesture or two."""
    slots = [slot for slot in card.slots if slot.state is not SlotState.CANCELLED]
    if not slots:
        st.info("Placez d’abord les jours de la séance, onglet « Modifier ».")
        return
    table = read(registration_queries.roll, viewer=person, training_id=card.training.id or 0)
    confirmed = table[table["state"] == "confirme"]
    if confirmed.empty:
        st.info("Personne n’est confirmé : inscrivez les participants d’abord.")
    _sheet(person, card, slots, confirmed)
    past = [slot for slot in slots if slot.day <= frame.today()]
    if past and not confirmed.empty:
        _by_exception(person, past, confirmed)
        grid(person, card, past, confirmed)
    if past:
        _walk_ins(person, card, past)
    _phone(person, slots)
    _scan(person, card)


def _name(slot: SlotView) -> str:
    return f"{fr.day(slot.day)}, {slot.half.label}"


def _sheet(
    person: Viewer, card: SessionCard, slots: list[SlotView], confirmed: pd.DataFrame
) -> None:
    days = sorted({slot.day for slot in slots})
    with st.container(horizontal=True, vertical_alignment="bottom"):
        day = st.selectbox("Feuille d’émargement du", days, format_func=fr.day, key="feuille_jour")
        made = st.button("Préparer la feuille", icon=":material/print:")
    if made:
        with frame.user_errors(), db.writing("training") as session:
            sheet = signing.print_sheet(
                session, person, training_id=card.training.id or 0, day=day, now=frame.clock()
            )
            code = sheet.code
        content = sheet_pdf(card, day, code, slots, confirmed)
        st.session_state["feuille"] = (card.training.id, code, content)
    training_id, code, content = st.session_state.get("feuille", (None, "", b""))
    if training_id == card.training.id:
        st.download_button(
            f"Télécharger la feuille {code} (PDF)", content, mime="application/pdf",
            file_name=f"emargement-{code}.pdf", on_click="ignore", type="primary",
        )  # fmt: skip


def sheet_pdf(
    card: SessionCard, day: date, code: str, slots: list[SlotView], confirmed: pd.DataFrame
) -> bytes:
    """Set the sheet of a day: a numbered row a participant, a box a half-day."""
    halves = [slot.half.label.capitalize() for slot in slots if slot.day == day]
    rows = [
        {"number": rank, "name": name, "structure": structure or ""}
        for rank, (name, structure) in enumerate(
            zip(confirmed["name"], confirmed["structure"], strict=True), start=1
        )
    ]
    return documents.pdf(
        "emargement",
        {
            "title": card.training.title, "day": fr.day(day), "code": code, "halves": halves,
            "place": card.training.place_text or card.territory, "rows": rows,
            "trainers": card.training.trainers, "banner": outputs.banner(),
        },
    )  # fmt: skip


def _by_exception(person: Viewer, past: list[SlotView], confirmed: pd.DataFrame) -> None:
    names = dict(zip(confirmed["registration_id"].astype(int), confirmed["name"], strict=True))
    with st.expander("Saisir par exception : tous présents, sauf…", expanded=True):
        by_id = {slot.id: slot for slot in past}
        with st.form("exception"):
            slot_id = st.selectbox("Demi-journée", list(by_id),
                                   format_func=lambda key: _name(by_id[key]))  # fmt: skip
            absents = st.multiselect("Absents", list(names), format_func=names.__getitem__,
                                     placeholder="Personne")  # fmt: skip
            excused = st.multiselect("Excusés", list(names), format_func=names.__getitem__,
                                     placeholder="Personne")  # fmt: skip
            submitted = st.form_submit_button("Enregistrer la demi-journée", type="primary")
    if submitted:
        with frame.user_errors(), db.writing("training") as session:
            count = attendance.enter_by_exception(
                session, person, slot_id=slot_id, absents=absents, excused=excused,
                now=frame.clock(),
            )  # fmt: skip
        frame.tell(f"{fr.plural(count, 'présence saisie', 'présences saisies')}.")
        st.rerun()


def grid(person: Viewer, card: SessionCard, past: list[SlotView], confirmed: pd.DataFrame) -> None:
    """Edit every cell; the source stays fixed until saved, so that no edit is lost."""
    training_id = card.training.id or 0
    cells = read(statistics.situations, viewer=person, training_id=training_id)
    entered = {
        (cell.registration.id, cell.slot.id): cell.situation.label
        for cell in cells
        if cell.situation in {Situation.PRESENT, Situation.ABSENT, Situation.EXCUSED}
        or cell.situation is Situation.NOT_CONCERNED
    }
    ids = confirmed["registration_id"].astype(int).tolist()
    columns = {slot.id: _name(slot) for slot in past}
    source = pd.DataFrame(
        {"Nom": confirmed["name"].tolist()}
        | {name: [entered.get((one, key), "") for one in ids] for key, name in columns.items()},
        index=ids,
    )
    version = st.session_state.setdefault(f"grille_{training_id}", 0)
    with st.expander("Grille de toutes les demi-journées passées"):
        edited = st.data_editor(
            source, key=f"grille_{training_id}_{version}", hide_index=True, disabled=["Nom"],
            column_config={
                name: st.column_config.SelectboxColumn(name, options=CHOICES)
                for name in columns.values()
            },
        )  # fmt: skip
        changes = changed_cells(source, edited, columns)
        saved = st.button(
            f"Enregistrer la grille ({fr.plural(len(changes), 'changement')})",
            disabled=not changes, key="grille_garder",
        )  # fmt: skip
    if saved:
        with frame.user_errors(), db.writing("training") as session:
            attendance.save_grid(session, person, training_id=training_id, changes=changes,
                                 now=frame.clock())  # fmt: skip
        st.session_state[f"grille_{training_id}"] = version + 1
        st.rerun()


def changed_cells(
    source: pd.DataFrame, edited: pd.DataFrame, columns: dict[int, str]
) -> dict[tuple[int, int], AttendanceState | None]:
    """Return (registration, slot) → situation for each cell that is no longer as it was."""
    return {
        (int(one), key): BY_LABEL.get(str(after))
        for key, name in columns.items()
        for one, before, after in zip(
            source.index.tolist(), source[name].tolist(), edited[name].tolist(), strict=True
        )
        if before != after
    }


def _walk_ins(person: Viewer, card: SessionCard, past: list[SlotView]) -> None:
    found = read(attendance_queries.walk_ins, viewer=person, training_id=card.training.id or 0)
    with st.expander(f"Venus sans inscription : {len(found)}"):
        by_id = {slot.id: slot for slot in past}
        with st.form("passage", clear_on_submit=True):
            slot_id = st.selectbox("Demi-journée", list(by_id),
                                   format_func=lambda key: _name(by_id[key]))  # fmt: skip
            name = st.text_input("Nom")
            structure = st.text_input("Structure")
            added = st.form_submit_button("Noter cette personne")
        if added:
            with frame.user_errors(), db.writing("training") as session:
                walk_ins.add_walk_in(session, person, slot_id=slot_id, name=name or "",
                                       structure=structure or "")  # fmt: skip
            st.rerun()
        waiting = [row for row in found if row.registration_id is None]
        if waiting:
            _attach(person, waiting)


def _attach(person: Viewer, waiting: list[attendance_queries.WalkInRow]) -> None:
    names = {row.id: f"{row.name} ({row.structure or 'structure non dite'})" for row in waiting}
    chosen = st.selectbox("Rattacher", list(names), format_func=names.__getitem__)
    text = st.text_input("à qui ? (nom dans l’annuaire)", key="passage_qui")
    if not text:
        return
    found = read(people_queries.people, viewer=person, text=text, on=frame.today()).head(20)
    people = dict(zip(found["id"].astype(int), found["name"], strict=True))
    if not people:
        st.info("Personne de ce nom : ajoutez-la à l’annuaire d’abord.")
        return
    who = st.selectbox("Personne", list(people), format_func=people.__getitem__)
    if st.button("C’est cette personne"):
        with frame.user_errors(), db.writing("training") as session:
            walk_ins.attach_walk_in(session, person, walk_in_id=chosen, person_id=who,
                                      now=frame.clock())  # fmt: skip
        st.rerun()


def _phone(person: Viewer, slots: list[SlotView]) -> None:
    with st.expander("Émarger par téléphone (QR code)"):
        by_id = {slot.id: slot for slot in slots}
        with st.container(horizontal=True, vertical_alignment="bottom"):
            slot_id = st.selectbox("Demi-journée", list(by_id), key="qr_creneau",
                                   format_func=lambda key: _name(by_id[key]))  # fmt: skip
            minutes = st.number_input("Ouvert pendant (minutes)", 5, 240, 30, key="qr_minutes")
            opened = st.button("Ouvrir l’émargement")
        if opened:
            with frame.user_errors(), db.writing("training") as session:
                token = signing.open_window(session, person, slot_id=slot_id,
                                               minutes=int(minutes), now=frame.clock())  # fmt: skip
            st.session_state["qr"] = (slot_id, f"{frame.site()}/emarger?s={token}")
        slot_shown, address = st.session_state.get("qr", (None, ""))
        if slot_shown == slot_id:
            st.image(links.qr_png(address), width=260)
            st.code(address, language=None, wrap_lines=True)
            st.caption(
                "Chaque participant entre le code personnel reçu avec son invitation ; il figure "
                "aussi dans la liste des inscrits."
            )


def _scan(person: Viewer, card: SessionCard) -> None:
    sheets = read(attendance_queries.sheets, viewer=person, training_id=card.training.id or 0)
    with st.expander(f"Feuilles imprimées et scans : {len(sheets)}"):
        if not sheets.empty:
            frame.table(sheets, {"day": "Jour", "code": "Code", "scan": "Scan",
                                 "sha256": "Empreinte"}, key="feuilles")  # fmt: skip
        with st.form("scan"):
            code = st.text_input("Code de contrôle de la feuille")
            file = st.file_uploader("Scan signé (PDF, JPEG ou PNG)", type=["pdf", "jpg", "png"])
            submitted = st.form_submit_button("Joindre le scan")
        if submitted and file is None:
            st.error("Choisissez le fichier du scan.")
        elif submitted and file is not None:
            with frame.user_errors(), db.writing("training") as session:
                signing.attach_scan(session, person, code=code or "", name=file.name,
                                       content=file.getvalue(), now=frame.clock())  # fmt: skip
            st.rerun()
