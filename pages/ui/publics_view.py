"""Parts of the page of publics: filters, profiles, durations, outcomes, départements."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core import fr
from core.competences_cles import comparison_charts, profile_charts, public_tables
from core.competences_cles.benchmarks import BENCHMARKS, DARES
from core.competences_cles.path_cells import Choice
from core.competences_cles.path_profiles import PROFILES
from core.competences_cles.publics import HIDDEN, Cohort, Publics
from pages.ui import choices, frame, outputs

FILTERS = {
    "ut": ("Département", "ut"), "lot": ("Lot", "lot"), "operator": ("Opérateur", "operateur"),
    "period": ("Prescrit au", "periode"), "prescriber": ("Prescripteur", "prescripteur"),
}  # fmt: skip
PROFILE = {"variable": "Caractéristique", "category": "Catégorie", "count": "Parcours"}
DURATION = {"what": "Parcours terminés", "count": "Parcours", "mean": "Moyenne",
            "median": "Médiane", "quartiles": "La moitié du milieu",
            "national": "Repère national"}  # fmt: skip
DELAY = {"what": "Délai", "median": "Médiane (jours)", "within": "En 14 jours ou moins",
         "missing": "Non renseigné"}  # fmt: skip
OUTCOME = {"what": "Issue", "count": "Parcours"}
CURVE = {"month": "Mois depuis l’entrée", "at_risk": "Encore suivis (à 5 près)",
         "share": "Ont abandonné"}  # fmt: skip
BY_UT = {"ut": "Département", "count": "Parcours", "entered": "Entrés",
         "dropped": "Abandons parmi les issues connues"}  # fmt: skip


def choice(cohort: Cohort) -> Choice:
    """Ask for the filters, each bound to the address."""
    wanted = {}
    with st.container(horizontal=True, gap="small"):
        for name, (label, key) in FILTERS.items():
            values: dict[str, object] = {"Tous": ""}
            values |= {one: one for one in cohort.values(name)}
            wanted[name] = str(choices.pick(label, values, key))
    return Choice(**wanted)


def notes(day: str) -> list[str]:
    """Return what every table of the page says under it and takes away with it."""
    return [
        f"Données de l’export du {day}, sans nom. {HIDDEN} : non diffusé, parce que le nombre est "
        "inférieur à cinq ou qu’il permettrait d’en retrouver un."
    ]


def profiles(found: Publics, said: Sequence[str]) -> None:
    """Draw who the parcours are for."""
    st.markdown("#### Profils")
    sides = st.columns(2, gap="medium")
    for rank, (name, counts) in enumerate(found.profiles.items()):
        with sides[rank % 2]:
            st.markdown(f"**{PROFILES[name]}**")
            st.vega_lite_chart(
                profile_charts.profile(name, counts), key=f"profil_{name}",
                alt=f"Parcours selon : {PROFILES[name]}",
            )  # fmt: skip
    women, jobless = BENCHMARKS["women"], BENCHMARKS["jobless"]
    st.caption(
        f"Repères nationaux ({DARES}) : {fr.percent(women.value)} de femmes (trait gris), "
        f"{fr.percent(jobless.value)} sans emploi à l’entrée."
    )
    with st.expander("Les nombres"):
        table = public_tables.profiles(found)
        frame.table(table, PROFILE, key="profils")
        outputs.offer(table, PROFILE, title="Profils des parcours", key="profils_sortie",
                      notes=said)  # fmt: skip


def durations(found: Publics, said: Sequence[str]) -> None:
    """Show how long completed parcours took, and how long people waited."""
    st.markdown("#### Durées et délais")
    table = public_tables.durations(found)
    frame.table(table, DURATION, key="durees")
    st.caption(f"{public_tables.planned(found)}. Repères : {DARES}.")
    outputs.offer(table, DURATION, title="Durées des parcours", key="durees_sortie", notes=said)
    delays = public_tables.delays(found)
    frame.table(delays, DELAY, key="delais")
    outputs.offer(delays, DELAY, title="Délais des parcours", key="delais_sortie", notes=said)


def outcomes(found: Publics, said: Sequence[str]) -> None:
    """Show what parcours came to, and when people left."""
    st.markdown("#### Issues")
    left, right = st.columns(2, gap="medium")
    with left:
        table = public_tables.outcomes(found)
        frame.table(table, OUTCOME, key="issues")
        st.caption("Un parcours en cours n’a pas d’issue : il n’entre dans aucun taux d’abandon.")
        outputs.offer(table, OUTCOME, title="Issues des parcours", key="issues_sortie", notes=said)
    with right:
        _curve(found, said)


def _curve(found: Publics, said: Sequence[str]) -> None:
    if not found.curve:
        st.info("La courbe des abandons n’est pas diffusée : elle repose sur trop peu de parcours.")
        return
    st.vega_lite_chart(comparison_charts.incidence_curve(found.curve), key="abandons",
                       alt="Part cumulée des abandons par mois depuis l’entrée")  # fmt: skip
    with st.expander("Mois par mois"):
        table = public_tables.curve(found)
        frame.table(table, CURVE, key="courbe")
        st.caption(
            "Les parcours en cours comptent tant qu’ils sont suivis, puis plus. Un palier porte "
            "au moins cinq abandons : ceux d’un mois qui en a moins sont joints au suivant."
        )
        outputs.offer(table, CURVE, title="Abandons depuis l’entrée", key="courbe_sortie",
                      notes=said)  # fmt: skip


def places(table: pd.DataFrame, said: Sequence[str]) -> None:
    """Show each département, the other filters kept."""
    st.markdown("#### Par département")
    shown = public_tables.by_ut(table)
    frame.table(shown, BY_UT, key="par_departement")
    outputs.offer(shown, BY_UT, title="Parcours par département", key="departements_sortie",
                  notes=said)  # fmt: skip
