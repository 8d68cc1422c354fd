"""A contact list on its way in: its columns, what each line would do, then applied; undone."""

import hashlib
from typing import Any

import pandas as pd
import streamlit as st

from core import db, fr
from core.access import Viewer
from core.importing import RowError
from core.people import contact_imports, contact_undo, contacts, phones
from core.people.contact_comparison import NEW_PERSON, Change, Comparison, Decisions, Line
from core.people.contact_imports import ContactFile
from core.people.enums import ContactField, LineState
from pages.ui import frame
from pages.ui.read import read

SAID = "import_dit"
LIMIT = 30
LABELS = {"line": "Ligne", "name": "Personne", "state": "Ce qui serait fait", "detail": "Détail"}


def show(person: Viewer) -> None:
    """Take a list from its file to the directory, and offer to undo the former ones."""
    st.caption("CSV ou classeur : nom, prénom, courriel, téléphone, structure, fonction, réseaux. "
               "Rien n’est écrit avant votre accord.")  # fmt: skip
    for sentence in st.session_state.pop(SAID, []):
        st.info(sentence)
    file = st.file_uploader("Liste de contacts", type=["csv", "txt", "tsv", "xlsx", "xls", "ods"],
                            key="liste_contacts")  # fmt: skip
    if file is not None:
        with frame.user_errors():
            _checked(person, file)
    _history(person)


def _checked(person: Viewer, file: Any) -> None:
    content = file.getvalue()
    sheet = contacts.open_list(content)
    mapped = _columns(sheet, file.file_id)
    found = contacts.read(sheet, mapped)
    wanted = ContactFile(file.name, hashlib.sha256(content).hexdigest(), found.contacts)
    decisions: Decisions = st.session_state.get(f"decisions_{file.file_id}", Decisions())
    with db.reading() as session:
        compared = contact_imports.preview(session, person, file=wanted, decisions=decisions,
                                           on=frame.today())  # fmt: skip
    _summary(compared, [*found.faults, *compared.faults])
    decided = _decisions(compared, decisions, file.file_id)
    if decided is not None:
        st.session_state[f"decisions_{file.file_id}"] = decided
        st.rerun()
    if st.button("Importer ces contacts", type="primary", key="importer_contacts"):
        with db.writing("people") as session:
            contact_imports.apply(session, person, file=wanted, decisions=decisions,
                                  now=frame.clock())  # fmt: skip
        st.session_state[SAID] = [f"« {frame.plain(file.name)} » est importé."]
        st.rerun()


def _columns(sheet: contacts.Sheet, key: str) -> dict[ContactField, int]:
    """Let the reader correct which column holds what; none is an answer too."""
    guessed = contacts.guess(sheet.headers)
    options = [None, *range(len(sheet.headers))]
    mapped: dict[ContactField, int] = {}
    with st.expander("Colonnes du fichier", expanded=ContactField.LAST_NAME not in guessed):
        for one in ContactField:
            chosen = st.selectbox(
                one.label, options, index=options.index(guessed.get(one)),
                format_func=lambda rank: "aucune" if rank is None else sheet.headers[rank],
                key=f"colonne_{key}_{one.value}",
            )  # fmt: skip
            if chosen is not None:
                mapped[one] = chosen
    return mapped


def _summary(compared: Comparison, faults: list[RowError]) -> None:
    counts = [f"**{compared.count(state)}** {state.value}" for state in LineState]
    st.markdown(" · ".join([*counts, f"**{len(faults)}** à corriger"]))
    if faults:
        st.warning("Ces lignes seraient laissées de côté, à corriger dans le fichier :")
        st.text("\n".join(str(fault) for fault in faults[:LIMIT]))
    if compared.new_structures:
        names = ", ".join(compared.new_structures.values())
        st.caption(f"Structures à créer : {frame.plain(names)}.")
    rows = pd.DataFrame([
        {"line": line.contact.line, "name": line.contact.name, "state": line.state.value,
         "detail": line.reason or " ; ".join(map(_told, line.changes))}
        for line in compared.lines
    ], columns=list(LABELS))  # fmt: skip
    if len(rows):
        frame.table(rows, LABELS, height=320 if len(rows) > 8 else "auto", key="apercu_contacts")


def _told(change: Change) -> str:
    is_phone = change.field is ContactField.PHONE
    before, after = (phones.shown(text) if is_phone and text else text
                     for text in (change.before, change.after))  # fmt: skip
    label = change.field.label
    return f"{label} : {before} → {after}" if before else f"{label} : {after}"


def _decisions(compared: Comparison, held: Decisions, key: str) -> Decisions | None:
    """Ask who ambiguous lines are and which filled fields give way; return what was answered."""
    asked = [
        line for line in compared.lines
        if line.state is LineState.AMBIGUOUS or line.contact.line in held.people
    ][:LIMIT]  # fmt: skip
    changes = [(line, change) for line in compared.lines for change in line.changes
               if not change.is_filling][:LIMIT]  # fmt: skip
    if not asked and not changes:
        return None
    with st.form(f"decider_{key}", enter_to_submit=False):
        people = {line.contact.line: _who(line, key) for line in asked}
        accepted = {
            (line.contact.line, change.field): st.checkbox(
                f"{frame.plain(line.contact.name)} – {frame.plain(_told(change))}",
                key=f"accepter_{key}_{line.contact.line}_{change.field.value}",
            )
            for line, change in changes
        }
        if not st.form_submit_button("Retenir ces décisions"):
            return None
    chosen = {line: one for line, one in people.items() if one is not None}
    kept = frozenset(change for change, is_taken in accepted.items() if is_taken)
    return Decisions({**held.people, **chosen}, held.structures, kept)


def _who(line: Line, key: str) -> int | None:
    known = {one.id: one for one in (line.candidates or ((line.entry,) if line.entry else ()))}
    names = {NEW_PERSON: "une nouvelle personne"} | {
        one.id: " – ".join(filter(None, (one.name, one.email, one.title)))
        for one in known.values()
    }  # fmt: skip
    return st.selectbox(
        f"Ligne {line.contact.line}, {line.contact.name} : qui est-ce ?", [None, *names],
        format_func=lambda one: "à décider plus tard" if one is None else names[one],
        key=f"qui_{key}_{line.contact.line}",
    )  # fmt: skip


def _history(person: Viewer) -> None:
    held = read(contact_undo.imports, viewer=person)
    if held.empty:
        return
    st.markdown("**Listes importées**")
    for row in held.head(10).to_dict("records"):
        with st.container(horizontal=True, vertical_alignment="center"):
            state = "annulé" if pd.notna(row["undone_at"]) else (
                f"{fr.plural(row['created'], 'personne créée', 'personnes créées')}, "
                f"{fr.plural(row['completed'], 'complétée ou changée', 'complétées ou changées')}"
            )  # fmt: skip
            st.caption(
                f"{frame.plain(row['file_name'])}, le {fr.moment(row['imported_at'])} : {state}."
            )
            pressed = pd.isna(row["undone_at"]) and st.button(
                "Annuler cet import", key=f"annuler_import_{row['id']}")  # fmt: skip
        if pressed:
            with frame.user_errors(), db.writing("people") as session:
                left = contact_undo.undo(session, person, import_id=int(row["id"]),
                                         now=frame.clock())  # fmt: skip
            st.session_state[SAID] = ["Import annulé.", *(f"Laissé – {one}." for one in left)]
            st.rerun()
