"""One form for a first welcome, a visit, a group or a contact at a distance."""

from datetime import date
from typing import Any

import streamlit as st

from core import db, fr
from core.access import Viewer
from core.people import queries as people
from core.welcome import operations, queries
from core.welcome.motives import Motive, VisitKind
from core.welcome.operations import VisitDraft
from core.welcome.queries import VisitCard
from pages.ui import consent_boxes, frame
from pages.ui.read import read

TURN, LAST = "_accueil_tour", "_accueil_dernier"
MOST_MINUTES = 600


def show(person: Viewer, today: date, card: VisitCard | None = None) -> None:
    """Enter a visit, or correct one; the next form keeps the motives, the rest is ready again."""
    turn = str(card.visit.id) if card else f"n{st.session_state.get(TURN, 0)}"
    with st.form(f"visite_{turn}", enter_to_submit=True):
        draft = _fields(person, today, card, turn)
        label = "Corriger cette visite" if card else "Enregistrer la visite"
        submitted = st.form_submit_button(label, type="primary")
    if not submitted:
        return
    with frame.user_errors(), db.writing(*operations.DOMAINS) as session:
        if card is None:
            report = operations.record_visit(session, person, draft, today=today,
                                             now=frame.clock())  # fmt: skip
        else:
            report = operations.change_visit(session, person, draft, visit_id=card.visit.id or 0,
                                             today=today, now=frame.clock())  # fmt: skip
    frame.tell(f"Compte pour 1 visite. {report.told}")
    st.session_state[LAST] = draft.motives
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1
    st.query_params.pop("visite", None)
    st.rerun()


def _fields(person: Viewer, today: date, card: VisitCard | None, turn: str) -> VisitDraft:
    visit = card.visit if card else None
    kinds = list(VisitKind)
    kind = st.segmented_control(
        "Qui vient ?", kinds, format_func=lambda one: one.label, required=True,
        default=VisitKind(visit.kind) if visit else VisitKind.ALONE, key=f"genre_{turn}",
    )  # fmt: skip
    left, middle, right = st.columns(3)
    with left:
        day = st.date_input("Jour", visit.happened_on if visit else today, max_value=today,
                            format="DD/MM/YYYY", key=f"jour_{turn}")  # fmt: skip
    with middle:
        news = st.number_input(
            "Nouveaux, sans nom", 0, 500, visit.newcomers if visit else 0, key=f"nouveaux_{turn}",
            help="Viennent pour la première fois et ne donnent pas leur nom.",
        )  # fmt: skip
    with right:
        others = st.number_input(
            "Déjà venus, sans nom", 0, 500, card.others if card else 0, key=f"autres_{turn}"
        )
    motives = st.pills(
        "Pourquoi", list(Motive), format_func=lambda one: one.label, selection_mode="multi",
        default=list(card.motives) if card else list(st.session_state.get(LAST, ())),
        key=f"motifs_{turn}",
    )  # fmt: skip
    names = read(queries.themes, viewer=person)
    themes = st.multiselect("Thèmes", list(names), list(card.theme_ids) if card else None,
                            format_func=names.__getitem__, placeholder="Aucun",
                            key=f"themes_{turn}")  # fmt: skip
    pasted = st.text_area(
        "Qui donne son nom, un par ligne", card.people if card else "", height=90,
        placeholder="NOM Prénom, courriel", key=f"noms_{turn}",
        help="Chaque personne est cherchée dans l’annuaire avant d’y être ajoutée ; elle n’est "
             "accueillie pour la première fois qu’une fois. Sans carte de lecteur, son nom "
             "disparaît un an après sa dernière visite.",
    )  # fmt: skip
    purposes = () if card else _agreements(turn)
    more = _more(person, visit, turn)
    return VisitDraft(
        day, kind or VisitKind.ALONE, pasted or "", int(news or 0), int(others or 0),
        tuple(motives), tuple(themes), purposes=purposes, version=visit.version if visit else 0,
        appointment_id=visit.appointment_id if visit else None, **more,
    )  # fmt: skip


def _agreements(turn: str) -> tuple[str, ...]:
    """Ask what the person with a name agrees to."""
    with st.expander("Accords de la personne nommée"):
        st.caption(f"À cocher avec elle, si elle le veut. {consent_boxes.FREE}")
        return consent_boxes.show(f"accueil_accord_{turn}")


def _more(person: Viewer, visit: object, turn: str) -> dict[str, Any]:
    """Ask what is not always known: structure, town, duration, note."""
    houses = read(people.structures, viewer=person)
    names = dict(zip(houses["id"].astype(int), houses["name"], strict=True))
    places = read(queries.places, viewer=person)
    left, right = st.columns(2)
    held = getattr(visit, "structure_id", None)
    with left:
        structure = st.selectbox(
            "Structure", list(names), index=list(names).index(held) if held in names else None,
            format_func=names.__getitem__, placeholder="Non dite", key=f"structure_{turn}",
        )  # fmt: skip
        minutes = st.number_input("Durée (minutes)", 0, MOST_MINUTES,
                                  getattr(visit, "minutes", None), step=5,
                                  placeholder="Non notée", key=f"duree_{turn}")  # fmt: skip
    held = getattr(visit, "territory_id", None)
    with right:
        place = st.selectbox(
            "Commune ou département, si la structure ne le dit pas", list(places),
            index=list(places).index(held) if held in places else None,
            format_func=places.__getitem__, placeholder="Celle de la structure",
            key=f"lieu_{turn}",
        )  # fmt: skip
        note = st.text_input("Note", getattr(visit, "note", ""), key=f"note_{turn}")
    return {"structure_id": structure, "territory_id": place, "minutes": minutes,
            "note": note or ""}  # fmt: skip


def remove(person: Viewer, card: VisitCard) -> None:
    """Take a visit back, once it was confirmed."""
    with st.popover("Retirer cette visite", icon=":material/delete:"):
        st.write(f"La visite du {fr.day(card.visit.happened_on)} ne comptera plus.")
        if st.button("Oui, la retirer", type="primary", key="retirer_visite"):
            with frame.user_errors(), db.writing(*operations.DOMAINS) as session:
                operations.remove_visit(session, person, visit_id=card.visit.id or 0,
                                        now=frame.clock())  # fmt: skip
            frame.tell("Visite retirée.")
            st.query_params.pop("visite", None)
            st.rerun()
