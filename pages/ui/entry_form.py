"""The entry form of a record: what identifies it first, then the rest, then its copies."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from core import db, fr
from core.access import Viewer
from core.documentation import alike, entry, numbers, operations, queries
from core.documentation.drafts import ItemDraft, NoticeDraft
from core.documentation.entry import Typed
from core.documentation.entry_queries import Offered
from core.documentation.enums import DocumentType, LoanClass, NoticeState, Visibility
from core.documentation.queries import NoticeCard
from pages.ui import frame, keyboard
from pages.ui.read import read

LAST = "saisie_derniere"
TURN = "saisie_tour"  # a new turn gives empty fields
STATES = (NoticeState.PUBLISHED, NoticeState.DRAFT, NoticeState.HIDDEN)


def show(person: Viewer, card: NoticeCard | None, offered: Offered) -> None:
    """Ask for a record, new or already held, and write it."""
    before = card.draft if card else NoticeDraft(title="")
    own = f"{card.id}_{card.version}" if card else f"n{st.session_state.get(TURN, 0)}"
    if card is None:
        before = _last_values(before, own)
    head = _head(person, before, own, card)
    with st.form(f"saisie_{own}", border=False):
        typed = _fields(person, before, offered, own)
        rest = _standing(before, own)
        shelf, barcodes, parts = _copy_fields(before if card is None else None, own)
        is_sent = st.form_submit_button("Enregistrer la notice", type="primary")
    if not is_sent:
        return
    with frame.user_errors():
        typed = replace(typed, texts={**typed.texts, **head, **rest})
        held: Sequence[ItemDraft] = card.draft.items if card else ()
        copies = entry.copies(barcodes, shelf, parts, held=held)
        draft = entry.draft(typed, before, concepts=offered.concepts, agents=offered.agents)
        draft = replace(draft, items=copies)
        saved, told = _save(person, card, draft)
    st.session_state[LAST] = draft
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1
    frame.tell(f"Notice enregistrée sous le numéro {saved} : « {draft.title} ».", *told)
    st.rerun()


def _save(person: Viewer, card: NoticeCard | None, draft: NoticeDraft) -> tuple[int, list[str]]:
    with db.writing(*operations.WRITTEN) as session:
        if card is None:
            return operations.create_notice(session, person, draft, now=frame.clock()), []
        told = operations.change_notice(session, person, notice_id=card.id, draft=draft,
                                        version=card.version, now=frame.clock())  # fmt: skip
        return card.id, told


def _last_values(empty: NoticeDraft, own: str) -> NoticeDraft:
    """Offer what the last record said and the next one often says too."""
    last: NoticeDraft | None = st.session_state.get(LAST)
    if last is None:
        return empty
    if not st.toggle("Reprendre le type, les thèmes, l’éditeur et la cote de la dernière notice",
                     value=True, key=f"reprendre_{own}"):  # fmt: skip
        return empty
    shelf = tuple(replace(one, barcode="", parts=()) for one in last.items[:1])
    return replace(empty, doc_type=last.doc_type, themes=last.themes,
                   publishers=last.publishers, items=shelf)  # fmt: skip


def _head(person: Viewer, before: NoticeDraft, own: str, card: NoticeCard | None) -> dict[str, str]:
    """Ask for the ISBN and the title; say at once what is wrong and what may be the same."""
    isbn = st.text_input("ISBN", value=before.isbn_text or before.isbn, key=f"isbn_{own}",
                         help="10 ou 13 chiffres, avec ou sans tirets.")  # fmt: skip
    if isbn.strip() and not numbers.isbn13(isbn):
        st.error("Cet ISBN est faux : son dernier chiffre ne correspond pas aux autres, ou il en "
                 "manque. Vérifiez-le, ou écrivez-le en note.")  # fmt: skip
    title = st.text_input("Titre *", value=before.title, key=f"titre_{own}")
    if isbn.strip() or title.strip():
        _alike(person, replace(before, title=title, isbn="", isbn_text=isbn), card)
    if card is None:
        keyboard.focus(f"isbn_{own}", own)
    return {"isbn_text": isbn, "title": title}


def _alike(person: Viewer, draft: NoticeDraft, card: NoticeCard | None) -> None:
    found = read(alike.duplicates, viewer=person, draft=draft)
    others = found[found["id"] != card.id] if card else found
    if others.empty:
        return
    st.warning(f"Peut-être déjà au catalogue : {fr.plural(len(others), 'notice')}.")
    for own, title, why in others[["id", "title", "why"]].head(5).itertuples(index=False):
        st.markdown(f"- [{frame.plain(title)}](notice?notice={own}) – {why}")


def _fields(person: Viewer, before: NoticeDraft, offered: Offered, own: str) -> Typed:
    def many(label: str, options: Sequence[str], held: Sequence[str], name: str) -> list[str]:
        return st.multiselect(label, list(dict.fromkeys([*held, *options])), default=list(held),
                              accept_new_options=True, key=f"{name}_{own}",
                              placeholder="Choisir ou écrire")  # fmt: skip

    texts = {"subtitle": st.text_input("Complément du titre", before.subtitle, key=f"sous_{own}")}
    agents = many("Auteurs (« Nom, Prénom » ; un organisme : son nom seul)", list(offered.agents),
                  [one.shown for one in before.agents], "auteurs")  # fmt: skip
    left, right = st.columns([2, 1])
    with left:
        publishers = many("Éditeurs (« Lieu : Nom »)", offered.publishers,
                          [entry.publisher_told(one) for one in before.publishers],
                          "editeurs")  # fmt: skip
    texts["pub_date_text"] = right.text_input("Date", before.pub_date_text, key=f"date_{own}")
    subjects = many("Sujets et mots-clés", list(offered.concepts),
                    [*(one.label for one in before.concepts), *before.keywords],
                    "sujets")  # fmt: skip
    themes = _codes("Thèmes", read(queries.theme_names, viewer=person), before.themes,
                    f"themes_{own}")  # fmt: skip
    places = _codes("Territoires", offered.places, before.territories, f"territoires_{own}")
    texts |= _more(before, own)
    return Typed(texts, agents, publishers, subjects, themes, places)


def _codes(label: str, names: dict[str, str], held: Sequence[str], key: str) -> list[str]:
    return st.multiselect(label, list(dict.fromkeys([*held, *names])), default=list(held),
                          format_func=lambda code: names.get(code, code), key=key,
                          placeholder="Choisir")  # fmt: skip


def _more(before: NoticeDraft, own: str) -> dict[str, str]:
    """Ask for the texts: the abstract in sight, what is seldom said folded away."""
    texts = {"abstract": st.text_area("Résumé", before.abstract, key=f"resume_{own}")}
    labels = {"url": "Adresse en ligne", "issn": "ISSN", "series": "Collection",
              "extent": "Importance matérielle", "edition": "Édition",
              "notes": "Notes"}  # fmt: skip
    with st.expander("Autres zones"):
        for name, label in labels.items():
            texts[name] = st.text_input(label, getattr(before, name), key=f"{name}_{own}")
    return texts


def _standing(before: NoticeDraft, own: str) -> dict[str, str]:
    """Ask what the document is, and who may see its record."""
    sides = st.columns(3)
    kinds = [one.value for one in DocumentType]
    seen = [one.value for one in Visibility]
    states = [one.value for one in STATES]
    return {
        "doc_type": sides[0].selectbox(
            "Type", kinds, kinds.index(before.doc_type), key=f"type_{own}",
            format_func=lambda one: DocumentType(one).label),
        "visibility": sides[1].selectbox(
            "Visible par", seen, seen.index(before.visibility), key=f"visible_{own}",
            format_func=lambda one: Visibility(one).label),
        "status": sides[2].selectbox(
            "État", states, states.index(before.status), key=f"etat_{own}",
            format_func=lambda one: NoticeState(one).label),
    }  # fmt: skip


def _copy_fields(before: NoticeDraft | None, own: str) -> tuple[ItemDraft, str, str]:
    """Ask for new copies: their barcodes, where they stand, what a kit holds."""
    held = before.items[0] if before and before.items else ItemDraft()
    st.markdown("**Exemplaires**" if before else "**Ajouter des exemplaires**")
    sides = st.columns(3)
    barcodes = sides[0].text_input("Codes-barres", key=f"codes_{own}",
                                   help="Plusieurs : séparés par une espace.")  # fmt: skip
    mark = sides[1].text_input("Cote", held.shelf_mark, key=f"cote_{own}")
    place = sides[2].text_input("Lieu", held.location, key=f"lieu_{own}")
    classes = [one.value for one in LoanClass]
    loan = st.selectbox("Prêt", classes, classes.index(held.loan_class), key=f"pret_{own}",
                        format_func=lambda one: LoanClass(one).label)  # fmt: skip
    parts = st.text_area("Contenu de la mallette, une pièce par ligne", key=f"pieces_{own}",
                         height=68)  # fmt: skip
    return (
        ItemDraft(shelf_mark=mark.strip(), location=place.strip(), loan_class=loan),
        barcodes,
        parts,
    )
