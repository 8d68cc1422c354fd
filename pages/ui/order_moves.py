"""What may come next for an order: its states one by one, amendments, settlement, re-opening."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st

from core.access import Viewer
from core.competences_cles import alert_operations, decisions, orders, units
from core.competences_cles.decisions import DecisionDraft
from core.competences_cles.order_queries import LineCard, OrderCard
from core.competences_cles.orders import Amendment
from core.competences_cles.quantities import BonState
from pages.ui import frame
from pages.ui import market_fields as fields

OPEN = (BonState.NOTIFIED, BonState.RUNNING)


def show(person: Viewer, card: OrderCard, rate: float) -> None:
    """Offer only what the state of the order allows."""
    seen = _seen(card)
    if card.state in OPEN:
        _amendment(person, card, rate, seen)
    if not card.nexts:
        st.info("Un bon annulé n’a pas de suite : saisissez un nouveau bon.")
    for to in card.nexts:
        STEPS[to](person, card, seen)


def _seen(card: OrderCard) -> int:
    """Return the version that was on the screen when a button was pressed, and keep this one."""
    key = f"vu_{card.bon.id}"
    seen = int(st.session_state.get(key, card.bon.version))
    st.session_state[key] = card.bon.version
    return seen


@dataclass(frozen=True)
class _Step:
    """A change of state as it was pressed."""

    to: BonState
    day: date | None
    reason: str
    seen: int


def _change(person: Viewer, card: OrderCard, step: _Step) -> None:
    with fields.write() as session:
        orders.change_state(
            session, person, bon_id=card.bon.id or 0, to=step.to,
            on=fields.needed(step.day, "la date"), reason=step.reason, seen=step.seen,
            now=frame.clock(),
        )  # fmt: skip
        _evaluate(session, person)
    fields.done(f"Le bon {card.bon.number} est {step.to.label}.")


def _evaluate(session: Any, person: Viewer) -> None:
    """What was ordered has changed: alerts open and close at once."""
    alert_operations.evaluate(session, person, today=frame.today(), now=frame.clock())


def _issue(person: Viewer, card: OrderCard, seen: int) -> None:
    with st.expander("Émettre le bon", icon=":material/outgoing_mail:"), st.form("emettre"):
        st.markdown("Émis, il compte dans le maximum du lot ; il n’est pas encore commandé.")
        day = fields.day("Émis le", frame.today(), "emis_le")
        submitted = st.form_submit_button("Émettre", type="primary")
    if submitted:
        _change(person, card, _Step(BonState.ISSUED, day, "", seen))


def _notify(person: Viewer, card: OrderCard, seen: int) -> None:
    with st.expander("Notifier le bon", icon=":material/mark_email_read:"), st.form("notifier"):
        st.markdown("Notifié, il ouvre la quantité : on peut prescrire.")
        day = fields.day("Notifié le", frame.today(), "notifie_le")
        submitted = st.form_submit_button("Notifier", type="primary")
    if submitted:
        _change(person, card, _Step(BonState.NOTIFIED, day, "", seen))


def _settle(person: Viewer, card: OrderCard, seen: int) -> None:
    back = [(one, one.release) for one in card.lines if one.release]
    told = ", ".join(f"{units.amount(-left, one.unit)} de {one.prestation}" for one, left in back)
    with st.expander("Solder le bon", icon=":material/task_alt:"), st.form("solder"):
        if told:
            st.markdown(f"Sera rendu au lot : **{frame.plain(told)}**, non consommé.")
        else:
            st.markdown("Rien ne sera rendu : tout ce qui est commandé est consommé.")
        day = fields.day("Soldé le", frame.today(), "solde_le")
        reason = st.text_input("Remarque", key="solde_motif")
        submitted = st.form_submit_button("Solder", type="primary")
    if submitted:
        _change(person, card, _Step(BonState.SETTLED, day, reason or "", seen))


def _cancel(person: Viewer, card: OrderCard, seen: int) -> None:
    is_running = card.is_consumed or card.state is BonState.RUNNING
    title = "Résilier le bon" if is_running else "Annuler le bon"
    with st.expander(title, icon=":material/cancel:"), st.form("annuler"):
        if is_running:
            st.markdown("La consommation est gardée : le bon vaudra ce qui a été consommé.")
        day = fields.day("Résilié le" if is_running else "Annulé le", frame.today(), "annule_le")
        reason = st.text_input("Motif de la résiliation" if is_running else "Motif",
                               key="annule_motif")  # fmt: skip
        submitted = st.form_submit_button("Résilier" if is_running else "Annuler ce bon")
    if submitted:
        _change(person, card, _Step(BonState.CANCELLED, day, reason or "", seen))


def _reopen(person: Viewer, card: OrderCard, seen: int) -> None:
    with st.expander("Rouvrir le bon", icon=":material/lock_open:"), st.form("rouvrir"):
        st.markdown("Ce que le solde a rendu sera de nouveau commandé. Il y faut une décision.")
        body = st.text_input("Instance (comité de pilotage, service…)", key="rouvre_instance")
        decided = fields.day("Décidé le", frame.today(), "rouvre_decide")
        text = st.text_area("Motif", key="rouvre_motif")
        day = fields.day("Rouvert le", frame.today(), "rouvre_le")
        submitted = st.form_submit_button("Décider et rouvrir", type="primary")
    if not submitted:
        return
    with fields.write() as session:
        draft = DecisionDraft(body or "", fields.needed(decided, "la date de la décision"),
                              text or "")  # fmt: skip
        taken = decisions.take(session, person, draft, kind="réouverture", now=frame.clock())
        orders.change_state(
            session, person, bon_id=card.bon.id or 0, to=BonState.RUNNING,
            on=fields.needed(day, "la date"), reason=text or "", decision_id=taken,
            seen=seen, now=frame.clock(),
        )  # fmt: skip
        _evaluate(session, person)
    fields.done(f"Le bon {card.bon.number} est rouvert.")


STEPS: dict[BonState, Callable[[Viewer, OrderCard, int], None]] = {
    BonState.ISSUED: _issue, BonState.NOTIFIED: _notify, BonState.SETTLED: _settle,
    BonState.CANCELLED: _cancel, BonState.RUNNING: _reopen,
}  # fmt: skip


def _amendment(person: Viewer, card: OrderCard, rate: float, seen: int) -> None:
    """Amend a line: what is consumed and committed is told first."""
    with st.expander("Modifier la quantité (avenant)", icon=":material/edit:", expanded=True):
        names = {one.id: one.prestation for one in card.lines}
        chosen = fields.option("Ligne", names, "avenant_ligne", value=card.lines[0].id)
        line = next(one for one in card.lines if one.id == chosen)
        st.markdown(_floor(line, rate))
        with st.form("avenant", enter_to_submit=False):
            left, right = st.columns(2, gap="small")
            with left:
                delta = st.text_input(
                    "De combien", key="avenant_delta", placeholder="+ 100 ou − 50",
                    help=fields.QUANTITY_HELP,
                )  # fmt: skip
                day = fields.day("Prend effet le", frame.today(), "avenant_le")
            with right:
                kind = fields.option("Nature", orders.AMENDMENT_KINDS, "avenant_nature",
                                     value="avenant")  # fmt: skip
                reason = st.text_input("Motif", key="avenant_motif")
            forced = st.text_input(
                "Motif pour descendre sous le consommé (laissez vide sinon)", key="avenant_force"
            )
            submitted = st.form_submit_button("Enregistrer l’avenant", type="primary")
        if submitted:
            with fields.write() as session:
                made = Amendment(
                    line.id, units.quantity_of(delta or "", line.unit), kind or "",
                    fields.needed(day, "le jour où il prend effet"), reason or "", forced or "",
                    seen=seen,
                )  # fmt: skip
                orders.amend(session, person, made, today=frame.today(), now=frame.clock())
                _evaluate(session, person)
            _tell_amended(line, made.delta, rate)


def _floor(line: LineCard, rate: float) -> str:
    committed = line.committed * rate
    floor = line.consumed + committed
    return (
        f"Commandé **{units.amount(line.ordered, line.unit)}**, consommé "
        f"**{units.amount(line.consumed, line.unit)}** + engagé "
        f"**{units.amount(committed, line.unit)}** = {units.amount(floor, line.unit)} : en "
        "dessous, des parcours déjà prescrits n’auraient plus d’heures."
    )


def _tell_amended(line: LineCard, delta: int, rate: float) -> None:
    after = line.ordered + delta
    said = f"Avenant enregistré : {units.amount(after, line.unit)} commandées."
    if after < line.consumed + line.committed * rate:
        said += " C’est moins que le consommé et l’engagé : une alerte de blocage est à prévoir."
    fields.done(said)
