"""The plan of the year: what was meant, what is placed and held, what is to be settled."""

import streamlit as st

from core import db, fr
from core.access import Right, may
from core.training import (
    followup,
    plan_queries,
    plan_table,
)
from pages.ui import behind_view, choices, frame, outputs
from pages.ui.read import read

LABELS = {
    "code": "N°", "title": "Intitulé", "kind": "Type", "date": "Date écrite",
    "planned_days": "Jours prévus",
    "placed_days": "Placés", "held_days": "Tenus", "left_days": "Reste", "done": "Réalisé",
    "state": "État",
}  # fmt: skip

person = frame.header("Plan de l’année", right=Right.READ_ACTIVITY)
plan = read(plan_queries.plan, viewer=person, year=2011)
if plan.empty:
    st.info("Aucun plan n’est chargé.")
    st.stop()
sections = {"Toutes": ""} | {name: name for name in dict.fromkeys(plan["section"])}
section = choices.pick("Partie du plan", sections, "partie")
kept = plan[plan["section"] == section] if section else plan
days = plan_table.in_days(kept, today=frame.today())
counted = kept[kept["counts_regional"]]
total, placed, held = (counted[name].fillna(0).sum() / 2 for name in ("planned", "placed", "held"))
st.markdown(
    f"**{fr.plural(len(kept), 'ligne')}** · {fr.number(total, 1)} jours prévus, "
    f"**{fr.number(placed, 1)} placés**, {fr.number(held, 1)} tenus"
)
slots = read(plan_queries.plan_slots, viewer=person, year=2011)
behind_view.plan(slots[slots["code"].isin(set(kept["code"]))], days)
columns = LABELS | {
    "link": st.column_config.LinkColumn("Voir", display_text="Ouvrir", width=60),
    "title": st.column_config.TextColumn("Intitulé", width=330),
}
st.dataframe(
    days[["link", *LABELS]], hide_index=True, key="plan", height=560, column_config=columns
)
st.caption(
    "Une journée commune à deux réseaux occupe deux lignes du plan et une seule séance. Les totaux "
    "du haut ne la comptent qu’une fois, et laissent de côté les réunions de tiers."
)
outputs.offer(days, LABELS, title="Plan 2011", key="plan_sortie")
notes = read(plan_queries.plan_notes, viewer=person, year=2011)
waiting = [note for note in notes if not note.resolution]
st.markdown(f"#### À régler : {len(waiting)} sur {len(notes)}")
for note in notes:
    told = f" – :green-badge[réglé] {frame.plain(note.resolution)}" if note.resolution else ""
    st.markdown(f"- **{note.code}** {frame.plain(note.text)}{told}")
if waiting and may(person, Right.EDIT_ACTIVITY):
    with st.form("regler", clear_on_submit=True):
        names = {note.id or 0: f"{note.code} – {note.text[:80]}" for note in waiting}
        chosen = st.selectbox("Note à régler", list(names), format_func=names.__getitem__)
        resolution = st.text_area("Ce qui est décidé")
        submitted = st.form_submit_button("Régler cette note")
    if submitted:
        with frame.user_errors(), db.writing("training") as session:
            followup.settle_note(session, person, note_id=chosen, resolution=resolution or "",
                                 now=frame.clock())  # fmt: skip
        st.rerun()
frame.share(frame.address_of({"partie": str(section)}))
