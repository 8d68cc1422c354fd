"""A bibliography of records chosen: its plan, then PDF, DOCX and the formats of catalogues."""

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from core import db, fr
from core.access import Viewer
from core.documentation import bibliography, queries
from core.documentation.bibliography import Group, Grouping, Plan
from pages.ui import outputs
from pages.ui.read import read

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST = 2_000
Writer = Callable[[Sequence[Group], Plan], bytes]


def show(person: Viewer, ids: Sequence[int], *, title: str, key: str) -> None:
    """Ask how a bibliography is made, and give it as a document or as a text to go on with."""
    if not ids or len(ids) > MOST:
        st.caption(f"Une bibliographie contient de 1 à {fr.number(MOST)} documents.")
        return
    named = st.text_input("Titre", value=title, key=f"{key}_titre", max_chars=200)
    opening = st.text_area("Introduction", key=f"{key}_introduction", max_chars=5_000)
    grouping = st.radio("Classement", list(Grouping), key=f"{key}_classement", horizontal=True,
                        format_func=lambda one: one.label)  # fmt: skip
    has_abstracts = st.checkbox("Avec les résumés", key=f"{key}_resumes")
    label = " ".join((named or "").split()) or "Bibliographie"
    plan = Plan(label, opening or "", grouping or Grouping.ALPHABET, has_abstracts,
                outputs.banner())  # fmt: skip
    stem = outputs.stem(label) or "bibliographie"
    with st.container(horizontal=True, gap="small"):
        _download(person, ids, plan, bibliography.as_pdf, "PDF", f"{stem}.pdf", key)
        _download(person, ids, plan, bibliography.as_docx, "DOCX (texte)", f"{stem}.docx", key)


def _download(  # noqa: PLR0913, PLR0917  # one button, all that it says
    person: Viewer, ids: Sequence[int], plan: Plan, write: Writer, label: str, name: str, key: str
) -> None:
    mime = DOCX if name.endswith("docx") else "application/pdf"
    st.download_button(
        label, partial(_content, person, tuple(ids), plan, write), file_name=name, mime=mime,
        on_click="ignore", key=f"{key}_{name.rpartition('.')[2]}",
    )  # fmt: skip


def _content(person: Viewer, ids: Sequence[int], plan: Plan, write: Writer) -> bytes:
    names = read(queries.theme_names, viewer=person)
    with db.reading() as session:
        drafts = queries.cited(session, person, ids)
    return write(bibliography.groups(drafts.values(), plan, names), plan)
