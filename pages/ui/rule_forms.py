"""Forms of the rules of lending and of the categories of readers."""

from typing import Any

import streamlit as st

from core import db
from core.access import Viewer
from core.circulation import categories, rule_operations
from core.circulation.loan_rules import Rule
from pages.ui import frame
from pages.ui.read import read

RULES = {"who": "Lecteurs", "what": "Prêt", "kind": "Documents", "days": "Jours",
         "max_loans": "Documents au plus", "max_renewals": "Prolongations",
         "renewal_days": "Jours de plus", "hold_days": "Garde d’une réservation",
         "block_after_days": "Bloqué après (jours de retard)"}  # fmt: skip
SHORT = {"max_loans": "Au plus", "renewal_days": "Jours de plus", "hold_days": "Garde (jours)",
         "block_after_days": "Bloqué après"}  # fmt: skip
NUMBERS = ("days", "max_loans", "max_renewals", "renewal_days", "hold_days")
KEYS = (("category", "Lecteurs"), ("loan_class", "Prêt"), ("doc_type", "Documents"))
NEW = 0
CATEGORIES = {"label": "Catégorie", "readers": "Cartes"}
TURN = "_categorie_tour"


def rules(person: Viewer) -> None:
    """List the rules; change one, add one for some readers or documents, take one away."""
    st.markdown("#### Règles")
    st.caption("La règle la plus précise l’emporte. Un prêt en cours garde la règle de son jour.")
    table = read(rule_operations.table, viewer=person)
    frame.table(table, RULES | SHORT, key="regles")
    with st.expander("Changer, ajouter ou retirer une règle", icon=":material/rule:"):
        told = {int(own): " · ".join(parts) for own, *parts in
                table[["id", "who", "what", "kind"]].itertuples(index=False)}  # fmt: skip
        chosen = st.selectbox("Règle", [*told, NEW], key="regle_choisie",
                              format_func=lambda own: told.get(own, "Nouvelle règle"))  # fmt: skip
        _rule(person, int(chosen or NEW))


def _rule(person: Viewer, own: int) -> None:
    held: Rule = read(rule_operations.rule_of, viewer=person, rule_id=own)
    with st.form(f"regle_{own}", border=False):
        keys = _keys(person, own, held)
        left, right = st.columns(2)
        numbers = {}
        for rank, name in enumerate(NUMBERS):
            with (left, right)[rank % 2]:
                numbers[name] = st.number_input(RULES[name], 0, 400, getattr(held, name),
                                                key=f"regle_{name}_{own}")  # fmt: skip
        with right:
            late = held.block_after_days
            days = st.number_input("Bloqué après (jours de retard)", 0, 400,
                                   Rule.block_after_days if late is None else late,
                                   key=f"regle_block_{own}")  # fmt: skip
        is_blocked = st.checkbox("Un retard bloque le lecteur", held.block_after_days is not None,
                                 key=f"regle_bloque_{own}")  # fmt: skip
        is_capped = st.checkbox("Un prêt finit au plus tard avec la carte", held.is_capped,
                                key=f"regle_capped_{own}")  # fmt: skip
        submitted = st.form_submit_button("Enregistrer la règle", type="primary")
    if submitted:
        given: dict[str, Any] = {name: int(value or 0) for name, value in numbers.items()} | keys
        blocked = int(days or 0) if is_blocked else None
        rule = Rule(**given, block_after_days=blocked, is_capped=is_capped)
        with frame.user_errors(), db.writing(rule_operations.DOMAIN) as session:
            rule_operations.save(session, person, rule=rule, now=frame.clock())
        frame.tell("Règle enregistrée : elle vaut pour les prêts à venir.")
        st.rerun()
    if own != NEW and any(getattr(held, name) for name, _ in KEYS):
        with st.popover("Retirer cette règle"):
            st.write("Les prêts à venir suivront une règle moins précise ; ceux en cours, la leur.")
            if st.button("Oui, la retirer", type="primary", key="retirer_regle"):
                with frame.user_errors(), db.writing(rule_operations.DOMAIN) as session:
                    rule_operations.remove(session, person, rule_id=own, now=frame.clock())
                st.session_state.pop("regle_choisie", None)
                frame.tell("Règle retirée.")
                st.rerun()


def _keys(person: Viewer, own: int, held: Rule) -> dict[str, str]:
    """Ask for whom and what a new rule is; that of a rule is what it is."""
    if own != NEW:
        return {name: getattr(held, name) for name, _ in KEYS}
    options = read(rule_operations.choices, viewer=person)
    return {
        name: st.selectbox(label, list(options[name]), format_func=options[name].__getitem__,
                           key=f"regle_{name}") or ""
        for name, label in KEYS
    }  # fmt: skip


def reader_kinds(person: Viewer) -> None:
    """List the categories of readers; add one, rename one, take away one that serves nothing."""
    st.markdown("#### Catégories de lecteurs")
    table = read(categories.table, viewer=person)
    frame.table(table, CATEGORIES, key="categories")
    names = dict(zip(table["id"].astype(int), table["label"], strict=True))
    with st.expander("Changer les catégories", icon=":material/group:"):
        turn = st.session_state.get(TURN, 0)
        with st.form(f"categorie_{turn}", border=False):
            own = st.selectbox(
                "Catégorie", [NEW, *names], key=f"categorie_choisie_{turn}",
                format_func=lambda one: names.get(one, "Nouvelle catégorie"),
            )  # fmt: skip
            label = st.text_input("Nom", key=f"categorie_nom_{turn}")
            left, right = st.columns(2)
            is_saved = left.form_submit_button("Enregistrer ce nom", type="primary")
            is_removed = right.form_submit_button("Retirer la catégorie")
    if is_saved:
        with frame.user_errors(), db.writing(categories.DOMAIN) as session:
            categories.save(session, person, label=label or "", category_id=own or None,
                            now=frame.clock())  # fmt: skip
        _done("Catégorie enregistrée.", turn)
    if is_removed and not own:
        st.error("Choisissez la catégorie à retirer.")
    elif is_removed:
        with frame.user_errors(), db.writing(categories.DOMAIN) as session:
            categories.remove(session, person, category_id=own or 0, now=frame.clock())
        _done("Catégorie retirée.", turn)


def _done(told: str, turn: int) -> None:
    st.session_state[TURN] = turn + 1
    frame.tell(told)
    st.rerun()
