"""Parts of the page of the thesauri: the list, a concept, what the team enters."""

from urllib.parse import urlencode

import streamlit as st

from core import db, fr
from core.access import Viewer
from core.documentation import thesaurus_files, thesaurus_operations, thesaurus_queries
from core.documentation.thesaurus_files import File
from core.documentation.thesaurus_queries import ConceptCard, Neighbour
from pages.ui import concept_form, frame
from pages.ui.read import read

CONCEPT = concept_form.CONCEPT
LABELS = {"name": "Thésaurus", "code": "Nom court", "concepts": "Concepts", "notices": "Notices"}
DOMAIN = "documentation"


def find(person: Viewer) -> None:
    """Look for a term among all the labels; without one, show where the trees begin."""
    text = st.text_input("Chercher un terme", key="q", bind="query-params",
                         placeholder="décrochage, habitat, CUCS…")  # fmt: skip
    table = read(thesaurus_queries.concepts, viewer=person, text=text or "")
    if table.empty:
        st.info(
            "Aucun terme. Essayez un autre mot, ou le début du mot." if (text or "").strip()
            else "Aucun thésaurus : l’équipe en dépose un ici."
        )  # fmt: skip
        return
    if (text or "").strip():
        more = " au moins" if len(table) == thesaurus_queries.MOST else ""
        st.markdown(f"**{fr.plural(len(table), 'terme')}{more}**")
    else:
        st.caption("Les termes qui n’en ont pas de plus large :")
    several = table["thesaurus"].nunique() > 1
    st.markdown("\n".join(
        f"- {_link((own, label))}" + (f" – {frame.plain(house)}" if several else "")
        for own, label, house in table.itertuples(index=False)
    ))  # fmt: skip


def _link(one: Neighbour) -> str:
    own, label = one
    return f"[{frame.plain(label)}](thesaurus?{CONCEPT}={own})"


def card(person: Viewer, concept_id: int) -> int | None:
    """Show a concept: what leads to it, what is around it, the documents; return which it is.

    None where there is none; where another replaced it, that other is shown, and told.
    """
    found: ConceptCard | None = read(thesaurus_queries.concept_card, viewer=person,
                                     concept_id=concept_id)  # fmt: skip
    if found is None:
        st.warning("Ce terme n’existe pas, ou plus.")
        return None
    if found.id != concept_id:
        st.info("Le terme demandé a été remplacé par celui-ci.")
    st.markdown(f"#### {frame.plain(found.label)}")
    st.caption(frame.plain(found.thesaurus))
    if found.others:
        st.markdown(f"**Employé pour** : {frame.plain(', '.join(found.others))}")
    if found.note:
        st.markdown(frame.plain(found.note))
    for name, listed in (("Plus large", found.broader), ("Plus précis", found.narrower),
                         ("Voir aussi", found.related)):  # fmt: skip
        if listed:
            st.markdown(f"**{name}** : {', '.join(map(_link, listed))}")
    _documents(found)
    if st.button("Tous les termes", icon=":material/arrow_back:", key="tous_les_termes"):
        st.query_params.pop(CONCEPT, None)
        st.rerun()
    return found.id


def _documents(found: ConceptCard) -> None:
    if found.notices:
        address = urlencode({"f_sujet": found.label})
        count = fr.plural(found.notices, "document", "documents")
        st.markdown(f"**[Voir {count} du catalogue](catalogue?{address})**")
    else:
        st.caption("Aucun document du catalogue sous ce terme.")


def keep(person: Viewer) -> None:
    """List the thesauri, enter a file, take away one that indexes nothing."""
    with st.expander("Les thésaurus et leurs fichiers", icon=":material/upload_file:"):
        table = read(thesaurus_queries.thesauri, viewer=person)
        if not table.empty:
            frame.table(table, LABELS, key="thesaurus_liste")
        st.caption(
            "SKOS (RDF/XML), liste par indentation (CSV), ou les trois tables de PMB dans un ZIP. "
            "Le fichier est d’abord relu : rien n’est écrit avant votre accord."
        )
        file = st.file_uploader("Fichier du thésaurus", ["xml", "rdf", "skos", "csv", "zip"],
                                key="thesaurus_fichier")  # fmt: skip
        if file is not None:
            _enter(person, File(file.name, file.getvalue()))
        _remove(person, dict(zip(table["id"].astype(int), table["name"], strict=True)))


def _enter(person: Viewer, file: File) -> None:
    code = st.text_input("Nom court", file.code, key=f"thesaurus_code_{file.code}",
                         help="Un fichier du même nom court met à jour ce thésaurus.")  # fmt: skip
    with frame.user_errors():
        with db.reading() as session:
            report = thesaurus_files.import_file(session, person, file, code=code or "",
                                                 now=frame.clock(), is_dry_run=True)  # fmt: skip
        for sentence in report.sentences():
            st.markdown(frame.plain(sentence))
    if not st.button("Enregistrer ce thésaurus", type="primary", key="thesaurus_entrer"):
        return
    with frame.user_errors(), db.writing(DOMAIN) as session:
        done = thesaurus_files.import_file(session, person, file, code=code or "",
                                           now=frame.clock(), is_dry_run=False)  # fmt: skip
    frame.tell(done.sentences()[0])
    st.rerun()


def _remove(person: Viewer, names: dict[int, str]) -> None:
    if not names:
        return
    with st.popover("Retirer un thésaurus"):
        own = st.selectbox("Thésaurus", list(names), format_func=names.__getitem__,
                           key="thesaurus_retirer")  # fmt: skip
        if st.button("Oui, le retirer", type="primary", key="thesaurus_oui"):
            with frame.user_errors(), db.writing(DOMAIN) as session:
                thesaurus_operations.remove(session, person, thesaurus_id=own or 0,
                                            now=frame.clock())  # fmt: skip
            frame.tell("Thésaurus retiré.")
            st.rerun()
