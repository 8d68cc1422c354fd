"""An order as it stands: heading, its lines and what they come to, every movement."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core import fr
from core.competences_cles import units
from core.competences_cles.order_queries import LineCard, OrderCard
from core.competences_cles.outlook import OrderView
from core.competences_cles.quantities import BonState
from pages.ui import frame, outputs
from pages.ui import market_fields as fields

COLOURS = {
    BonState.DRAFT: "gray", BonState.ISSUED: "orange", BonState.NOTIFIED: "blue",
    BonState.RUNNING: "green", BonState.SETTLED: "violet", BonState.CANCELLED: "red",
}  # fmt: skip
LINES = {
    "prestation": "Prestation", "initial": "Initial", "ordered": "Commandé",
    "consumed": "Consommé", "committed": "Engagé", "available": "Disponible",
}  # fmt: skip
MOVES = {
    "day": "Prend effet le", "known": "Connu le", "kind": "Nature", "delta": "Variation",
    "after": "Quantité ensuite", "author": "Par", "reason": "Motif", "decision": "Décision",
}  # fmt: skip


def heading(card: OrderCard) -> None:
    """Say what the order is, for whom, when, and where it stands."""
    bon = card.bon
    st.markdown(f"#### {frame.plain(bon.number)} – {frame.plain(card.ut)}")
    parts = [
        f":{COLOURS[card.state]}-badge[{card.state.label}]", f"lot {frame.plain(card.lot)}",
        frame.plain(card.operator), f"du {fr.day(bon.starts_on)} au {fr.day(bon.ends_on)}",
    ]  # fmt: skip
    st.markdown(" · ".join(parts))
    dates = {"émis": bon.issued_on, "notifié": bon.notified_on,
             "soldé" if card.state is BonState.SETTLED else "annulé": bon.settled_on}  # fmt: skip
    told = [f"{name} le {fr.day(day)}" for name, day in dates.items() if day is not None]
    if bon.reason:
        told.append(f"motif : {frame.plain(bon.reason)}")
    if told:
        st.caption(f"Marché {frame.plain(card.marche)} ; {' ; '.join(told)}.")
    if card.state is BonState.CANCELLED and card.is_consumed:
        st.warning("Annulé après consommation : ce bon vaut ce qui a été consommé.")
    if card.state is BonState.ISSUED:
        whole = ", ".join(units.amount(line.asked, line.unit) for line in card.lines)
        st.info(f"Engagé non notifié : {whole}. Rien n’est commandé avant la notification.")


def lines(card: OrderCard, views: Sequence[OrderView]) -> None:
    """Tell what each line asks for, what is consumed and committed of it."""
    rate = share_of(card, views)
    table = pd.DataFrame([_line(one, rate) for one in card.lines], columns=list(LINES))
    frame.table(table, LINES, key="lignes")
    st.caption(
        "Disponible = commandé − consommé − engagé. Engagé : ce qui reste à faire des parcours en "
        "cours, pondéré par le taux de poursuite. Commandé se calcule : quantité initiale et "
        "mouvements."
    )
    for one in card.lines:
        st.markdown(f"**Mouvements – {frame.plain(one.prestation)}**")
        moves = pd.DataFrame(_moves(card, one), columns=list(MOVES))
        frame.table(moves, MOVES, key=f"mouvements_{one.id}")
        outputs.offer(moves, MOVES, title=f"Mouvements {card.bon.number} {one.prestation}",
                      key=f"mouvements_{one.id}_sortie")  # fmt: skip


def share_of(card: OrderCard, views: Sequence[OrderView]) -> float:
    """Return the rate of continuation that the follow-up uses for this order."""
    return next((one.share.rate for one in views if one.facts.id == card.bon.id), 1.0)


def _line(one: LineCard, rate: float) -> tuple[str, ...]:
    committed = one.committed * rate
    values = (one.initial, one.ordered, one.consumed, committed,
              one.ordered - one.consumed - committed)  # fmt: skip
    return (one.prestation, *(units.amount(value, one.unit) for value in values))


def _moves(card: OrderCard, one: LineCard) -> list[tuple[str, ...]]:
    first = card.bon.notified_on or card.bon.starts_on
    initial = units.amount(one.initial, one.unit)
    known = fields.told(card.bon.issued_on)
    rows: list[tuple[str, ...]] = [
        (fr.day(first), known, "quantité initiale", f"+{initial}", initial, "", "", "")
    ]
    for move in one.movements:
        sign = "+" if move.delta > 0 else ""
        rows.append(
            (fr.day(move.effective_on), fr.day(move.known_on), move.kind,
             f"{sign}{units.amount(move.delta, one.unit)}", units.amount(move.after, one.unit),
             move.author, move.reason, move.decision)
        )  # fmt: skip
    return rows
