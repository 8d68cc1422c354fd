"""The welcome of the public: what was counted, the last visits, the rules of counting."""

from datetime import date, timedelta

import streamlit as st

from core import fr
from core.access import Viewer
from core.welcome import counting, queries
from core.welcome.queries import VisitCard
from pages.ui import frame, outputs, welcome_form
from pages.ui.read import read

SHOWN = {
    "link": "Voir", "date": "Jour", "kind": "Venue", "headcount": "Personnes",
    "first_welcomes": "Premiers accueils", "who": "Qui", "structure": "Structure",
    "motives": "Pourquoi", "themes": "Thèmes",
}  # fmt: skip
SPANS = {"7 jours": 7, "30 jours": 30, "12 mois": 365}


def headline(person: Viewer, today: date) -> None:
    """Answer the question of the page: who came today, and since the year began?"""
    day = read(queries.totals, viewer=person, first=today, last=today)
    year = read(queries.totals, viewer=person, first=date(today.year, 1, 1), last=today)
    groups = f"{fr.plural(year.groups, 'groupe')} de {fr.plural(year.group_people, 'personne')}"
    st.markdown(
        f"**Aujourd’hui : {fr.plural(day.visits, 'visite')}, "
        f"{fr.plural(day.first_welcomes, 'premier accueil', 'premiers accueils')}.** "
        f"Depuis le 1er janvier : {fr.plural(year.visits, 'visite')} et "
        f"{fr.plural(year.first_welcomes, 'premier accueil', 'premiers accueils')}"
        + (f", dont {groups} en tout." if year.groups else ".")
    )


def rules() -> None:
    with st.expander("Comment c’est compté"):
        for rule in counting.RULES:
            st.markdown(f"- {rule}")


def corrected(person: Viewer, today: date) -> bool:
    """Show the visit that the address names, to be corrected; say whether there is one."""
    wanted = frame.number_of("visite")
    if wanted is None:
        return False
    card: VisitCard | None = read(queries.visit_card, viewer=person, visit_id=wanted)
    if card is None:
        st.warning("Cette visite n’existe plus.")
        return False
    st.markdown(f"#### Visite du {fr.day(card.visit.happened_on)}")
    welcome_form.show(person, today, card)
    with st.container(horizontal=True):
        welcome_form.remove(person, card)
        if st.button("Revenir à une nouvelle visite", key="nouvelle_visite"):
            st.query_params.pop("visite", None)
            st.rerun()
    return True


def last(person: Viewer, today: date) -> None:
    """List the visits of the last days; each leads to its correction."""
    span = st.segmented_control("Les visites des", list(SPANS), default="7 jours", key="depuis",
                                bind="query-params", required=True)  # fmt: skip
    first = today - timedelta(days=SPANS[span or "7 jours"])
    table = read(queries.visits, viewer=person, first=first, last=today)
    if table.empty:
        st.info("Aucune visite sur ces jours : la première se saisit ci-dessus.")
        return
    shown = table.assign(
        date=[fr.day(day) for day in table["day"]],
        link=[f"accueil-public?visite={own}" for own in table["id"]],
    )
    columns = SHOWN | {
        "link": st.column_config.LinkColumn("Voir", display_text="Corriger", width=70)
    }
    st.dataframe(shown[list(SHOWN)], hide_index=True, key="visites", column_config=columns,
                 placeholder="–")  # fmt: skip
    kept = {name: label for name, label in SHOWN.items() if name != "link"}
    outputs.offer(shown.assign(date=table["day"]), kept, title="Visites", key="visites_sortie")
    st.page_link("pages/documentation/chiffres.py", label="Les chiffres du centre",
                 icon=":material/bar_chart:")  # fmt: skip
