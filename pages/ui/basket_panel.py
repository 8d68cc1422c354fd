"""Baskets on screen: gathered from a search or a record, put in order, shared, cited."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core import db, fr
from core.access import Right, Viewer
from core.documentation import baskets, citations, queries
from core.documentation.baskets import MOST
from core.documentation.drafts import NoticeDraft
from core.documentation.enums import reserved
from pages.ui import frame, visit_basket
from pages.ui.read import read

PAGE = "pages/documentation/panier.py"
DOMAIN = "documentation"
OUT = "documents_a_retirer"
# The address carries the number of a basket, not its name nor what it holds.
KEY, CHOSEN, READ = "panier", "panier_choisi", "panier_adresse"


def offer(person: Viewer, ids: Sequence[int]) -> None:
    """Offer to put records in a basket: a named one for the team, that of the visit otherwise."""
    if not frame.can(Right.EDIT_CATALOGUE):
        _for_the_visit(ids)
        return
    box = st.popover("Mettre au panier", icon=":material/library_add:", key="mettre_au_panier",
                     on_change="rerun")  # fmt: skip
    if not box.open:
        return
    table = read(baskets.baskets, viewer=person)
    own = table[table["owner"] == person.signature]["name"].tolist()
    with box, st.form("au_panier"):
        st.caption(fr.plural(len(ids), "document") + " à ajouter.")
        name = st.selectbox("Panier", own, accept_new_options=True, index=0 if own else None,
                            placeholder="Nom d’un panier, existant ou nouveau")  # fmt: skip
        submitted = st.form_submit_button("Ajouter", type="primary")
    if submitted:
        with frame.user_errors(), db.writing(DOMAIN) as session:
            baskets.add(session, person, name=str(name or ""), ids=ids[: MOST + 1],
                        now=frame.clock())  # fmt: skip
        frame.tell(f"Ajouté au panier « {frame.plain(str(name))} ».")
        st.rerun()


def _for_the_visit(ids: Sequence[int]) -> None:
    kept = visit_basket.held()
    new = [one for one in ids if one not in kept]
    room = visit_basket.MOST - len(kept)
    with st.container(horizontal=True, gap="small"):
        if new and room > 0:
            st.button("Mettre au panier", icon=":material/library_add:", key="mettre_au_panier",
                      on_click=_gather, args=(kept, new[:room]))  # fmt: skip
        if kept:
            st.page_link(PAGE, label=f"Panier ({fr.number(len(kept))})",
                         icon=":material/list_alt:",
                         query_params={visit_basket.KEY: visit_basket.written()})  # fmt: skip


def _gather(kept: Sequence[int], new: Sequence[int]) -> None:
    """Keep more records before the page is drawn: a rerun would bring the old address back."""
    visit_basket.keep([*kept, *new])
    frame.tell(f"Ajouté au panier : {fr.plural(len(new), 'document')}. "
               "Il dure le temps de votre visite ; son lien le garde.")  # fmt: skip


def _take_out(ids: Sequence[int]) -> None:
    out = st.session_state.get(OUT, [])
    visit_basket.keep([one for one in ids if one not in out])
    frame.tell("Retiré du panier." if out else "Rien à retirer : choisissez un document.")


def visitor(person: Viewer) -> list[int]:
    """Show the basket of a visit; return its records."""
    ids = visit_basket.held()
    drafts = read(queries.cited, viewer=person, ids=ids)
    if not drafts:
        st.info("Votre panier est vide : dans le catalogue, « Mettre au panier » y ajoute un "
                "document ou tout ce qu’une recherche trouve.")  # fmt: skip
        st.page_link("pages/documentation/catalogue.py", label="Chercher dans le catalogue")
        return []
    st.caption(f"{fr.plural(len(drafts), 'document')}, le temps de votre visite. "
               "« Copier le lien » garde ce panier.")  # fmt: skip
    _listed(drafts)
    with st.form("retirer"):
        st.multiselect("Retirer", list(drafts), placeholder="Documents à retirer", key=OUT,
                       format_func=lambda own: drafts[own].title)  # fmt: skip
        st.form_submit_button("Retirer du panier", on_click=_take_out, args=(list(drafts),),
                              key="retirer_valide")  # fmt: skip
    return list(drafts)


def _listed(drafts: dict[int, NoticeDraft]) -> None:
    lines = [
        f"1. [{frame.plain(one.title)}](notice?notice={own}{visit_basket.suffix()}) – "
        f"{frame.reference(citations.citation(one))}"
        for own, one in list(drafts.items())[: visit_basket.MOST]
    ]
    with st.container(height=360 if len(lines) > 6 else "content"):
        st.markdown("\n".join(lines))


def team(person: Viewer) -> tuple[str, list[int]]:
    """Choose a basket of the team, put it in order; return its name and its records."""
    table = read(baskets.baskets, viewer=person)
    if table.empty:
        st.info("Aucun panier : dans le catalogue, « Mettre au panier » en crée un.")
        st.page_link("pages/documentation/catalogue.py", label="Chercher dans le catalogue")
        return "", []
    rows = {int(str(row.id)): row for row in table.itertuples()}
    asked = frame.number_of(KEY)
    if asked in rows and asked != st.session_state.get(READ):  # an address is read once
        st.session_state[CHOSEN] = asked
    if st.session_state.get(CHOSEN) not in rows:
        st.session_state[CHOSEN] = next(iter(rows))
    own = st.selectbox("Panier", list(rows), key=CHOSEN,
                       format_func=lambda one: _label(rows[one], person))  # fmt: skip
    st.query_params[KEY], st.session_state[READ] = str(own), own
    basket = rows[own]
    ids = read(baskets.contents, viewer=person, basket_id=own)
    drafts = read(queries.cited, viewer=person, ids=ids)
    if drafts:
        _order(person, own, drafts)
    else:
        st.info("Ce panier est vide : ajoutez-y des documents depuis le catalogue.")
    if basket.owner == person.signature:
        _settings(person, own, str(basket.name), is_shared=bool(basket.is_shared))
    return str(basket.name), list(drafts)


def _label(row: object, person: Viewer) -> str:
    name, owner = row.name, row.owner  # type: ignore[attr-defined]  # a row of baskets()
    count = fr.number(row.notices)  # type: ignore[attr-defined]
    mine = owner == person.signature
    return f"{name} ({count})" if mine else f"{name} ({count}), de {owner}"


def _order(person: Viewer, own: int, drafts: dict[int, NoticeDraft]) -> None:
    """Let ranks be typed and records ticked out, in one form."""
    shown = pd.DataFrame(
        [(rank, one.title, reserved(one.status, one.visibility) or "tous", False)
         for rank, one in enumerate(drafts.values(), start=1)],
        columns=["Ordre", "Document", "Pour", "Retirer"], index=list(drafts),
    )  # fmt: skip
    with st.form(f"ordre_{own}"):
        edited = st.data_editor(shown, hide_index=True, disabled=["Document", "Pour"],
                                key=f"rangs_{own}", num_rows="fixed")  # fmt: skip
        submitted = st.form_submit_button("Enregistrer l’ordre et les retraits")
    if not submitted:
        return
    ordered = edited.sort_values("Ordre", kind="stable")
    out = [int(one) for one in ordered.index[ordered["Retirer"]]]
    with frame.user_errors(), db.writing(DOMAIN) as session:
        baskets.take_out(session, person, basket_id=own, ids=out)
        baskets.arrange(session, person, basket_id=own, ids=[int(one) for one in ordered.index])
    frame.tell("Panier enregistré.")
    st.rerun()


def _settings(person: Viewer, own: int, name: str, *, is_shared: bool) -> None:
    with st.expander("Nommer, partager, supprimer"):
        with st.form(f"nommer_{own}"):
            label = st.text_input("Nom du panier", value=name)
            is_renamed = st.form_submit_button("Renommer")
        if is_shared:
            st.caption("Toute l’équipe voit ce panier.")
        is_given = not is_shared and st.button("Partager avec l’équipe", key=f"partager_{own}")
        sure = st.checkbox("Je veux supprimer ce panier", key=f"sur_{own}")
        is_gone = st.button("Supprimer le panier", key=f"supprimer_{own}", disabled=not sure)
    if not (is_renamed or is_given or is_gone):
        return
    with frame.user_errors(), db.writing(DOMAIN) as session:
        if is_renamed:
            baskets.rename(session, person, basket_id=own, name=label or "")
        elif is_given:
            baskets.share(session, person, basket_id=own)
        else:
            baskets.delete(session, person, basket_id=own)
    frame.tell("Panier supprimé." if is_gone else "Panier enregistré.")
    st.rerun()
