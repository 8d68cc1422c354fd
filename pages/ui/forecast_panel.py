"""The forecast of an order: a grid of months, saved as a new version; the versions so far."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core import fr
from core.access import Viewer
from core.competences_cles import forecast_entry, forecast_grid, units
from core.competences_cles.calendar import Calendar
from core.competences_cles.forecast_entry import ForecastDraft
from core.competences_cles.lead import LINEAR
from core.competences_cles.order_queries import LineCard, OrderCard
from core.competences_cles.outlook import OrderView
from core.competences_cles.quantities import BonState
from core.competences_cles.season import Season
from pages.ui import frame, outputs
from pages.ui import market_fields as fields
from pages.ui.read import read

VERSIONS = {"version": "Version", "day": "Connue depuis le", "line": "Ligne", "months": "Mois",
            "told": "Total", "author": "Par", "note": "Remarque"}  # fmt: skip
MONTH = "Mois"


def show(person: Viewer, card: OrderCard, views: Sequence[OrderView]) -> None:
    """Edit what is foreseen by month and line, and tell the versions so far."""
    is_closed = card.state in {BonState.SETTLED, BonState.CANCELLED}
    entered = [one for one in card.lines if one.foreseen]
    if is_closed:
        st.info(f"Bon {card.state.label} : son prévisionnel ne change plus.")
    elif not entered:
        st.info(
            f"Rien n’est saisi : le suivi utilise le {LINEAR} (jours ouvrés). Tapez les quantités, "
            "collez une colonne d’un tableur, ou partez du linéaire."
        )
    if not is_closed:
        _grid(person, card, _season(card, views))
    _history(person, card)


def _season(card: OrderCard, views: Sequence[OrderView]) -> Season:
    return next((one.season for one in views if one.facts.id == card.bon.id), Season())


def _grid(person: Viewer, card: OrderCard, season: Season) -> None:
    state = f"previsionnel_{card.bon.id}"
    version, is_linear = st.session_state.setdefault(state, (0, False))
    if st.button("Partir du linéaire (jours ouvrés)", key="partir_lineaire"):
        st.session_state[state] = (version + 1, True)
        st.rerun()
    source = _source(card, season, is_linear=is_linear)
    edited = st.data_editor(
        source, key=f"grille_{state}_{version}", hide_index=True, height="content",
        disabled=[name for name in source.columns if name == MONTH or name.endswith("(linéaire)")],
        column_config={MONTH: st.column_config.TextColumn(MONTH, width=130, pinned=True)},
    )  # fmt: skip
    st.caption(
        "Un mois laissé vide n’est pas prévu ; « 0 » prévoit que rien ne sera fait. Linéaire : la "
        "commande répartie sur les jours ouvrés, selon la saison du département."
    )
    typed: dict[int, dict[int, int]] = {}
    with frame.user_errors():
        for line in card.lines:
            cells = dict(zip(edited.index.tolist(), edited[line.prestation].tolist(), strict=True))
            typed[line.id] = forecast_grid.read_grid(cells, line.unit)
            st.markdown(
                f"{frame.plain(line.prestation)} – "
                + forecast_grid.told_total(typed[line.id], line.asked, line.unit)
            )
    changed = [line for line in card.lines if typed[line.id] != dict(line.foreseen)]
    note = st.text_input("Remarque sur cette version", key=f"note_{state}_{version}")
    if st.button("Enregistrer une nouvelle version", type="primary", disabled=not changed,
                 key="previsionnel_garder"):  # fmt: skip
        _save(person, changed, typed, note or "")
        st.session_state[state] = (version + 1, False)
        fields.done("Prévisionnel enregistré : les versions d’avant restent.")


def _save(
    person: Viewer, changed: list[LineCard], typed: dict[int, dict[int, int]], note: str
) -> None:
    with fields.write() as session:
        for line in changed:
            draft = ForecastDraft(line.id, typed[line.id], note)
            forecast_entry.save(session, person, draft, now=frame.clock())


def _source(card: OrderCard, season: Season, *, is_linear: bool) -> pd.DataFrame:
    """Lay out a row a month: for each line the straight line, and what is foreseen."""
    bon = card.bon
    months = forecast_grid.months_of(bon.starts_on, bon.ends_on)
    columns: dict[str, list[str]] = {MONTH: [fr.month(period) for period in months]}
    for line in card.lines:
        straight = forecast_grid.default_months(
            line.asked, start=bon.starts_on, end=bon.ends_on, calendar=Calendar(), season=season,
            step=60 if line.unit.is_timed else 1,
        )  # fmt: skip
        shown = straight if is_linear else line.foreseen
        columns[line.prestation] = [
            units.written(shown[period], line.unit) if period in shown else "" for period in months
        ]
        columns[f"{line.prestation} (linéaire)"] = [
            units.amount(straight[period], line.unit) for period in months
        ]
    return pd.DataFrame(columns, index=months)


def _history(person: Viewer, card: OrderCard) -> None:
    held = read(forecast_entry.history, viewer=person, bon_id=card.bon.id)
    if held.empty:
        return
    lines = {one.id: one for one in card.lines}
    table = held.assign(
        day=[fr.day(one) for one in held["known_on"]],
        line=[lines[one].prestation for one in held["line_id"]],
        told=[
            "retiré" if pd.isna(total) else units.amount(int(total), lines[one].unit)
            for total, one in zip(held["total"], held["line_id"], strict=True)
        ],
    )
    st.markdown("**Versions**")
    frame.table(table, VERSIONS, key="versions")
    outputs.offer(table, VERSIONS, title=f"Prévisionnel {card.bon.number}", key="versions_sortie")
