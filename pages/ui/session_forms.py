"""Forms of a session: created without a date, changed, its days placed, its state moved."""

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

import streamlit as st

from core import db, fr
from core.access import Viewer
from core.training import date_texts, network_queries, operations, scheduling
from core.training.enums import (
    Confirmation,
    EventKind,
    Funding,
    Half,
    Labelled,
    SessionState,
    SlotState,
    TraineeKind,
)
from core.training.operations import SessionDraft
from core.training.queries import SessionCard
from core.training.rules import TRANSITIONS
from pages.ui import frame
from pages.ui.read import read

Choice = TypeVar("Choice", bound=Labelled)
WHEN_HELP = (
    "Comme vous le diriez : « 12/04/2011 », « 21 et 22/03/2011 », « 3 journées entre mai et "
    "septembre 2011 », « 2e semestre 2011 », « à définir ». Laissez vide si vous ne savez pas."
)


def creation(person: Viewer) -> None:
    """Create a session; only the title is required."""
    with st.form("nouvelle_seance", enter_to_submit=False):
        draft = _fields(person, None)
        submitted = st.form_submit_button("Créer la séance", type="primary")
    if not submitted:
        return
    try_parse(draft.date_text)
    with frame.user_errors(), db.writing("training") as session:
        created = operations.create_session(session, person, draft, now=frame.clock())
    st.query_params["seance"] = str(created)
    frame.tell("Séance créée : placez ses jours, onglet « Modifier ».")
    st.rerun()


def try_parse(text: str) -> None:
    """Say at once how a date was read, or that it was not."""
    block = date_texts.parse(text, year=frame.today().year)
    if block.precision.value == "non_reconnu":
        frame.tell(f"« {text} » n’est pas reconnu : gardé tel quel, à préciser.")


def _fields(person: Viewer, card: SessionCard | None) -> SessionDraft:
    held = card.training if card else None
    key = f"s{held.id}" if held else "nouvelle"
    title = st.text_input("Intitulé", value=held.title if held else "", key=f"{key}_titre")
    left, right = st.columns(2, gap="small")
    with left:
        kind = _pick("Type", list(EventKind), card.kind if card else "formation", f"{key}_type",
                     is_fixed=card is not None)  # fmt: skip
        when = st.text_input("Date", value=held.date_text if held else "", help=WHEN_HELP,
                             key=f"{key}_date")  # fmt: skip
        place = st.text_input("Lieu", value=held.place_text if held else "", key=f"{key}_lieu")
        capacity = _number("Capacité (places)", held.capacity if held else None, f"{key}_places")
        partner = st.text_input("Partenaire", value=held.partner if held else "",
                                key=f"{key}_partenaire")  # fmt: skip
        funding = _pick("Financement", list(Funding), held.funding if held else "", f"{key}_fonds")
    with right:
        theme = st.text_input("Thème", value=card.theme if card else "", key=f"{key}_theme",
                              disabled=card is not None)  # fmt: skip
        planned = (held.half_days_planned or 0) / 2 if held else 0.0
        days = st.number_input("Jours prévus", 0.0, 60.0, planned, 0.5, key=f"{key}_jours")
        statuses = [Confirmation.CONFIRMED, Confirmation.TO_CONFIRM, Confirmation.TO_DEFINE]
        status = _pick("Le lieu est", statuses, held.place_status if held else "a_definir",
                       f"{key}_statut")  # fmt: skip
        minimum = _number("Minimum pour ouvrir", held.minimum if held else None, f"{key}_min")
        trainers = st.text_input(
            "Intervenants (séparés par des virgules)", value=held.trainers if held else "",
            key=f"{key}_formateurs",
        )  # fmt: skip
        trainee = _pick("Stagiaires (BPF)", list(TraineeKind), held.trainee_kind if held else "",
                        f"{key}_stagiaires")  # fmt: skip
    networks = read(network_queries.networks, viewer=person)
    names = {row.id: row.name for row in networks}
    chosen = st.multiselect(
        "Réseaux (le premier porte la séance)", list(names), format_func=names.__getitem__,
        default=list(card.network_ids) if card else [], key=f"{key}_reseaux",
        placeholder="Aucun",
    )  # fmt: skip
    audience = st.text_input("Public", value=held.priority_audience if held else "",
                             key=f"{key}_public")  # fmt: skip
    is_ours = st.checkbox("Organisée par le centre", value=held.is_ours if held else True,
                          key=f"{key}_centre")  # fmt: skip
    subcontracted = st.checkbox(
        "Confiée par un autre organisme de formation",
        value=held.is_subcontracted if held else False, key=f"{key}_confiee",
    )  # fmt: skip
    return SessionDraft(
        title=title or "", kind=kind.value, theme=theme or "", date_text=when or "",
        planned_days=days or None, place_text=place or "", place_status=status.value,
        capacity=capacity, minimum=minimum, trainers=trainers or "", partner=partner or "",
        audience=audience or "", funding=funding.value, trainee_kind=trainee.value,
        is_ours=is_ours, is_subcontracted=subcontracted, network_ids=chosen,
        territory_id=held.territory_id if held else None, note=held.note if held else "",
    )  # fmt: skip


