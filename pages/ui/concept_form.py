"""A concept by hand, on screen: its labels and neighbours, what replaces it, a new one."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from core import db, fr
from core.access import Viewer
from core.documentation import concept_editing, concept_leaving, thesaurus_queries
from core.documentation.thesaurus_queries import ConceptTyped
from pages.ui import frame
from pages.ui.read import read

DOMAIN = "documentation"
CONCEPT = "concept"  # in the address


def edit(person: Viewer, own: int) -> None:
    """Change a concept, put another in its place, take it away where it indexes nothing."""
    typed: ConceptTyped | None = read(thesaurus_queries.concept_typed, viewer=person,
                                      concept_id=own)  # fmt: skip
    if typed is None:
        return
    with st.expander("Modifier ce terme", icon=":material/edit:"):
        names = choices(person, beside=own, held=(*typed.broader, *typed.related),
                        key=f"termes_voisins_{own}")  # fmt: skip
        said = _form(typed, names, own)
        if said is not None:
            with frame.user_errors(), db.writing(DOMAIN) as session:
                old = concept_editing.change(session, person, concept_id=own, typed=said,
                                             now=frame.clock())  # fmt: skip
            kept = f" « {frame.inline(old)} » reste un autre libellé, qui y mène." if old else ""
            frame.tell(f"Terme enregistré.{kept}")
            st.rerun()
        if names:
            _replace(person, own, names)
        _remove(person, own)


def choices(
    person: Viewer, *, key: str, thesaurus_id: int | None = None, beside: int | None = None,
    held: tuple[int, ...] = (),
) -> dict[int, str]:  # fmt: skip
    """Return the terms to choose from; where there are too many to list, ask for a word of them."""
    asked = {"thesaurus_id": thesaurus_id, "beside": beside, "held": held}
    names: dict[int, str] = read(thesaurus_queries.offered, viewer=person, **asked)
    if len(names) < thesaurus_queries.MOST_OFFERED:
        return names
    text = st.text_input("Ne proposer que les termes qui contiennent", key=key)
    found: dict[int, str] = read(thesaurus_queries.offered, viewer=person, text=text or "", **asked)
    return found


def _form(typed: ConceptTyped, names: Mapping[int, str], own: int) -> ConceptTyped | None:
    """Ask for all that a concept says; None until it is sent."""
    with st.form(f"terme_{own}"):
        label = st.text_input("Terme", typed.label, key=f"terme_nom_{own}")
        others = st.text_area("Employé pour (un libellé par ligne)", "\n".join(typed.others),
                              key=f"terme_autres_{own}")  # fmt: skip
        hidden = st.text_area(
            "Formes cachées (une par ligne)", "\n".join(typed.hidden), key=f"terme_caches_{own}",
            help="Fautes courantes, sigles oubliés : elles mènent au terme sans jamais être "
            "affichées.",
        )  # fmt: skip
        note = st.text_area("Note d’emploi", typed.note, key=f"terme_note_{own}")
        broader, related = (
            st.multiselect(title, list(names), default=held, format_func=names.__getitem__,
                           placeholder="Choisir", key=f"terme_{name}_{own}")
            for title, name, held in (("Plus large", "large", typed.broader),
                                      ("Voir aussi", "voir", typed.related))
        )  # fmt: skip
        if not st.form_submit_button("Enregistrer ce terme", type="primary"):
            return None
    return replace(
        typed, label=label or "", others=tuple((others or "").splitlines()),
        hidden=tuple((hidden or "").splitlines()), note=note or "", broader=tuple(broader),
        related=tuple(related),
    )  # fmt: skip


def _replace(person: Viewer, own: int, names: Mapping[int, str]) -> None:
    with st.form(f"remplacer_{own}"):
        st.caption(
            "Remplacer ce terme : ses notices et ses termes plus précis passent au nouveau, son "
            "nom y mène. Cela ne se défait pas."
        )
        by = st.selectbox("Remplacé par", list(names), index=None, key=f"terme_par_{own}",
                          format_func=names.__getitem__, placeholder="Choisir")  # fmt: skip
        submitted = st.form_submit_button("Remplacer")
    if submitted and by is not None:
        with frame.user_errors(), db.writing(DOMAIN) as session:
            moved = concept_leaving.replace(session, person, concept_id=own, by_id=by,
                                            now=frame.clock())  # fmt: skip
        frame.tell(f"Terme remplacé : {fr.plural(moved, 'notice reprise', 'notices reprises')}.")
        st.query_params[CONCEPT] = str(by)
        st.rerun()


def _remove(person: Viewer, own: int) -> None:
    with st.popover("Retirer ce terme"):
        if st.button("Oui, le retirer", type="primary", key=f"terme_retirer_{own}"):
            with frame.user_errors(), db.writing(DOMAIN) as session:
                concept_leaving.remove(session, person, concept_id=own, now=frame.clock())
            frame.tell("Terme retiré.")
            st.query_params.pop(CONCEPT, None)
            st.rerun()


def add(person: Viewer) -> None:
    """Add a term to a thesaurus, under wider ones; its page then opens for the rest."""
    table = read(thesaurus_queries.thesauri, viewer=person)
    if table.empty:
        return
    houses = dict(zip(table["id"].astype(int), table["name"], strict=True))
    with st.expander("Ajouter un terme", icon=":material/add:"):
        house = st.selectbox("Thésaurus du nouveau terme", list(houses), key="terme_ou",
                             format_func=houses.__getitem__)  # fmt: skip
        names = choices(person, thesaurus_id=house, key="terme_sous_mot")
        with st.form("terme_ajouter"):
            label = st.text_input("Nouveau terme", key="terme_nouveau")
            broader = st.multiselect(
                "Sous le terme plus large", list(names), key="terme_sous",
                format_func=names.__getitem__, placeholder="Choisir",
            )  # fmt: skip
            submitted = st.form_submit_button("Ajouter ce terme", type="primary")
        if submitted:
            with frame.user_errors(), db.writing(DOMAIN) as session:
                own = concept_editing.add(
                    session, person, thesaurus_id=house or 0, now=frame.clock(),
                    typed=ConceptTyped(label or "", broader=tuple(broader)),
                )  # fmt: skip
            frame.tell("Terme ajouté.")
            st.query_params[CONCEPT] = str(own)
            st.rerun()
