"""Forms of the calendar and of the rules of lending."""

from datetime import date
from typing import Any

import streamlit as st

from core import db, fr
from core.access import Viewer
from core.circulation import closures, rule_operations
from core.circulation.closures import ExceptionDraft
from core.circulation.loan_rules import Rule
from pages.ui import frame, outputs
from pages.ui.read import read

PENDING = "_calendrier_propose"
MOVED = {"what": "Quoi", "reader": "Lecteur", "title": "Document", "day": "Date donnée",
         "moved_to": "Nouvelle date"}  # fmt: skip
RULES = {"who": "Lecteurs", "what": "Prêt", "kind": "Documents", "days": "Jours",
         "max_loans": "Documents au plus", "max_renewals": "Prolongations",
         "renewal_days": "Jours de plus", "hold_days": "Garde d’une réservation",
         "block_after_days": "Bloqué après (jours de retard)"}  # fmt: skip


def calendar(person: Viewer, today: date) -> None:
    """List what is not as the week says, and add a closure once its consequences were seen."""
    st.markdown("#### Fermetures et ouvertures exceptionnelles")
    table = read(closures.exceptions, viewer=person, today=today)
    st.caption("Les jours fériés français sont déjà fermés. Une ouverture l’emporte sur eux.")
    if table.empty:
        st.info("Rien de prévu : le centre ouvre comme chaque semaine.")
    for own, told in table.itertuples(index=False):
        left, right = st.columns([5, 1], vertical_alignment="center")
        left.markdown(frame.plain(told))
        if right.button("Retirer", key=f"retirer_{own}"):
            with frame.user_errors(), db.writing(closures.DOMAIN) as session:
                said = closures.remove(session, person, exception_id=int(own), today=today,
                                       now=frame.clock())  # fmt: skip
            frame.tell(said)
            st.rerun()
    _new(person, today)


def _new(person: Viewer, today: date) -> None:
    with st.form("fermeture"):
        left, right = st.columns(2)
        first = left.date_input("Du", today, format="DD/MM/YYYY", key="fermeture_du")
        last = right.date_input("Au", today, format="DD/MM/YYYY", key="fermeture_au")
        label = st.text_input("Pourquoi", key="fermeture_motif",
                              placeholder="Congés, pont, inventaire…")  # fmt: skip
        yearly = st.checkbox("Chaque année", key="fermeture_annuelle")
        is_open = st.checkbox("C’est une ouverture exceptionnelle", key="fermeture_ouverte")
        if st.form_submit_button("Voir ce que cela change", type="primary"):
            st.session_state[PENDING] = ExceptionDraft(first, last, (label or "").strip(),
                                                       is_open, yearly)  # fmt: skip
    draft = st.session_state.get(PENDING)
    if isinstance(draft, ExceptionDraft):
        _confirm(person, draft, today)


def _confirm(person: Viewer, draft: ExceptionDraft, today: date) -> None:
    """Show the dates that a closure would move, then write it, with or without moving them."""
    with frame.user_errors():
        table = read(closures.affected, viewer=person, draft=draft, today=today)
    if table.empty:
        st.success("Aucune date déjà donnée ne tombe ces jours-là.")
    else:
        count = fr.plural(len(table), "date déjà donnée tombe", "dates déjà données tombent")
        st.warning(f"{count} un jour fermé.")
        shown = table.assign(
            day=[fr.day(day) for day in table["day"]],
            moved_to=[fr.day(day) for day in table["moved_to"]],
        )
        frame.table(shown, MOVED, key="dates_deplacees")
        outputs.offer(shown, MOVED, title="Dates déplacées", key="dates_sortie")
    with st.container(horizontal=True):
        if not table.empty and st.button("Enregistrer et reculer ces dates", type="primary",
                                         key="fermer_reculer"):  # fmt: skip
            _write(person, draft, today, is_shifted=True)
        label = "Enregistrer" if table.empty else "Enregistrer sans reculer"
        if st.button(label, key="fermer_seul"):
            _write(person, draft, today, is_shifted=False)


def _write(person: Viewer, draft: ExceptionDraft, today: date, *, is_shifted: bool) -> None:
    with frame.user_errors(), db.writing(closures.DOMAIN) as session:
        told = closures.add(session, person, draft=draft, is_shifted=is_shifted, today=today,
                            now=frame.clock())  # fmt: skip
    st.session_state.pop(PENDING, None)
    frame.tell(told)
    st.rerun()


def rules(person: Viewer) -> None:
    """List the rules, change one or add one for some readers or documents."""
    st.markdown("#### Règles")
    st.caption("La règle la plus précise l’emporte. Un prêt en cours garde la règle de son jour.")
    table = read(rule_operations.table, viewer=person)
    frame.table(table, RULES, key="regles")
    options = read(rule_operations.choices, viewer=person)
    with st.expander("Changer ou ajouter une règle"), st.form("regle", border=False):
        keys = {
            name: st.selectbox(label, list(options[name]), format_func=options[name].__getitem__,
                               key=f"regle_{name}")
            for name, label in (("category", "Lecteurs"), ("loan_class", "Prêt"),
                                ("doc_type", "Documents"))
        }  # fmt: skip
        numbers = {
            name: st.number_input(label, 0, 400, getattr(Rule(), name), key=f"regle_{name}")
            for name, label in RULES.items() if name in Rule.__dataclass_fields__
        }  # fmt: skip
        submitted = st.form_submit_button("Enregistrer la règle", type="primary")
    if submitted:
        given: dict[str, Any] = {name: value or "" for name, value in keys.items()}
        given |= {name: int(value or 0) for name, value in numbers.items()}
        rule = Rule(**given)
        with frame.user_errors(), db.writing(rule_operations.DOMAIN) as session:
            rule_operations.save(session, person, rule=rule, now=frame.clock())
        frame.tell("Règle enregistrée : elle vaut pour les prêts à venir.")
        st.rerun()