def _number(label: str, value: int | None, key: str) -> int | None:
    found = st.number_input(label, 0, 2000, value or 0, key=key, help="0 : non fixé")
    return int(found) or None


def _pick(
    label: str, options: Sequence[Choice], value: str, key: str, *, is_fixed: bool = False
) -> Choice:
    """Choose one of a closed list by its label, starting from a stored value."""
    names = {one.label: one for one in options}
    found = st.selectbox(
        label, list(names), index=_index(options, value), key=key, disabled=is_fixed
    )
    return names[found or next(iter(names))]


def _index(options: Sequence[object], value: str) -> int:
    values = [str(option) for option in options]
    return values.index(value) if value in values else 0


def change(person: Viewer, card: SessionCard) -> None:
    """Change a session, place its days, move its state."""
    training_id = card.training.id or 0
    _days(person, card)
    _states(person, card)
    with st.form(f"seance_{training_id}", enter_to_submit=False):
        draft = _fields(person, card)
        reason = st.text_input("Motif (si la date change)", key=f"s{training_id}_motif")
        submitted = st.form_submit_button("Enregistrer la séance", type="primary")
    if not submitted:
        return
    try_parse(draft.date_text)
    with frame.user_errors(), db.writing("training") as session:
        operations.change_session(
            session, person, draft, training_id=training_id, version=card.training.version,
            reason=reason or "", now=frame.clock(),
        )  # fmt: skip
    frame.tell("Séance enregistrée.")
    st.rerun()


def _days(person: Viewer, card: SessionCard) -> None:
    training_id = card.training.id or 0
    with (
        st.form(f"jour_{training_id}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        day = st.date_input("Placer un jour", value=None, format="DD/MM/YYYY",
                            min_value=date(2000, 1, 1), key=f"jour_{training_id}_jour")  # fmt: skip
        halves = st.multiselect(
            "Demi-journées", list(Half), default=[Half.MORNING, Half.AFTERNOON],
            format_func=lambda one: one.label, key=f"jour_{training_id}_demi",
            placeholder="Choisir",
        )  # fmt: skip
        forced = st.checkbox("Hors des bornes", key=f"jour_{training_id}_force")
        submitted = st.form_submit_button("Placer ce jour")
    if submitted and isinstance(day, date):
        with frame.user_errors(), db.writing("training") as session:
            scheduling.place_day(
                session, person, training_id=training_id, day=day, halves=halves,
                is_forced=forced, now=frame.clock(),
            )  # fmt: skip
        frame.tell(f"{fr.day(day).capitalize()} : placé.")
        st.rerun()
    if card.slots:
        _slot_form(person, card)


def _slot_form(person: Viewer, card: SessionCard) -> None:
    names = {slot.id: f"{slot.day:%d/%m/%Y} {slot.half.label}" for slot in card.slots}
    by_id = {slot.id: slot for slot in card.slots}
    with st.expander("Heures et tenue d’une demi-journée"):
        chosen = st.selectbox("Demi-journée", list(names), format_func=names.__getitem__,
                              key=f"creneau_{card.training.id}")  # fmt: skip
        slot = by_id[chosen]
        with st.container(horizontal=True, vertical_alignment="bottom"):
            start = st.time_input("De", slot.starts_at, key=f"de_{slot.id}")
            end = st.time_input("À", slot.ends_at, key=f"a_{slot.id}")
            state = _pick("État", list(SlotState), slot.state, f"etat_{slot.id}")
            saved = st.button("Enregistrer la demi-journée", key=f"garder_{slot.id}")
            removed = st.button("Retirer ce jour", key=f"retirer_{slot.id}")
    if saved or removed:
        with frame.user_errors(), db.writing("training") as session:
            if removed:
                scheduling.remove_day(session, person, training_id=slot.session_id, day=slot.day,
                                      now=frame.clock())  # fmt: skip
            else:
                scheduling.change_slot(
                    session, person, slot_id=slot.id or 0, starts_at=start, ends_at=end,
                    state=state, now=frame.clock(),
                )  # fmt: skip
        st.rerun()


def _states(person: Viewer, card: SessionCard) -> None:
    following = [state for state in SessionState if state in TRANSITIONS[card.state]]
    if not following:
        return
    training_id = card.training.id or 0
    with (
        st.form(f"etat_{training_id}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        to = _pick("Passer à", following, "", f"etat_{training_id}_vers")
        reason = st.text_input("Motif (report, annulation)", key=f"etat_{training_id}_motif")
        submitted = st.form_submit_button("Changer l’état")
    if submitted:
        with frame.user_errors(), db.writing("training") as session:
            operations.change_state(
                session, person, training_id=training_id, to=to, reason=reason or "",
                today=frame.today(), now=frame.clock(),
            )  # fmt: skip
        frame.tell(f"La séance est {to.label}.")
        st.rerun()
