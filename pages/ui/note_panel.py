"""Qualitative notes of a département: listed, written beside a figure, corrected, withdrawn."""

import streamlit as st

from core import db, fr
from core.access import Right, Viewer, may
from core.competences_cles import note_figures, note_report, portrait, qualitative_notes
from core.competences_cles.note_figures import Figure, FigureKey
from core.competences_cles.portrait import KeptNote, Portrait
from core.competences_cles.qualitative_notes import THEMES, NoteDraft
from pages.ui import choices, frame

NO_FIGURE = "Aucun chiffre"


def show(person: Viewer, found: Portrait) -> dict[str, str]:
    """List the notes of a choice, offer their report and the forms; return the choice."""
    quarters = dict.fromkeys(one.quarter for one in found.notes)
    named: dict[str, object] = {note_figures.quarter_told(one): one for one in quarters}
    with st.container(horizontal=True, gap="small"):
        quarter = choices.pick("Trimestre", {"Tous": ""} | named, "trimestre")
        theme = choices.pick("Thème", {"Tous": ""} | {one: one for one in THEMES}, "theme")
    notes = [
        one
        for one in found.notes
        if quarter in {"", one.quarter} and theme in {"", one.theme}
    ]  # fmt: skip
    now = portrait.figures(found)
    if not notes:
        st.info("Aucune note pour ce choix." + (" Écrivez-en une ci-dessous." if
                may(person, Right.EDIT_MARKET) else ""))  # fmt: skip
    for one in notes:
        _note(person, one, now)
    if notes:
        st.download_button(
            "Bilan qualitatif (PDF)", lambda: note_report.pdf(notes, found, now),
            file_name=f"bilan-qualitatif-{found.code}.pdf", mime="application/pdf",
            on_click="ignore", icon=":material/picture_as_pdf:", key="bilan_qualitatif",
        )  # fmt: skip
    if may(person, Right.EDIT_MARKET):
        _creation(person, found, now)
    told = note_figures.quarter_told(str(quarter)) if quarter else ""
    return {"trimestre": told, "theme": str(theme)}


def _note(person: Viewer, one: KeptNote, now: dict[FigureKey, Figure]) -> None:
    with st.container(border=True):
        st.markdown(f"**{one.theme}**, {note_figures.quarter_told(one.quarter)}")
        st.markdown(frame.plain(one.text))
        if told := note_report.against(one, now):
            st.markdown(f":material/monitoring: {frame.plain(told)}")
        st.caption(frame.plain(note_report.signed(one.source, one.author, one.written_on)))
        if may(person, Right.EDIT_MARKET):
            _change(person, one)


def _change(person: Viewer, one: KeptNote) -> None:
    with st.expander("Corriger ou retirer"), st.form(f"note_{one.id}", enter_to_submit=False):
        draft = _fields(one.ut_code, one, f"n{one.id}")
        with st.container(horizontal=True, gap="small"):
            corrected = st.form_submit_button("Enregistrer la correction")
            withdrawn = st.form_submit_button("Retirer la note")
    if not (corrected or withdrawn):
        return
    with frame.user_errors(), db.writing(qualitative_notes.DOMAIN) as session:
        if withdrawn:
            qualitative_notes.withdraw(session, person, note_id=one.id, now=frame.clock())
        else:
            qualitative_notes.correct(session, person, draft, note_id=one.id, now=frame.clock())
    frame.tell("Note retirée : le journal garde son texte." if withdrawn else "Note corrigée.")
    st.rerun()


def _fields(ut_code: str, one: KeptNote | None, key: str) -> NoteDraft:
    """Ask for what a note says; a new one is of the current quarter."""
    quarters = note_figures.quarters_until(frame.today())
    if one is not None and one.quarter not in quarters:
        quarters.append(one.quarter)
    held = quarters.index(one.quarter) if one is not None else 0
    left, right = st.columns(2, gap="small")
    quarter = left.selectbox("Trimestre de la note", quarters, index=held, key=f"{key}_trimestre",
                             format_func=note_figures.quarter_told)  # fmt: skip
    theme = right.selectbox("Thème de la note", THEMES, key=f"{key}_theme",
                            index=THEMES.index(one.theme) if one else 0)  # fmt: skip
    text = st.text_area("Note", value=one.text if one else "", key=f"{key}_texte",
                        max_chars=qualitative_notes.LONGEST)  # fmt: skip
    source = st.text_input("Source", value=one.source if one else "", key=f"{key}_source",
                           placeholder="Réunion, opérateur, prescripteur…")  # fmt: skip
    return NoteDraft(ut_code, quarter, theme, text or "", source or "")


def _creation(person: Viewer, found: Portrait, now: dict[FigureKey, Figure]) -> None:
    with (
        st.expander("Écrire une note", icon=":material/add:"),
        st.form("nouvelle_note", enter_to_submit=False),
    ):
        options: list[FigureKey | None] = [None, *now]
        key = st.selectbox(
            "Chiffre commenté, gardé tel qu’il est aujourd’hui", options, key="note_chiffre",
            format_func=lambda one: NO_FIGURE if one is None else
            f"{one.label} : {now[one].written()}",
        )  # fmt: skip
        draft = _fields(found.code, None, "nouvelle")
        submitted = st.form_submit_button("Ajouter la note", type="primary")
    if not submitted:
        return
    kept = NoteDraft(draft.ut_code, draft.quarter, draft.theme, draft.text, draft.source,
                     now[key] if key is not None else None)  # fmt: skip
    with frame.user_errors(), db.writing(qualitative_notes.DOMAIN) as session:
        qualitative_notes.write(session, person, kept, now=frame.clock())
    for name in ("nouvelle_texte", "nouvelle_source"):
        st.session_state.pop(name, None)
    frame.tell(f"Note ajoutée au {fr.day(frame.today())}.")
    st.rerun()
