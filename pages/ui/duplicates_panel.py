"""Pairs of people or structures that may be one: merged by a button, parted by another."""

import streamlit as st

from core import db, fr
from core.access import Viewer
from core.people import duplicate_queries, merging, structure_queries
from core.people.likeness import Known, Likeness
from pages.ui import frame
from pages.ui.read import read

DOMAINS = ("people", "training")


def show(person: Viewer) -> None:
    people = read(duplicate_queries.duplicates, viewer=person)
    houses = read(structure_queries.structure_duplicates, viewer=person)
    if not people and not houses:
        st.info("Aucun doublon proposé.")
    for title, merge, pairs in (
        ("Personnes", merging.merge_people, people),
        ("Structures", merging.merge_structures, houses),
    ):
        if pairs:
            st.markdown(f"**{title}**")
        for one, like in pairs:
            if _is_merged(one, like, key=title):
                with frame.user_errors(), db.writing(*DOMAINS) as session:
                    merge(session, person, kept_id=one.id, merged_id=like.known.id,
                          now=frame.clock())  # fmt: skip
                st.rerun()
    _merged(person)


def _is_merged(one: Known, like: Likeness, *, key: str) -> bool:
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        sides = [f"{side.name} ({side.structure})" if side.structure else side.name
                 for side in (one, like.known)]  # fmt: skip
        st.markdown(" et ".join(frame.plain(side) for side in sides) + f" : {like.reason}")
        return st.button("Réunir", key=f"reunir_{key}_{one.id}_{like.known.id}")


def _merged(person: Viewer) -> None:
    """Offer to part what was merged, the latest first."""
    merges = read(duplicate_queries.merges, viewer=person).head(10)
    if not merges.empty:
        st.markdown("**Réunies**")
    for key, kept, merged, author, at in zip(
        merges["id"], merges["kept"], merges["merged"], merges["author"], merges["merged_at"],
        strict=True,
    ):  # fmt: skip
        with st.container(horizontal=True, vertical_alignment="center"):
            who = f"{frame.plain(merged)}, réunie à {frame.plain(kept)}"
            st.caption(f"{who} par {frame.plain(author)} le {fr.day(at)}.")
            pressed = st.button("Séparer", key=f"separer_{key}")
        if pressed:
            with frame.user_errors(), db.writing(*DOMAINS) as session:
                merging.undo_merge(session, person, merge_id=int(key), now=frame.clock())
            st.rerun()
