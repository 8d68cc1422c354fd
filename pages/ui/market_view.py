"""Parts of the follow-up of orders: choices, what to watch, one order in detail."""

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd
import streamlit as st

from core import fr
from core.access import Right, Viewer, may
from core.competences_cles import accuracy, followup, market_charts, pack_whole, units
from core.competences_cles.forecast import Outlook
from core.competences_cles.outlook import OrderView
from pages.ui import choices, frame, outputs

SCOPES: Mapping[str, object] = {"en cours": "live", "tous": "", "en dépassement": "over"}
MONTHS = {
    "month": "Mois", "declared": "Déclaré (h)", "expected": "Encore attendu (h)",
    "days": "Jours ouvrés", "use": "Dans le rythme",
}  # fmt: skip
CARD = "pages/competences_cles/bon.py"
WATCHED = (Outlook.EXHAUSTED, Outlook.DATED)
MOST_WATCHED = 6


def options(every: Sequence[OrderView], name: str) -> Mapping[str, object]:
    """Return the values there are of a column, « Tous » first."""
    values = dict.fromkeys(str(getattr(one.facts, name)) for one in every)
    return {"Tous": ""} | {value: value for value in sorted(values)}


def kept(
    every: Sequence[OrderView], wanted: Mapping[str, object], *, scope: str, today: date
) -> list[OrderView]:
    """Return the orders of a choice; those under way are live and not past their end."""
    found = [
        one
        for one in every
        if all(not value or getattr(one.facts, name) == value for name, value in wanted.items())
    ]
    if scope == "live":
        return [one for one in found if one.facts.is_live and one.facts.end >= today]
    return [one for one in found if one.quantities.is_overrun] if scope == "over" else found


def scope_label(scope: object) -> str:
    return next((label for label, value in SCOPES.items() if value == scope), "")


def watch(views: Sequence[OrderView], today: date) -> None:
    """List what to watch, the most urgent first, in words."""
    urgent = sorted(
        (one for one in views if one.facts.is_live and one.exhaustion.outlook in WATCHED),
        key=lambda one: (
            one.exhaustion.outlook is Outlook.DATED, one.exhaustion.earliest or date.min,
        ),
    )  # fmt: skip
    stale = [one for one in views if one.facts.is_live and one.pace.is_stale]
    st.markdown("**À surveiller**" if urgent or stale else "Rien à surveiller à cette date.")
    for one in urgent[:MOST_WATCHED]:
        colour = "red" if one.exhaustion.outlook is Outlook.EXHAUSTED else "orange"
        badge = "épuisé" if one.exhaustion.outlook is Outlook.EXHAUSTED else "s’épuise"
        st.markdown(
            f"- :{colour}-badge[{badge}] **{frame.plain(one.facts.ut)}** "
            f"({frame.plain(one.facts.number)}) : {frame.plain(one.told(today))}"
        )
    if len(urgent) > MOST_WATCHED:
        st.caption(f"et {fr.plural(len(urgent) - MOST_WATCHED, 'autre')} dans le tableau.")
    for name in dict.fromkeys(one.facts.operator for one in stale):
        st.markdown(f"- :gray-badge[silence] {frame.plain(name)} : rien de neuf depuis 45 jours")


def shown(table: pd.DataFrame) -> pd.DataFrame:
    """Write the rate as a share; a dash where nothing is ordered."""
    return table.assign(
        share=["–" if pd.isna(rate) else fr.percent(rate) for rate in table["rate"]],
        told=[
            f"{told} – {warning}" if warning else told
            for told, warning in zip(table["told"], table["warning"], strict=True)
        ],
    )


def listing(person: Viewer, table: pd.DataFrame, labels: Mapping[str, str]) -> None:
    """Show the orders; for staff, ticking the row of one opens its card."""
    columns = dict(labels)
    if not may(person, Right.EDIT_MARKET):
        frame.table(table, columns, key="bons_de_commande")
        return
    # Not a link in a cell: it would open another window, and with it another session.
    event = st.dataframe(
        table[list(columns)].rename(columns=columns), hide_index=True, key="bons_de_commande",
        placeholder="–", on_select="rerun", selection_mode="single-row",
    )  # fmt: skip
    st.caption("Cochez une ligne pour tenir ce bon : avenants, solde, prévisionnel.")
    chosen = event["selection"]["rows"]
    if chosen:
        st.switch_page(CARD, query_params={"commande": str(table["id"].iloc[chosen[0]])})


def apart(views: Sequence[OrderView]) -> None:
    """Tell what no other figure holds: issued and not notified; cancelled and yet consumed."""
    issued = [one for one in views if one.quantities.pending]
    for one in issued:
        st.markdown(
            f"- :orange-badge[engagé non notifié] {frame.plain(one.facts.ut)} "
            f"({frame.plain(one.facts.number)}) : "
            f"{units.amount(one.quantities.pending, one.facts.unit)}"
        )
    for one in followup.cancelled_after_consumption(list(views)):
        st.markdown(
            f"- :red-badge[annulé après consommation] {frame.plain(one.facts.ut)} "
            f"({frame.plain(one.facts.number)}) : vaut ce qui est consommé, "
            f"{units.amount(one.facts.consumed, one.facts.unit)}"
        )


def told_day(day: date) -> str:
    return fr.day(day)


def detail(person: Viewer, views: Sequence[OrderView], today: date) -> None:
    """Show one order: its curves, its months, what the forecast rests on."""
    names: dict[str, object] = {f"{one.facts.number} – {one.facts.ut}": one for one in views}
    one = choices.pick("Voir un bon", names, "bon")
    assert isinstance(one, OrderView)  # noqa: S101  # pick returns one of its options
    st.markdown(f"**{frame.plain(one.told(today)[:1].upper() + one.told(today)[1:])}.**")
    st.vega_lite_chart(market_charts.burn_up(followup.burn_up(one, today)), key="courbe",
                       alt=f"Commandé, consommé et attendu, {one.facts.number}")  # fmt: skip
    plan = pack_whole.foreseen_by_month(one.plan, [month.period for month in one.pace.months])
    unit = one.facts.unit
    st.vega_lite_chart(
        market_charts.monthly_bars(one.pace.months, scale=60 if unit.is_timed else 1,
                                   unit="heures" if unit.is_timed else unit.label, foreseen=plan),
        key="barres_mois",
        alt=f"Déclaré, encore attendu et prévisionnel par mois, {one.facts.number}",
    )  # fmt: skip
    if may(person, Right.EDIT_MARKET):
        st.page_link(CARD, label="Tenir ce bon", icon=":material/edit:",
                     query_params={"commande": str(one.facts.id)})  # fmt: skip
    months = followup.months_told(one)
    with st.expander("Mois par mois"):
        frame.table(months, MONTHS, key="mois")
        outputs.offer(months, MONTHS, title=f"Mois de {one.facts.number}", key="mois_sortie")
    with st.expander("Sur quoi repose la prévision"):
        lines = [one.share.told(), *one.pace.notes, one.plan.label]
        lines.append(accuracy.past_accuracy([view.pace for view in views]).told())
        for line in dict.fromkeys(lines):
            st.markdown(f"- {frame.plain(line)}")
