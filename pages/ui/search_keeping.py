"""Searches kept under a name, and searches that found nothing, on screen."""

import streamlit as st

from core import db, fr
from core.access import Right, Viewer
from core.documentation import baskets, vain_searches
from core.documentation.enums import LabelKind
from pages.ui import concept_form, frame
from pages.ui.read import read

DOMAIN = "documentation"
NOTED = "recherches_vides_notees"
WAYS_IN = {LabelKind.OTHER: "montré sous le terme (« Employé pour »)",
           LabelKind.HIDDEN: "caché : une faute, une autre écriture"}  # fmt: skip


def note_empty(person: Viewer, text: str) -> None:
    """Count a search without result once a visit: a page drawn again counts nothing more."""
    noted: set[str] = st.session_state.setdefault(NOTED, set())
    if not text.strip() or text in noted:
        return
    noted.add(text)
    with db.writing(*vain_searches.DOMAINS) as session:
        vain_searches.note(session, person, text=text, now=frame.clock())


def keep(person: Viewer, address: str) -> None:
    """Keep the search on the screen under a name, open those kept, delete one."""
    if not frame.can(Right.EDIT_CATALOGUE):
        return
    box = st.popover("Mes recherches", icon=":material/bookmark:", key="mes_recherches",
                     on_change="rerun")  # fmt: skip
    if not box.open:
        return
    table = read(baskets.saved_searches, viewer=person)
    with box:
        for row in table.itertuples():
            st.markdown(f"- [{frame.plain(str(row.name))}](catalogue?{row.address})")
        with st.form("garder_recherche"):
            name = st.text_input("Nom de cette recherche", max_chars=100)
            is_kept = st.form_submit_button("Garder cette recherche", type="primary")
        if is_kept:
            with frame.user_errors(), db.writing(DOMAIN) as session:
                baskets.save_search(session, person, name=name or "", now=frame.clock(),
                                    address=address.partition("?")[2])  # fmt: skip
            frame.tell("Recherche gardée.")
            st.rerun()
        if not table.empty:
            _delete(person, table["name"].tolist())


def follow(address: str) -> None:
    """Give the address by which a reader of feeds follows what enters under a search."""
    with st.popover("Suivre par RSS", icon=":material/rss_feed:", key="suivre"):
        st.caption(
            "Adresse à donner à votre lecteur de flux (Thunderbird, navigateur, téléphone) : les "
            "documents publics qui entreront sous cette recherche arrivent d’eux-mêmes."
        )
        query = address.partition("?")[2]
        st.code(f"{frame.site()}/catalogue.rss" + (f"?{query}" if query else ""),
                language=None, wrap_lines=True)  # fmt: skip


def _delete(person: Viewer, names: list[str]) -> None:
    with st.form("supprimer_recherche"):
        gone = st.selectbox("Recherche à supprimer", names, index=None, placeholder="Choisir")
        submitted = st.form_submit_button("Supprimer")
    if submitted and gone:
        with frame.user_errors(), db.writing(DOMAIN) as session:
            baskets.delete_search(session, person, name=gone)
        frame.tell("Recherche supprimée.")
        st.rerun()


def without_result(person: Viewer) -> None:
    """Show staff what readers looked for in vain, most frequent first."""
    table = read(vain_searches.searches, viewer=person)
    if table.empty:
        return
    st.markdown("**Recherches sans résultat : à acquérir ou renvoi à créer**")
    shown = table.assign(last=[fr.moment(one) for one in table["last_at"]])
    labels = {"shown": "Cherché", "times": "Fois", "last": "Dernière fois"}
    frame.table(shown, labels, key="sans_resultat")
    _lead(person, table["shown"].tolist())
    with st.form("traiter_recherche"):
        done = st.selectbox("Recherche traitée", table["shown"].tolist(), index=None,
                            placeholder="Choisir")  # fmt: skip
        submitted = st.form_submit_button("Retirer de la liste")
    if submitted and done:
        with frame.user_errors(), db.writing(*vain_searches.DOMAINS) as session:
            vain_searches.clear(session, person, shown=done)
        frame.tell("Retirée de la liste.")
        st.rerun()


def _lead(person: Viewer, searched: list[str]) -> None:
    """Make a way into a term of the words that were searched in vain."""
    names = concept_form.choices(person, key="renvoi_mot")
    if not names:
        return
    with st.form("renvoi_recherche"):
        shown = st.selectbox("Mots cherchés", searched, index=None, placeholder="Choisir",
                             key="renvoi_mots")  # fmt: skip
        own = st.selectbox(
            "En faire un renvoi vers", list(names), index=None, key="renvoi_terme",
            format_func=names.__getitem__, placeholder="Choisir un terme",
        )  # fmt: skip
        kind = st.radio("Ce renvoi est", list(WAYS_IN), format_func=WAYS_IN.__getitem__,
                        key="renvoi_sorte")  # fmt: skip
        submitted = st.form_submit_button("Créer le renvoi", type="primary")
    if submitted and shown and own is not None:
        with frame.user_errors(), db.writing(DOMAIN, *vain_searches.DOMAINS) as session:
            vain_searches.lead(session, person, shown=shown, concept_id=own,
                               kind=kind or LabelKind.OTHER, now=frame.clock())  # fmt: skip
        frame.tell(f"« {frame.inline(shown)} » mène à « {frame.inline(names[own])} ».")
        st.rerun()
